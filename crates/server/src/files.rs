//! The bytes of photos, signatures and files.
//!
//! Owns where uploaded bytes are kept, how far an upload is, putting its pieces together, the check of what came, and
//! who may send and fetch what. Where they are kept is behind one port, `object_store`: a folder, or an S3 that several
//! servers share, held to one suite (`contract`). The attachment itself is a record and is decided in `decide`: it comes first, as
//! text, and says how many bytes of which hash are to follow. Must never decide what an attachment belongs to, nor
//! say that a file was received before its bytes are durable and right.

pub(crate) mod content;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod contract_tests;
pub(crate) mod pieces;
#[cfg(all(test, feature = "planted"))]
mod planted_tests;
pub(crate) mod received;
pub(crate) mod rights;
pub mod s3;
#[cfg(test)]
#[path = "../tests/s3/server.rs"]
mod s3_server;
pub mod tried;
pub(crate) mod turns;
mod whole;

use crate::error::ServerError;
use afield_domain::{AttachmentId, CompanyId};
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// How long the pieces of an upload are kept that gets no more.
pub(crate) const UPLOAD_KEPT: Duration = Duration::from_hours(14 * 24);

/// Where files are kept. Cheap to copy.
#[derive(Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    /// As it is named where it fails.
    place: String,
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Files({})", self.place)
    }
}

impl Files {
    /// In a folder, which is made if it is missing. What is written there survives a power cut.
    ///
    /// # Errors
    /// When the folder cannot be made or read.
    pub fn folder(folder: &std::path::Path) -> Result<Self, ServerError> {
        let made = std::fs::create_dir_all(folder).map_err(|error| error.to_string());
        let store = made.and_then(|()| {
            LocalFileSystem::new_with_prefix(folder).map_err(|error| error.to_string())
        });
        match store {
            Ok(store) => Ok(Self {
                store: Arc::new(store.with_fsync(true)),
                place: folder.display().to_string(),
            }),
            Err(error) => Err(ServerError::Unusable(format!(
                "cannot keep files in {}: {error}",
                folder.display()
            ))),
        }
    }

    /// In memory, for tests.
    #[must_use]
    pub fn memory() -> Self {
        Self {
            store: Arc::new(InMemory::new()),
            place: "memory".to_owned(),
        }
    }
}

/// A file of a company: what its places in the store are named by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FileKey {
    pub(crate) company: CompanyId,
    pub(crate) attachment: AttachmentId,
}

impl FileKey {
    /// Where the whole file is, once it was found to be right.
    fn whole(self) -> Path {
        Path::from(format!("files/{}/{}", self.company, self.attachment))
    }

    /// Below which the pieces of its upload are.
    fn incoming(self) -> Path {
        Path::from(format!("incoming/{}/{}", self.company, self.attachment))
    }

    /// Where the piece that begins at this byte is.
    fn piece(self, at: u64) -> Path {
        // With zeros in front the order of the names is that of the bytes.
        self.incoming().join(format!("{at:012}"))
    }
}

/// The byte at which a piece begins.
fn begins(piece: &ObjectMeta) -> Option<u64> {
    piece.location.filename()?.parse().ok()
}
