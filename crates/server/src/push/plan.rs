//! The judgement on one mutation, and which later ones wait for it.
//!
//! Owns the order of the questions. Pure: everything known is an argument.

use super::read::Item;
use crate::storage::{MutationRow, StoredRecord};
use afield_domain::rejection::Problem;
use afield_domain::{
    Actor, ApplyContext, Effect, JobId, MutationId, OP_VERSION, Op, Record, RecordKey, Rejection,
    Timestamp, User, apply_op,
};
use afield_protocol::{ActivityKind, Mutation};
use std::collections::HashSet;

/// What is known when a mutation is judged.
#[derive(Debug)]
pub(crate) struct Known<'a> {
    /// The session's user as of now; none if no longer active.
    pub(crate) user: Option<&'a User>,
    /// The verdict on a mutation of this id.
    pub(crate) stored: Option<&'a MutationRow>,
    /// The mutation that used this place in the device's order.
    pub(crate) at_seq: Option<MutationId>,
    /// The records that the operation reads.
    pub(crate) records: &'a [(StoredRecord, Record)],
    /// The time of receipt.
    pub(crate) now: Timestamp,
}

/// What to do with a mutation.
#[derive(Debug, PartialEq)]
pub(crate) enum Decision {
    /// Answer as before.
    Repeat(MutationRow),
    /// Refuse, and remember it.
    Refuse(Rejection),
    /// Refuse, and keep no trace: the same mutation may be decided otherwise later.
    RefuseForNow(Rejection),
    /// Write these.
    Write(Vec<Record>),
    /// Nothing to write.
    Already,
}

/// Judges `mutation`.
pub(crate) fn judge(mutation: &Mutation, fingerprint: &str, known: &Known<'_>) -> Decision {
    if let Some(stored) = known.stored {
        return if stored.fingerprint == fingerprint {
            Decision::Repeat(stored.clone())
        } else {
            Decision::RefuseForNow(Rejection::IdempotencyMismatch)
        };
    }
    if known.at_seq.is_some() {
        return Decision::RefuseForNow(Rejection::SequenceReused);
    }
    // Not remembered: a newer server will know it.
    if mutation.op_version > OP_VERSION || mutation.op == Op::Unknown {
        return Decision::RefuseForNow(Rejection::UnknownOp);
    }
    let Some(user) = known.user else {
        return Decision::RefuseForNow(Rejection::Forbidden);
    };
    if known.records.iter().any(|(stored, _)| stored.deleted) {
        return Decision::Refuse(Rejection::Deleted);
    }
    let context = ApplyContext {
        actor: Actor::from(user),
        made_at: made_at(mutation, known.now),
    };
    let lookup = |key: RecordKey| {
        let found = known.records.iter().find(|(stored, _)| stored.key == key);
        found.map(|(_, record)| record)
    };
    match apply_op(context, &mutation.op, lookup) {
        Ok(Effect::Write(records)) => Decision::Write(records),
        Ok(Effect::Already) => Decision::Already,
        Err(reason) => Decision::Refuse(reason),
    }
}

/// When the user did it: by the phone's corrected clock, but not after it arrived.
pub(crate) fn made_at(mutation: &Mutation, now: Timestamp) -> Timestamp {
    mutation.made_at().min(now)
}

/// What a write looks like on the board.
pub(crate) fn describe(before: Option<&Record>, after: &Record) -> Option<(JobId, ActivityKind)> {
    match (before, after) {
        (Some(Record::Job(before)), Record::Job(after)) if before.status != after.status => {
            let kind = ActivityKind::Status {
                from: before.status,
                to: after.status,
            };
            Some((after.id, kind))
        }
        (None, Record::Note(note)) => {
            let text = note.text.clone();
            Some((note.job, ActivityKind::Note { text }))
        }
        _ => None,
    }
}

/// The rejection of what does not read as a mutation.
pub(crate) fn malformed(field: &str) -> Rejection {
    Rejection::Invalid {
        field: field.to_owned(),
        problem: Problem::Malformed,
    }
}

/// The lanes and mutations behind a rejection in this batch: what belongs to them is left alone.
#[derive(Debug, Default)]
pub(crate) struct Holds {
    lanes: HashSet<RecordKey>,
    mutations: HashSet<MutationId>,
}

impl Holds {
    /// Whether `item` waits for something held; then it is held as well.
    pub(crate) fn holds(&mut self, item: &Item) -> bool {
        let held = item.lane().is_some_and(|lane| self.lanes.contains(&lane))
            || item
                .depends_on()
                .iter()
                .any(|id| self.mutations.contains(id));
        if held {
            self.add(item);
        }
        held
    }

    /// Holds all that comes after `item` in its lane or depends on it.
    pub(crate) fn add(&mut self, item: &Item) {
        self.mutations.insert(item.id());
        self.lanes.extend(item.lane());
    }
}
