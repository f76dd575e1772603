//! What a transaction of the outbox reads: rows by key, by mark, or from the first one on.
//!
//! Owns the index of marks. They stand beside the entry's own fields in its row, written by this file
//! alone; what they are is `afield_sync::outbox::lookup`'s. Must never decide which entries a plan needs.

use super::settle::{Running, settle};
use super::{
    IdbOutbox, META_KEY, Mode, Reach, Stores, get, open_store, put, rows_from_js, seq_key,
};
use crate::codec::{row_from_js, row_to_js};
use crate::fault::{from_idb, from_js};
use crate::schema::{ENTRY_MARKS, OUTBOX_ENTRIES, OUTBOX_META};
use afield_domain::order::Order;
use afield_protocol::Seq;
use afield_sync::outbox::batch::{BatchLimits, BatchScan, Gathered};
use afield_sync::outbox::lookup::{Mark, marks_of};
use afield_sync::{OutboxEntry, OutboxMeta, OutboxView, Read, SignedIn, StoreError};
use idb::{CursorDirection, KeyRange, ObjectStore, Query, Transaction};
use js_sys::{Array, Reflect};
use wasm_bindgen::JsValue;

/// The key, in the store of the meta row, of the note that every row has its marks.
const MARKED_KEY: &str = "marked";

pub(super) async fn load_view(stores: &Stores, read: &Read) -> Result<OutboxView, StoreError> {
    let meta = get(&stores.meta, JsValue::from_str(META_KEY)).await?;
    let meta: OutboxMeta = meta.map(row_from_js).transpose()?.unwrap_or_default();
    let entries = match read {
        Read::Meta => Vec::new(),
        Read::Entries(seqs) => by_seq(&stores.entries, seqs.clone()).await?,
        Read::Found(marks) => found(&stores.entries, marks).await?,
        Read::FoundAndLast(marks) => {
            let mut entries = found(&stores.entries, marks).await?;
            if let Some(last) = last(&stores.entries).await?
                && entries.last().is_none_or(|entry| entry.seq() < last.seq())
            {
                entries.push(last);
            }
            entries
        }
        Read::Head(limits) => head(&stores.entries, &meta, *limits).await?,
        Read::All | Read::AllAndAcknowledged => {
            rows_from_js(get_all(&stores.entries, None, None).await?)?
        }
    };
    let acknowledged = match read {
        Read::AllAndAcknowledged => get_all(&stores.kept, None, None).await?,
        _ => Vec::new(),
    };
    Ok(OutboxView {
        meta,
        entries,
        acknowledged: rows_from_js(acknowledged)?,
    })
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

async fn by_seq(store: &ObjectStore, mut seqs: Vec<Seq>) -> Result<Vec<OutboxEntry>, StoreError> {
    seqs.order();
    seqs.dedup();
    let mut rows = Vec::with_capacity(seqs.len());
    for seq in seqs {
        rows.extend(get(store, seq_key(seq)).await?);
    }
    rows_from_js(rows)
}

async fn found(store: &ObjectStore, marks: &[Mark]) -> Result<Vec<OutboxEntry>, StoreError> {
    let index = store.index(ENTRY_MARKS).map_err(|error| from_idb(&error))?;
    let mut entries: Vec<OutboxEntry> = Vec::new();
    for mark in marks {
        let key = Query::Key(JsValue::from_str(&mark.text()));
        let request = index.get_all(Some(key), None);
        let request = request.map_err(|error| from_idb(&error))?;
        let rows = Array::from(&settle(request.into()).await?).to_vec();
        entries.extend(rows_from_js::<OutboxEntry>(rows)?);
    }
    entries.order_by_key(OutboxEntry::seq);
    entries.dedup_by_key(|entry| entry.seq());
    Ok(entries)
}

async fn last(store: &ObjectStore) -> Result<Option<OutboxEntry>, StoreError> {
    let request = store.open_cursor(None, Some(CursorDirection::Prev));
    let request = request.map_err(|error| from_idb(&error))?;
    let cursor = settle(request.into()).await?;
    if cursor.is_null() {
        return Ok(None);
    }
    let row = Reflect::get(&cursor, &JsValue::from_str("value"));
    row_from_js(row.map_err(|error| from_js(&error))?).map(Some)
}

/// Reads on, a batch of rows at a time, until a batch to send is full or nothing is left.
async fn head(
    store: &ObjectStore,
    meta: &OutboxMeta,
    limits: BatchLimits,
) -> Result<Vec<OutboxEntry>, StoreError> {
    let user = meta.session.as_ref().map(SignedIn::user);
    let mut scan = BatchScan::new(user, limits);
    let count = u32::try_from(limits.items).unwrap_or(u32::MAX).max(1);
    let mut head: Vec<OutboxEntry> = Vec::new();
    loop {
        let after = head.last().map(|entry| seq_key(entry.seq()));
        let keys = after.map(|key| KeyRange::lower_bound(&key, Some(true)));
        let keys = keys.transpose().map_err(|error| from_idb(&error))?;
        let rows = get_all(store, keys, Some(count)).await?;
        if rows.is_empty() {
            return Ok(head);
        }
        for row in rows {
            let entry = row_from_js(row)?;
            let gathered = scan.gather(&entry);
            head.push(entry);
            if gathered == Gathered::Full {
                return Ok(head);
            }
        }
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
