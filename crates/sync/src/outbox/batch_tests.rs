//! Tests of `batch`: order, holding, limits.

use super::*;
use crate::Intent;
use crate::outbox::held::{HeldEntries, held_entries};
use crate::outbox::stopped::Stopped;
use crate::ports::OutboxView;
use crate::testing::fixtures::{self, add, job_key, mutation_id as id, set, technician};
use afield_domain::{JobStatus, Rejection, Timestamp};
use afield_protocol::Seq;

fn entry(seq: u64, intent: Intent) -> OutboxEntry {
    fixtures::entry(seq, intent).unwrap()
}

fn parked(mut entry: OutboxEntry) -> OutboxEntry {
    entry.state = EntryState::Parked {
        reason: Rejection::Forbidden,
        at: Timestamp(0),
        rev: None,
    };
    entry
}

fn after(mut entry: OutboxEntry, seq: u64) -> OutboxEntry {
    entry.mutation.depends_on = vec![id(seq)];
    entry
}

fn of(mut entry: OutboxEntry, user: u128) -> OutboxEntry {
    entry.mutation.user = technician(user).id;
    entry
}

#[track_caller]
fn check(entries: &[OutboxEntry], limits: BatchLimits, expected: &[u64]) {
    let batch = plan_batch(entries, technician(1).id, limits);
    let seqs: Vec<u64> = batch.iter().map(|entry| entry.seq().0).collect();
    assert_eq!(seqs, expected);
}

/// Read by a build that does not know the operation, it would go out without its content.
#[test]
fn what_this_build_cannot_read_waits_with_its_lane() {
    let mut unread = entry(2, set(1, JobStatus::Started));
    unread.mutation.op = Op::Unknown;
    let entries = [
        entry(1, set(1, JobStatus::EnRoute)),
        unread,
        entry(3, set(1, JobStatus::Paused)),
        after(entry(4, add(1, 2)), 2),
        entry(5, set(2, JobStatus::EnRoute)),
        after(entry(6, set(2, JobStatus::Started)), 4),
        entry(7, set(2, JobStatus::Paused)),
    ];
    check(&entries, BatchLimits::USUAL, &[1, 5]);
}

#[test]
fn everything_goes_in_the_order_in_which_it_was_done() {
    let entries = [
        entry(1, set(1, JobStatus::EnRoute)),
        entry(2, set(2, JobStatus::EnRoute)),
        entry(3, set(1, JobStatus::Started)),
    ];
    check(&entries, BatchLimits::USUAL, &[1, 2, 3]);
    let two = BatchLimits {
        items: 2,
        ..BatchLimits::USUAL
    };
    check(&entries, two, &[1, 2]);
    let tiny = BatchLimits {
        bytes: 1,
        ..BatchLimits::USUAL
    };
    check(&entries, tiny, &[1]);
}

#[test]
fn a_parked_entry_holds_its_lane_and_its_dependants_and_nobody_else() {
    let entries = [
        parked(entry(1, set(1, JobStatus::EnRoute))),
        entry(2, set(1, JobStatus::Started)),
        entry(3, set(2, JobStatus::EnRoute)),
        after(entry(4, add(1, 1)), 2),
        entry(5, add(2, 1)),
    ];
    check(&entries, BatchLimits::USUAL, &[3, 5]);
    let held = held_entries(&entries);
    assert_eq!(held, HeldEntries(vec![(Seq(2), id(1)), (Seq(4), id(1))]));
}

/// Two users of one phone: neither's refused or stopped change keeps the other's, whatever it is about.
#[test]
fn one_user_s_lane_is_not_another_s() {
    let anyone = |n| entry(n, set(1, JobStatus::Started));
    let mut aside = of(anyone(2), 2);
    aside.stopped = Some(Stopped {
        aside: true,
        ..Stopped::default()
    });
    let entries = [of(parked(anyone(1)), 2), aside, anyone(3), anyone(4)];
    check(&entries, BatchLimits::USUAL, &[3, 4]);
    assert_eq!(held_entries(&entries), HeldEntries(vec![(Seq(2), id(1))]));
}

#[test]
fn another_user_s_entries_stay_where_they_are() {
    let entries = [
        of(entry(1, set(1, JobStatus::EnRoute)), 2),
        entry(2, set(2, JobStatus::EnRoute)),
        after(entry(3, add(1, 2)), 1),
    ];
    check(&entries, BatchLimits::USUAL, &[2]);
    let mut view = OutboxView::default();
    view.meta.last_seq = Seq(3);
    assert_eq!(view.ack_below(), Seq(4));
    view.entries = entries[1..].to_vec();
    assert_eq!(view.ack_below(), Seq(2));
    view.unreadable = vec![Seq(1)];
    assert_eq!(view.ack_below(), Seq(1));
    assert_eq!(entries[0].mutation.lane, job_key(1));
}

/// Somebody on the way does not let one through: it waits with its lane and its dependants, the rest goes
/// on; when its time has come it goes alone.
#[test]
fn what_is_stopped_on_the_way_waits_by_itself_and_goes_alone() {
    let stopped = |aside| {
        let mut entry = entry(2, add(1, 1));
        entry.stopped = Some(Stopped {
            aside,
            ..Stopped::default()
        });
        entry
    };
    let around = |aside| {
        [
            entry(1, set(1, JobStatus::EnRoute)),
            stopped(aside),
            after(entry(3, set(1, JobStatus::Started)), 2),
            entry(4, set(2, JobStatus::EnRoute)),
            entry(5, set(1, JobStatus::Paused)),
        ]
    };
    // The lane of a note is the note; the status depends on it, and the next one of the job follows.
    check(&around(true), BatchLimits::USUAL, &[1, 4]);
    check(&around(false), BatchLimits::USUAL, &[1]);
    check(&around(false)[1..], BatchLimits::USUAL, &[2]);
    let mut lane = stopped(true);
    lane.mutation.lane = job_key(2);
    let entries = [
        lane,
        entry(4, set(2, JobStatus::EnRoute)),
        entry(5, set(1, JobStatus::EnRoute)),
    ];
    check(&entries, BatchLimits::USUAL, &[5]);
}
