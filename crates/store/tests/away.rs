//! A page that was left, with the script that it loads before the app: all three databases are let go of.
//! A file of its own: the page of these tests stays away.

#![cfg(target_family = "wasm")]
#![allow(clippy::unwrap_used)]

use afield_store::{IdbCache, IdbDrafts, IdbOutbox};
use afield_sync::{CacheStore, OutboxStore, Read, StoreError};
use js_sys::Promise;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const SCRIPT: &str = include_str!("../../../public/away.mjs");

/// A transaction that asks for ever; the promise is of its end.
const NEVER_ENDING: &str = "new Promise((resolve) => {
    const request = indexedDB.open('away-outbox');
    request.onsuccess = () => {
        const transaction = request.result.transaction(['meta'], 'readwrite');
        transaction.onabort = () => resolve('aborted');
        transaction.oncomplete = () => resolve('completed');
        const store = transaction.objectStore('meta');
        const ask = () => { store.get('nothing').onsuccess = ask; };
        ask();
        dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
    };
})";

/// Another page: writes, and then brings a newer version, which no connection of the first may block.
const ANOTHER_PAGE: &str = "new Promise((resolve) => {
    const frame = document.body.appendChild(document.createElement('iframe'));
    const { indexedDB } = frame.contentWindow;
    const request = indexedDB.open('away-outbox');
    request.onsuccess = () => {
        const transaction = request.result.transaction(['meta'], 'readwrite');
        transaction.objectStore('meta').put({}, 'another');
        transaction.oncomplete = () => {
            request.result.close();
            const newer = indexedDB.open('away-outbox', 99);
            newer.onblocked = () => resolve('blocked');
            newer.onsuccess = () => { newer.result.close(); resolve('upgraded'); };
        };
    };
})";

async fn run(script: &str) -> String {
    let promise: Promise = js_sys::eval(script).unwrap().unchecked_into();
    JsFuture::from(promise).await.unwrap().as_string().unwrap()
}

#[wasm_bindgen_test]
async fn a_page_that_is_away_stands_in_nobody_s_way_and_says_what_it_is() {
    js_sys::eval(SCRIPT).unwrap();
    let outbox = IdbOutbox::open_named("away-outbox").await.unwrap();
    let cache = IdbCache::open_named("away-cache").await.unwrap();
    let drafts = IdbDrafts::open_named("away-drafts").await.unwrap();
    let typed = [("note".to_owned(), Some("Half a sen".to_owned()))];
    drafts.save(&typed).await.unwrap();

    assert_eq!(run(NEVER_ENDING).await, "aborted");
    assert_eq!(outbox.load(Read::Meta).await.err(), Some(StoreError::Away));
    assert_eq!(cache.load_state().await, Err(StoreError::Away));
    assert_eq!(drafts.save(&typed).await, Err(StoreError::Away));
    let again = IdbOutbox::open_named("away-outbox").await;
    assert_eq!(again.err(), Some(StoreError::Away));

    assert_eq!(run(ANOTHER_PAGE).await, "upgraded");
}
