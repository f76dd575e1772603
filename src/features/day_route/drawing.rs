//! The drawing of a route: where its stops lie, the line of the way and a scale.
//!
//! Owns the geometry. Pure; everything comes out in whole units of the drawing, which fits any width. North is up.

use super::view_model::{RouteView, StopState};
use crate::shared::travel::offset_m;
use afield_domain::Position;

/// Width of the drawing.
pub const WIDTH: i32 = 400;
/// Height of the drawing.
pub const HEIGHT: i32 = 320;
const PADDING: i32 = 34;
/// Two marks are at least this far apart.
const APART: i32 = 26;
/// The drawing shows at least this many metres: two doors of a house are not a journey.
const LEAST_M: f64 = 400.0;

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

/// A point of the drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Spot {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
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

/// The bar that says how long a way is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Scale {
    /// What it stands for.
    pub metres: u32,
    /// Its length on the drawing.
    pub length: i32,
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
    let fit = Fit::of(&all)?;
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

/// How places become points.
struct Fit {
    middle: Position,
    /// The middle of what is shown, in metres from `middle`.
    east: f64,
    north: f64,
    /// Units of the drawing for a metre.
    units: f64,
}

impl Fit {
    fn of(places: &[Position]) -> Option<Self> {
        let middle = *places.first()?;
        let mut min = (0.0_f64, 0.0_f64);
        let mut max = (0.0_f64, 0.0_f64);
        for place in places {
            let (east, north) = offset_m(middle, *place);
            min = (min.0.min(east), min.1.min(north));
            max = (max.0.max(east), max.1.max(north));
        }
        let room = |side: i32| f64::from(side - 2 * PADDING);
        let width = (max.0 - min.0).max(LEAST_M);
        let height = (max.1 - min.1).max(LEAST_M * room(HEIGHT) / room(WIDTH));
        Some(Self {
            middle,
            east: f64::midpoint(min.0, max.0),
            north: f64::midpoint(min.1, max.1),
            units: (room(WIDTH) / width).min(room(HEIGHT) / height),
        })
    }

    fn spot(&self, place: Position) -> Spot {
        let (east, north) = offset_m(self.middle, place);
        let whole = |value: f64| (value + if value < 0.0 { -0.5 } else { 0.5 }) as i32;
        Spot {
            x: WIDTH / 2 + whole((east - self.east) * self.units),
            y: HEIGHT / 2 - whole((north - self.north) * self.units),
        }
    }

    /// The longest round distance that takes at most a third of the width.
    fn scale(&self) -> Scale {
        let most = f64::from(WIDTH) / 3.0 / self.units;
        let mut metres = 1_u32;
        for step in [2, 5, 10]
            .into_iter()
            .cycle()
            .zip([1, 2, 5].into_iter().cycle())
            .take(21)
        {
            // From 1 to 2 to 5 to 10, and so on.
            let next = metres / step.1 * step.0;
            if f64::from(next) > most {
                break;
            }
            metres = next;
        }
        Scale {
            metres,
            length: (f64::from(metres) * self.units) as i32,
        }
    }
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
        let (half, w, h) = (APART / 2, WIDTH - APART / 2, HEIGHT - APART / 2);
        let is_inside = (half..=w).contains(&spot.x) && (half..=h).contains(&spot.y);
        is_inside && !taken.iter().any(near)
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
