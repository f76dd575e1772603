//! Where a job comes to stand when its block is moved on the sheet of a week.
//!
//! Owns the way from a point or a key to a technician and a day: the time of the clock stays, whatever the clocks do
//! between the two days. Pure. Must never change a job.

use super::board_query::Asked;
use super::landing::{Ground, Nudge, Spot};
use super::timeline_view_model::Axis;
use afield_domain::Zone;

/// What a place between the left and the right end means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// A time.
    Hours(Axis),
    /// A day.
    Days(Asked),
}

impl Asked {
    fn count(self) -> i64 {
        self.more_days + 1
    }

    /// In which column a job at `spot` stands.
    fn column(self, spot: Spot, zone: &Zone) -> i64 {
        let after = zone.day(spot.starts).days_since(self.day);
        after.clamp(0, self.more_days)
    }

    /// `spot` in that column, at its time of the clock.
    fn moved(self, spot: Spot, column: i64, zone: &Zone) -> Spot {
        let day = self.day.plus(column.clamp(0, self.more_days));
        match zone.day(spot.starts) == day {
            true => spot,
            false => spot.begun(zone.on_day(spot.starts, day)),
        }
    }
}

impl Ground {
    /// Where a block at `spot` is drawn on that scale: its left and upper edge, and its width.
    #[must_use]
    pub fn place_on(&self, scale: Scale, spot: Spot, zone: &Zone) -> (f64, f64, f64) {
        let days = match scale {
            Scale::Hours(axis) => return self.place(axis, spot),
            Scale::Days(days) => days,
        };
        let row = self.row_of(spot.assignee);
        let top = self.rows.iter().find(|(one, _)| *one == row);
        let width = self.width / days.count() as f64;
        let left = self.left + days.column(spot, zone) as f64 * width;
        (left, top.map_or(0.0, |(_, top)| *top), width)
    }

    /// Where the job comes to stand whose block is carried from `from` to `to` on that scale.
    #[must_use]
    pub fn land_on(
        &self,
        scale: Scale,
        spot: Spot,
        (from, to): ((f64, f64), (f64, f64)),
        zone: &Zone,
    ) -> Spot {
        let days = match scale {
            Scale::Hours(axis) => return self.land(axis, spot, from, to),
            Scale::Days(days) => days,
        };
        let width = (self.width / days.count() as f64).max(1.0);
        let column = ((to.0 - self.left) / width).floor() as i64;
        let row = self.row_at(to.1).unwrap_or(spot.assignee);
        self.in_row(days.moved(spot, column, zone), row)
    }

    /// Where a job at `spot` comes to stand by a key on that scale: on a week left and right are days.
    #[must_use]
    pub fn nudge_on(&self, scale: Scale, spot: Spot, by: Nudge, zone: &Zone) -> Spot {
        match (scale, by) {
            (Scale::Days(days), Nudge::Earlier(_)) => {
                days.moved(spot, days.column(spot, zone) - 1, zone)
            }
            (Scale::Days(days), Nudge::Later(_)) => {
                days.moved(spot, days.column(spot, zone) + 1, zone)
            }
            // Up and down are the same everywhere, and ask for no place between left and right.
            (Scale::Days(days), Nudge::Up | Nudge::Down) => {
                let axis = Axis {
                    from: zone.start_of(days.day),
                    until: zone.start_of(days.day.plus(days.count())),
                };
                self.nudge(axis, spot, by)
            }
            (Scale::Hours(axis), by) => self.nudge(axis, spot, by),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::berlin;
    use afield_domain::{Timestamp, UserId};
    use uuid::Uuid;

    const ANNA: UserId = UserId(Uuid::from_u128(1));
    const BEN: UserId = UserId(Uuid::from_u128(2));

    fn ground() -> Ground {
        Ground {
            left: 100.0,
            width: 700.0,
            rows: vec![(None, 0.0), (Some(ANNA), 50.0), (Some(BEN), 200.0)],
        }
    }

    /// The week in which the clocks go forward, on its Sunday.
    fn week() -> Asked {
        Asked {
            day: "2026-03-23".parse().unwrap(),
            more_days: 6,
        }
    }

    fn spot(zone: &Zone, assignee: Option<UserId>, day: i64, hour: i8) -> Spot {
        let starts = zone.at(week().day.plus(day), hour, 20);
        Spot {
            assignee,
            starts,
            ends: starts.plus_ms(90 * 60_000),
        }
    }

    #[test]
    fn carried_to_another_cell_a_job_keeps_its_time_of_the_clock_and_its_length() {
        let zone = berlin();
        let from = spot(&zone, Some(ANNA), 1, 9);
        for (x, y, assignee, day) in [
            (250.0, 60.0, Some(ANNA), 1),
            (299.0, 250.0, Some(BEN), 1),
            // On Sunday nine o'clock is an hour sooner than on Saturday.
            (799.0, 60.0, Some(ANNA), 6),
            (5_000.0, 210.0, Some(BEN), 6),
            (0.0, -9.0, None, 0),
        ] {
            let to = ground().land_on(Scale::Days(week()), from, ((250.0, 60.0), (x, y)), &zone);
            assert_eq!(to, spot(&zone, assignee, day, 9), "{x} {y}");
        }
        assert_eq!(from.edits(from), []);
    }

    #[test]
    fn keys_go_by_days_and_rows_and_stay_on_the_sheet() {
        let zone = berlin();
        let scale = Scale::Days(week());
        let mut at = spot(&zone, Some(ANNA), 5, 9);
        for (key, assignee, day) in [
            (Nudge::Later(1), Some(ANNA), 6),
            (Nudge::Later(1), Some(ANNA), 6),
            (Nudge::Down, Some(BEN), 6),
            (Nudge::Down, Some(BEN), 6),
            (Nudge::Earlier(1), Some(BEN), 5),
            (Nudge::Up, Some(ANNA), 5),
            (Nudge::Up, None, 5),
        ] {
            at = ground().nudge_on(scale, at, key, &zone);
            assert_eq!(at, spot(&zone, assignee, day, 9), "{key:?}");
        }
    }

    #[test]
    fn a_block_is_drawn_over_its_cell() {
        let zone = berlin();
        let scale = Scale::Days(week());
        let place = |spot| ground().place_on(scale, spot, &zone);
        assert_eq!(place(spot(&zone, Some(BEN), 2, 9)), (300.0, 200.0, 100.0));
        let late = spot(&zone, None, 6, 23);
        assert_eq!(place(late), (700.0, 0.0, 100.0));
        let stranger = Spot {
            assignee: Some(UserId(Uuid::from_u128(9))),
            starts: Timestamp(0),
            ends: Timestamp(1),
        };
        assert_eq!(place(stranger), (100.0, 0.0, 100.0));
    }
}
