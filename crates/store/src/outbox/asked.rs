//! Entries that a transaction asks for before it knows anything else.
//!
//! Owns which requests a [`Read`] makes at once. Must never read a row: whoever asked is handed each with its key.

use super::reading::field;
use super::rows::Rows;
use super::seq_key;
use super::settle::Settling;
use crate::fault::from_idb;
use crate::runs::runs_of;
use crate::schema::ENTRY_MARKS;
use afield_protocol::Seq;
use afield_sync::outbox::batch::BatchLimits;
use afield_sync::outbox::lookup::Mark;
use afield_sync::{Read, StoreError};
use idb::{CursorDirection, KeyRange, ObjectStore};
use wasm_bindgen::JsValue;

/// Entries that are on their way.
pub(super) struct AskedEntries {
    rows: Vec<Rows>,
    last: Option<Settling>,
}

impl AskedEntries {
    pub(super) fn ask(entries: &ObjectStore, read: &Read) -> Result<Self, StoreError> {
        let rows = match read {
            Read::Meta | Read::Log => Vec::new(),
            Read::Entries(seqs) => ask_seqs(entries, seqs.clone())?,
            Read::Found(marks) | Read::FoundAndLast(marks) => ask_marks(entries, marks)?,
            Read::Head(limits) => vec![Rows::ask(entries, None, Some(rows_for(*limits)))?],
            Read::All | Read::AllAndAcknowledged | Read::AllAndLog => {
                vec![Rows::ask(entries, None, None)?]
            }
        };
        let last = match read {
            Read::FoundAndLast(_) => Some(ask_last(entries)?),
            _ => None,
        };
        Ok(Self { rows, last })
    }

    /// Each row with its key.
    pub(super) async fn load(self) -> Result<Vec<(JsValue, JsValue)>, StoreError> {
        let mut loaded = Vec::new();
        for rows in self.rows {
            loaded.extend(rows.load().await?);
        }
        if let Some(last) = self.last {
            loaded.extend(key_and_row(&last.value().await?));
        }
        Ok(loaded)
    }

    /// Asks for the batch of rows behind `last`.
    pub(super) fn ask_on(
        entries: &ObjectStore,
        last: &JsValue,
        limits: BatchLimits,
    ) -> Result<Self, StoreError> {
        let after = KeyRange::lower_bound(last, Some(true));
        let after = after.map_err(|error| from_idb(&error))?;
        let rows = Rows::ask(entries, Some(after), Some(rows_for(limits)))?;
        Ok(Self {
            rows: vec![rows],
            last: None,
        })
    }
}

/// The last row of a store, with its key.
pub(super) async fn last(store: &ObjectStore) -> Result<Option<(JsValue, JsValue)>, StoreError> {
    Ok(key_and_row(&ask_last(store)?.value().await?))
}

fn ask_last(store: &ObjectStore) -> Result<Settling, StoreError> {
    let request = store.open_cursor(None, Some(CursorDirection::Prev));
    let request = request.map_err(|error| from_idb(&error))?;
    Ok(Settling::watch(request.into()))
}

fn key_and_row(cursor: &JsValue) -> Option<(JsValue, JsValue)> {
    field(cursor, "key").zip(field(cursor, "value"))
}

/// How many rows are read at once for a batch.
fn rows_for(limits: BatchLimits) -> u32 {
    u32::try_from(limits.items).unwrap_or(u32::MAX).max(1)
}

/// The rows of these places, those that follow each other in one go.
fn ask_seqs(entries: &ObjectStore, seqs: Vec<Seq>) -> Result<Vec<Rows>, StoreError> {
    let ask = |(first, last)| {
        let run = KeyRange::bound(&seq_key(first), &seq_key(last), None, None);
        Rows::ask(entries, Some(run.map_err(|error| from_idb(&error))?), None)
    };
    runs_of(seqs).into_iter().map(ask).collect()
}

fn ask_marks(entries: &ObjectStore, marks: &[Mark]) -> Result<Vec<Rows>, StoreError> {
    let index = entries
        .index(ENTRY_MARKS)
        .map_err(|error| from_idb(&error))?;
    let mut rows = Vec::new();
    for mark in marks {
        rows.push(Rows::ask_marked(&index, &mark.text())?);
    }
    Ok(rows)
}
