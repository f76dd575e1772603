//! Ways and spans of time in the words of the screen.

use super::travel::{distance_text, travel_min};
use crate::texts::language;
use crate::tr;

/// So many minutes: `45 min`, `1 h 20 min`.
#[must_use]
pub fn minutes_text(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => tr!(route.minutes, minutes = minutes),
        (hours, 0) => tr!(route.hours, hours = hours),
        (hours, minutes) => tr!(route.hours_minutes, hours = hours, minutes = minutes),
    }
}

/// A way by road and how long it takes, as an estimate.
#[must_use]
pub fn way_text(road_m: u32) -> String {
    let minutes = travel_min(road_m);
    if minutes == 0 {
        return tr!(route.same_place).to_owned();
    }
    let time = minutes_text(minutes);
    tr!(
        route.way,
        distance = distance_text(road_m, language()),
        time = time
    )
}
