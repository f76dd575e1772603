//! Tests of `undo`: what never left the device goes, and nothing else does.

use super::*;
use crate::clock::Reading;
use crate::outbox::enqueue::{EnqueueContext, plan_enqueue};
use crate::testing::fixtures::{
    add, create, edit, edit_field, local_file, register, session, set, technician,
};
use crate::{Intent, SignedIn};
use afield_domain::{DeviceId, JobField, JobStatus, Rejection, Timestamp};
use afield_protocol::{Replaced, Seq};
use uuid::Uuid;

use JobStatus::{EnRoute, Finished, Started};

/// The outbox after these were saved one after the other, and what takes back the last one.
fn saved(intents: &[Intent]) -> (OutboxView, Undo) {
    let mut view = OutboxView::default();
    view.meta.session = Some(SignedIn {
        info: session(&technician(1)),
        at: Timestamp(0),
    });
    let mut last = MutationId(Uuid::nil());
    for (n, intent) in (1..).zip(intents) {
        let context = EnqueueContext {
            now: Reading::of_wall(Timestamp(5)),
            ids: vec![MutationId(Uuid::from_u128(n))],
            fresh_device: DeviceId(Uuid::from_u128(1)),
        };
        let plan = plan_enqueue(&view, std::slice::from_ref(intent), &context).unwrap();
        last = plan.value[0].mutation.id;
        write(&mut view, plan.writes);
    }
    let op = intents.last().unwrap().op.clone();
    (view, Undo { id: last, op })
}

fn write(view: &mut OutboxView, writes: Vec<OutboxWrite>) {
    for write in writes {
        match write {
            OutboxWrite::Meta(meta) => view.meta = meta,
            OutboxWrite::Put(entry) => {
                view.entries.retain(|other| other.seq() != entry.seq());
                view.entries.push(entry);
            }
            OutboxWrite::Remove(seq) => view.entries.retain(|entry| entry.seq() != seq),
            other => panic!("{other:?}"),
        }
    }
}

/// What is left after the last of `intents` was taken back is what was there before it.
#[track_caller]
fn check_goes(intents: &[Intent]) {
    let (mut view, undo) = saved(intents);
    let plan = plan_undo(&view, &undo).unwrap();
    write(&mut view, plan.writes);
    let before = saved(&intents[..intents.len() - 1]);
    let ops = |view: &OutboxView| -> Vec<Op> {
        let ops = view.entries.iter().map(|entry| entry.mutation.op.clone());
        ops.collect()
    };
    assert_eq!(ops(&view), ops(&before.0));
}

#[track_caller]
fn check_stays(view: &OutboxView, undo: &Undo, why: NoUndo) {
    assert_eq!(plan_undo(view, undo), Err(SyncError::NoUndo(why)));
}

#[test]
fn the_last_change_goes_and_what_was_there_before_stays() {
    check_goes(&[set(2, Started), set(1, EnRoute)]);
    check_goes(&[set(1, EnRoute), set(1, Started)]);
    check_goes(&[set(1, Started), add(1, 1)]);
    check_goes(&[edit(2, "a", "b"), create(1)]);
}

#[test]
fn of_joined_edits_only_the_last_one_goes() {
    let description = || edit_field(1, JobField::Description, "", "Bring a hose");
    check_goes(&[edit(1, "a", "b"), description()]);
    check_goes(&[edit(1, "a", "b"), edit(1, "b", "c")]);
    let (view, _) = saved(&[edit(1, "a", "b"), description()]);
    assert_eq!(view.entries.len(), 1, "the two are one entry");
    // Back to what was there at the beginning: nothing is left to send.
    let (mut view, undo) = saved(&[edit(1, "a", "b"), edit(1, "b", "a")]);
    let plan = plan_undo(&view, &undo).unwrap();
    write(&mut view, plan.writes);
    assert_eq!(view.entries[0].mutation.op, edit(1, "a", "b").op);
    // The first of two has been written over.
    let first = Undo {
        id: undo.id,
        op: edit(1, "a", "b").op,
    };
    let (view, _) = saved(&[edit(1, "a", "b"), edit(1, "b", "c")]);
    check_stays(&view, &first, NoUndo::Followed);
}

#[test]
fn what_anything_builds_on_stays() {
    let (view, _) = saved(&[set(1, EnRoute), set(1, Started)]);
    let first = Undo {
        id: view.entries[0].mutation.id,
        op: set(1, EnRoute).op,
    };
    check_stays(&view, &first, NoUndo::Followed);
    // A note on a job that is itself unsent; and what waits for everything done before.
    for intents in [[create(1), add(1, 1)], [add(1, 1), set(1, Finished)]] {
        let (view, _) = saved(&intents);
        let first = Undo {
            id: view.entries[0].mutation.id,
            op: intents[0].op.clone(),
        };
        check_stays(&view, &first, NoUndo::Followed);
    }
}

#[test]
fn what_somebody_may_know_of_stays() {
    type Change = fn(&mut OutboxEntry);
    let change: [(Change, NoUndo); 5] = [
        (|entry| entry.sent = true, NoUndo::Sent),
        (
            |entry| entry.state = EntryState::InFlight { lease: 1 },
            NoUndo::Sent,
        ),
        (
            |entry| {
                entry.mutation.replaces = vec![Replaced {
                    id: MutationId(Uuid::from_u128(77)),
                    seq: Seq(1),
                }];
            },
            NoUndo::Sent,
        ),
        (
            |entry| {
                entry.state = EntryState::Parked {
                    reason: Rejection::Forbidden,
                    at: Timestamp(1),
                    rev: None,
                };
            },
            NoUndo::Refused,
        ),
        (|entry| entry.mutation.user = technician(2).id, NoUndo::Gone),
    ];
    for (change, why) in change {
        let (mut view, undo) = saved(&[set(1, EnRoute)]);
        change(&mut view.entries[0]);
        check_stays(&view, &undo, why);
    }
    let (mut view, undo) = saved(&[set(1, EnRoute)]);
    view.entries.clear();
    check_stays(&view, &undo, NoUndo::Gone);
    let (view, undo) = saved(&[register(&local_file(1, 1, b"x"))]);
    check_stays(&view, &undo, NoUndo::File);
    let (mut view, undo) = saved(&[set(1, EnRoute)]);
    view.meta.session = None;
    assert_eq!(plan_undo(&view, &undo), Err(SyncError::SignedOut));
}
