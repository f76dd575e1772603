//! Drafts in a real browser: what was written is there again, for whoever opens the database next.

#![cfg(target_family = "wasm")]
#![allow(clippy::unwrap_used)]

// Most of it is for the upgrades of the other databases.
#[allow(dead_code)]
mod raw;

use afield_store::schema::DRAFTS_VERSION;
use afield_store::{IdbDrafts, open_patiently};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

async fn drafts(name: &str) -> IdbDrafts {
    let open = async || IdbDrafts::open_named(name).await;
    open_patiently(open, || {}).await.unwrap()
}

fn put(key: &str, text: &str) -> (String, Option<String>) {
    (key.to_owned(), Some(text.to_owned()))
}

fn pair(key: &str, text: &str) -> (String, String) {
    (key.to_owned(), text.to_owned())
}

#[wasm_bindgen_test]
async fn what_was_written_is_there_for_the_next_who_opens() {
    let store = drafts("drafts-kept").await;
    assert_eq!(store.load().await.unwrap(), []);
    let both = [put("b", "\"Ventil\""), put("a", "[1]")];
    store.save(&both).await.unwrap();
    drop(store);
    let store = drafts("drafts-kept").await;
    let expected = [pair("a", "[1]"), pair("b", "\"Ventil\"")];
    assert_eq!(store.load().await.unwrap(), expected);
    let changes = [put("b", "\"Pumpe\""), ("a".to_owned(), None)];
    store.save(&changes).await.unwrap();
    store.save(&[]).await.unwrap();
    assert_eq!(store.load().await.unwrap(), [pair("b", "\"Pumpe\"")]);
}

#[wasm_bindgen_test]
async fn two_tabs_share_the_drafts() {
    let (one, other) = (drafts("drafts-tabs").await, drafts("drafts-tabs").await);
    one.save(&[put("a", "1")]).await.unwrap();
    other.save(&[put("b", "2")]).await.unwrap();
    let expected = [pair("a", "1"), pair("b", "2")];
    assert_eq!(one.load().await.unwrap(), expected);
}

#[wasm_bindgen_test]
async fn a_row_of_another_shape_is_left_alone() {
    let database = raw::open("drafts-odd", DRAFTS_VERSION, &["drafts"]).await;
    let rows = [
        ("drafts", JsValue::from_str("a"), JsValue::from_f64(7.0)),
        ("drafts", JsValue::from_str("b"), JsValue::from_str("2")),
    ];
    raw::put(&database, &rows).await;
    database.close();
    let store = drafts("drafts-odd").await;
    assert_eq!(store.load().await.unwrap(), [pair("b", "2")]);
    store.save(&[put("b", "3")]).await.unwrap();
    drop(store);
    let database = raw::open("drafts-odd", DRAFTS_VERSION, &[]).await;
    assert_eq!(raw::dump(&database).await.len(), 2);
    database.close();
}
