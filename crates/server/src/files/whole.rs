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
use futures::stream::BoxStream;
use object_store::{Error, ObjectStoreExt as _, Result, WriteMultipart};
use sha2::{Digest as _, Sha256};

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

    /// The bytes of the whole file; none if it is not there.
    pub(crate) async fn read(
        &self,
        file: FileKey,
    ) -> Result<Option<BoxStream<'static, Result<Bytes>>>> {
        match self.store.get(&file.whole()).await {
            Ok(found) => Ok(Some(found.into_stream())),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What the whole file begins with.
    pub(crate) async fn begin(&self, file: FileKey, size: u64) -> Result<Begin> {
        let end = size.min(PIECE_BYTES as u64);
        let bytes = self.store.get_range(&file.whole(), 0..end).await?;
        Ok(Begin::of(&bytes))
    }

    /// Puts the stored pieces together, if their hash is `sha256` (lower case, hexadecimal).
    pub(crate) async fn join(
        &self,
        file: FileKey,
        stored: &Stored,
        sha256: &str,
    ) -> Result<Joined> {
        let mut hash = Sha256::new();
        let upload = self.store.put_multipart(&file.whole()).await?;
        let mut whole = WriteMultipart::new_with_chunk_size(upload, PART_BYTES);
        let mut begin = Vec::new();
        for piece in &stored.pieces {
            let bytes = self.store.get(piece).await?.bytes().await?;
            begin.extend(bytes.iter().take(PIECE_BYTES.saturating_sub(begin.len())));
            hash.update(&bytes);
            whole.wait_for_capacity(1).await?;
            whole.put(bytes);
        }
        if let Some(refused) = Begin::of(&begin).refused() {
            whole.abort().await?;
            return Ok(Joined::Refused(refused));
        }
        let is_other = hex(&hash.finalize()) != sha256;
        if planted!(HashUnchecked: is_other => false) {
            whole.abort().await?;
            return Ok(Joined::OtherBytes);
        }
        planted!(CountedBeforeDurable: {
            whole.finish().await?;
        } => ());
        Ok(Joined::Whole)
    }
}
