//! The suites that every store runs: the memory ones natively, the IndexedDB ones in a real browser.
//!
//! Owns the contract as code. [`outbox_suite`] and [`cache_suite`] take a function that opens a
//! fresh, empty store, and one that opens the same store again as another tab would.

#![allow(clippy::unwrap_used, clippy::panic)] // These are tests.

mod damaged;
mod files;
mod generations;
mod kept;
mod reading;

pub use damaged::damaged_suite;
pub use files::file_suite;

use crate::cache::state::CacheState;
use crate::error::SyncError;
use crate::outbox::entry::OutboxEntry;
use crate::ports::{
    CacheBatch, CacheOutcome, CacheStore, OutboxPlan, OutboxStore, OutboxWrite, Read, Source,
};
use crate::testing::fixtures::{job, job_key, note, note_key, set, technician};
use afield_domain::{
    DeviceId, JobStatus, Module, MutationId, OP_VERSION, Rev, Timestamp, Versioned,
};
use afield_protocol::{Change, Cursor, ModuleTotal, Mutation, Seq};
use uuid::Uuid;

/// Runs every outbox check. `again` opens what `store` wrote, through another connection.
pub async fn outbox_suite<O: OutboxStore>(store: O, again: impl AsyncFn() -> O) {
    an_empty_outbox_reads_as_default(&store).await;
    what_a_plan_writes_is_there_for_another_tab(&store, &again).await;
    a_failed_plan_writes_nothing(&store).await;
    reads_give_what_was_asked_for(&store).await;
    entries_rise_by_seq_beyond_ten(&store).await;
    removal_removes_one(&store, &again).await;
    kept::suite(&store, &again).await;
    reading::suite(&store, &again).await;
    concurrent_transactions_do_not_lose_updates(&store, &again().await).await;
}

fn entry(seq: u64) -> OutboxEntry {
    let op = set(1, JobStatus::EnRoute).op;
    OutboxEntry::new(Mutation {
        id: MutationId(Uuid::from_u128(u128::from(seq) + 0x500)),
        device: DeviceId(Uuid::from_u128(1)),
        seq: Seq(seq),
        user: technician(1).id,
        lane: job_key(1),
        depends_on: vec![MutationId(Uuid::from_u128(3))],
        replaces: Vec::new(),
        op_version: OP_VERSION,
        op,
        base_rev: Some(Rev(7)),
        wall: Timestamp(1_795_248_000_123),
        clock_offset_ms: -250,
    })
}

async fn write<O: OutboxStore>(store: &O, writes: Vec<OutboxWrite>) {
    let written = store
        .transact(Read::Meta, |_| {
            Ok(OutboxPlan {
                writes: writes.clone(),
                value: (),
            })
        })
        .await;
    assert_eq!(written, Ok(()));
}

async fn seqs<O: OutboxStore>(store: &O, read: Read) -> Vec<u64> {
    let view = store.load(read).await.unwrap();
    view.entries.iter().map(|entry| entry.seq().0).collect()
}

async fn an_empty_outbox_reads_as_default<O: OutboxStore>(store: &O) {
    assert_eq!(store.load(Read::All).await.unwrap(), Default::default());
}

async fn what_a_plan_writes_is_there_for_another_tab<O: OutboxStore>(
    store: &O,
    again: &impl AsyncFn() -> O,
) {
    let value = store
        .transact(Read::Meta, |view| {
            let mut meta = view.meta.clone();
            meta.last_seq = Seq(2);
            meta.device = Some(DeviceId(Uuid::from_u128(1)));
            meta.last_contact = Some(Timestamp(5));
            Ok(OutboxPlan {
                writes: vec![
                    OutboxWrite::Meta(meta),
                    OutboxWrite::Put(entry(1)),
                    OutboxWrite::Put(entry(2)),
                ],
                value: "kept",
            })
        })
        .await;
    assert_eq!(value, Ok("kept"));
    let view = again().await.load(Read::All).await.unwrap();
    assert_eq!(view.entries, [entry(1), entry(2)]);
    assert_eq!(view.meta.last_seq, Seq(2));
    assert_eq!(view.meta.last_contact, Some(Timestamp(5)));
}

async fn a_failed_plan_writes_nothing<O: OutboxStore>(store: &O) {
    let before = store.load(Read::All).await.unwrap();
    let failed: Result<(), _> = store
        .transact(Read::All, |_| Err(SyncError::SignedOut))
        .await;
    assert_eq!(failed, Err(SyncError::SignedOut));
    assert_eq!(store.load(Read::All).await.unwrap(), before);
}

async fn reads_give_what_was_asked_for<O: OutboxStore>(store: &O) {
    assert!(seqs(store, Read::Meta).await.is_empty());
    let some = Read::Entries(vec![Seq(2), Seq(9), Seq(1), Seq(2)]);
    assert_eq!(seqs(store, some).await, [1, 2]);
    assert_eq!(seqs(store, Read::All).await, [1, 2]);
}

async fn entries_rise_by_seq_beyond_ten<O: OutboxStore>(store: &O) {
    let writes = [10, 3, 100, 9].map(|seq| OutboxWrite::Put(entry(seq)));
    write(store, writes.to_vec()).await;
    assert_eq!(seqs(store, Read::All).await, [1, 2, 3, 9, 10, 100]);
}

async fn removal_removes_one<O: OutboxStore>(store: &O, again: &impl AsyncFn() -> O) {
    write(
        store,
        vec![OutboxWrite::Remove(Seq(9)), OutboxWrite::Remove(Seq(77))],
    )
    .await;
    assert_eq!(seqs(&again().await, Read::All).await, [1, 2, 3, 10, 100]);
}

async fn concurrent_transactions_do_not_lose_updates<O: OutboxStore>(one: &O, other: &O) {
    let start = one.load(Read::Meta).await.unwrap().meta.last_seq.0;
    futures::future::join(raise(one), raise(other)).await;
    let end = one.load(Read::Meta).await.unwrap().meta.last_seq.0;
    assert_eq!(end, start + 40);
}

async fn raise<O: OutboxStore>(store: &O) {
    for _ in 0..20 {
        let raised = store.transact(Read::Meta, |view| {
            let mut meta = view.meta.clone();
            meta.last_seq = Seq(meta.last_seq.0 + 1);
            Ok(OutboxPlan {
                writes: vec![OutboxWrite::Meta(meta)],
                value: (),
            })
        });
        assert_eq!(raised.await, Ok(()));
    }
}

/// Runs every cache check. `again` opens what `store` wrote, through another connection.
pub async fn cache_suite<C: CacheStore>(store: C, again: impl AsyncFn() -> C) {
    an_empty_cache_reads_as_default(&store).await;
    a_page_and_its_cursor_come_together(&store, &again).await;
    a_page_for_a_moved_cursor_is_dropped_whole(&store).await;
    revisions_never_go_back(&store).await;
    a_verdict_refreshes_and_never_resurrects(&store).await;
    what_was_made_here_stays_until_a_page_names_it(&store).await;
    pins_hold_against_scope_out(&store).await;
    many_records_all_stay_readable(&store, &again).await;
    reset_leaves_nothing(&store, &again).await;
    generations::suite(&store, &again).await;
}

fn upsert(n: u128, rev: u64, status: JobStatus) -> Change {
    Change::Upsert(Versioned {
        rev: Rev(rev),
        record: job(n, &technician(1), status),
    })
}

fn upsert_note(n: u128, on: u128) -> Change {
    Change::Upsert(Versioned {
        rev: Rev(1),
        record: note(n, on, &technician(1)),
    })
}

fn batch(source: Source, changes: Vec<Change>) -> CacheBatch {
    CacheBatch {
        source,
        expected_cursor: None,
        epoch: None,
        changes,
        pinned: Vec::new(),
        made: Vec::new(),
        state: None,
    }
}

async fn status_of<C: CacheStore>(store: &C, n: u128) -> Option<(u64, JobStatus)> {
    let versioned = store.load_record(job_key(n)).await.unwrap()?;
    match versioned.record {
        afield_domain::Record::Job(job) => Some((versioned.rev.0, job.status)),
        other => panic!("{other:?} under a job's key"),
    }
}

async fn an_empty_cache_reads_as_default<C: CacheStore>(store: &C) {
    assert_eq!(store.load_state().await.unwrap(), CacheState::default());
    assert_eq!(store.load_record(job_key(1)).await.unwrap(), None);
    assert!(store.load_module(Module::Job).await.unwrap().is_empty());
}

async fn a_page_and_its_cursor_come_together<C: CacheStore>(
    store: &C,
    again: &impl AsyncFn() -> C,
) {
    let state = CacheState {
        owner: Some(technician(1).id),
        cursor: Some(Cursor("a".into())),
        ..CacheState::default()
    };
    let mut page = batch(
        Source::Pull,
        vec![
            upsert(1, 1, JobStatus::Scheduled),
            upsert(2, 1, JobStatus::Scheduled),
            upsert_note(1, 1),
        ],
    );
    page.expected_cursor = Some(None);
    page.state = Some(state.clone());
    let outcome = store.apply(&page).await.unwrap();
    let keys = vec![job_key(1), job_key(2), note_key(1)];
    assert_eq!(outcome, CacheOutcome::Written(keys));
    let other = again().await;
    assert_eq!(other.load_state().await.unwrap(), state);
    assert_eq!(status_of(&other, 1).await, Some((1, JobStatus::Scheduled)));
    assert_eq!(other.load_module(Module::Job).await.unwrap().len(), 2);
    assert_eq!(other.load_module(Module::Note).await.unwrap().len(), 1);
}

async fn a_page_for_a_moved_cursor_is_dropped_whole<C: CacheStore>(store: &C) {
    let mut page = batch(Source::Pull, vec![upsert(3, 1, JobStatus::Scheduled)]);
    page.expected_cursor = Some(None);
    page.state = Some(CacheState::default());
    let outcome = store.apply(&page).await.unwrap();
    assert_eq!(outcome, CacheOutcome::CursorMoved);
    assert_eq!(status_of(store, 3).await, None);
    let cursor = store.load_state().await.unwrap().cursor;
    assert_eq!(cursor, Some(Cursor("a".into())));
}

async fn revisions_never_go_back<C: CacheStore>(store: &C) {
    let newer = batch(Source::Pull, vec![upsert(1, 5, JobStatus::Started)]);
    store.apply(&newer).await.unwrap();
    let older = batch(Source::Pull, vec![upsert(1, 4, JobStatus::EnRoute)]);
    let outcome = store.apply(&older).await.unwrap();
    assert_eq!(outcome, CacheOutcome::Written(vec![]));
    assert_eq!(status_of(store, 1).await, Some((5, JobStatus::Started)));
}

async fn a_verdict_refreshes_and_never_resurrects<C: CacheStore>(store: &C) {
    let changes = vec![
        upsert(1, 6, JobStatus::Paused),
        upsert(40, 1, JobStatus::Started),
        upsert_note(2, 1),
        upsert_note(3, 40),
    ];
    let outcome = store.apply(&batch(Source::Verdict, changes)).await.unwrap();
    assert_eq!(
        outcome,
        CacheOutcome::Written(vec![job_key(1), note_key(2)])
    );
    let gone = vec![Change::Tombstone { key: job_key(2) }];
    store.apply(&batch(Source::Pull, gone)).await.unwrap();
    let late = vec![upsert(2, 9, JobStatus::Finished)];
    store.apply(&batch(Source::Verdict, late)).await.unwrap();
    assert_eq!(status_of(store, 2).await, None);
}

async fn what_was_made_here_stays_until_a_page_names_it<C: CacheStore>(store: &C) {
    let unconfirmed = async || store.load_state().await.unwrap().unconfirmed;
    assert_eq!(unconfirmed().await, [note_key(2)]);
    let mut verdict = batch(Source::Verdict, vec![upsert(41, 1, JobStatus::Started)]);
    verdict.made.push(job_key(41));
    for _ in 0..2 {
        store.apply(&verdict).await.unwrap();
        assert!(status_of(store, 41).await.is_some());
        assert_eq!(unconfirmed().await, [note_key(2), job_key(41)]);
    }
    // Whoever wrote the page need not have known of it.
    let mut page = batch(Source::Pull, vec![upsert_note(2, 1)]);
    page.state = Some(CacheState {
        unconfirmed: Vec::new(),
        ..store.load_state().await.unwrap()
    });
    store.apply(&page).await.unwrap();
    assert_eq!(unconfirmed().await, [job_key(41)]);
    page.changes = vec![Change::ScopeOut { key: job_key(41) }];
    store.apply(&page).await.unwrap();
    assert_eq!(status_of(store, 41).await, None);
    assert_eq!(unconfirmed().await, []);
}

async fn pins_hold_against_scope_out<C: CacheStore>(store: &C) {
    let out = || vec![Change::ScopeOut { key: job_key(1) }];
    let mut pinned = batch(Source::Pull, out());
    pinned.pinned.push(job_key(1));
    let mut state = store.load_state().await.unwrap();
    state.leaving.push(job_key(1));
    pinned.state = Some(state.clone());
    store.apply(&pinned).await.unwrap();
    assert_eq!(status_of(store, 1).await, Some((6, JobStatus::Paused)));
    // A part of what is about to leave would stay behind. Found by the simulation (seed 17518).
    let part = batch(Source::Verdict, vec![upsert_note(4, 1)]);
    let outcome = store.apply(&part).await.unwrap();
    assert_eq!(outcome, CacheOutcome::Written(vec![]));
    assert_eq!(store.load_record(note_key(4)).await.unwrap(), None);
    let mut left = batch(Source::Pull, out());
    state.leaving.clear();
    left.state = Some(state);
    store.apply(&left).await.unwrap();
    assert_eq!(status_of(store, 1).await, None);
}

async fn many_records_all_stay_readable<C: CacheStore>(store: &C, again: &impl AsyncFn() -> C) {
    for chunk in 0..6 {
        let changes = (0..150).map(|n| upsert(1_000 + chunk * 150 + n, 1, JobStatus::Scheduled));
        let mut page = batch(Source::Pull, changes.collect());
        if chunk == 3 {
            let mut state = store.load_state().await.unwrap();
            state.priming.totals = vec![ModuleTotal {
                module: Module::Job,
                count: 5_000,
            }];
            page.state = Some(state);
        }
        store.apply(&page).await.unwrap();
    }
    let other = again().await;
    assert_eq!(other.load_module(Module::Job).await.unwrap().len(), 900);
    for n in [1_000, 1_149, 1_450, 1_899] {
        let expected = Some((1, JobStatus::Scheduled));
        assert_eq!(status_of(&other, n).await, expected, "job {n}");
    }
    // A module's pages must not be read as another's whose name begins alike.
    assert_eq!(other.load_module(Module::Note).await.unwrap().len(), 2);
}

async fn reset_leaves_nothing<C: CacheStore>(store: &C, again: &impl AsyncFn() -> C) {
    let state = CacheState {
        owner: Some(technician(2).id),
        ..CacheState::default()
    };
    store.reset(&state).await.unwrap();
    let other = again().await;
    assert_eq!(other.load_state().await.unwrap(), state);
    for module in Module::ALL {
        assert!(other.load_module(module).await.unwrap().is_empty());
    }
    let page = batch(Source::Pull, vec![upsert(1, 1, JobStatus::Scheduled)]);
    store.apply(&page).await.unwrap();
    assert_eq!(status_of(&other, 1).await, Some((1, JobStatus::Scheduled)));
}
