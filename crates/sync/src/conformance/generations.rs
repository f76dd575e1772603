//! Two generations of a cache: one is shown while pulls fill the other, which then takes over.
//!
//! Owns the part of the cache's contract that begins with [`CacheStore::restage`].

use super::{batch, status_of, upsert, upsert_note};
use crate::cache::state::CacheState;
use crate::ports::{CacheBatch, CacheOutcome, CacheStore, Source};
use crate::testing::fixtures::{job_key, note_key, technician};
use afield_domain::JobStatus::{EnRoute, Finished, Paused, Scheduled, Started};
use afield_domain::{JobStatus, Module, RecordKey, Timestamp};
use afield_protocol::{Change, Cursor, EpochId};

/// Runs every check, whatever the store held before.
pub(super) async fn suite<C: CacheStore>(store: &C, again: &impl AsyncFn() -> C) {
    what_is_shown_stays_while_another_fills(store, again).await;
    a_page_for_a_moved_cursor_is_dropped(store).await;
    a_verdict_refreshes_both(store).await;
    changes_of_another_data_set_are_dropped(store).await;
    the_new_one_takes_over_with_what_unsent_work_needs(store, again).await;
    what_was_shown_is_gone(store, again).await;
    staging_again_starts_over(store, again).await;
    reset_leaves_neither(store, again).await;
}

fn state(cursor: Option<&str>, staging: bool) -> CacheState {
    CacheState {
        owner: Some(technician(1).id),
        epoch: cursor.map(|_| epoch("new")),
        cursor: cursor.map(|cursor| Cursor(cursor.into())),
        staging,
        ..CacheState::default()
    }
}

fn epoch(name: &str) -> EpochId {
    EpochId(name.into())
}

fn page(state: CacheState, changes: Vec<Change>) -> CacheBatch {
    CacheBatch {
        state: Some(state),
        ..batch(Source::Pull, changes)
    }
}

async fn apply<C: CacheStore>(store: &C, batch: CacheBatch) -> CacheOutcome {
    store.apply(&batch).await.unwrap()
}

async fn check<C: CacheStore>(store: &C, n: u128, expected: Option<(u64, JobStatus)>) {
    assert_eq!(status_of(store, n).await, expected, "job {n}");
}

/// The keys of everything that is shown, as [`CacheStore::load_module`] gives it.
async fn shown<C: CacheStore>(store: &C) -> Vec<RecordKey> {
    let mut keys = Vec::new();
    for module in Module::ALL {
        let records = store.load_module(module).await.unwrap();
        keys.extend(records.iter().filter_map(|record| record.record.key()));
    }
    keys.sort();
    keys
}

async fn check_shown<C: CacheStore>(store: &C, expected: &[RecordKey]) {
    let mut expected = expected.to_vec();
    expected.sort();
    assert_eq!(shown(store).await, expected);
}

/// More than a store would put on one page.
const MANY: std::ops::Range<u128> = 2_000..2_300;

async fn what_is_shown_stays_while_another_fills<C: CacheStore>(
    store: &C,
    again: &impl AsyncFn() -> C,
) {
    store.reset(&state(Some("z"), false)).await.unwrap();
    let few = (1..=3).map(|n| upsert(n, 5, Scheduled));
    let many = MANY.map(|n| upsert(n, 5, Scheduled));
    let mut changes: Vec<_> = few.chain(many).collect();
    changes.push(upsert_note(1, 1));
    apply(store, batch(Source::Pull, changes)).await;
    let before = shown(store).await;
    assert_eq!(before.len(), 304);

    let mut begun = state(None, true);
    begun.leaving = vec![job_key(3)];
    store.restage(&begun).await.unwrap();
    let other = again().await;
    assert_eq!(other.load_state().await.unwrap(), begun);
    assert_eq!(shown(&other).await, before);

    let mut changes = vec![
        upsert(1, 9, Started),
        upsert(4, 1, Scheduled),
        upsert(50, 1, Scheduled),
        Change::Tombstone { key: job_key(2) },
        Change::Tombstone { key: job_key(50) },
    ];
    changes.extend((3_000..3_300).map(|n| upsert(n, 1, Scheduled)));
    let mut first = page(state(Some("a"), true), changes);
    first.expected_cursor = Some(None);
    assert_eq!(apply(store, first).await, CacheOutcome::Staged);
    assert_eq!(other.load_state().await.unwrap(), state(Some("a"), true));
    assert_eq!(shown(&other).await, before);
    check(&other, 1, Some((5, Scheduled))).await;
    check(&other, 2, Some((5, Scheduled))).await;
    check(&other, 4, None).await;
}

async fn a_page_for_a_moved_cursor_is_dropped<C: CacheStore>(store: &C) {
    // Even the page that would end the filling.
    let mut late = page(state(Some("late"), false), vec![upsert(60, 1, Scheduled)]);
    late.expected_cursor = Some(None);
    assert_eq!(apply(store, late).await, CacheOutcome::CursorMoved);
    assert_eq!(store.load_state().await.unwrap(), state(Some("a"), true));
    check(store, 1, Some((5, Scheduled))).await;
}

async fn a_verdict_refreshes_both<C: CacheStore>(store: &C) {
    let mut verdict = batch(
        Source::Verdict,
        vec![
            upsert(1, 10, Paused),  // in both
            upsert(2, 6, Finished), // only in what is shown
            upsert(4, 2, EnRoute),  // only in the new one
            upsert_note(9, 4),      // on a job that only the new one has
            upsert_note(8, 2),      // on a job that only the old one has
            upsert(70, 1, Started), // in neither
        ],
    );
    verdict.epoch = Some(epoch("new"));
    let outcome = apply(store, verdict).await;
    let changed = vec![job_key(1), job_key(2), note_key(8)];
    assert_eq!(outcome, CacheOutcome::Written(changed));
    check(store, 1, Some((10, Paused))).await;
    check(store, 2, Some((6, Finished))).await;
    check(store, 4, None).await;
    check(store, 70, None).await;
}

async fn changes_of_another_data_set_are_dropped<C: CacheStore>(store: &C) {
    for source in [Source::Verdict, Source::Pull] {
        let mut foreign = batch(source, vec![upsert(1, 99, Started)]);
        foreign.epoch = Some(epoch("old"));
        foreign.state = Some(state(Some("old"), true));
        let outcome = apply(store, foreign).await;
        assert_eq!(outcome, CacheOutcome::Written(vec![]));
    }
    check(store, 1, Some((10, Paused))).await;
    // A verdict has brought it.
    let unconfirmed = CacheState {
        unconfirmed: vec![note_key(9)],
        ..state(Some("a"), true)
    };
    assert_eq!(store.load_state().await.unwrap(), unconfirmed);
}

async fn the_new_one_takes_over_with_what_unsent_work_needs<C: CacheStore>(
    store: &C,
    again: &impl AsyncFn() -> C,
) {
    let mut end = state(Some("b"), false);
    end.priming.done_at = Some(Timestamp(7));
    // Job 3 had left the scope before, job 4 while the new one was filled; unsent work refers to both.
    end.leaving = vec![job_key(3), job_key(4)];
    let changes = vec![
        upsert(1, 11, Started),
        upsert(5, 1, Scheduled),
        Change::ScopeOut { key: job_key(4) },
    ];
    let mut last = page(end.clone(), changes);
    last.expected_cursor = Some(Some(Cursor("a".into())));
    last.pinned = [1, 2, 3, 4, 77].map(job_key).to_vec();
    last.pinned.push(note_key(1));
    assert_eq!(apply(store, last).await, CacheOutcome::Written(vec![]));

    let other = again().await;
    let mut expected: Vec<_> = [1, 2, 3, 4, 5].map(job_key).to_vec();
    expected.extend([note_key(1), note_key(9)]);
    expected.extend((3_000..3_300).map(job_key));
    check_shown(&other, &expected).await;
    check(&other, 1, Some((11, Started))).await;
    // What is carried over may be of another data set: whatever comes is newer.
    check(&other, 2, Some((0, Finished))).await;
    check(&other, 3, Some((0, Scheduled))).await;
    check(&other, 4, Some((2, EnRoute))).await;
    check(&other, 2_000, None).await;
    let mut stored = other.load_state().await.unwrap();
    stored.leaving.sort();
    end.leaving = [2, 3, 4].map(job_key).to_vec();
    end.leaving.push(note_key(1));
    end.leaving.sort();
    // A verdict has brought it, and this page has not named it.
    end.unconfirmed = vec![note_key(9)];
    assert_eq!(stored, end);
}

async fn what_was_shown_is_gone<C: CacheStore>(store: &C, again: &impl AsyncFn() -> C) {
    let gone = [2, 3, 4].map(|n| Change::ScopeOut { key: job_key(n) });
    let mut changes = gone.to_vec();
    changes.push(upsert(1, 9, Scheduled));
    changes.push(upsert(5, 2, EnRoute));
    let outcome = apply(store, batch(Source::Pull, changes)).await;
    let changed = [2, 3, 4, 5].map(job_key).to_vec();
    assert_eq!(outcome, CacheOutcome::Written(changed));
    let other = again().await;
    check(&other, 1, Some((11, Started))).await;
    check(&other, 2, None).await;
    check(&other, 5, Some((2, EnRoute))).await;
    // What is filled next begins empty even if nobody restages: nothing was left behind.
    apply(store, page(state(None, true), vec![])).await;
    let mut end = page(state(Some("c"), false), vec![upsert(6, 1, Scheduled)]);
    // It had been there two generations ago, which must not be taken for being there.
    end.pinned = vec![job_key(1)];
    assert_eq!(apply(store, end).await, CacheOutcome::Written(vec![]));
    check_shown(&other, &[job_key(1), job_key(6)]).await;
    check(&other, 1, Some((0, Started))).await;
}

async fn staging_again_starts_over<C: CacheStore>(store: &C, again: &impl AsyncFn() -> C) {
    for (cursor, n) in [("d", 7), ("e", 8)] {
        store.restage(&state(None, true)).await.unwrap();
        let mut first = page(state(Some(cursor), true), vec![upsert(n, 1, Scheduled)]);
        first.expected_cursor = Some(None);
        assert_eq!(apply(store, first).await, CacheOutcome::Staged);
        check_shown(&again().await, &[job_key(1), job_key(6)]).await;
    }
    let mut end = page(state(Some("f"), false), vec![upsert(9, 1, Scheduled)]);
    end.pinned = [1, 7, 8].map(job_key).to_vec();
    apply(store, end).await;
    let other = again().await;
    check_shown(&other, &[1, 8, 9].map(job_key)).await;
    assert_eq!(other.load_state().await.unwrap().leaving, [job_key(1)]);
}

async fn reset_leaves_neither<C: CacheStore>(store: &C, again: &impl AsyncFn() -> C) {
    store.restage(&state(None, true)).await.unwrap();
    let filled = page(state(Some("g"), true), vec![upsert(10, 1, Scheduled)]);
    apply(store, filled).await;
    store.reset(&state(None, false)).await.unwrap();
    let other = again().await;
    check_shown(&other, &[]).await;
    assert_eq!(other.load_state().await.unwrap(), state(None, false));
    // Nothing counts as being there, neither what was shown nor what was filled.
    let parts = vec![upsert_note(20, 8), upsert_note(21, 10)];
    let outcome = apply(store, batch(Source::Verdict, parts)).await;
    assert_eq!(outcome, CacheOutcome::Written(vec![]));
    apply(store, page(state(None, true), vec![])).await;
    let end = page(state(Some("h"), false), vec![upsert(11, 1, Scheduled)]);
    apply(store, end).await;
    check_shown(&other, &[job_key(11)]).await;
}
