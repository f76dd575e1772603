//! A strict connection, of the outbox or of the drafts: opened once, opened again when it was lost, closed when it is dropped.
//!
//! Owns strict durability, and that no connection stays open without its handlers: one that does not
//! hear `versionchange` blocks every later version of the app until its tab or worker has ended.

use super::Mode;
use crate::fault::from_js;
use crate::new_log::begin_new_log;
use crate::opening;
use crate::schema::{OUTBOX_CHUNKS, OUTBOX_ENTRIES, OUTBOX_KEPT, OUTBOX_LOG, OUTBOX_META};
use afield_sync::StoreError;
use idb::Database;
use js_sys::{Array, Function, Reflect};
use serde::Serialize;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{IdbDatabase, IdbTransaction};

/// Which stores a transaction is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The meta row, the entries, what is kept and the log; if something is written, photos and files as well.
    Entries,
    /// Photos and files alone.
    Files,
}

impl Reach {
    pub(super) fn stores(self, mode: Mode) -> &'static [&'static str] {
        match (self, mode) {
            (Self::Files, _) => &[OUTBOX_CHUNKS],
            (Self::Entries, Mode::Read) => &[OUTBOX_META, OUTBOX_ENTRIES, OUTBOX_KEPT, OUTBOX_LOG],
            (Self::Entries, Mode::StrictWrite) => &[
                OUTBOX_META,
                OUTBOX_ENTRIES,
                OUTBOX_KEPT,
                OUTBOX_LOG,
                OUTBOX_CHUNKS,
            ],
        }
    }
}

/// A connection that may have to be opened again.
#[derive(Debug)]
pub(crate) struct Connection {
    name: String,
    version: u32,
    stores: &'static [&'static str],
    handle: Rc<RefCell<Option<IdbDatabase>>>,
    // Keeps the handlers for `close` and `versionchange` alive.
    database: RefCell<Option<Database>>,
}

impl Connection {
    /// To the database `name` at `version`, which has `stores`.
    pub(crate) fn new(name: &str, version: u32, stores: &'static [&'static str]) -> Self {
        Self {
            name: name.to_owned(),
            version,
            stores,
            handle: Rc::default(),
            database: RefCell::default(),
        }
    }

    /// Opens or opens again.
    pub(crate) async fn open(&self) -> Result<(), StoreError> {
        let raw = opening::open(&self.name, self.version, self.stores).await?;
        if self.handle.borrow().is_some() {
            // Two transactions had lost the connection at once, and the other was faster.
            raw.close();
            return Ok(());
        }
        let mut database = Database::from(raw.clone());
        let (closed, changed) = (Rc::clone(&self.handle), Rc::clone(&self.handle));
        database.on_close(move |_| {
            closed.borrow_mut().take();
        });
        // A newer version of the app wants in: let go, so that its upgrade is not blocked.
        database.on_version_change(move |_| close(&changed));
        *self.handle.borrow_mut() = Some(raw);
        *self.database.borrow_mut() = Some(database);
        Ok(())
    }

    /// Whether a transaction that ended with `error` is to be done once more: the connection was lost, and
    /// nothing was committed. It is opened anew then.
    pub(crate) fn is_lost(&self, error: &StoreError) -> bool {
        let lost = *error == StoreError::Closed;
        if lost {
            close(&self.handle);
        }
        lost
    }

    /// Begins a transaction over `stores`, over a new connection if the old one was lost.
    pub(crate) async fn begin(
        &self,
        stores: &[&str],
        mode: Mode,
    ) -> Result<IdbTransaction, StoreError> {
        if mode == Mode::StrictWrite {
            begin_new_log().await;
        }
        match self.try_begin(stores, mode) {
            Err(StoreError::Closed) => {
                self.open().await?;
                self.try_begin(stores, mode)
            }
            begun => begun,
        }
    }

    fn try_begin(&self, stores: &[&str], mode: Mode) -> Result<IdbTransaction, StoreError> {
        let handle = self.handle.borrow().clone().ok_or(StoreError::Closed)?;
        let begun = begin_on(&handle, stores, mode);
        if begun.is_err() {
            // Some browsers drop the connection of a page in the background without an event.
            close(&self.handle);
        }
        begun.map_err(|error| match from_js(&error) {
            StoreError::Failed(_) => StoreError::Closed,
            other => other,
        })
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        close(&self.handle);
    }
}

fn close(handle: &RefCell<Option<IdbDatabase>>) {
    if let Some(handle) = handle.borrow_mut().take() {
        handle.close();
    }
}

/// What web-sys does not have in stable: how hard a transaction's data is to lose.
#[derive(Serialize)]
struct TransactionOptions {
    #[serde(skip_serializing_if = "Option::is_none")]
    durability: Option<&'static str>,
}

/// `transaction(stores, "readwrite", {durability: "strict"})`.
fn begin_on(handle: &IdbDatabase, stores: &[&str], mode: Mode) -> Result<IdbTransaction, JsValue> {
    let stores: Array = stores.iter().copied().map(JsValue::from_str).collect();
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
