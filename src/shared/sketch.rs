//! A map without streets: how places on the earth become points of a drawing.
//!
//! Owns the geometry: what fits, how near it is looked at, and the bar that says how long a way is. Pure; everything comes
//! out in whole units of the drawing. North is up. Must never know what stands at a place.

use crate::shared::travel::offset_m;
use afield_domain::Position;

/// A drawing shows at least this many metres: two doors of a house are not a journey.
const LEAST_M: f64 = 400.0;
/// How near one can look: so many units of the drawing for a metre.
const NEAREST: f64 = 2.0;

/// How large a drawing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// Its width.
    pub width: i32,
    /// Its height.
    pub height: i32,
    /// What stays free at each side when all places are shown.
    pub padding: i32,
}

/// A point of the drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Spot {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
}

/// The bar that says how long a way is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Scale {
    /// What it stands for.
    pub metres: u32,
    /// Its length on the drawing.
    pub length: i32,
}

impl Frame {
    /// Whether a point is inside, `margin` units away from the edges.
    #[must_use]
    pub fn holds(self, spot: Spot, margin: i32) -> bool {
        let inside = |at: i32, side: i32| (margin..=side - margin).contains(&at);
        inside(spot.x, self.width) && inside(spot.y, self.height)
    }
}

/// How places become points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    frame: Frame,
    /// The place from which metres are counted.
    origin: Position,
    /// The middle of what is shown, in metres from `origin`.
    east: f64,
    north: f64,
    /// Units of the drawing for a metre.
    units: f64,
    /// Such that all places are shown.
    least_units: f64,
}

impl Fit {
    /// As large as all of `places` fit into `frame`; none if there are none.
    #[must_use]
    pub fn of(places: &[Position], frame: Frame) -> Option<Self> {
        let origin = *places.first()?;
        let mut min = (0.0_f64, 0.0_f64);
        let mut max = (0.0_f64, 0.0_f64);
        for place in places {
            let (east, north) = offset_m(origin, *place);
            min = (min.0.min(east), min.1.min(north));
            max = (max.0.max(east), max.1.max(north));
        }
        let room = |side: i32| f64::from((side - 2 * frame.padding).max(1));
        let (across, up) = (room(frame.width), room(frame.height));
        let width = (max.0 - min.0).max(LEAST_M);
        let height = (max.1 - min.1).max(LEAST_M * up / across);
        let units = (across / width).min(up / height);
        Some(Self {
            frame,
            origin,
            east: f64::midpoint(min.0, max.0),
            north: f64::midpoint(min.1, max.1),
            units,
            least_units: units,
        })
    }

    /// The point of a place; it may lie outside of the frame when one looks nearer.
    #[must_use]
    pub fn spot(&self, place: Position) -> Spot {
        let (east, north) = offset_m(self.origin, place);
        Spot {
            x: self.frame.width / 2 + whole((east - self.east) * self.units),
            y: self.frame.height / 2 - whole((north - self.north) * self.units),
        }
    }

    /// Looked at `times` as near, with `at` where it is; never further away than where all is shown.
    #[must_use]
    pub fn closer(self, times: f64, at: Spot) -> Self {
        let most = NEAREST.max(self.least_units);
        let units = (self.units * times).clamp(self.least_units, most);
        let (x, y) = self.off_middle(at);
        let kept = 1.0 / self.units - 1.0 / units;
        Self {
            east: self.east + x * kept,
            north: self.north - y * kept,
            units,
            ..self
        }
    }

    /// Moved by so many units, as a hand moves a sheet of paper.
    #[must_use]
    pub fn shifted(self, x: i32, y: i32) -> Self {
        Self {
            east: self.east - f64::from(x) / self.units,
            north: self.north + f64::from(y) / self.units,
            ..self
        }
    }

    /// Whether it can be looked at nearer.
    #[must_use]
    pub fn can_be_closer(&self) -> bool {
        self.units < NEAREST
    }

    /// Whether it is looked at nearer than where all is shown.
    #[must_use]
    pub fn is_closer(&self) -> bool {
        self.units > self.least_units
    }

    fn off_middle(&self, at: Spot) -> (f64, f64) {
        let from = |at: i32, side: i32| f64::from(at - side / 2);
        (from(at.x, self.frame.width), from(at.y, self.frame.height))
    }

    /// The longest round distance that takes at most a third of the width.
    #[must_use]
    pub fn scale(&self) -> Scale {
        let most = f64::from(self.frame.width) / 3.0 / self.units;
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

/// The nearest whole number. Saturates.
fn whole(value: f64) -> i32 {
    (value + if value < 0.0 { -0.5 } else { 0.5 }) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame = Frame {
        width: 600,
        height: 400,
        padding: 40,
    };

    fn place(latitude: f64, longitude: f64) -> Position {
        Position::new(latitude, longitude).unwrap()
    }

    fn near_by(one: Spot, other: Spot, most: i32) -> bool {
        (one.x - other.x).abs() <= most && (one.y - other.y).abs() <= most
    }

    #[test]
    fn what_is_under_the_finger_stays_there_when_one_looks_nearer_and_away() {
        let places = [place(48.0, 11.0), place(48.2, 11.4), place(47.9, 11.1)];
        let fit = Fit::of(&places, FRAME).unwrap();
        for at in places {
            let spot = fit.spot(at);
            let near = fit.closer(3.0, spot);
            // The spot is a whole unit, which is three of them now.
            assert!(
                near_by(near.spot(at), spot, 2),
                "{:?} {spot:?}",
                near.spot(at)
            );
            assert!(near.is_closer() && !fit.is_closer());
            let back = near.closer(1.0 / 3.0, spot);
            for place in places {
                assert!(near_by(back.spot(place), fit.spot(place), 1), "{place:?}");
            }
        }
    }

    #[test]
    fn nobody_looks_further_away_than_where_all_is_shown_nor_nearer_than_a_doorstep() {
        let places = [place(48.0, 11.0), place(48.2, 11.4)];
        let fit = Fit::of(&places, FRAME).unwrap();
        let middle = Spot { x: 300, y: 200 };
        assert_eq!(fit.closer(0.5, middle), fit);
        let nearest = fit.closer(1e9, middle);
        assert!(!nearest.can_be_closer() && fit.can_be_closer());
        assert_eq!(nearest.closer(2.0, middle), nearest);
        // A single door is drawn nearer than that, and cannot be looked at nearer, or break.
        let tiny = Frame {
            width: 4_000,
            ..FRAME
        };
        let one = Fit::of(&places[..1], tiny).unwrap();
        assert_eq!(one.closer(2.0, middle), one);
    }

    #[test]
    fn a_sheet_goes_where_the_hand_moves_it() {
        let places = [place(48.0, 11.0), place(48.2, 11.4)];
        let fit = Fit::of(&places, FRAME).unwrap();
        let (before, after) = (fit.spot(places[1]), fit.shifted(30, -12).spot(places[1]));
        assert_eq!((after.x - before.x, after.y - before.y), (30, -12));
    }

    #[test]
    fn whatever_places_there_are_they_fit() {
        let far = [place(-90.0, -180.0), place(90.0, 180.0), place(0.0, 0.0)];
        for frame in [
            FRAME,
            Frame {
                width: 10,
                height: 10,
                padding: 40,
            },
        ] {
            let fit = Fit::of(&far, frame).unwrap();
            assert!(fit.scale().metres >= 1);
        }
        let fit = Fit::of(&far, FRAME).unwrap();
        assert!(far.iter().all(|place| FRAME.holds(fit.spot(*place), 0)));
        assert_eq!(Fit::of(&[], FRAME), None);
    }
}
