//! The outbox's connection: opened once, opened again when it was lost.
//!
//! Owns upgrade and strict durability. A store is only ever added in an upgrade, never removed.

use super::Mode;
use crate::fault::{from_idb, from_js};
use crate::schema::{OUTBOX_ENTRIES, OUTBOX_META, OUTBOX_STORES, OUTBOX_VERSION};
use afield_sync::StoreError;
use futures::channel::oneshot;
use futures::future::{Either, select};
use idb::event::VersionChangeEvent;
use idb::{Database, DatabaseEvent, Event, Factory, ObjectStoreParams, Request};
use js_sys::{Array, Function, Reflect};
use serde::Serialize;
use std::cell::RefCell;
use std::future::{Future, IntoFuture};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{IdbDatabase, IdbTransaction};

/// A connection that may have to be opened again.
#[derive(Debug)]
pub(super) struct Connection {
    name: String,
    handle: Rc<RefCell<Option<IdbDatabase>>>,
    // Keeps the handlers for `close` and `versionchange` alive.
    database: RefCell<Option<Database>>,
}

impl Connection {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            handle: Rc::default(),
            database: RefCell::default(),
        }
    }

    /// Opens or opens again.
    pub(super) async fn open(&self) -> Result<(), StoreError> {
        let wrap = |error: idb::Error| from_idb(&error);
        let factory = Factory::new().map_err(wrap)?;
        let mut request = factory
            .open(&self.name, Some(OUTBOX_VERSION))
            .map_err(wrap)?;
        request.on_upgrade_needed(|event| {
            // Taken back whole: a version without its stores could never be opened again.
            if add_stores(&event).is_err()
                && let Ok(request) = event.target()
                && let Some(upgrade) = request.transaction()
            {
                let _ = upgrade.abort();
            }
        });
        let (tell_blocked, blocked) = oneshot::channel();
        request.on_blocked(move |_| {
            let _ = tell_blocked.send(());
        });
        // A blocked open stays silent until the old tab lets go, which may be never.
        let raw: IdbDatabase = match select(request.into_future(), blocked).await {
            Either::Left((opened, _)) => opened.map_err(wrap)?.into(),
            Either::Right((Ok(()), opening)) => {
                spawn_local(close_late(opening));
                return Err(StoreError::Blocked);
            }
            Either::Right((Err(_), opening)) => opening.await.map_err(wrap)?.into(),
        };
        let mut database = Database::from(raw.clone());
        let present = database.store_names();
        if !OUTBOX_STORES
            .iter()
            .all(|store| present.iter().any(|name| name == store))
        {
            return Err(StoreError::Corrupt("a store is missing".to_owned()));
        }
        let (closed, changed) = (Rc::clone(&self.handle), Rc::clone(&self.handle));
        database.on_close(move |_| {
            closed.borrow_mut().take();
        });
        // A newer version of the app wants in: let go, so that its upgrade is not blocked.
        database.on_version_change(move |_| {
            if let Some(handle) = changed.borrow_mut().take() {
                handle.close();
            }
        });
        *self.handle.borrow_mut() = Some(raw);
        *self.database.borrow_mut() = Some(database);
        Ok(())
    }

    /// Begins a transaction over the meta row and the entries.
    pub(super) fn begin(&self, mode: Mode) -> Result<IdbTransaction, StoreError> {
        let handle = self.handle.borrow().clone().ok_or(StoreError::Closed)?;
        let begun = begin_on(&handle, mode);
        if begun.is_err() {
            // Some browsers drop the connection of a page in the background without an event.
            self.handle.borrow_mut().take();
        }
        begun.map_err(|error| match from_js(&error) {
            StoreError::Failed(_) => StoreError::Closed,
            other => other,
        })
    }
}

fn add_stores(event: &VersionChangeEvent) -> Result<(), idb::Error> {
    let database = event.database()?;
    let present = database.store_names();
    for store in OUTBOX_STORES {
        if !present.iter().any(|name| name == store) {
            database.create_object_store(store, ObjectStoreParams::new())?;
        }
    }
    Ok(())
}

/// A blocked open cannot be called back: it goes through when the old tab leaves. What it opens
/// would have no handlers, and would block the next upgrade in its turn.
async fn close_late(opening: impl Future<Output = Result<Database, idb::Error>>) {
    if let Ok(database) = opening.await {
        database.close();
    }
}

/// What web-sys does not have in stable: how hard a transaction's data is to lose.
#[derive(Serialize)]
struct TransactionOptions {
    #[serde(skip_serializing_if = "Option::is_none")]
    durability: Option<&'static str>,
}

/// `transaction(stores, "readwrite", {durability: "strict"})`.
fn begin_on(handle: &IdbDatabase, mode: Mode) -> Result<IdbTransaction, JsValue> {
    let stores = Array::of2(&OUTBOX_META.into(), &OUTBOX_ENTRIES.into());
    let (mode, durability) = match mode {
        Mode::Read => ("readonly", None),
        Mode::StrictWrite => ("readwrite", Some("strict")),
    };
    let options = serde_wasm_bindgen::to_value(&TransactionOptions { durability })?;
    let begin: Function = Reflect::get(handle, &"transaction".into())?.dyn_into()?;
    begin
        .call3(handle, &stores, &mode.into(), &options)?
        .dyn_into()
}
