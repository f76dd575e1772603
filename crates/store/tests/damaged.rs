//! Rows that cannot be read, in a real browser: each hides itself alone, and its bytes stay.

#![cfg(target_family = "wasm")]
#![allow(clippy::unwrap_used)] // These are tests.

// Most of it is for the upgrades.
#[allow(dead_code)]
mod raw;

use afield_domain::{JobStatus, Module, Rev, Versioned};
use afield_protocol::{Change, Cursor, Seq};
use afield_store::{IdbCache, IdbOutbox};
use afield_sync::conformance::damaged_suite;
use afield_sync::ports::{CacheBatch, FileRows, Source};
use afield_sync::testing::fixtures::{job, job_key, local_file, session, set, technician};
use afield_sync::testing::{ManualHost, ModelServer};
use afield_sync::{
    CacheState, CacheStore, Engine, FileStore, MemoryCache, OutboxPlan, OutboxStore, OutboxWrite,
    Read,
};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Changes rows behind the store's back; gives back what the script resolves with, as JSON.
async fn change(name: &str, store: &str, body: &str) -> String {
    let body = format!(
        "const request = indexedDB.open(name);
        request.onerror = reject;
        request.onsuccess = () => {{
            const database = request.result;
            const transaction = database.transaction(['{store}'], 'readwrite');
            const store = transaction.objectStore('{store}');
            let found;
            {body}
            transaction.oncomplete = () => {{
                database.close();
                resolve(JSON.stringify(found?.result ?? null));
            }};
        }};"
    );
    raw::script(name, &body).await.as_string().unwrap()
}

/// A value of each kind that is no entry; the marks of the old one stay, as with a row that a disk spoilt.
#[wasm_bindgen_test]
async fn the_outbox_conforms_with_damaged_rows() {
    let values = [
        "{ marks: old.marks, mutation: 7 }",
        "{ ...old, state: 'sung' }",
        "{ ...old, mutation: { ...old.mutation, seq: 77 } }",
    ];
    for (number, value) in values.into_iter().enumerate() {
        let name = format!("damaged-outbox-{number}");
        let store = IdbOutbox::open_named(&name).await.unwrap();
        damaged_suite(store, async |Seq(seq)| {
            let body = format!(
                "store.get({seq}).onsuccess = ({{ target: {{ result: old }} }}) =>
                    store.put({value}, {seq});"
            );
            change(&name, "entries", &body).await;
        })
        .await;
    }
}

/// The fields that can be read of the meta row count; the number and the device come from the entries.
#[wasm_bindgen_test]
async fn a_damaged_meta_row_takes_no_entry_with_it() {
    let spoilt = [
        ("{ ...old, lease: 'x', last_seq: -1, device: 9 }", true),
        ("{ session: 7, last_seq: 'x' }", false),
        ("'nothing'", false),
        ("[1, 2]", false),
    ];
    for (number, (value, is_signed_in)) in spoilt.into_iter().enumerate() {
        let name = format!("damaged-meta-{number}");
        let engine = Engine {
            outbox: IdbOutbox::open_named(&name).await.unwrap(),
            cache: MemoryCache::default(),
            remote: ModelServer::new(technician(1), Vec::new()),
            host: ManualHost::new(1),
        };
        engine
            .run_signed_in(&session(&technician(1)))
            .await
            .unwrap();
        let change_status = [set(1, JobStatus::EnRoute)];
        engine.run_enqueue(&change_status).await.unwrap();
        let before = engine.outbox.load(Read::All).await.unwrap();
        let body = format!(
            "store.get('meta').onsuccess = ({{ target: {{ result: old }} }}) =>
                store.put({value}, 'meta');"
        );
        change(&name, "meta", &body).await;

        let after = engine.outbox.load(Read::All).await.unwrap();
        assert_eq!(after.entries, before.entries, "{value}");
        assert_eq!(after.meta.session.is_some(), is_signed_in, "{value}");
        engine
            .run_signed_in(&session(&technician(1)))
            .await
            .unwrap();
        engine.run_enqueue(&change_status).await.unwrap();
        let later = engine.outbox.load(Read::All).await.unwrap();
        let seqs: Vec<u64> = later.entries.iter().map(|entry| entry.seq().0).collect();
        assert_eq!(seqs, [1, 2], "{value}");
        assert_eq!(later.meta.device, before.meta.device, "{value}");
        let kept = change(&name, "meta", "found = store.get('damaged-1');").await;
        assert_ne!(kept, "null", "{value}");
    }
}

#[wasm_bindgen_test]
async fn a_damaged_row_of_a_file_leaves_the_others() {
    let name = "damaged-files";
    let store = IdbOutbox::open_named(name).await.unwrap();
    for n in [1, 2, 3] {
        let file = local_file(n, 1, b"photo");
        store.put_chunk(file.id, 0, b"photo").await.unwrap();
        let write = || OutboxWrite::File(file.clone());
        let written = store
            .transact(Read::Meta, |_| {
                let writes = vec![write()];
                Ok(OutboxPlan { writes, value: () })
            })
            .await;
        assert_eq!(written, Ok(()));
    }
    let whole = store.load_files().await.unwrap();
    assert_eq!((whole.files.len(), whole.unreadable), (3, 0));
    let second = whole.files.get(1).unwrap().id;
    let body = "store.getAllKeys().onsuccess = ({ target: { result: keys } }) => {
        const rows = keys.filter((key) => key.startsWith('file/'));
        store.put({ nothing: 1 }, rows[1]);
    };";
    change(name, "chunks", body).await;
    let FileRows { files, unreadable } = store.load_files().await.unwrap();
    assert_eq!((files.len(), unreadable), (2, 1));
    assert!(files.iter().all(|file| file.id != second));
    for file in files {
        assert!(store.load_bytes(file.id).await.unwrap().is_some());
    }
    assert_eq!(change(name, "chunks", "found = store.count();").await, "6");
}

fn batch(jobs: std::ops::Range<u128>, state: Option<CacheState>) -> CacheBatch {
    let upsert = |n| {
        let record = job(n, &technician(1), JobStatus::Scheduled);
        let rev = Rev(1);
        Change::Upsert(Versioned { rev, record })
    };
    CacheBatch {
        source: Source::Pull,
        expected_cursor: None,
        epoch: None,
        changes: jobs.map(upsert).collect(),
        pinned: Vec::new(),
        made: Vec::new(),
        state,
    }
}

/// Everything that can be read is shown, and everything is fetched again with the next pull.
#[wasm_bindgen_test]
async fn what_is_damaged_in_the_cache_counts_as_missing_and_is_fetched_again() {
    let in_pages = |value: &str| {
        format!(
            "store.getAllKeys().onsuccess = ({{ target: {{ result: keys }} }}) => {{
                const request = store.get(keys[0]);
                request.onsuccess = () => {{ const old = request.result; store.put({value}, keys[0]); }};
            }};"
        )
    };
    let one_record = "new TextEncoder().encode(
        new TextDecoder().decode(old).replace('\"rev\":1', '\"rev\":\"x\"'))";
    let directory = "store.getAllKeys().onsuccess = ({ target: { result: keys } }) =>
        store.put(new Uint8Array([1, 2, 3]), keys.find((key) => key !== 'state'));";
    let cases = [
        ("one record", "pages", in_pages(one_record), 299),
        ("a page", "pages", in_pages("'nothing'"), 172),
        ("a directory", "state", directory.to_owned(), 300),
    ];
    for (number, (what, store, body, readable)) in cases.into_iter().enumerate() {
        let name = format!("damaged-cache-{number}");
        let cache = IdbCache::open_named(&name).await.unwrap();
        let state = CacheState {
            cursor: Some(Cursor("1".into())),
            records_version: 7,
            ..CacheState::default()
        };
        cache.apply(&batch(0..300, Some(state))).await.unwrap();
        change(&name, store, &body).await;
        let shown = cache.load_module(Module::Job).await.unwrap();
        assert_eq!(shown.len(), readable, "{what}");
        assert!(cache.load_record(job_key(299)).await.is_ok(), "{what}");
        // What comes meanwhile is written all the same.
        cache.apply(&batch(300..301, None)).await.unwrap();
        let state = cache.load_state().await.unwrap();
        assert!(state.must_be_read_again(7), "{what}");
        let shown = cache.load_module(Module::Job).await.unwrap();
        assert!(shown.len() > readable, "{what}");
    }
}

/// Nobody knows whose the records are: they stay until the next pull, which begins anew.
#[wasm_bindgen_test]
async fn a_damaged_state_of_the_cache_hides_no_record() {
    for (number, value) in ["'nothing'", "{ cursor: [] }"].into_iter().enumerate() {
        let name = format!("damaged-state-{number}");
        let cache = IdbCache::open_named(&name).await.unwrap();
        cache.apply(&batch(0..3, None)).await.unwrap();
        let body = format!("store.put({value}, 'state');");
        change(&name, "state", &body).await;
        assert_eq!(cache.load_state().await, Ok(CacheState::default()));
        assert_eq!(cache.load_module(Module::Job).await.unwrap().len(), 3);
        cache.apply(&batch(3..4, None)).await.unwrap();
        assert_eq!(cache.load_module(Module::Job).await.unwrap().len(), 4);
    }
}
