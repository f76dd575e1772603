//! An upload as one file.
//!
//! Owns putting the pieces together: the file gets its place only after all its bytes were read again and their hash
//! is the one that was announced. Must never replace a file that is there.

use super::content::{Begin, Refused};
use super::pieces::{PIECE_BYTES, Stored};
use super::{FileKey, Files};
use crate::auth::token::hex;
use afield_planted::planted;
use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use object_store::path::Path;
use object_store::{Error, GetOptions, ObjectStore, ObjectStoreExt as _, Result, WriteMultipart};
use sha2::{Digest as _, Sha256};
use std::ops::Range;
use std::sync::Arc;

/// What became of the pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Joined {
    /// The file stands in its place.
    Whole,
    /// The bytes are not those that were announced.
    OtherBytes,
    /// What it begins with is refused.
    Refused(Refused),
}

/// A whole file.
pub(crate) struct Whole {
    pub(crate) size: u64,
    /// What it begins with.
    pub(crate) begin: Begin,
    pub(crate) bytes: BoxStream<'static, Result<Bytes>>,
}

/// Some stores take parts of no fewer bytes.
const PART_BYTES: usize = 5 * PIECE_BYTES;

impl Files {
    /// The size of the whole file; none if it is not there.
    pub(crate) async fn size(&self, file: FileKey) -> Result<Option<u64>> {
        match self.store.head(&file.whole()).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The whole file, to be read; none if it is not there. It comes in parts, each asked for when the one before was
    /// taken: whoever takes slowly holds nothing open.
    pub(crate) async fn open(&self, file: FileKey) -> Result<Option<Whole>> {
        let (place, options) = (file.whole(), GetOptions::new().with_range(Some(part(0))));
        let found = match self.store.get_opts(&place, options).await {
            Ok(found) => found,
            Err(Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let size = found.meta.size;
        let first = found.bytes().await?;
        let begin = Begin::of(&first);
        let store = Arc::clone(&self.store);
        let rest = stream::try_unfold(first.len() as u64, move |at| {
            let (store, place) = (Arc::clone(&store), place.clone());
            async move {
                if at >= size {
                    return Ok(None);
                }
                let bytes = store.get_range(&place, part(at)).await?;
                let next = at + bytes.len() as u64;
                // A file that has become shorter must not be asked for on and on.
                let next = if next == at { size } else { next };
                Ok(Some((bytes, next)))
            }
        });
        let bytes = stream::once(async { Ok(first) }).chain(rest).boxed();
        Ok(Some(Whole { size, begin, bytes }))
    }

    /// Deletes the whole file, for ever; deleting one that is not there is fine.
    pub(crate) async fn delete(&self, file: FileKey) -> Result<()> {
        match self.store.delete(&file.whole()).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Puts the stored pieces together, if their hash is `sha256` (lower case, hexadecimal).
    pub(crate) async fn join(
        &self,
        file: FileKey,
        stored: &Stored,
        sha256: &str,
    ) -> Result<Joined> {
        let place = file.whole();
        let writer = match stored.bytes <= PART_BYTES as u64 {
            true => Writer::Once(Vec::new()),
            false => {
                let upload = self.store.put_multipart(&place).await?;
                let parts = WriteMultipart::new_with_chunk_size(upload, PART_BYTES);
                Writer::Parts(Box::new(parts))
            }
        };
        self.join_into(writer, &place, stored, sha256).await
    }

    async fn join_into(
        &self,
        mut writer: Writer,
        place: &Path,
        stored: &Stored,
        sha256: &str,
    ) -> Result<Joined> {
        let (begin, hash) = match self.copy(stored, &mut writer).await {
            Ok(copied) => copied,
            Err(error) => {
                writer.forget().await;
                return Err(error);
            }
        };
        if let Some(refused) = begin.refused() {
            writer.forget().await;
            return Ok(Joined::Refused(refused));
        }
        let is_other = hash != sha256;
        if planted!(HashUnchecked: is_other => false) {
            writer.forget().await;
            return Ok(Joined::OtherBytes);
        }
        planted!(CountedBeforeDurable: {
            writer.finish(self.store.as_ref(), place).await?;
        } => ());
        Ok(Joined::Whole)
    }

    /// Copies the pieces in their order; gives what they begin with, and the hash of all of it.
    async fn copy(&self, stored: &Stored, writer: &mut Writer) -> Result<(Begin, String)> {
        let (mut hash, mut begin) = (Sha256::new(), Vec::new());
        for piece in &stored.pieces {
            let bytes = self.store.get(piece).await?.bytes().await?;
            begin.extend(bytes.iter().take(PIECE_BYTES.saturating_sub(begin.len())));
            hash.update(&bytes);
            writer.put(bytes).await?;
        }
        Ok((Begin::of(&begin), hex(&hash.finalize())))
    }
}

/// A file on its way to its place.
enum Writer {
    /// What fits into one request goes in one: nothing half of it can stay.
    Once(Vec<Bytes>),
    Parts(Box<WriteMultipart>),
}

impl Writer {
    async fn put(&mut self, bytes: Bytes) -> Result<()> {
        match self {
            Self::Once(all) => all.push(bytes),
            Self::Parts(parts) => {
                parts.wait_for_capacity(1).await?;
                parts.put(bytes);
            }
        }
        Ok(())
    }

    /// Gives the file its place, durably.
    async fn finish(self, store: &dyn ObjectStore, place: &Path) -> Result<()> {
        match self {
            Self::Once(all) => store.put(place, all.into_iter().collect()).await?,
            Self::Parts(parts) => parts.finish().await?,
        };
        Ok(())
    }

    /// What stays of it is nowhere a file; an S3 may be told to forget such parts.
    async fn forget(self) {
        if let Self::Parts(parts) = self
            && let Err(error) = parts.abort().await
        {
            tracing::warn!(%error, "parts of a file that was not put together stay");
        }
    }
}

/// A part of a file, from this byte on.
fn part(at: u64) -> Range<u64> {
    at..at + PIECE_BYTES as u64
}
