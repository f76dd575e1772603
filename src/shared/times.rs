//! How long a job took: on the way, and at work.
//!
//! Owns [`Times`]. Derived from the steps of the status, which say when each began. Pure: the time is an argument.

use afield_domain::record::time_in;
use afield_domain::time::Day;
use afield_domain::{Job, JobStatus, Module, Record, Timestamp, UserId, Zone};
use afield_sync::view::Projection;

/// Milliseconds on the way and at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Times {
    /// From **Drive** until whatever came next.
    pub travel: i64,
    /// From **Start work** until **Pause** or **Finish**.
    pub work: i64,
}

impl Times {
    /// Whether there is nothing to tell.
    #[must_use]
    pub fn is_none(self) -> bool {
        self.travel < 60_000 && self.work < 60_000
    }
}

/// What `steps` come to at `now`.
#[must_use]
pub fn times_of(steps: &[(JobStatus, Timestamp)], now: Timestamp) -> Times {
    Times {
        travel: time_in(JobStatus::EnRoute, steps, now),
        work: time_in(JobStatus::Started, steps, now),
    }
}

/// What the jobs of `user` come to on the company's day `day`, until `now`.
#[must_use]
pub fn day_times(
    projection: &Projection,
    user: UserId,
    zone: &Zone,
    day: Day,
    now: Timestamp,
) -> Times {
    let (from, until) = (zone.at(day, 0, 0), zone.at(day.plus(1), 0, 0).min(now));
    let own = projection
        .views(Module::Job)
        .filter_map(|view| match view.record {
            Record::Job(job) if job.assignee == Some(user) => Some(job),
            _ => None,
        });
    own.fold(Times::default(), |sum, job| {
        let within = |now: Timestamp| times_of(&steps_until(job, now), now);
        let (before, after) = (within(from), within(until));
        Times {
            travel: sum.travel + (after.travel - before.travel).max(0),
            work: sum.work + (after.work - before.work).max(0),
        }
    })
}

fn steps_until(job: &Job, until: Timestamp) -> Vec<(JobStatus, Timestamp)> {
    let steps = job.steps.iter().filter(|step| step.at <= until);
    steps.map(|step| (step.to, step.at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{NOON, job, projection, signed_in, versioned};
    use JobStatus::{EnRoute, Finished, Paused, Started};
    use afield_domain::StatusStep;

    const MINUTE: i64 = 60_000;

    fn at(minutes: i64) -> Timestamp {
        NOON.plus_ms(minutes * MINUTE)
    }

    #[test]
    fn the_way_and_the_work_are_told_apart_and_a_pause_is_neither() {
        let steps = [
            (EnRoute, at(0)),
            (Started, at(20)),
            (Paused, at(50)),
            (EnRoute, at(60)),
            (Started, at(65)),
            (Finished, at(70)),
        ];
        let times = times_of(&steps, at(500));
        assert_eq!((times.travel, times.work), (25 * MINUTE, 35 * MINUTE));
        assert!(times_of(&[], at(9)).is_none());
        assert_eq!(times_of(&steps[..1], at(7)).travel, 7 * MINUTE);
    }

    #[test]
    fn a_day_counts_its_own_hours_of_every_job() {
        let zone = Zone::utc();
        let mut projection = projection();
        let with = |n: u128, steps: &[(JobStatus, i64)]| {
            let mut of = job(n);
            of.assignee = Some(signed_in().user());
            of.steps = steps
                .iter()
                .map(|(to, minutes)| StatusStep::usual(*to, at(*minutes), "Anna"))
                .collect();
            of
        };
        let yesterday = -20 * 60;
        for of in [
            // Begun before midnight, ended half an hour after it.
            with(1, &[(Started, yesterday), (Finished, -12 * 60 + 30)]),
            with(2, &[(EnRoute, 0), (Started, 10), (Finished, 40)]),
        ] {
            projection.set_record(of.id.into(), Some(versioned(Record::Job(of))));
        }
        let user = signed_in().user();
        let of_day = |day, now| day_times(&projection, user, &zone, day, now);
        let today = of_day(zone.day(NOON), at(600));
        assert_eq!((today.travel, today.work), (10 * MINUTE, 60 * MINUTE));
        let until_now = of_day(zone.day(NOON), at(20));
        assert_eq!(until_now.work, 40 * MINUTE);
        let other = day_times(
            &projection,
            UserId(uuid::Uuid::nil()),
            &zone,
            zone.day(NOON),
            at(9),
        );
        assert!(other.is_none());
    }
}
