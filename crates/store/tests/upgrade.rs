//! Upgrades in a real browser: from every shape that phones have, beside an old tab, and cut short.

#![cfg(target_family = "wasm")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod raw;

use afield_domain::{JobStatus, Module, Rev, Versioned};
use afield_protocol::{Change, Cursor, Seq};
use afield_store::schema::{CACHE_VERSION, OUTBOX_VERSION};
use afield_store::{IdbCache, IdbOutbox, open_patiently};
use afield_sync::outbox::lookup::marks_of;
use afield_sync::ports::{CacheBatch, CacheOutcome, FileRows, Source};
use afield_sync::testing::fixtures::{job, job_key, note_key, technician};
use afield_sync::{
    Acknowledged, CacheState, CacheStore, EntryState, FileStore, OutboxPlan, OutboxStore,
    OutboxView, OutboxWrite, Read, StoreError, SyncError,
};
use wasm_bindgen::JsValue;
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

/// Opens as soon as an old tab lets go, which takes a moment. A browser that stood still meanwhile says that it is
/// blocked, but never before the time that it waits is over.
async fn let_in(name: &str) -> IdbOutbox {
    loop {
        let asked = js_sys::Date::now();
        match IdbOutbox::open_named(name).await {
            Err(StoreError::Blocked) if js_sys::Date::now() - asked >= 1_900.0 => {}
            opened => return opened.unwrap(),
        }
    }
}

/// The error of opening something, which has no text of its own.
async fn refused<T>(opening: impl Future<Output = Result<T, StoreError>>) -> StoreError {
    match opening.await {
        Ok(_) => panic!("it was opened"),
        Err(error) => error,
    }
}

async fn load(store: &IdbOutbox) -> OutboxView {
    store.load(Read::AllAndAcknowledged).await.unwrap()
}

async fn write(store: &IdbOutbox, writes: Vec<OutboxWrite>) -> Result<(), SyncError> {
    let plan = |_: &OutboxView| {
        Ok(OutboxPlan {
            writes: writes.clone(),
            value: (),
        })
    };
    store.transact(Read::Meta, plan).await
}

fn keep(view: &OutboxView, seq: u64) -> Acknowledged {
    let entry = view.entries.iter().find(|entry| entry.seq() == Seq(seq));
    Acknowledged {
        mutation: entry.unwrap().mutation.clone(),
        at: view.meta.last_contact.unwrap(),
    }
}

/// What there was in version 1 is all there in our version, and can be worked with.
async fn check_whole(name: &str, before: &[String]) {
    let store = outbox(name).await;
    let view = load(&store).await;
    let seqs: Vec<_> = view.entries.iter().map(|entry| entry.seq().0).collect();
    assert_eq!(seqs, [2, 3, 4, 9, 10, 11]);
    assert_eq!((view.meta.last_seq, view.acknowledged.len()), (Seq(11), 0));
    drop(store);
    let database = raw::open(name, OUTBOX_VERSION, &[]).await;
    let mut stores = raw::OUTBOX_1.to_vec();
    stores.insert(3, "kept");
    assert_eq!(database.store_names(), stores);
    assert_eq!(raw::dump(&database).await, before);
    database.close();
}

#[wasm_bindgen_test]
async fn an_outbox_of_version_1_keeps_every_row() {
    let before = raw::make_outbox("outbox-1").await;
    assert_eq!(before.len(), 9);
    check_whole("outbox-1", &before).await;
    let store = outbox("outbox-1").await;
    let view = load(&store).await;
    assert_eq!((&view.meta.epoch, view.meta.kept_from), (&None, None));
    let states: Vec<_> = view.entries.iter().map(|entry| &entry.state).collect();
    assert!(states.contains(&&EntryState::InFlight { lease: 9 }));
    let parked = view.entries.iter().filter(|entry| entry.is_parked());
    assert_eq!(parked.count(), 3);
    // Rows that were written before there were marks are found by them.
    for mark in view.entries.iter().flat_map(marks_of) {
        let marked = view
            .entries
            .iter()
            .filter(|entry| marks_of(entry).contains(&mark));
        let marked: Vec<_> = marked.cloned().collect();
        let found = store.load(Read::Found(vec![mark])).await.unwrap();
        assert_eq!(found.entries, marked, "{mark:?}");
    }
    let kept = keep(&view, 3);
    let writes = vec![OutboxWrite::Remove(Seq(3)), OutboxWrite::Keep(kept.clone())];
    assert_eq!(write(&store, writes).await, Ok(()));
    let again = load(&outbox("outbox-1").await).await;
    assert_eq!((again.entries.len(), again.acknowledged), (5, vec![kept]));
}

/// Version 3 has the stores of version 2: what it must do is keep code of version 2 out.
#[wasm_bindgen_test]
async fn an_outbox_of_version_2_keeps_every_row_and_is_closed_to_version_2() {
    let before = raw::make_outbox_2("outbox-2").await;
    assert_eq!(before.len(), 10);
    let mut old = raw::open("outbox-2", 2, &[]).await;
    raw::listen(&mut old);
    let store = outbox("outbox-2").await;
    let view = load(&store).await;
    assert_eq!((view.entries.len(), view.acknowledged.len()), (6, 1));
    assert_eq!(store.load_files().await, Ok(FileRows::default()));
    let database = raw::open("outbox-2", OUTBOX_VERSION, &[]).await;
    assert_eq!(database.store_names(), raw::OUTBOX_2);
    assert_eq!(raw::dump(&database).await, before);
    database.close();
    let factory = idb::Factory::new().unwrap();
    let again = factory.open("outbox-2", Some(2)).unwrap().await;
    let error = format!("{:?}", again.unwrap_err());
    assert!(error.contains("VersionError"), "{error}");
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

fn upsert(n: u128, rev: u64) -> Change {
    Change::Upsert(Versioned {
        rev: Rev(rev),
        record: job(n, &technician(1), JobStatus::Scheduled),
    })
}

async fn rev_of(store: &IdbCache, n: u128) -> Option<u64> {
    let record = store.load_record(job_key(n)).await.unwrap();
    record.map(|record| record.rev.0)
}

#[wasm_bindgen_test]
async fn a_cache_of_version_1_is_read_as_it_is() {
    let before = raw::make_cache("cache-1").await;
    let store = cache("cache-1").await;
    let state = store.load_state().await.unwrap();
    assert!(state.is_ready() && !state.staging);
    assert_eq!(state.cursor, Some(Cursor("c-41".into())));
    assert_eq!(
        (rev_of(&store, 1).await, rev_of(&store, 2).await),
        (Some(3), Some(7))
    );
    assert_eq!(store.load_module(Module::Note).await.unwrap().len(), 1);
    drop(store);
    let database = raw::open("cache-1", CACHE_VERSION, &[]).await;
    assert_eq!(raw::dump(&database).await, before);
    database.close();

    // It goes on where version 1 stopped, on the same pages.
    let store = cache("cache-1").await;
    let mut page = batch(vec![upsert(1, 4), upsert(3, 1)]);
    page.expected_cursor = Some(state.cursor.clone());
    let outcome = store.apply(&page).await.unwrap();
    assert_eq!(outcome, CacheOutcome::Written(vec![job_key(1), job_key(3)]));
    assert_eq!(store.load_module(Module::Job).await.unwrap().len(), 3);

    let staging = CacheState {
        staging: true,
        ..CacheState::default()
    };
    store.restage(&staging).await.unwrap();
    assert_eq!(rev_of(&store, 1).await, Some(4));
    let mut end = batch(vec![upsert(5, 1)]);
    end.pinned = vec![job_key(2), note_key(1)];
    end.state = Some(CacheState::default());
    store.apply(&end).await.unwrap();
    // A carried copy gives way to any that comes.
    assert_eq!(
        (rev_of(&store, 1).await, rev_of(&store, 2).await),
        (None, Some(0))
    );
    assert_eq!(store.load_module(Module::Note).await.unwrap().len(), 1);
    drop(store);
    let database = raw::open("cache-1", CACHE_VERSION, &[]).await;
    let pages = raw::dump(&database).await;
    let pages: Vec<_> = pages
        .iter()
        .filter(|row| row.starts_with("pages"))
        .collect();
    assert_eq!(pages.len(), 2);
    let is_new = |row: &&String| row.starts_with("pages JsValue(\"~");
    assert!(
        pages.iter().all(is_new),
        "version 1's pages are gone: {pages:?}"
    );
    database.close();
}

/// A cache that version 1 had only begun to fill goes on at its cursor.
#[wasm_bindgen_test]
async fn a_cache_that_version_1_had_begun_goes_on() {
    let database = raw::open("begun-1", 1, &raw::CACHE_1).await;
    raw::write_cache(&database).await;
    let state = raw::fixture(&["cache", "state"]);
    let priming = raw::field(&state, "priming");
    js_sys::Reflect::set(&priming, &"done_at".into(), &JsValue::NULL).unwrap();
    raw::put(&database, &[("state", "state".into(), state)]).await;
    database.close();
    let store = cache("begun-1").await;
    let state = store.load_state().await.unwrap();
    assert!(!state.is_ready() && state.cursor.is_some());
    assert_eq!(rev_of(&store, 2).await, Some(7));
}

/// Version 1 closes its connections when a newer version wants in.
#[wasm_bindgen_test]
async fn an_old_tab_that_listens_lets_the_new_one_in_and_may_not_write() {
    let before = raw::make_outbox("listening-outbox").await;
    raw::make_cache("listening-cache").await;
    let mut old_outbox = raw::open("listening-outbox", 1, &[]).await;
    let mut old_cache = raw::open("listening-cache", 1, &[]).await;
    raw::listen(&mut old_outbox);
    raw::listen(&mut old_cache);
    check_whole("listening-outbox", &before).await;
    assert_eq!(rev_of(&cache("listening-cache").await, 2).await, Some(7));
    for (old, name) in [
        (old_outbox, "listening-outbox"),
        (old_cache, "listening-cache"),
    ] {
        let stores = old.store_names();
        let begun = old.transaction(&stores, idb::TransactionMode::ReadWrite);
        assert!(begun.is_err(), "{name} was closed");
        // What version 1 does then: it opens again, at its own version.
        let again = idb::Factory::new().unwrap().open(name, Some(1)).unwrap();
        let error = format!("{:?}", again.await.unwrap_err());
        assert!(error.contains("VersionError"), "{error}");
    }
}

/// An old tab that does not let go, such as a frozen one: we say so, and get in once it has gone.
#[wasm_bindgen_test]
async fn a_deaf_old_tab_is_said_to_block_until_it_leaves() {
    let before = raw::make_outbox("deaf-outbox").await;
    raw::make_cache("deaf-cache").await;
    let old_outbox = raw::open("deaf-outbox", 1, &[]).await;
    let old_cache = raw::open("deaf-cache", 1, &[]).await;
    let (one, other) = futures::future::join(
        refused(IdbOutbox::open_named("deaf-outbox")),
        refused(IdbCache::open_named("deaf-cache")),
    )
    .await;
    assert_eq!((one, other), (StoreError::Blocked, StoreError::Blocked));
    // Meanwhile the old tab works as ever.
    assert_eq!(raw::dump(&old_outbox).await, before);
    old_outbox.close();
    old_cache.close();
    check_whole("deaf-outbox", &before).await;
    assert_eq!(rev_of(&cache("deaf-cache").await, 2).await, Some(7));
    // What the blocked attempts opened in the end is in nobody's way.
    assert!(!raw::upgrade_beyond("deaf-outbox").await);
    assert!(!raw::upgrade_beyond("deaf-cache").await);
}

/// An old tab that is just writing ends that first: the new one waits, and has what was written.
#[wasm_bindgen_test]
async fn an_old_tab_that_is_writing_ends_that_first() {
    raw::make_outbox("writing-outbox").await;
    raw::script(
        "writing-outbox",
        "const request = indexedDB.open(name, 1);
         request.onsuccess = () => {
           const database = request.result;
           database.onversionchange = () => database.close();
           const stores = database.transaction(['entries', 'meta'], 'readwrite');
           const entries = stores.objectStore('entries');
           const until = performance.now() + 400;
           const more = () => {
             if (performance.now() < until) entries.count().onsuccess = more;
             else entries.get(11).onsuccess = (event) => {
               const row = event.target.result;
               row.mutation.seq = 12;
               entries.put(row, 12);
             };
           };
           more();
           resolve();
         };",
    )
    .await;
    let store = let_in("writing-outbox").await;
    let last = load(&store).await.entries.pop();
    assert_eq!(last.unwrap().seq(), Seq(12));
}

async fn check_untouched(name: &str, before: &[String]) {
    let database = raw::open(name, 1, &[]).await;
    assert_eq!(database.store_names(), raw::OUTBOX_1);
    assert_eq!(raw::dump(&database).await, before);
    database.close();
}

/// The upgrade's transaction is aborted after its work was done.
#[wasm_bindgen_test]
async fn an_aborted_upgrade_leaves_version_1_whole() {
    let before = raw::make_outbox("aborted-outbox").await;
    raw::script(
        "aborted-outbox",
        "const request = indexedDB.open(name, 2);
         request.onupgradeneeded = () => {
           request.result.createObjectStore('kept').put('half', 1);
           request.transaction.objectStore('entries').clear();
           request.transaction.abort();
         };
         request.onerror = (event) => { event.preventDefault(); resolve(); };",
    )
    .await;
    check_untouched("aborted-outbox", &before).await;
    check_whole("aborted-outbox", &before).await;
}

/// The page is gone in the middle of the upgrade.
#[wasm_bindgen_test]
async fn a_page_killed_in_an_upgrade_leaves_version_1_whole() {
    let before = raw::make_outbox("killed-outbox").await;
    raw::script(
        "killed-outbox",
        "const page = document.createElement('iframe');
         document.body.append(page);
         const request = page.contentWindow.indexedDB.open(name, 2);
         request.onupgradeneeded = () => {
           const kept = request.result.createObjectStore('kept');
           const entries = request.transaction.objectStore('entries');
           entries.clear();
           const more = () => { entries.count().onsuccess = more; };
           kept.put('half', 1).onsuccess = () => {
             more();
             setTimeout(() => { page.remove(); resolve(); }, 50);
           };
         };
         request.onsuccess = () => reject('it ended before it was killed');",
    )
    .await;
    check_untouched("killed-outbox", &before).await;
    check_whole("killed-outbox", &before).await;
}

/// Our own upgrade cannot make its store: it takes itself back, and succeeds the next time.
#[wasm_bindgen_test]
async fn an_upgrade_that_cannot_make_its_store_takes_itself_back() {
    let before = raw::make_outbox("failing-upgrade").await;
    let mend = raw::script(
        "",
        "const made = IDBDatabase.prototype.createObjectStore;
         IDBDatabase.prototype.createObjectStore = function (store, options) {
           if (store === 'kept') throw new DOMException('planted', 'ConstraintError');
           return made.call(this, store, options);
         };
         resolve(() => { IDBDatabase.prototype.createObjectStore = made; });",
    )
    .await;
    let error = refused(IdbOutbox::open_named("failing-upgrade")).await;
    assert_eq!(error, StoreError::Closed);
    js_sys::Function::from(mend).call0(&JsValue::NULL).unwrap();
    check_untouched("failing-upgrade", &before).await;
    check_whole("failing-upgrade", &before).await;
}

/// A version that this build does not know: nothing is read, nothing is written, nothing is dropped.
#[wasm_bindgen_test]
async fn a_newer_database_is_left_alone() {
    raw::make_outbox("newer-outbox").await;
    raw::make_cache("newer-cache").await;
    // Tabs of this version, open when the newer one comes.
    let (old_outbox, old_cache) = (outbox("newer-outbox").await, cache("newer-cache").await);
    let mut before = Vec::new();
    for name in ["newer-outbox", "newer-cache"] {
        assert!(!raw::upgrade_beyond(name).await, "{name} was let go");
        let database = raw::open(name, 99, &[]).await;
        before.push(raw::dump(&database).await);
        database.close();
    }
    let newer = SyncError::Store(StoreError::Newer);
    let writes = vec![OutboxWrite::Remove(Seq(2))];
    assert_eq!(write(&old_outbox, writes).await, Err(newer));
    assert_eq!(old_outbox.load(Read::All).await, Err(StoreError::Newer));
    assert_eq!(old_cache.load_state().await, Err(StoreError::Newer));
    let reset = old_cache.reset(&CacheState::default()).await;
    assert_eq!(reset, Err(StoreError::Newer));
    let one = refused(IdbOutbox::open_named("newer-outbox")).await;
    let other = refused(IdbCache::open_named("newer-cache")).await;
    assert_eq!((one, other), (StoreError::Newer, StoreError::Newer));
    for (name, before) in ["newer-outbox", "newer-cache"].iter().zip(before) {
        let database = raw::open(name, 99, &[]).await;
        assert_eq!(raw::dump(&database).await, before);
        database.close();
    }
}

/// The worker opens both for every event and lets them fall: they must not stay in anybody's way.
#[wasm_bindgen_test]
async fn what_was_dropped_blocks_nobody() {
    for round in 0..2 {
        drop(outbox("dropped-by-worker").await);
        let (one, other) = (
            outbox("dropped-by-worker").await,
            cache("dropped-cache").await,
        );
        if round == 1 {
            // A lost connection that several transactions open again at once is opened once.
            let factory = idb::Factory::new().unwrap();
            factory.delete("dropped-by-worker").unwrap().await.unwrap();
            factory.delete("dropped-cache").unwrap().await.unwrap();
            let (a, b) = futures::future::join(load(&one), load(&one)).await;
            assert_eq!(a, b);
            let (a, b) = futures::future::join(other.load_state(), other.load_state()).await;
            assert_eq!(a, b);
        }
    }
    assert!(!raw::upgrade_beyond("dropped-by-worker").await);
    assert!(!raw::upgrade_beyond("dropped-cache").await);
}
