//! Photos and files: rows and chunks of bytes in one store.
//!
//! Owns the transactions over that store. A row is written with its mutation (see `issue_writes`);
//! chunks are written before it and, once it is there, never again. A file goes only by its user's choice or
//! with a verdict ([`drop_file`]), or if its row says that the server has received it.

use super::connection::Reach;
use super::settle::{Running, settle};
use super::{IdbOutbox, Mode, Stores, get, open_store, put};
use crate::codec::row_from_js;
use crate::fault::from_idb;
use crate::file_keys::{ROWS, chunk_key, chunk_owner, chunk_range, row_key};
use crate::schema::OUTBOX_CHUNKS;
use afield_domain::AttachmentId;
use afield_sync::{FileRows, FileStore, LocalFile, OutboxWrite, StoreError};
use idb::{KeyRange, ObjectStore, Query, Transaction};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

impl FileStore for IdbOutbox {
    async fn put_chunk(
        &self,
        id: AttachmentId,
        number: u32,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        self.with_files(Mode::StrictWrite, async |store| {
            if load_row(store, id).await?.is_none() {
                let key = JsValue::from_str(&chunk_key(id, number));
                put(store, &Uint8Array::from(bytes).into(), key)?;
            }
            Ok(())
        })
        .await
    }

    async fn load_file(&self, id: AttachmentId) -> Result<Option<LocalFile>, StoreError> {
        self.with_files(Mode::Read, async |store| load_row(store, id).await)
            .await
    }

    async fn load_files(&self) -> Result<FileRows, StoreError> {
        let rows = self
            .with_files(Mode::Read, async |store| {
                get_range(store, ROWS.0, ROWS.1).await
            })
            .await?;
        let count = rows.len();
        let files = rows.into_iter().filter_map(|row| row_from_js(row).ok());
        let files: Vec<LocalFile> = files.collect();
        let unreadable = count - files.len();
        Ok(FileRows { files, unreadable })
    }

    async fn load_bytes(&self, id: AttachmentId) -> Result<Option<Vec<u8>>, StoreError> {
        let (file, chunks) = self
            .with_files(Mode::Read, async |store| {
                let file = load_row(store, id).await?;
                let (first, end) = chunk_range(id);
                Ok((file, get_range(store, &first, &end).await?))
            })
            .await?;
        let Some(file) = file else {
            return Ok(None);
        };
        let chunks: Option<Vec<_>> = chunks.iter().map(bytes_of).collect();
        let bytes = chunks.and_then(|chunks| file.join(&chunks));
        bytes.map(Some).ok_or(StoreError::NotWhole)
    }

    async fn load_chunk(
        &self,
        id: AttachmentId,
        number: u32,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let chunk = self
            .with_files(Mode::Read, async |store| {
                match get(store, JsValue::from_str(&row_key(id))).await? {
                    Some(_) => get(store, JsValue::from_str(&chunk_key(id, number))).await,
                    None => Ok(None),
                }
            })
            .await?;
        Ok(chunk.as_ref().and_then(bytes_of))
    }

    async fn load_chunk_owners(&self) -> Result<Vec<AttachmentId>, StoreError> {
        let keys = self
            .with_files(Mode::Read, async |store| get_keys(store, None).await)
            .await?;
        let keys = keys.iter().filter_map(|key| key.as_string());
        let mut ids: Vec<AttachmentId> = keys.filter_map(|key| chunk_owner(&key)).collect();
        ids.dedup();
        Ok(ids)
    }

    async fn drop_received(&self, id: AttachmentId) -> Result<(), StoreError> {
        self.with_files(Mode::StrictWrite, async |store| {
            let row = load_row(store, id).await?;
            if row.is_some_and(|file| file.sending.received.is_some()) {
                drop_file(store, id)?;
            }
            Ok(())
        })
        .await
    }

    async fn drop_chunks(&self, id: AttachmentId) -> Result<(), StoreError> {
        self.with_files(Mode::StrictWrite, async |store| {
            if load_row(store, id).await?.is_none() {
                drop_bytes(store, id)?;
            }
            Ok(())
        })
        .await
    }
}

/// That the chunks of every file whose row is to be there from now on are all there: whoever sweeps may have taken
/// them since they were written.
pub(super) async fn check_whole(stores: &Stores, writes: &[OutboxWrite]) -> Result<(), StoreError> {
    for write in writes {
        let (OutboxWrite::File(file), Some(store)) = (write, &stores.files) else {
            continue;
        };
        let row = JsValue::from_str(&row_key(file.id));
        if get(store, row).await?.is_none() {
            let (first, end) = chunk_range(file.id);
            let chunks = get_keys(store, Some(range(&first, &end)?)).await?;
            if chunks.length() != file.chunks {
                return Err(StoreError::NotWhole);
            }
        }
    }
    Ok(())
}

async fn get_keys(store: &ObjectStore, range: Option<KeyRange>) -> Result<Array, StoreError> {
    let request = store.get_all_keys(range.map(Query::KeyRange), None);
    let request = request.map_err(|error| from_idb(&error))?;
    Ok(Array::from(&settle(request.into()).await?))
}

/// Removes the row and the bytes of a file.
pub(super) fn drop_file(store: &ObjectStore, id: AttachmentId) -> Result<(), StoreError> {
    let row = Query::Key(JsValue::from_str(&row_key(id)));
    let deleted = store.delete(row);
    deleted.map(drop).map_err(|error| from_idb(&error))?;
    drop_bytes(store, id)
}

fn drop_bytes(store: &ObjectStore, id: AttachmentId) -> Result<(), StoreError> {
    let (first, end) = chunk_range(id);
    let deleted = store.delete(Query::KeyRange(range(&first, &end)?));
    deleted.map(drop).map_err(|error| from_idb(&error))
}

impl IdbOutbox {
    /// A transaction over photos and files alone: it waits for no transaction that only reads entries. A
    /// lost connection is opened anew, and `work` done once more.
    async fn with_files<T>(
        &self,
        mode: Mode,
        work: impl AsyncFn(&ObjectStore) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut again = true;
        loop {
            match self.try_files(mode, &work).await {
                Err(error) if again && self.connection.is_lost(&error) => again = false,
                ended => return ended,
            }
        }
    }

    async fn try_files<T>(
        &self,
        mode: Mode,
        work: impl AsyncFn(&ObjectStore) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let raw = self.begin(Reach::Files, mode).await?;
        let transaction = Transaction::from(raw.clone());
        let running = Running::watch(raw);
        let worked = work(&open_store(&transaction, OUTBOX_CHUNKS)?).await?;
        running.commit().await?;
        Ok(worked)
    }
}

async fn load_row(store: &ObjectStore, id: AttachmentId) -> Result<Option<LocalFile>, StoreError> {
    let row = get(store, JsValue::from_str(&row_key(id))).await?;
    row.map(row_from_js).transpose()
}

/// Values of the keys from `first` on and before `end`, in the order of their keys.
async fn get_range(
    store: &ObjectStore,
    first: &str,
    end: &str,
) -> Result<Vec<JsValue>, StoreError> {
    let query = Query::KeyRange(range(first, end)?);
    let request = store.get_all(Some(query), None);
    let request = request.map_err(|error| from_idb(&error))?;
    Ok(Array::from(&settle(request.into()).await?).to_vec())
}

fn range(first: &str, end: &str) -> Result<KeyRange, StoreError> {
    let (first, end) = (JsValue::from_str(first), JsValue::from_str(end));
    KeyRange::bound(&first, &end, Some(false), Some(true)).map_err(|error| from_idb(&error))
}

fn bytes_of(value: &JsValue) -> Option<Vec<u8>> {
    Some(value.dyn_ref::<Uint8Array>()?.to_vec())
}
