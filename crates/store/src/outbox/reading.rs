//! What a transaction of the outbox reads: rows by key, by mark, or from the first one on.
//!
//! Owns the index of marks. They stand beside the entry's own fields in its row, written by this file
//! alone; what they are is `afield_sync::outbox::lookup`'s. A row that cannot be read stays as it is, is named
//! by its key, and keeps nobody from the others. Must never decide which entries a plan needs.

use super::asked::{AskedEntries, last};
use super::rows::Rows;
use super::settle::{Running, Settling};
use super::{IdbOutbox, META_KEY, Mode, Reach, Stores, get, open_store, put, seq_key};
use crate::codec::{row_from_js, row_to_js};
use crate::fault::{from_idb, from_js};
use crate::schema::{ENTRY_MARKS, OUTBOX_ENTRIES, OUTBOX_META};
use afield_domain::DeviceId;
use afield_domain::order::Order;
use afield_protocol::Seq;
use afield_sync::outbox::batch::{BatchScan, Gathered};
use afield_sync::outbox::lookup::marks_of;
use afield_sync::{OutboxEntry, OutboxMeta, OutboxView, Read, SignedIn, StoreError};
use idb::{ObjectStore, Query, Transaction};
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// The key, in the store of the meta row, of the note that every row has its marks.
const MARKED_KEY: &str = "marked";
/// How the keys begin, in the same store, of meta rows that could not be read.
const DAMAGED_KEY: &str = "damaged-";

pub(super) async fn load_view(stores: &Stores, read: &Read) -> Result<OutboxView, StoreError> {
    // All that can be asked for at once is: each answer is a way to the browser's process and back.
    let meta = stores
        .meta
        .get(Query::Key(JsValue::from_str(META_KEY)))
        .map_err(|error| from_idb(&error))?;
    let meta = Settling::watch(meta.into());
    let entries = AskedEntries::ask(&stores.entries, read)?;
    let kept = matches!(read, Read::AllAndAcknowledged).then_some(&stores.kept);
    let log = matches!(read, Read::Log | Read::AllAndLog).then_some(&stores.log);
    let others = kept.or(log).map(|store| Rows::ask(store, None, None));
    let others = others.transpose()?;
    let meta = load_meta(stores, meta.value().await?).await?;
    let mut found = Found::default();
    load_entries(&stores.entries, entries, read, &meta, &mut found).await?;
    let (entries, unreadable) = found.rising();
    let mut view = OutboxView {
        meta,
        entries,
        unreadable,
        ..OutboxView::default()
    };
    if let Some(others) = others {
        let rows = others.load().await?.into_iter().map(|(_, row)| row);
        match kept {
            Some(_) => view.acknowledged = rows.map(row_from_js).filter_map(Result::ok).collect(),
            None => view.log = rows.map(row_from_js).filter_map(Result::ok).collect(),
        }
    }
    Ok(view)
}

/// What was asked for; of the head, batch by batch, until one to send is full or nothing is left.
async fn load_entries(
    entries: &ObjectStore,
    mut asked: AskedEntries,
    read: &Read,
    meta: &OutboxMeta,
    found: &mut Found,
) -> Result<(), StoreError> {
    let Read::Head(limits) = read else {
        for (key, row) in asked.load().await? {
            found.take(&key, row);
        }
        return Ok(());
    };
    let user = meta.session.as_ref().map(SignedIn::user);
    let mut scan = BatchScan::new(user, *limits);
    loop {
        let rows = asked.load().await?;
        let Some((last, _)) = rows.last().cloned() else {
            return Ok(());
        };
        for (key, row) in rows {
            let entry = found.take(&key, row);
            if entry.is_some_and(|entry| scan.gather(entry) == Gathered::Full) {
                return Ok(());
            }
        }
        asked = AskedEntries::ask_on(entries, &last, *limits)?;
    }
}

/// The meta row. Of a damaged one every field that can be read counts, the other rows make up for the rest,
/// and its bytes are kept under another key before anything is written in its place.
async fn load_meta(stores: &Stores, row: JsValue) -> Result<OutboxMeta, StoreError> {
    if row.is_undefined() {
        return Ok(OutboxMeta::default());
    }
    if let Ok(meta) = row_from_js(row.clone()) {
        return Ok(meta);
    }
    let (mut highest, mut device) = (Seq(0), None);
    for store in [&stores.entries, &stores.kept] {
        if let Some((key, row)) = last(store).await? {
            highest = highest.max(seq_of(&key).unwrap_or_default());
            // What is kept has the same name for its mutation.
            let mutation = field(&row, "mutation").and_then(|mutation| field(&mutation, "device"));
            device = device.or(mutation.and_then(|id| row_from_js::<DeviceId>(id).ok()));
        }
    }
    if stores.files.is_some() {
        let key = JsValue::from_str(&format!("{DAMAGED_KEY}{}", highest.0));
        put(&stores.meta, &row, key)?;
    }
    Ok(readable_fields(&row).recovered(highest, device))
}

/// What can be read of a damaged meta row, field by field.
fn readable_fields(row: &JsValue) -> OutboxMeta {
    let readable = Object::new();
    for field in row.dyn_ref().map(Object::entries).into_iter().flatten() {
        let alone = Object::from_entries(&Array::of1(&field));
        if let (Ok(alone), Ok(field)) = (alone, field.dyn_into::<Array>())
            && row_from_js::<OutboxMeta>(alone.into()).is_ok()
        {
            let _ = Reflect::set(&readable, &field.get(0), &field.get(1));
        }
    }
    row_from_js(readable.into()).unwrap_or_default()
}

/// A field of what may be no object at all.
pub(super) fn field(row: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(row, &JsValue::from_str(name)).ok()
}

fn seq_of(key: &JsValue) -> Option<Seq> {
    key.as_f64().map(|seq| Seq(seq as u64))
}

/// Rows that were found: the entries, and which rows cannot be read. One that is damaged keeps nobody from
/// the others.
#[derive(Default)]
struct Found {
    entries: Vec<OutboxEntry>,
    unreadable: Vec<Seq>,
}

impl Found {
    /// The entry of the row, if it can be read.
    fn take(&mut self, key: &JsValue, row: JsValue) -> Option<&OutboxEntry> {
        match row_from_js::<OutboxEntry>(row) {
            // A row that is about another place in the order is damaged too.
            Ok(entry) if seq_of(key) == Some(entry.seq()) => {
                self.entries.push(entry);
                self.entries.last()
            }
            _ => {
                self.unreadable.extend(seq_of(key));
                None
            }
        }
    }

    /// Each once, in order.
    fn rising(mut self) -> (Vec<OutboxEntry>, Vec<Seq>) {
        self.entries.order_by_key(OutboxEntry::seq);
        self.entries.dedup_by_key(|entry| entry.seq());
        self.unreadable.order();
        self.unreadable.dedup();
        (self.entries, self.unreadable)
    }
}

/// An entry's row: its own fields, and beside them what it is found by.
pub(super) fn marked(entry: &OutboxEntry) -> Result<JsValue, StoreError> {
    let row = row_to_js(entry)?;
    set_marks(&row, entry)?;
    Ok(row)
}

fn set_marks(row: &JsValue, entry: &OutboxEntry) -> Result<(), StoreError> {
    let marks = marks_of(entry);
    let marks: Array = marks
        .iter()
        .map(|mark| JsValue::from_str(&mark.text()))
        .collect();
    let field = JsValue::from_str(ENTRY_MARKS);
    Reflect::set(row, &field, &marks).map_err(|error| from_js(&error))?;
    Ok(())
}

impl IdbOutbox {
    /// Gives marks to the rows that were written before there were any. In one transaction, once for each
    /// database: a crash before its end leaves it to the next start.
    pub(super) async fn mark_older_rows(&self) -> Result<(), StoreError> {
        let key = JsValue::from_str(MARKED_KEY);
        let raw = self.begin(Reach::Entries, Mode::Read).await?;
        let meta = open_store(&Transaction::from(raw), OUTBOX_META)?;
        if get(&meta, key.clone()).await?.is_some() {
            return Ok(());
        }
        let raw = self.begin(Reach::Entries, Mode::StrictWrite).await?;
        let transaction = Transaction::from(raw.clone());
        let running = Running::watch(raw);
        let entries = open_store(&transaction, OUTBOX_ENTRIES)?;
        let meta = open_store(&transaction, OUTBOX_META)?;
        for (_, row) in Rows::ask(&entries, None, None)?.load().await? {
            // One that cannot be read stays as it is: whoever comes to it says so.
            if let Ok(entry) = row_from_js::<OutboxEntry>(row.clone()) {
                set_marks(&row, &entry)?;
                put(&entries, &row, seq_key(entry.seq()))?;
            }
        }
        put(&meta, &JsValue::TRUE, key)?;
        running.commit().await
    }
}
