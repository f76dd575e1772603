//! Distances and travel times between places, as estimates.
//!
//! Owns how they are reckoned and how they read. Pure. A place on a technician's day is near the next one:
//! the earth is taken as flat around the two, which is right to a thousandth within a hundred
//! kilometres, and costs the app no trigonometry.

use afield_domain::decimal::separator;
use afield_domain::{Language, Position};

/// Metres of one degree of latitude.
const DEGREE_M: f64 = 111_195.0;
/// A way by road is this much longer than the straight one, in tenths.
const ROAD_TENTHS: u32 = 13;
/// Metres by road in a minute: 30 km/h, as in a town.
const ROAD_M_PER_MIN: u32 = 500;
/// Who stops this near to the last stop does not drive.
const SAME_PLACE_M: u32 = 50;

/// How far east and north `to` is of `from`, in metres.
#[must_use]
pub fn offset_m(from: Position, to: Position) -> (f64, f64) {
    let middle = f64::midpoint(from.latitude, to.latitude);
    let mut east = to.longitude - from.longitude;
    // The short way round, across the date line too.
    if east > 180.0 {
        east -= 360.0;
    } else if east < -180.0 {
        east += 360.0;
    }
    (
        east * DEGREE_M * cosine_of_degrees(middle),
        (to.latitude - from.latitude) * DEGREE_M,
    )
}

/// The straight way, in metres.
#[must_use]
pub fn straight_m(from: Position, to: Position) -> u32 {
    let (east, north) = offset_m(from, to);
    // Saturates: nothing on the earth is further than the type holds.
    (east * east + north * north).sqrt() as u32
}

/// The way by road, in metres: an estimate.
#[must_use]
pub fn road_m(from: Position, to: Position) -> u32 {
    straight_m(from, to).saturating_mul(ROAD_TENTHS) / 10
}

/// Minutes for a way of `road_m` metres by road: an estimate.
#[must_use]
pub fn travel_min(road_m: u32) -> u32 {
    if road_m < SAME_PLACE_M {
        0
    } else {
        road_m.div_ceil(ROAD_M_PER_MIN)
    }
}

/// A distance: `350 m`, `1.2 km`, `24 km`.
#[must_use]
pub fn distance_text(metres: u32, language: Language) -> String {
    // Whole numbers: printing floating-point numbers would cost some kilobytes of code.
    let rounded = |unit: u32| metres.saturating_add(unit / 2) / unit;
    match metres {
        0..995 => format!("{} m", rounded(10) * 10),
        995..9_950 => {
            let tenths = rounded(100);
            format!("{}{}{} km", tenths / 10, separator(language), tenths % 10)
        }
        _ => format!("{} km", rounded(1_000)),
    }
}

/// The cosine of a latitude, by its series: right to four digits between the poles.
fn cosine_of_degrees(degrees: f64) -> f64 {
    let angle = degrees.to_radians();
    let square = angle * angle;
    1.0 - square / 2.0 * (1.0 - square / 12.0 * (1.0 - square / 30.0 * (1.0 - square / 56.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(latitude: f64, longitude: f64) -> Position {
        Position::new(latitude, longitude).unwrap()
    }

    #[test]
    fn distances_are_those_of_the_great_circle() {
        // Haversine on a sphere of 6371 km, reckoned elsewhere.
        for (from, to, metres) in [
            (at(40.7128, -74.0060), at(40.7306, -73.9352), 6_289_u32),
            (at(48.1372, 11.5756), at(48.1372, 11.5756), 0),
            (at(52.5200, 13.4050), at(52.3906, 13.0645), 27_179),
            (at(0.0, 179.9), at(0.0, -179.9), 22_239),
            (at(-33.8688, 151.2093), at(-33.9, 151.2093), 3_469),
        ] {
            let found = straight_m(from, to);
            assert!(
                found.abs_diff(metres) <= metres / 500 + 1,
                "{found} {metres}"
            );
            assert_eq!(straight_m(to, from), found);
        }
    }

    #[test]
    fn the_series_is_the_cosine() {
        for degrees in -90..=90 {
            let degrees = f64::from(degrees);
            let wrong = cosine_of_degrees(degrees) - degrees.to_radians().cos();
            assert!(wrong.abs() < 1e-4, "{degrees}: {wrong}");
        }
    }

    #[test]
    fn travel_is_by_road_and_at_the_speed_of_a_town() {
        let (here, there) = (at(48.0, 11.0), at(48.09, 11.0));
        assert_eq!(road_m(here, there), 13_009);
        for (metres, minutes) in [(0, 0), (49, 0), (50, 1), (500, 1), (501, 2), (13_009, 27)] {
            assert_eq!(travel_min(metres), minutes, "{metres}");
        }
        assert!(travel_min(u32::MAX) > 0);
    }

    #[test]
    fn distances_read_well() {
        for (metres, english, german) in [
            (0, "0 m", "0 m"),
            (347, "350 m", "350 m"),
            (994, "990 m", "990 m"),
            (996, "1.0 km", "1,0 km"),
            (1_249, "1.2 km", "1,2 km"),
            (9_949, "9.9 km", "9,9 km"),
            (9_950, "10 km", "10 km"),
            (24_499, "24 km", "24 km"),
        ] {
            assert_eq!(distance_text(metres, Language::English), english);
            assert_eq!(distance_text(metres, Language::German), german);
        }
    }
}
