//! Connections that are lost, as phones lose them while they sleep, and a browser that does not answer.

#![cfg(target_family = "wasm")]
#![allow(clippy::unwrap_used)] // These are tests.

// Most of it is for the upgrades.
#[allow(dead_code)]
mod raw;

use afield_protocol::Seq;
use afield_store::{IdbCache, IdbDrafts, IdbOutbox, open_patiently};
use afield_sync::testing::fixtures::attachment_id;
use afield_sync::{
    CacheState, CacheStore, FileStore, OutboxPlan, OutboxStore, OutboxWrite, Read, StoreError,
    SyncError,
};
use std::cell::Cell;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

async fn raise(store: &IdbOutbox) -> Result<u64, SyncError> {
    store
        .transact(Read::Meta, |view| {
            let mut meta = view.meta.clone();
            meta.last_seq = Seq(meta.last_seq.0 + 1);
            let value = meta.last_seq.0;
            let writes = vec![OutboxWrite::Meta(meta)];
            Ok(OutboxPlan { writes, value })
        })
        .await
}

/// The next call of that method fails, as with a connection that is no more.
fn fail_next(method: &str, error: &str) {
    let script = format!(
        "(() => {{
            const [owner, name] = '{method}'.split('.');
            const prototype = globalThis[owner].prototype;
            const real = prototype[name];
            prototype[name] = function () {{
                prototype[name] = real;
                throw new DOMException('Connection to Indexed Database server lost', '{error}');
            }};
        }})()"
    );
    js_sys::eval(&script).unwrap();
}

#[wasm_bindgen_test]
async fn what_failed_for_a_lost_connection_is_done_once_more_over_a_new_one() {
    let outbox = IdbOutbox::open_named("again-outbox").await.unwrap();
    let cache = IdbCache::open_named("again-cache").await.unwrap();
    let drafts = IdbDrafts::open_named("again-drafts").await.unwrap();
    let typed = [("note".to_owned(), Some("Half a sen".to_owned()))];
    let mut raised = 0;
    for error in ["UnknownError", "InvalidStateError"] {
        for method in [
            "IDBDatabase.transaction",
            "IDBTransaction.objectStore",
            "IDBObjectStore.get",
            "IDBObjectStore.put",
        ] {
            let failing = || fail_next(method, error);
            raised += 1;
            failing();
            assert_eq!(raise(&outbox).await, Ok(raised), "{error} of {method}");
            failing();
            let put = outbox.put_chunk(attachment_id(1), 0, b"photo").await;
            assert_eq!(put, Ok(()), "{error} of {method}");
            failing();
            let state = CacheState::default();
            assert_eq!(cache.reset(&state).await, Ok(()), "{error} of {method}");
            // What was not called fails nothing later.
            let _ = cache.load_state().await;
            failing();
            assert_eq!(drafts.save(&typed).await, Ok(()), "{error} of {method}");
            let _ = outbox.load(Read::Meta).await;
            raised += 1;
            assert_eq!(raise(&outbox).await, Ok(raised), "{error} of {method}");
        }
    }
    assert_eq!(drafts.load().await.unwrap().len(), 1);
}

/// Nobody knows whether it was committed: it is not done once more, and its caller looks.
#[wasm_bindgen_test]
async fn what_may_have_been_committed_is_not_done_once_more() {
    let store = IdbOutbox::open_named("unheard-outbox").await.unwrap();
    assert_eq!(raise(&store).await, Ok(1));
    js_sys::eval(
        "(() => {
            const { commit } = IDBTransaction.prototype;
            IDBTransaction.prototype.commit = function () {
                IDBTransaction.prototype.commit = commit;
                commit.call(this);
                this.dispatchEvent(new Event('abort'));
            };
        })()",
    )
    .unwrap();
    let unheard = raise(&store).await;
    assert!(
        matches!(unheard, Err(SyncError::Store(StoreError::Failed(_)))),
        "{unheard:?}"
    );
    assert_eq!(store.load(Read::Meta).await.unwrap().meta.last_seq, Seq(2));
    assert_eq!(raise(&store).await, Ok(3));
}

/// Behind a deletion that waits for a deaf connection an open hears nothing at all.
#[wasm_bindgen_test]
async fn a_browser_that_does_not_answer_is_not_waited_for_for_ever() {
    let hold = "indexedDB.open(name).onsuccess = ({ target }) => {
        globalThis.deaf = target.result;
        indexedDB.deleteDatabase(name).onblocked = () => resolve(true);
    };";
    raw::script("silent-outbox", hold).await;
    let opened = IdbOutbox::open_named("silent-outbox").await;
    assert_eq!(opened.err(), Some(StoreError::Silent));
    // What comes late is let go of: the next one gets in.
    js_sys::eval("globalThis.deaf.close()").unwrap();
    let store = IdbOutbox::open_named("silent-outbox").await.unwrap();
    assert_eq!(raise(&store).await, Ok(1));
}

/// The cache is opened twice: the second time by its library, which would keep what it opens late for ever.
#[wasm_bindgen_test]
async fn what_the_cache_s_library_opens_late_stands_in_no_newer_version_s_way() {
    drop(IdbCache::open_named("late-cache").await.unwrap());
    let hold = "indexedDB.open(name).onsuccess = ({ target }) => {
        globalThis.deafCache = target.result;
        const { open } = IDBFactory.prototype;
        let count = 0;
        IDBFactory.prototype.open = function (...what) {
            count += what[0] === name ? 1 : 0;
            if (count === 2) {
                IDBFactory.prototype.open = open;
                indexedDB.deleteDatabase(name);
            }
            return open.apply(this, what);
        };
        resolve(true);
    };";
    raw::script("late-cache", hold).await;
    let opened = IdbCache::open_named("late-cache").await;
    assert_eq!(opened.err(), Some(StoreError::Silent));
    js_sys::eval("globalThis.deafCache.close()").unwrap();
    // It never comes to this while anything is open.
    let newer = "indexedDB.open(name, 99).onsuccess = ({ target }) => {
        target.result.close();
        resolve(true);
    };";
    raw::script("late-cache", newer).await;
}

/// A browser that is slow is waited for behind the message.
#[wasm_bindgen_test]
async fn what_opens_late_is_used_by_whoever_waits_for_it() {
    let (asked, told) = (Cell::new(0), Cell::new(0));
    let opened = open_patiently(
        async || {
            asked.set(asked.get() + 1);
            match asked.get() {
                1 | 2 => Err(StoreError::Silent),
                count => Ok(count),
            }
        },
        || told.set(told.get() + 1),
    );
    assert_eq!(opened.await, Ok(3));
    assert_eq!(told.get(), 2);
    let newer = open_patiently(async || Err::<(), _>(StoreError::Newer), || {});
    assert_eq!(newer.await, Err(StoreError::Newer));
}
