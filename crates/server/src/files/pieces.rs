//! The pieces of an upload that is under way.
//!
//! Owns how far an upload is: to the end of the pieces that follow each other from its first byte on. Each is written
//! once, under the number of its first byte, and is durable before it counts; two that send the same upload at once
//! cannot mix. Must never count a byte that is not stored.

use super::{FileKey, Files, begins};
use futures::{StreamExt as _, TryStreamExt as _};
use object_store::path::Path;
use object_store::{
    Error, ObjectMeta, ObjectStore as _, ObjectStoreExt as _, PutMode, PutPayload, Result,
};
use std::time::Duration;

/// Bytes of a piece; fewer where the line was cut. As many are in memory for each upload.
pub(crate) const PIECE_BYTES: usize = 1024 * 1024;

/// What of an upload is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Stored {
    /// Bytes without a gap from the first one on.
    pub(crate) bytes: u64,
    /// The pieces that they are in, in order.
    pub(super) pieces: Vec<Path>,
    /// When the last one came, in milliseconds since 1970; 0 if there is none.
    pub(crate) last_at: i64,
}

impl Files {
    /// How far the upload is.
    pub(crate) async fn stored(&self, file: FileKey) -> Result<Stored> {
        let listed: Vec<ObjectMeta> = self
            .store
            .list(Some(&file.incoming()))
            .try_collect()
            .await?;
        Ok(plan_stored(listed))
    }

    /// Adds a piece that begins at the byte `at`. False if another one has brought it meanwhile.
    pub(crate) async fn add_piece(&self, file: FileKey, at: u64, bytes: Vec<u8>) -> Result<bool> {
        let (place, payload) = (file.piece(at), PutPayload::from(bytes));
        let mode = PutMode::Create.into();
        match self.store.put_opts(&place, payload, mode).await {
            Ok(_) => Ok(true),
            Err(Error::AlreadyExists { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Forgets the pieces of an upload.
    pub(crate) async fn forget_pieces(&self, file: FileKey) -> Result<()> {
        let listed = self.store.list(Some(&file.incoming()));
        let paths = listed.map_ok(|piece| piece.location).boxed();
        let mut gone = self.store.delete_stream(paths);
        while let Some(one) = gone.next().await {
            match one {
                Ok(_) | Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Forgets the pieces of all uploads that have got none for `age` at `now_ms`. Gives how many.
    pub(crate) async fn forget_stale_pieces(&self, now_ms: i64, age: Duration) -> Result<u64> {
        let incoming = Path::from("incoming");
        let listed: Vec<ObjectMeta> = self.store.list(Some(&incoming)).try_collect().await?;
        let before = now_ms.saturating_sub(i64::try_from(age.as_millis()).unwrap_or(i64::MAX));
        let mut forgotten = 0;
        for path in plan_stale(&listed, before) {
            match self.store.delete(&path).await {
                Ok(()) => forgotten += 1,
                // Another server keeps house too.
                Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(forgotten)
    }
}

/// What follows without a gap from the first byte on.
fn plan_stored(listed: Vec<ObjectMeta>) -> Stored {
    let mut pieces: Vec<(u64, ObjectMeta)> = listed
        .into_iter()
        .filter_map(|piece| Some((begins(&piece)?, piece)))
        .collect();
    pieces.sort_by_key(|(at, _)| *at);
    let mut stored = Stored::default();
    for (at, piece) in pieces {
        // One that another server has left within what is there holds nothing up: the hash is what decides.
        if at < stored.bytes {
            continue;
        }
        if at > stored.bytes {
            break;
        }
        stored.bytes += piece.size;
        stored.last_at = stored.last_at.max(piece.last_modified.timestamp_millis());
        stored.pieces.push(piece.location);
    }
    stored
}

/// The pieces of those uploads whose last one is older than `before`.
fn plan_stale(listed: &[ObjectMeta], before: i64) -> Vec<Path> {
    let is_fresh = |piece: &&ObjectMeta| piece.last_modified.timestamp_millis() >= before;
    let upload = |piece: &ObjectMeta| {
        let mut parts: Vec<_> = piece
            .location
            .parts()
            .map(|part| part.as_ref().to_owned())
            .collect();
        parts.pop();
        parts
    };
    let alive: std::collections::HashSet<_> = listed.iter().filter(is_fresh).map(upload).collect();
    let stale = listed
        .iter()
        .filter(|piece| !alive.contains(&upload(piece)));
    stale.map(|piece| piece.location.clone()).collect()
}
