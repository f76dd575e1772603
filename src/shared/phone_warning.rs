//! What the office is told before it changes a job that a phone may be changing too.
//!
//! Owns when which warning is said, and its words: what the server knows of the phones of whoever has the job, and what
//! the merge would do. Pure. Must never forbid anything.

#[cfg(target_family = "wasm")]
use crate::tr;
#[cfg(target_family = "wasm")]
use afield_domain::Zone;
use afield_domain::{Job, JobField, Timestamp};
use afield_protocol::Holder;

/// A phone that was not heard from for so long may hold what the server does not know. A phone with a network speaks
/// every two minutes while it is used.
const SILENT_MS: i64 = 5 * 60_000;

/// Something to know before saving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// Its technician is at it, since then.
    InHand(Timestamp),
    /// No phone of its technician was heard from since then.
    Silent(Timestamp),
    /// A phone of its technician has not sent everything.
    Owes,
    /// Giving the job away meets what that phone still holds.
    Reassigning,
    /// Another time does not: what the office plans counts.
    TimeIsSafe,
    /// Of two changes of the same words the later one counts, and both are kept.
    BothKept,
}

/// What is to be said before `fields` of `job` are changed at `now`; nothing where no phone can be in the way.
#[must_use]
pub fn warnings(
    job: &Job,
    holder: Option<Holder>,
    fields: &[JobField],
    now: Timestamp,
) -> Vec<Warning> {
    if job.assignee.is_none() || fields.is_empty() || !job.status.is_open() {
        return Vec::new();
    }
    let seen = holder.and_then(|holder| holder.seen_at);
    let silent = seen.filter(|seen| now.since(*seen) > SILENT_MS);
    let owes = holder.is_some_and(|holder| holder.unsent + holder.files > 0);
    let in_hand = job
        .status
        .is_in_hand()
        .then(|| job.steps.last().map(|step| step.at));
    let in_hand = in_hand.flatten();
    let mut all = Vec::new();
    all.extend(in_hand.map(Warning::InHand));
    all.extend(silent.map(Warning::Silent));
    all.extend(owes.then_some(Warning::Owes));
    if all.is_empty() {
        return all;
    }
    let has = |field| fields.contains(&field);
    let may_meet = silent.is_some() || owes;
    all.extend(has(JobField::Assignee).then_some(Warning::Reassigning));
    all.extend(has(JobField::Schedule).then_some(Warning::TimeIsSafe));
    let words = [JobField::Title, JobField::Description, JobField::Priority];
    all.extend((may_meet && words.into_iter().any(has)).then_some(Warning::BothKept));
    all
}

/// A warning in words, about the phone of whoever is called `name`.
#[cfg(target_family = "wasm")]
#[must_use]
pub fn warning_text(warning: Warning, name: &str, zone: &Zone) -> String {
    let time = |at| zone.day_and_time(at);
    match warning {
        Warning::InHand(since) => tr!(office.in_hand, name = name, time = time(since)),
        Warning::Silent(since) => tr!(office.silent, name = name, time = time(since)),
        Warning::Owes => tr!(office.may_hold, name = name),
        Warning::Reassigning => tr!(office.reassigning).to_owned(),
        Warning::TimeIsSafe => tr!(office.time_is_safe).to_owned(),
        Warning::BothKept => tr!(office.both_kept).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{NOON, job};
    use afield_domain::{JobStatus, StatusStep, UserId};
    use uuid::Uuid;

    fn holder(minutes: i64, unsent: u64) -> Option<Holder> {
        Some(Holder {
            seen_at: Some(NOON.plus_ms(-minutes * 60_000)),
            unsent,
            ..Holder::default()
        })
    }

    fn of(status: JobStatus, assignee: bool) -> Job {
        let mut of = job(1);
        of.status = status;
        of.assignee = assignee.then_some(UserId(Uuid::from_u128(1)));
        of.steps = vec![StatusStep::usual(status, NOON, "Anna")];
        of
    }

    #[test]
    fn what_may_meet_a_phone_is_said_before_it_is_changed() {
        use JobStatus::{Finished, Scheduled, Started};
        use Warning::{BothKept, InHand, Owes, Reassigning, Silent, TimeIsSafe};
        let ago = |minutes: i64| NOON.plus_ms(-minutes * 60_000);
        let all = [JobField::Title, JobField::Schedule, JobField::Assignee];
        for (status, assignee, known, fields, expected) in [
            (Scheduled, true, holder(1, 0), &all[..], vec![]),
            (Scheduled, true, None, &all[..], vec![]),
            (Started, false, holder(90, 3), &all[..], vec![]),
            (Finished, true, holder(90, 3), &all[..], vec![]),
            (Started, true, holder(90, 3), &[][..], vec![]),
            (
                Started,
                true,
                holder(1, 0),
                &all[2..],
                vec![InHand(NOON), Reassigning],
            ),
            (
                Scheduled,
                true,
                holder(90, 0),
                &all[1..2],
                vec![Silent(ago(90)), TimeIsSafe],
            ),
            (
                Scheduled,
                true,
                holder(1, 2),
                &all[..1],
                vec![Owes, BothKept],
            ),
            (
                Started,
                true,
                holder(90, 3),
                &all[..],
                vec![
                    InHand(NOON),
                    Silent(ago(90)),
                    Owes,
                    Reassigning,
                    TimeIsSafe,
                    BothKept,
                ],
            ),
        ] {
            let found = warnings(&of(status, assignee), known, fields, NOON);
            assert_eq!(found, expected, "{status:?} {known:?} {fields:?}");
        }
    }
}
