//! The IndexedDB stores in a real browser: the conformance suites, and what only a browser can do.

#![cfg(target_family = "wasm")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use afield_domain::{JobStatus, Module, Rev, Versioned};
use afield_protocol::{Change, ModuleTotal, Seq};
use afield_store::{IdbCache, IdbOutbox};
use afield_sync::conformance::{cache_suite, outbox_suite};
use afield_sync::ports::{CacheBatch, Source};
use afield_sync::testing::fixtures::{job, technician};
use afield_sync::{
    CacheState, CacheStore, OutboxPlan, OutboxStore, OutboxWrite, Read, StoreError, SyncError,
};
use std::collections::BTreeSet;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

async fn outbox(name: &str) -> IdbOutbox {
    IdbOutbox::open_named(name).await.unwrap()
}

async fn cache(name: &str) -> IdbCache {
    IdbCache::open_named(name).await.unwrap()
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
    assert_eq!(newer.store_names().len(), 4);
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
        changes,
        pinned: BTreeSet::new(),
        state: None,
    }
}

/// Figures for docs/adr/0002; measured, not judged.
#[wasm_bindgen_test]
async fn figures_of_ten_thousand_jobs() {
    let store = cache("figures-cache").await;
    let start = js_sys::Date::now();
    for page in 0..40 {
        let mut changes = batch((0..250).map(|n| upsert(page * 250 + n, 1)).collect());
        let mut state = CacheState::default();
        state.priming.totals = vec![ModuleTotal {
            module: Module::Job,
            count: 10_000,
        }];
        changes.state = Some(state);
        store.apply(&changes).await.unwrap();
    }
    let primed = js_sys::Date::now();
    assert_eq!(store.load_module(Module::Job).await.unwrap().len(), 10_000);
    let read = js_sys::Date::now();
    for n in 0..50 {
        store.apply(&batch(vec![upsert(n * 199, 2)])).await.unwrap();
    }
    let updated = js_sys::Date::now();
    wasm_bindgen_test::console_log!(
        "10,000 jobs: primed in {} ms, read in {} ms, one update in {} ms",
        primed - start,
        read - primed,
        (updated - read) / 50.0
    );
}
