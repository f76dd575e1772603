//! Raw IndexedDB for tests: databases exactly as version 1 of the app made and wrote them.

use idb::event::VersionChangeEvent;
use idb::{Database, DatabaseEvent, Factory, ObjectStoreParams, Query, TransactionMode};
use js_sys::{Array, Function, JSON, Object, Promise, Reflect, Uint8Array};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The stores of version 1.
pub(crate) const OUTBOX_1: [&str; 4] = ["chunks", "conflicts", "entries", "meta"];
/// The stores of version 2.
pub(crate) const OUTBOX_2: [&str; 5] = ["chunks", "conflicts", "entries", "kept", "meta"];
/// The stores of version 1.
pub(crate) const CACHE_1: [&str; 2] = ["pages", "state"];

/// The part of the fixture under these names.
pub(crate) fn fixture(path: &[&str]) -> JsValue {
    let all = JSON::parse(include_str!("../version_1.json")).unwrap();
    path.iter().fold(all, |value, name| field(&value, name))
}

pub(crate) fn field(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap()
}

/// Opens at `version` and makes `stores` if there are none.
pub(crate) async fn open(name: &str, version: u32, stores: &'static [&'static str]) -> Database {
    let mut request = Factory::new().unwrap().open(name, Some(version)).unwrap();
    request.on_upgrade_needed(move |event: VersionChangeEvent| {
        let database = event.database().unwrap();
        for store in stores {
            let made = database.create_object_store(store, ObjectStoreParams::new());
            drop(made.unwrap());
        }
    });
    request.await.unwrap()
}

/// Writes rows, each a store, a key and a value.
pub(crate) async fn put(database: &Database, rows: &[(&str, JsValue, JsValue)]) {
    let names = database.store_names();
    let transaction = database.transaction(&names, TransactionMode::ReadWrite);
    let transaction = transaction.unwrap();
    for (store, key, value) in rows {
        let store = transaction.object_store(store).unwrap();
        store.put(value, Some(key)).unwrap().await.unwrap();
    }
    transaction.commit().unwrap().await.unwrap();
}

/// Everything in a database but bytes, as text, which can be compared. Without what only serves to find
/// rows: their marks, and the note that they have them.
pub(crate) async fn dump(database: &Database) -> Vec<String> {
    let mut rows = Vec::new();
    for name in database.store_names() {
        let transaction = database.transaction(&[&name], TransactionMode::ReadOnly);
        let transaction = transaction.unwrap();
        let store = transaction.object_store(&name).unwrap();
        let keys = store.get_all_keys(None, None).unwrap().await.unwrap();
        for key in keys {
            let value = store.get(Query::Key(key.clone())).unwrap().await.unwrap();
            let value = value.unwrap();
            if key.as_string().as_deref() == Some("marked") {
                continue;
            }
            if value.is_object() {
                let row: &Object = value.unchecked_ref();
                Reflect::delete_property(row, &"marks".into()).unwrap();
            }
            let json = JSON::stringify(&value).unwrap();
            rows.push(format!("{name} {key:?} {}", String::from(json)));
        }
    }
    rows
}

/// What version 1 wrote to its outbox; chunks and conflicts stand for what nobody may drop.
pub(crate) async fn write_outbox(database: &Database) {
    let mut rows = vec![
        ("meta", "meta".into(), fixture(&["outbox", "meta"])),
        (
            "chunks",
            "photo/0".into(),
            Uint8Array::from(&[1, 2, 3][..]).into(),
        ),
        (
            "conflicts",
            "one".into(),
            JSON::parse("{\"mine\": 1}").unwrap(),
        ),
    ];
    for entry in Array::from(&fixture(&["outbox", "entries"])) {
        let seq = field(&field(&entry, "mutation"), "seq");
        rows.push(("entries", seq, entry));
    }
    put(database, &rows).await;
}

/// What version 1 wrote to its cache.
pub(crate) async fn write_cache(database: &Database) {
    let mut rows = vec![("state", "state".into(), fixture(&["cache", "state"]))];
    for (folder, store) in [("directories", "state"), ("pages", "pages")] {
        let found = Object::from(fixture(&["cache", folder]));
        for row in Object::entries(&found) {
            let row = Array::from(&row);
            let (mut key, value) = (row.get(0), row.get(1));
            let bytes = if store == "state" {
                key = format!("directory/{}", key.as_string().unwrap()).into();
                Uint8Array::new(&value)
            } else {
                Uint8Array::from(value.as_string().unwrap().as_bytes())
            };
            rows.push((store, key, bytes.into()));
        }
    }
    put(database, &rows).await;
}

/// Makes a database of version 1 with its rows and leaves it.
pub(crate) async fn make_outbox(name: &str) -> Vec<String> {
    let database = open(name, 1, &OUTBOX_1).await;
    write_outbox(&database).await;
    let rows = dump(&database).await;
    database.close();
    rows
}

/// Makes a database of version 2 with the rows of version 1 and one that is kept, and leaves it.
pub(crate) async fn make_outbox_2(name: &str) -> Vec<String> {
    let database = open(name, 2, &OUTBOX_2).await;
    write_outbox(&database).await;
    let entry = Array::from(&fixture(&["outbox", "entries"])).get(0);
    let kept = Object::new();
    Reflect::set(&kept, &"mutation".into(), &field(&entry, "mutation")).unwrap();
    Reflect::set(&kept, &"at".into(), &1_795_248_000_000.0.into()).unwrap();
    put(&database, &[("kept", 1.into(), kept.into())]).await;
    let rows = dump(&database).await;
    database.close();
    rows
}

/// Makes a database of version 1 with its rows and leaves it.
pub(crate) async fn make_cache(name: &str) -> Vec<String> {
    let database = open(name, 1, &CACHE_1).await;
    write_cache(&database).await;
    let rows = dump(&database).await;
    database.close();
    rows
}

/// Lets go of the database when a newer version wants in, as every version of the app does.
pub(crate) fn listen(database: &mut Database) {
    database.on_version_change(|event| event.database().unwrap().close());
}

/// Opens at a version far beyond ours; gives back whether something was in the way.
pub(crate) async fn upgrade_beyond(name: &str) -> bool {
    let mut request = Factory::new().unwrap().open(name, Some(99)).unwrap();
    let blocked = Rc::new(Cell::new(false));
    let seen = Rc::clone(&blocked);
    request.on_blocked(move |_| seen.set(true));
    request.await.unwrap().close();
    blocked.get()
}

/// Runs a script that ends with `resolve(...)`, with `name` in its reach.
pub(crate) async fn script(name: &str, body: &str) -> JsValue {
    let body = format!("return new Promise((resolve, reject) => {{ {body} }})");
    let run = Function::new_with_args("name", &body);
    let promise = run.call1(&JsValue::NULL, &name.into()).unwrap();
    JsFuture::from(promise.unchecked_into::<Promise>())
        .await
        .unwrap()
}
