//! Files that the server has received and may have lost since.
//!
//! Owns which receipts stop to count when the server no longer knows where this device stands
//! ([`crate::outbox::acknowledged`]): then it is asked where each file is, and what it lacks goes again. Must never take
//! a receipt for more or less than the server then says.

use crate::engine::Engine;
use crate::error::SyncError;
use crate::files::local_file::LocalFile;
use crate::outbox::acknowledged::KEPT_MS;
use crate::ports::{FileStore, Host, OutboxPlan, OutboxStore, OutboxView, OutboxWrite, Read};
use afield_domain::Timestamp;

/// Takes the receipts of the last days back; what was received before, a server that lost what came last still has.
#[must_use]
pub fn plan_doubt(view: &OutboxView, files: &[LocalFile], server_now: Timestamp) -> OutboxPlan<()> {
    let mut meta = view.meta.clone();
    meta.files.doubted = false;
    let mut writes = vec![OutboxWrite::Meta(meta)];
    for file in files.iter().filter(|file| !file.is_copy) {
        let received = file.sending.received.as_ref();
        if received.is_some_and(|receipt| server_now.since(receipt.at) <= KEPT_MS) {
            let mut file = file.clone();
            file.sending.received = None;
            writes.push(OutboxWrite::File(file));
        }
    }
    OutboxPlan { writes, value: () }
}

impl<O: OutboxStore + FileStore, C, R, H: Host> Engine<O, C, R, H> {
    /// As [`plan_doubt`]. A file that goes meanwhile fails it, and it is done with the next pass.
    pub(super) async fn run_doubt(&self) -> Result<(), SyncError> {
        let files = self.outbox.load_files().await?.files;
        let now = self.host.reading();
        self.outbox
            .transact(Read::Meta, |view| {
                Ok(plan_doubt(view, &files, view.meta.server_now(&now)))
            })
            .await
    }
}
