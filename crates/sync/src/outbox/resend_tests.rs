//! Tests of `resend`: what follows, and bounds.

use super::*;
use crate::clock::Reading;
use crate::outbox::revert::plan_revert;
use crate::testing::fixtures::{self, add, edit, mutation_id as id, set, technician};
use afield_domain::{JobStatus, Timestamp};

fn entry(seq: u64, intent: crate::Intent) -> OutboxEntry {
    fixtures::entry(seq, intent).unwrap()
}

fn parked(mut entry: OutboxEntry, reason: Rejection) -> OutboxEntry {
    let (at, rev) = (Timestamp(0), None);
    entry.state = EntryState::Parked { reason, at, rev };
    entry
}

fn after(mut entry: OutboxEntry, seqs: &[u64]) -> OutboxEntry {
    entry.mutation.depends_on = seqs.iter().map(|seq| id(*seq)).collect();
    entry
}

fn view(entries: Vec<OutboxEntry>) -> OutboxView {
    let mut view = OutboxView {
        entries,
        ..OutboxView::default()
    };
    view.meta.last_seq = Seq(100);
    view
}

fn resent(view: &OutboxView, seq: u64) -> Vec<OutboxEntry> {
    let context = ResendContext {
        by_itself: false,
        now: Reading::of_wall(Timestamp(9)),
        ids: (500..600).map(id).collect(),
    };
    plan_resend(view, id(seq), None, &context).unwrap().value
}

/// Where each of them was before, in the new order.
fn places(entries: &[OutboxEntry]) -> Vec<u64> {
    let replaced = entries.iter().map(|entry| entry.mutation.replaces.last());
    replaced.map(|old| old.unwrap().seq.0).collect()
}

/// Two notes were refused; the job's end waits for both, what was changed there afterwards for the end.
#[test]
fn later_changes_of_a_follower_s_record_follow_it() {
    let refused = |seq| parked(entry(seq, add(u128::from(seq), 1)), Rejection::Forbidden);
    let other = |mut entry: OutboxEntry| {
        entry.mutation.user = technician(2).id;
        entry
    };
    let view = view(vec![
        refused(1),
        refused(2),
        after(entry(3, set(1, JobStatus::Finished)), &[1, 2]),
        entry(4, edit(1, "a", "b")),
        entry(5, set(2, JobStatus::EnRoute)),
        after(entry(6, set(2, JobStatus::Started)), &[4]),
        entry(7, edit(2, "a", "b")),
        other(entry(8, edit(1, "a", "b"))),
    ]);
    for sent_again in [1, 2] {
        let expected = [sent_again, 3, 4, 6, 7];
        assert_eq!(places(&resent(&view, sent_again)), expected);
    }
}

/// Two of one record were refused (a server that was put back): the earlier one, sent again, does not get
/// behind the later one, and takes nothing of it along.
#[test]
fn an_earlier_change_does_not_wait_for_a_later_one() {
    let refused = |seq| parked(entry(seq, edit(1, "a", "b")), Rejection::UnknownOp);
    let view_before = view(vec![refused(1), refused(2), entry(3, edit(1, "a", "b"))]);
    let again = resent(&view_before, 1);
    assert_eq!(places(&again), [1, 3]);
    let mut entries = vec![refused(2)];
    entries.extend(again);
    let (first, later) = (entries[1].seq(), entries[2].seq());
    let held = held_entries(&entries);
    assert!(!held.contains(first) && held.contains(later));
    let shown: Vec<MutationId> = entries.iter().map(|entry| entry.mutation.id).collect();
    let reverted = plan_revert(&entries, id(2), &shown).unwrap().writes;
    let expected = [Seq(2), later].map(OutboxWrite::Remove);
    assert_eq!(reverted, expected);
}

/// Of another user nothing follows, and nothing goes with a reverted one.
#[test]
fn another_user_s_changes_of_the_record_stay() {
    let mut theirs = entry(2, edit(1, "a", "b"));
    theirs.mutation.user = technician(2).id;
    let refused = parked(entry(1, edit(1, "a", "c")), Rejection::Forbidden);
    let view = view(vec![refused, theirs]);
    assert_eq!(places(&resent(&view, 1)), [1]);
    let reverted = plan_revert(&view.entries, id(1), &[id(1)]).unwrap();
    assert_eq!(reverted.writes, [OutboxWrite::Remove(Seq(1))]);
}

/// The server takes so many of each and no more: what is sent again and again stays within.
#[test]
fn what_is_sent_again_ever_so_often_fits_in_a_push() {
    let many: Vec<u64> = (1_000..=2_500).collect();
    let mut refused = parked(after(entry(1, add(1, 1)), &many), Rejection::Forbidden);
    for _ in 0..300 {
        let mut entries = resent(&view(vec![refused, entry(2_500, add(2, 1))]), 1);
        let mut again = entries.remove(0);
        assert_eq!(again.mutation.depends_on, [id(2_500)]);
        assert_eq!(again.mutation.replaces.first().unwrap().id, id(1));
        assert!(again.mutation.replaces.len() <= limits::REPLACES);
        again.mutation.id = id(1);
        refused = parked(again, Rejection::Forbidden);
    }
    assert_eq!(refused.mutation.replaces.len(), limits::REPLACES);
}

/// Only the tries for another place count among these.
#[test]
fn a_change_that_was_refused_often_still_gets_another_place() {
    let mut refused = parked(entry(1, add(1, 1)), Rejection::Forbidden);
    for _ in 0..50 {
        let again = resent(&view(vec![refused]), 1).remove(0);
        assert_eq!((again.seq(), again.renumbered), (Seq(101), 0));
        refused = parked(again, Rejection::Forbidden);
        refused.mutation.id = id(1);
    }
    let mut steps = Vec::new();
    for _ in 0..3 {
        let again = resent(&view(vec![parked(refused, Rejection::SequenceReused)]), 1).remove(0);
        steps.push(again.seq().0 - 100);
        refused = again;
        refused.mutation.id = id(1);
    }
    assert_eq!((steps, refused.renumbered), (vec![1, 2, 4], 3));
}
