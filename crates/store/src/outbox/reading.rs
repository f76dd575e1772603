//! What a transaction of the outbox reads: rows by key, by mark, or from the first one on.
//!
//! Owns the index of marks. They stand beside the entry's own fields in its row, written by this file
//! alone; what they are is `afield_sync::outbox::lookup`'s. A row that cannot be read stays as it is, is named
//! by its key, and keeps nobody from the others. Must never decide which entries a plan needs.

use super::settle::{Running, settle};
use super::{IdbOutbox, META_KEY, Mode, Reach, Stores, get, open_store, put, seq_key};
use crate::codec::{row_from_js, row_to_js};
use crate::fault::{from_idb, from_js};
use crate::schema::{ENTRY_MARKS, OUTBOX_ENTRIES, OUTBOX_META};
use afield_domain::DeviceId;
use afield_domain::order::Order;
use afield_protocol::Seq;
use afield_sync::outbox::batch::{BatchLimits, BatchScan, Gathered};
use afield_sync::outbox::lookup::{Mark, marks_of};
use afield_sync::{OutboxEntry, OutboxMeta, OutboxView, Read, SignedIn, StoreError};
use idb::{CursorDirection, KeyRange, ObjectStore, Query, Transaction};
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// The key, in the store of the meta row, of the note that every row has its marks.
const MARKED_KEY: &str = "marked";
/// How the keys begin, in the same store, of meta rows that could not be read.
const DAMAGED_KEY: &str = "damaged-";

pub(super) async fn load_view(stores: &Stores, read: &Read) -> Result<OutboxView, StoreError> {
    let meta = load_meta(stores).await?;
    let mut found = Found::default();
    let entries = &stores.entries;
    match read {
        Read::Meta | Read::Log => {}
        Read::Entries(seqs) => by_seq(entries, seqs.clone(), &mut found).await?,
        Read::Found(marks) => by_mark(entries, marks, &mut found).await?,
        Read::FoundAndLast(marks) => {
            by_mark(entries, marks, &mut found).await?;
            if let Some((key, row)) = last(entries).await? {
                found.take(&key, row);
            }
        }
        Read::Head(limits) => head(entries, &meta, *limits, &mut found).await?,
        Read::All | Read::AllAndAcknowledged | Read::AllAndLog => {
            by_range(entries, None, &mut found).await?;
        }
    }
    let acknowledged = match read {
        Read::AllAndAcknowledged => get_all(&stores.kept, None, None).await?,
        _ => Vec::new(),
    };
    let acknowledged = acknowledged.into_iter().map(row_from_js);
    let log = match read {
        Read::Log | Read::AllAndLog => get_all(&stores.log, None, None).await?,
        _ => Vec::new(),
    };
    let log = log.into_iter().map(row_from_js);
    let (entries, unreadable) = found.rising();
    Ok(OutboxView {
        meta,
        entries,
        unreadable,
        acknowledged: acknowledged.filter_map(Result::ok).collect(),
        log: log.filter_map(Result::ok).collect(),
    })
}

/// The meta row. Of a damaged one every field that can be read counts, the other rows make up for the rest,
/// and its bytes are kept under another key before anything is written in its place.
async fn load_meta(stores: &Stores) -> Result<OutboxMeta, StoreError> {
    let Some(row) = get(&stores.meta, JsValue::from_str(META_KEY)).await? else {
        return Ok(OutboxMeta::default());
    };
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
fn field(row: &JsValue, name: &str) -> Option<JsValue> {
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
    fn take(&mut self, key: &JsValue, row: JsValue) {
        match row_from_js::<OutboxEntry>(row) {
            // A row that is about another place in the order is damaged too.
            Ok(entry) if seq_of(key) == Some(entry.seq()) => self.entries.push(entry),
            _ => self.unreadable.extend(seq_of(key)),
        }
    }

    fn take_all(&mut self, keys: &[JsValue], rows: Vec<JsValue>) {
        for (key, row) in keys.iter().zip(rows) {
            self.take(key, row);
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

/// The keys of the rows that [`get_all`] gives, in the same order.
async fn get_keys(
    store: &ObjectStore,
    keys: Option<KeyRange>,
    count: Option<u32>,
) -> Result<Vec<JsValue>, StoreError> {
    let request = store.get_all_keys(keys.map(Query::KeyRange), count);
    let request = request.map_err(|error| from_idb(&error))?;
    Ok(Array::from(&settle(request.into()).await?).to_vec())
}

/// Rows of a store in the order of their keys: of these keys or all, up to so many.
async fn get_all(
    store: &ObjectStore,
    keys: Option<KeyRange>,
    count: Option<u32>,
) -> Result<Vec<JsValue>, StoreError> {
    let request = store.get_all(keys.map(Query::KeyRange), count);
    let request = request.map_err(|error| from_idb(&error))?;
    Ok(Array::from(&settle(request.into()).await?).to_vec())
}

async fn by_range(
    store: &ObjectStore,
    range: Option<KeyRange>,
    found: &mut Found,
) -> Result<(), StoreError> {
    let keys = get_keys(store, range.clone(), None).await?;
    found.take_all(&keys, get_all(store, range, None).await?);
    Ok(())
}

async fn by_seq(
    store: &ObjectStore,
    mut seqs: Vec<Seq>,
    found: &mut Found,
) -> Result<(), StoreError> {
    seqs.order();
    seqs.dedup();
    if let (Some(first), Some(last)) = (seqs.first(), seqs.last())
        && last.0 - first.0 == seqs.len() as u64 - 1
    {
        // Those of a push, most often: each one alone would be a way to the browser's process and back.
        let run = KeyRange::bound(&seq_key(*first), &seq_key(*last), None, None);
        let run = run.map_err(|error| from_idb(&error))?;
        return by_range(store, Some(run), found).await;
    }
    for seq in seqs {
        let key = seq_key(seq);
        if let Some(row) = get(store, key.clone()).await? {
            found.take(&key, row);
        }
    }
    Ok(())
}

async fn by_mark(store: &ObjectStore, marks: &[Mark], found: &mut Found) -> Result<(), StoreError> {
    let index = store.index(ENTRY_MARKS).map_err(|error| from_idb(&error))?;
    for mark in marks {
        let key = || Some(Query::Key(JsValue::from_str(&mark.text())));
        let rows = index.get_all(key(), None);
        let rows = rows.map_err(|error| from_idb(&error))?;
        let keys = index.get_all_keys(key(), None);
        let keys = keys.map_err(|error| from_idb(&error))?;
        let rows = Array::from(&settle(rows.into()).await?).to_vec();
        let keys = Array::from(&settle(keys.into()).await?).to_vec();
        found.take_all(&keys, rows);
    }
    Ok(())
}

/// The last row of a store, with its key.
async fn last(store: &ObjectStore) -> Result<Option<(JsValue, JsValue)>, StoreError> {
    let request = store.open_cursor(None, Some(CursorDirection::Prev));
    let request = request.map_err(|error| from_idb(&error))?;
    let cursor = settle(request.into()).await?;
    Ok(field(&cursor, "key").zip(field(&cursor, "value")))
}

/// Reads on, a batch of rows at a time, until a batch to send is full or nothing is left.
async fn head(
    store: &ObjectStore,
    meta: &OutboxMeta,
    limits: BatchLimits,
    found: &mut Found,
) -> Result<(), StoreError> {
    let user = meta.session.as_ref().map(SignedIn::user);
    let mut scan = BatchScan::new(user, limits);
    let count = u32::try_from(limits.items).unwrap_or(u32::MAX).max(1);
    let mut after: Option<JsValue> = None;
    loop {
        let range = || {
            let range = after
                .as_ref()
                .map(|key| KeyRange::lower_bound(key, Some(true)));
            range.transpose().map_err(|error| from_idb(&error))
        };
        let keys = get_keys(store, range()?, Some(count)).await?;
        let rows = get_all(store, range()?, Some(count)).await?;
        let Some(last) = keys.last() else {
            return Ok(());
        };
        for (key, row) in keys.iter().zip(rows) {
            let before = found.entries.len();
            found.take(key, row);
            let read = found.entries.get(before);
            if read.is_some_and(|entry| scan.gather(entry) == Gathered::Full) {
                return Ok(());
            }
        }
        after = Some(last.clone());
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
        let rows = get_all(&entries, None, None).await?;
        for row in rows {
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
