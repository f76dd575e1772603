//! Tests of how much of the log stays, and of the way back.

use super::*;
use crate::outbox::entry::EntryState;
use crate::testing::fixtures::{job_key, session, set, technician};
use crate::{OutboxMeta, SignedIn};
use afield_domain::{DeviceId, JobStatus, OP_VERSION, Rejection};
use afield_protocol::{Mutation, Seq};
use uuid::Uuid;

const NOW: Timestamp = Timestamp(1_795_248_000_000);
const DEVICE: DeviceId = DeviceId(Uuid::from_u128(1));

fn id(seq: u64) -> MutationId {
    MutationId(Uuid::from_u128(u128::from(seq)))
}

fn pending(seq: u64, user: u128) -> OutboxEntry {
    let op = set(1, JobStatus::EnRoute).op;
    OutboxEntry::new(Mutation {
        id: id(seq),
        device: DEVICE,
        seq: Seq(seq),
        user: technician(user).id,
        lane: job_key(1),
        depends_on: Vec::new(),
        replaces: Vec::new(),
        op_version: OP_VERSION,
        op,
        base_rev: None,
        wall: NOW,
        clock_offset_ms: 0,
    })
}

fn refused(seq: u64, user: u128) -> OutboxEntry {
    OutboxEntry {
        state: EntryState::Parked {
            reason: Rejection::Forbidden,
            at: NOW,
            rev: None,
        },
        ..pending(seq, user)
    }
}

fn signed_in(user: u128) -> OutboxView {
    OutboxView {
        meta: OutboxMeta {
            device: Some(DEVICE),
            last_seq: Seq(10_000),
            session: Some(SignedIn {
                info: session(&technician(user)),
                at: NOW,
            }),
            ..OutboxMeta::default()
        },
        ..OutboxView::default()
    }
}

/// Carries writes out as a store does.
fn write(view: &mut OutboxView, writes: Vec<OutboxWrite>) {
    for write in writes {
        match write {
            OutboxWrite::Log(line) => {
                view.log.retain(|old| old.seq() != line.seq());
                view.log.push(line);
                view.log.sort_by_key(OutboxEntry::seq);
            }
            OutboxWrite::Unlog(seq) => view.log.retain(|old| old.seq() != seq),
            OutboxWrite::Put(entry) => view.entries.push(entry),
            other => panic!("{other:?}"),
        }
    }
}

fn decide(view: &mut OutboxView, removed: &[OutboxEntry], decision: Decision, now: Timestamp) {
    let writes = log_writes(view, removed, decision, now);
    write(view, writes);
}

fn seqs(view: &OutboxView) -> Vec<u64> {
    view.log.iter().map(|line| line.seq().0).collect()
}

#[test]
fn so_many_lines_stay_of_each_user_and_the_newest() {
    let mut view = signed_in(1);
    decide(&mut view, &[refused(9_000, 2)], Decision::SentAgain, NOW);
    for seq in 1..=205 {
        let now = NOW.plus_ms(i64::try_from(seq).unwrap());
        decide(&mut view, &[refused(seq, 1)], Decision::SentAgain, now);
    }
    let expected: Vec<u64> = (6..=205).chain([9_000]).collect();
    assert_eq!(seqs(&view), expected);
    // Whatever the clock says by now, what was just decided stays, and pushes one out.
    decide(
        &mut view,
        &[refused(300, 1)],
        Decision::SentAgain,
        Timestamp(1),
    );
    let expected: Vec<u64> = (7..=205).chain([300, 9_000]).collect();
    assert_eq!(seqs(&view), expected);
}

#[test]
fn what_is_large_leaves_room_for_less_and_stands_there_all_the_same() {
    let mut view = signed_in(1);
    let large = |seq, bytes: usize| {
        let mut entry = refused(seq, 1);
        entry.mutation.op = crate::testing::fixtures::edit(1, "a", &"x".repeat(bytes)).op;
        entry
    };
    let later = |minutes: i64| NOW.plus_ms(minutes * 60_000);
    decide(
        &mut view,
        &[large(1, LOG_BYTES / 2)],
        Decision::SentAgain,
        later(1),
    );
    decide(&mut view, &[refused(2, 1)], Decision::SentAgain, later(2));
    assert_eq!(seqs(&view), [1, 2]);
    decide(
        &mut view,
        &[large(3, LOG_BYTES / 2)],
        Decision::SentAgain,
        later(3),
    );
    assert_eq!(seqs(&view), [2, 3]);
    decide(
        &mut view,
        &[large(4, LOG_BYTES)],
        Decision::SentAgain,
        later(4),
    );
    assert_eq!(seqs(&view), [4]);
}

#[test]
fn what_can_be_brought_back_stays_for_its_time_and_what_waited_no_longer() {
    let mut view = signed_in(1);
    let went = [refused(1, 1), pending(2, 1), refused(3, 1)];
    decide(&mut view, &went, Decision::Reverted, NOW);
    assert_eq!(seqs(&view), [1, 2, 3]);
    assert!(
        view.log
            .iter()
            .all(|line| line.can_come_back(NOW) == (line.seq() == Seq(1)))
    );
    for seq in 100..400 {
        decide(
            &mut view,
            &[refused(seq, 1)],
            Decision::Released,
            NOW.plus_ms(1),
        );
    }
    assert_eq!(seqs(&view).len(), LOG_MOST + 3);
    assert_eq!(seqs(&view)[..3], [1, 2, 3]);
    let over = NOW.plus_ms(BACK_MS);
    assert!(view.log.iter().all(|line| !line.can_come_back(over)));
    decide(&mut view, &[refused(500, 1)], Decision::Released, over);
    assert_eq!(seqs(&view).len(), LOG_MOST);
    assert_eq!(seqs(&view)[0], 201);
}

#[test]
fn what_was_never_refused_leaves_the_log_when_its_time_is_over() {
    let mut view = signed_in(1);
    decide(
        &mut view,
        &[refused(1, 1), pending(2, 1)],
        Decision::Reverted,
        NOW,
    );
    let over = NOW.plus_ms(BACK_MS);
    decide(&mut view, &[refused(3, 1)], Decision::SentAgain, over);
    assert_eq!(seqs(&view), [1, 3]);
}

#[test]
fn it_comes_back_whole_in_time_for_its_user_and_once() {
    let mut view = signed_in(1);
    let went = [refused(1, 1), pending(2, 1), refused(3, 1)];
    decide(&mut view, &went, Decision::Reverted, NOW);
    decide(&mut view, &[refused(4, 1)], Decision::SentAgain, NOW);
    let in_time = NOW.plus_ms(BACK_MS - 1);
    let try_it = |view: &OutboxView, seq, now| plan_bring_back(view, id(seq), now).map(drop);
    // One that went with another, one that was sent again, one too late, and as somebody else.
    for (seq, now) in [
        (2, in_time),
        (3, in_time),
        (4, in_time),
        (1, NOW.plus_ms(BACK_MS)),
    ] {
        assert_eq!(try_it(&view, seq, now), Err(SyncError::NoEntry), "{seq}");
    }
    let others = OutboxView {
        meta: signed_in(2).meta,
        ..view.clone()
    };
    assert_eq!(try_it(&others, 1, in_time), Err(SyncError::SignedOut));
    let mut copied = view.clone();
    copied.meta.last_seq = Seq(2);
    assert_eq!(try_it(&copied, 1, in_time), Err(SyncError::Changed));
    let plan = plan_bring_back(&view, id(1), in_time).unwrap();
    write(&mut view, plan.writes);
    assert_eq!(view.entries, went);
    assert_eq!(seqs(&view), [4]);
    assert_eq!(try_it(&view, 1, in_time), Err(SyncError::NoEntry));
}
