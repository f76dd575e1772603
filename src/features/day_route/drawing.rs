//! The drawing of a route: where its stops lie, the line of the way and a scale.
//!
//! Owns what is drawn of a route, and that no mark covers another. Pure; everything comes out in whole units of the
//! drawing, which fits any width.

use super::view_model::{RouteView, StopState};
use crate::shared::sketch::{Fit, Frame, Scale, Spot};
use afield_domain::Position;

/// How large the drawing is.
pub const FRAME: Frame = Frame {
    width: 400,
    height: 320,
    padding: 34,
};
/// Two marks are at least this far apart.
const APART: i32 = 26;

/// A route, drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// Where it begins, if known.
    pub start: Option<Spot>,
    /// The stops whose place is known.
    pub marks: Vec<Mark>,
    /// The way that is done, as the points of a line; empty if there is none.
    pub done_line: Vec<Spot>,
    /// The way ahead, as the points of a line; empty if there is none.
    pub line: Vec<Spot>,
    /// How long the bar is and what it stands for.
    pub scale: Scale,
}

/// A stop on the drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mark {
    /// Its place in the order of the day, from 1.
    pub number: usize,
    /// Where it stands in the day.
    pub state: StopState,
    /// Where it is.
    pub at: Spot,
}

/// Draws `route`; none if no place of it is known.
#[must_use]
pub fn drawing(route: &RouteView) -> Option<Drawing> {
    let start = route.start_position;
    let places = route
        .stops
        .iter()
        .filter_map(|stop| Some((stop, stop.position()?)));
    let places: Vec<_> = places.collect();
    let all: Vec<Position> = start
        .into_iter()
        .chain(places.iter().map(|(_, position)| *position))
        .collect();
    let fit = Fit::of(&all, FRAME)?;
    let mut taken: Vec<Spot> = Vec::new();
    let mut free = |position| {
        let spot = apart(fit.spot(position), &taken);
        taken.push(spot);
        spot
    };
    let start = start.map(&mut free);
    let marks: Vec<Mark> = places
        .iter()
        .map(|(stop, position)| Mark {
            number: stop.number,
            state: stop.state,
            at: free(*position),
        })
        .collect();
    let (done_line, line) = lines(start, &marks);
    Some(Drawing {
        start,
        marks,
        done_line,
        line,
        scale: fit.scale(),
    })
}

/// The way up to the last stop that is done, and the way on from there.
fn lines(start: Option<Spot>, marks: &[Mark]) -> (Vec<Spot>, Vec<Spot>) {
    let spots: Vec<Spot> = start
        .into_iter()
        .chain(marks.iter().map(|mark| mark.at))
        .collect();
    let done = marks.iter().rposition(|mark| mark.state == StopState::Done);
    let turn = done.map_or(0, |at| at + usize::from(start.is_some()));
    let long = |line: &[Spot]| {
        if line.len() > 1 {
            line.to_vec()
        } else {
            Vec::new()
        }
    };
    let before = spots.get(..=turn).unwrap_or_default();
    (long(before), long(spots.get(turn..).unwrap_or_default()))
}

/// The nearest place for a mark that covers no other: two jobs in one house are both seen.
fn apart(spot: Spot, taken: &[Spot]) -> Spot {
    const AROUND: [(i32, i32); 8] = [
        (1, 0),
        (0, 1),
        (-1, 0),
        (0, -1),
        (1, 1),
        (-1, 1),
        (-1, -1),
        (1, -1),
    ];
    let is_free = |spot: &Spot| {
        let near =
            |other: &Spot| (other.x - spot.x).abs() < APART && (other.y - spot.y).abs() < APART;
        FRAME.holds(*spot, APART / 2) && !taken.iter().any(near)
    };
    let rings = (1..6).flat_map(|ring| AROUND.map(|(x, y)| (x * ring * APART, y * ring * APART)));
    let moved = std::iter::once((0, 0)).chain(rings).map(|(x, y)| Spot {
        x: spot.x + x,
        y: spot.y + y,
    });
    moved.into_iter().find(is_free).unwrap_or(spot)
}

#[cfg(test)]
#[path = "drawing_tests.rs"]
mod tests;
