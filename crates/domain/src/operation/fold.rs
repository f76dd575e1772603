//! What the user sees: the server's last copy with the phone's own unsent operations on top.
//!
//! Owns [`fold_op`]. A base that already holds an operation's effect folds to the same view. Must never
//! judge: what was saved on the phone is shown as saved.

use super::Op;
use crate::record::{Record, RecordKey};
use crate::time::Timestamp;
use crate::user::Actor;
use afield_planted::planted;

/// The view of the record `key` after `op`, given its view before.
#[must_use]
pub fn fold_op(
    key: RecordKey,
    view: Option<Record>,
    op: &Op,
    author: Actor<'_>,
    made_at: Timestamp,
) -> Option<Record> {
    let is_forgotten = planted!(FoldForgetsEdit: false => matches!(op, Op::EditJob { .. }));
    if op.target() != Some(key) || is_forgotten {
        return view;
    }
    op.effect(view, author, made_at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{JobId, NoteId, UserId};
    use crate::operation::{ApplyContext, Effect, apply_op};
    use crate::record::JobStatus;
    use crate::record::{Job, Priority};
    use crate::user::Role;
    use proptest::prelude::*;
    use uuid::Uuid;

    const ANNA: Actor<'static> = Actor {
        id: UserId(Uuid::from_u128(1)),
        name: "Anna",
        role: Role::Technician,
    };

    fn job(status: JobStatus) -> Record {
        Record::Job(Job {
            id: JobId(Uuid::from_u128(7)),
            number: "J-7".into(),
            title: "Boiler".into(),
            description: String::new(),
            priority: Priority::Normal,
            status,
            assignee: Some(ANNA.id),
            starts: Timestamp(0),
            ends: Timestamp(1),
            customer: None,
            organization: None,
            property: None,
            ..Job::BLANK
        })
    }

    fn any_status() -> impl Strategy<Value = JobStatus> {
        proptest::sample::select(JobStatus::ALL.to_vec())
    }

    proptest! {
        /// Whatever prefix of the unsent changes the base already holds, the view is the same.
        #[test]
        fn folding_is_idempotent(start in any_status(), steps in proptest::collection::vec(any_status(), 0..6), held in 0usize..6) {
            let key = JobId(Uuid::from_u128(7)).into();
            // A step to where the job stands already is none, and no phone saves it.
            let mut steps = steps;
            steps.insert(0, start);
            steps.dedup();
            steps.remove(0);
            let ops: Vec<Op> = steps.iter().map(|to| Op::set_status(JobId(Uuid::from_u128(7)), *to)).collect();
            let fold = |base, ops: &[Op]| ops.iter().fold(base, |view, op| fold_op(key, view, op, ANNA, Timestamp(5)));
            let view = fold(Some(job(start)), &ops);
            let held = held.min(ops.len());
            let base_with_prefix = fold(Some(job(start)), &ops[..held]);
            if !ops.is_empty() {
                prop_assert_eq!(fold(base_with_prefix, &ops), view);
            }
        }

        /// A note shown before it is sent is the note the server makes of it.
        #[test]
        fn the_view_of_a_note_is_what_the_server_writes(text in "[ a-zä👷\n]{0,4}[a-z]{1,5} ?") {
            let op = Op::AddNote { note: NoteId(Uuid::from_u128(9)), job: JobId(Uuid::from_u128(7)), text, files: Vec::new() };
            let shown = fold_op(NoteId(Uuid::from_u128(9)).into(), None, &op, ANNA, Timestamp(5));
            let job = job(JobStatus::Started);
            let written = apply_op(ApplyContext::local(ANNA, Timestamp(5)), &op, |key| (Some(key) == job.key()).then_some(&job));
            prop_assert_eq!(written, Ok(Effect::Write(vec![shown.clone().unwrap()])));
            let again = fold_op(NoteId(Uuid::from_u128(9)).into(), shown.clone(), &op, ANNA, Timestamp(5));
            prop_assert_eq!(again, shown);
        }
    }
}
