//! Photos and files in memory, beside the outbox that refers to them.

use crate::error::StoreError;
use crate::files::local_file::LocalFile;
use crate::memory::{MemoryOutbox, OutboxRows};
use crate::ports::{FileRows, FileStore, OutboxWrite};
use afield_domain::AttachmentId;
use afield_planted::planted;

impl OutboxRows {
    /// That the chunks of every file whose row is to be there from now on are all there.
    pub(super) fn check_whole(&self, writes: &[OutboxWrite]) -> Result<(), StoreError> {
        let is_whole = |write: &OutboxWrite| match write {
            OutboxWrite::File(file) if !self.files.contains_key(&file.id) => {
                let chunks = self.chunks.range((file.id, 0)..=(file.id, u32::MAX));
                chunks.count() == file.chunks as usize
            }
            _ => true,
        };
        let all = writes.iter().all(is_whole);
        if planted!(RegisterUnchecked: all => true) {
            Ok(())
        } else {
            Err(StoreError::NotWhole)
        }
    }
}

impl FileStore for MemoryOutbox {
    async fn put_chunk(
        &self,
        id: AttachmentId,
        number: u32,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        let mut rows = self.0.borrow_mut();
        if !rows.files.contains_key(&id) {
            rows.chunks.insert((id, number), bytes.to_vec());
        }
        Ok(())
    }

    async fn load_file(&self, id: AttachmentId) -> Result<Option<LocalFile>, StoreError> {
        Ok(self.0.borrow().files.get(&id).cloned())
    }

    async fn load_files(&self) -> Result<FileRows, StoreError> {
        Ok(FileRows {
            files: self.0.borrow().files.values().cloned().collect(),
            unreadable: 0,
        })
    }

    async fn load_bytes(&self, id: AttachmentId) -> Result<Option<Vec<u8>>, StoreError> {
        let rows = self.0.borrow();
        let Some(file) = rows.files.get(&id) else {
            return Ok(None);
        };
        let chunks = rows.chunks.range((id, 0)..=(id, u32::MAX));
        let chunks: Vec<_> = chunks.map(|(_, bytes)| bytes.clone()).collect();
        file.join(&chunks).map(Some).ok_or(StoreError::NotWhole)
    }

    async fn load_chunk(
        &self,
        id: AttachmentId,
        number: u32,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let rows = self.0.borrow();
        let is_there = rows.files.contains_key(&id);
        let chunk = rows.chunks.get(&(id, number)).cloned();
        Ok(chunk.filter(|_| is_there))
    }

    async fn load_chunk_owners(&self) -> Result<Vec<AttachmentId>, StoreError> {
        let rows = self.0.borrow();
        let mut ids: Vec<AttachmentId> = rows.chunks.keys().map(|(id, _)| *id).collect();
        ids.dedup();
        Ok(ids)
    }

    async fn drop_received(&self, id: AttachmentId) -> Result<(), StoreError> {
        let mut rows = self.0.borrow_mut();
        let received = |file: &LocalFile| planted!(DroppedUnconfirmed: file.sending.received.is_some() => true);
        if rows.files.get(&id).is_some_and(received) {
            rows.files.remove(&id);
            rows.chunks.retain(|(of, _), _| *of != id);
        }
        Ok(())
    }

    async fn drop_chunks(&self, id: AttachmentId) -> Result<(), StoreError> {
        let mut rows = self.0.borrow_mut();
        if !rows.files.contains_key(&id) {
            rows.chunks.retain(|(of, _), _| *of != id);
        }
        Ok(())
    }
}
