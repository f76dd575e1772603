//! The IndexedDB stores in a real browser: the conformance suites, and what only a browser can do.

#![cfg(target_family = "wasm")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use afield_domain::{
    DeviceId, JobStatus, Module, MutationId, OP_VERSION, Rev, Timestamp, Versioned,
};
use afield_protocol::{Change, ModuleTotal, Mutation, Seq};
use afield_store::{IdbCache, IdbOutbox, open_patiently};
use afield_sync::conformance::{cache_suite, file_suite, outbox_suite};
use afield_sync::outbox::batch::BatchLimits;
use afield_sync::outbox::lookup::Mark;
use afield_sync::ports::{CacheBatch, Source};
use afield_sync::testing::cost::measure;
use afield_sync::testing::fixtures::{job, job_key, set, technician};
use afield_sync::{
    CacheState, CacheStore, OutboxEntry, OutboxPlan, OutboxStore, OutboxWrite, Read, StoreError,
    SyncError,
};
use idb::DatabaseEvent;
use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Waker};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

async fn outbox(name: &str) -> IdbOutbox {
    let open = async || IdbOutbox::open_named(name).await;
    open_patiently(open, || {}).await.unwrap()
}

async fn cache(name: &str) -> IdbCache {
    let open = async || IdbCache::open_named(name).await;
    open_patiently(open, || {}).await.unwrap()
}

async fn raise(store: &IdbOutbox) -> Result<u64, SyncError> {
    store
        .transact(Read::Meta, |view| {
            let mut meta = view.meta.clone();
            meta.last_seq = Seq(meta.last_seq.0 + 1);
            let value = meta.last_seq.0;
            Ok(OutboxPlan {
                writes: vec![OutboxWrite::Meta(meta)],
                value,
            })
        })
        .await
}

#[wasm_bindgen_test]
async fn the_outbox_conforms() {
    outbox_suite(outbox("conform-outbox").await, async || {
        outbox("conform-outbox").await
    })
    .await;
}

#[wasm_bindgen_test]
async fn the_files_conform() {
    file_suite(outbox("conform-files").await, async || {
        outbox("conform-files").await
    })
    .await;
}

#[wasm_bindgen_test]
async fn the_cache_conforms() {
    cache_suite(cache("conform-cache").await, async || {
        cache("conform-cache").await
    })
    .await;
}

/// A newer version of the app upgrades the database while this tab is open: the tab lets go, says
/// so with a typed error, and never downgrades what it finds.
#[wasm_bindgen_test]
async fn a_newer_version_gets_in_and_the_old_tab_says_so() {
    let store = outbox("upgraded-outbox").await;
    assert_eq!(raise(&store).await, Ok(1));
    let factory = idb::Factory::new().unwrap();
    let newer = factory.open("upgraded-outbox", Some(99)).unwrap();
    let newer = newer.await.unwrap();
    assert_eq!(newer.store_names().len(), 5);
    let refused = raise(&store).await;
    assert_eq!(refused, Err(SyncError::Store(StoreError::Newer)));
    newer.close();
}

/// The browser drops the connection (as Safari does with pages in the background): the next
/// transaction opens it again.
#[wasm_bindgen_test]
async fn a_lost_connection_is_opened_again() {
    let store = outbox("lost-outbox").await;
    assert_eq!(raise(&store).await, Ok(1));
    // Deleting waits for connections to close; ours closes on `versionchange`.
    let factory = idb::Factory::new().unwrap();
    factory.delete("lost-outbox").unwrap().await.unwrap();
    assert_eq!(raise(&store).await, Ok(1));

    let pages = cache("lost-cache").await;
    factory.delete("lost-cache").unwrap().await.unwrap();
    assert_eq!(pages.load_state().await, Ok(CacheState::default()));
}

fn draft_writes() -> Vec<OutboxWrite> {
    let entry = |seq: u64| {
        let op = set(1, JobStatus::EnRoute).op;
        OutboxEntry::new(Mutation {
            id: MutationId(uuid::Uuid::from_u128(seq.into())),
            device: DeviceId(uuid::Uuid::from_u128(1)),
            seq: Seq(seq),
            user: technician(1).id,
            lane: op.target().unwrap(),
            depends_on: Vec::new(),
            replaces: Vec::new(),
            op_version: OP_VERSION,
            op,
            base_rev: None,
            wall: Timestamp(0),
            clock_offset_ms: 0,
        })
    };
    vec![OutboxWrite::Put(entry(1)), OutboxWrite::Put(entry(2))]
}

/// Counts errors that reach the page instead of a caller.
fn count_page_errors() -> Rc<Cell<u32>> {
    let count = Rc::new(Cell::new(0));
    let counted = Rc::clone(&count);
    let listener = Closure::<dyn Fn()>::new(move || counted.set(counted.get() + 1));
    let page: web_sys::EventTarget = js_sys::global().unchecked_into();
    page.add_event_listener_with_callback("error", listener.as_ref().unchecked_ref())
        .unwrap();
    listener.forget();
    count
}

/// A future dropped in the middle of its transaction takes everything back, and nothing of it
/// shows up later as an error of the page.
#[wasm_bindgen_test]
async fn a_dropped_future_leaves_nothing_behind() {
    let store = outbox("dropped-outbox").await;
    let errors = count_page_errors();
    {
        let mut work = pin!(store.transact(Read::All, |_| {
            Ok(OutboxPlan {
                writes: draft_writes(),
                value: (),
            })
        }));
        let mut context = Context::from_waker(Waker::noop());
        assert!(work.as_mut().poll(&mut context).is_pending());
    }
    // Transactions on the same stores run one after the other: these two end after the dropped one.
    assert_eq!(raise(&store).await, Ok(1));
    assert_eq!(store.load(Read::All).await.unwrap().entries, []);
    assert_eq!(errors.get(), 0);
}

/// A write that fails inside the database gives its reason, and the whole transaction is undone.
#[wasm_bindgen_test]
async fn a_failing_write_keeps_its_reason_and_writes_nothing() {
    let factory = idb::Factory::new().unwrap();
    let mut request = factory.open("failing-outbox", Some(1)).unwrap();
    request.on_upgrade_needed(|event| {
        let database = event.database().unwrap();
        for store in ["meta", "chunks", "conflicts"] {
            let made = database.create_object_store(store, idb::ObjectStoreParams::new());
            drop(made.unwrap());
        }
        let entries = database
            .create_object_store("entries", idb::ObjectStoreParams::new())
            .unwrap();
        let mut unique = idb::IndexParams::new();
        unique.unique(true);
        let path = idb::KeyPath::new_single("mutation.user");
        entries
            .create_index("user", path, Some(unique))
            .map(drop)
            .unwrap();
    });
    request.await.unwrap().close();
    let errors = count_page_errors();
    let store = outbox("failing-outbox").await;
    let failed = store
        .transact(Read::Meta, |_| {
            Ok(OutboxPlan {
                writes: draft_writes(),
                value: (),
            })
        })
        .await;
    let Err(SyncError::Store(StoreError::Failed(reason))) = failed else {
        panic!("{failed:?}");
    };
    assert!(reason.contains("ConstraintError"), "{reason}");
    assert_eq!(store.load(Read::All).await.unwrap().entries, []);
    assert_eq!(errors.get(), 0);
}

fn upsert(n: u128, rev: u64) -> Change {
    Change::Upsert(Versioned {
        rev: Rev(rev),
        record: job(n, &technician(1), JobStatus::Scheduled),
    })
}

fn batch(changes: Vec<Change>) -> CacheBatch {
    CacheBatch {
        source: Source::Pull,
        expected_cursor: None,
        epoch: None,
        changes,
        pinned: Vec::new(),
        made: Vec::new(),
        state: None,
    }
}

/// Figures for docs/adr/0002 and 0012; measured, not judged.
#[wasm_bindgen_test]
async fn figures_of_ten_thousand_jobs() {
    let store = cache("figures-cache").await;
    for round in 0..3 {
        store.reset(&CacheState::default()).await.unwrap();
        let start = js_sys::Date::now();
        fill(&store, false).await;
        let primed = js_sys::Date::now();
        assert_eq!(store.load_module(Module::Job).await.unwrap().len(), 10_000);
        let read = js_sys::Date::now();
        for n in 0..50 {
            store.apply(&batch(vec![upsert(n * 199, 2)])).await.unwrap();
        }
        let updated = js_sys::Date::now();
        for n in 0..50 {
            let record = store.load_record(job_key(n * 199)).await.unwrap();
            assert_eq!(record.unwrap().rev, Rev(2));
        }
        let looked = js_sys::Date::now();
        store.restage(&filling(true)).await.unwrap();
        fill(&store, true).await;
        let filled = js_sys::Date::now();
        let mut end = batch(Vec::new());
        end.state = Some(filling(false));
        // Half of these are in the old generation alone.
        end.pinned = (0..100).map(|n| job_key(9_700 + n)).collect();
        store.apply(&end).await.unwrap();
        let taken = js_sys::Date::now();
        assert_eq!(store.load_module(Module::Job).await.unwrap().len(), 9_800);
        wasm_bindgen_test::console_log!(
            "10,000 jobs, round {round}: primed in {} ms, read in {} ms, one update in {} ms, one record in {} ms, staged in {} ms, taken over in {} ms",
            primed - start,
            read - primed,
            (updated - read) / 50.0,
            (looked - updated) / 50.0,
            filled - looked,
            taken - filled
        );
    }
}

/// Figures for docs/adr/0030: what a tap and a batch read, and how long they take, with 10 and with
/// 10,000 unsent changes.
#[wasm_bindgen_test]
async fn figures_of_ten_thousand_unsent_changes() {
    for unsent in [10, 10_000] {
        let name = format!("figures-outbox-{unsent}");
        let cost = measure(outbox(&name).await, unsent, false).await.unwrap();
        let store = outbox(&name).await;
        let start = js_sys::Date::now();
        for _ in 0..20 {
            let read = Read::FoundAndLast(vec![Mark::Makes(job_key(1)), Mark::InFlight]);
            assert!(store.load(read).await.unwrap().entries.len() <= 1);
        }
        let found = (js_sys::Date::now() - start) / 20.0;
        let start = js_sys::Date::now();
        let head = store.load(Read::Head(BatchLimits::USUAL)).await.unwrap();
        let headed = js_sys::Date::now() - start;
        assert!(head.entries.len() <= BatchLimits::USUAL.items + 1);
        let start = js_sys::Date::now();
        assert_eq!(store.load(Read::All).await.unwrap().entries.len(), unsent);
        let all = js_sys::Date::now() - start;
        wasm_bindgen_test::console_log!(
            "{cost:?}; what a tap reads in {found} ms, a batch in {headed} ms, all in {all} ms"
        );
    }
}

fn filling(staging: bool) -> CacheState {
    let mut state = CacheState {
        staging,
        ..CacheState::default()
    };
    state.priming.totals = vec![ModuleTotal {
        module: Module::Job,
        count: 10_000,
    }];
    state
}

async fn fill(store: &IdbCache, staging: bool) {
    // The new generation lacks the last page of the old one.
    for page in 0..40 - u128::from(staging) {
        let mut changes = batch((0..250).map(|n| upsert(page * 250 + n, 1)).collect());
        changes.state = Some(filling(staging));
        store.apply(&changes).await.unwrap();
    }
}
