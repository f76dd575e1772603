//! A rescue file written by Rust, for tests: the browser writes them with `public/rescue.js`.
//!
//! Owns the same form as [`super::format`], and the same two steps as that script: what is in the file is marked as
//! having left the phone in the transaction that reads it, the bytes follow. The hash is the caller's.

use super::format::{HEAD_BYTES, RescueIndex, RescuedChunk, RescuedFile};
use crate::files::local_file::{LocalFile, chunks_of};
use crate::outbox::entry::OutboxEntry;
use crate::ports::{OutboxPlan, OutboxView, OutboxWrite};
use afield_domain::UserId;
use afield_planted::planted;

/// The bytes of a rescue file: of what `index` says beside its files, and of `files` with their bytes. `hash` gives
/// the SHA-256 as 64 hexadecimal digits.
#[must_use]
pub fn written(
    index: &RescueIndex,
    files: &[(LocalFile, Vec<u8>)],
    hash: impl Fn(&[u8]) -> String,
) -> Vec<u8> {
    let mut out = b"AFIELD-RESCUE 0001\n".to_vec();
    debug_assert_eq!(out.len() as u64, HEAD_BYTES);
    let mut index = index.clone();
    index.files.clear();
    for (row, bytes) in files {
        let chunk = |chunk: &[u8]| RescuedChunk {
            bytes: chunk.len() as u64,
            sha256: hash(chunk),
        };
        index.files.push(RescuedFile {
            row: row.clone(),
            at: out.len() as u64,
            chunks: chunks_of(bytes).map(chunk).collect(),
        });
        out.extend_from_slice(bytes);
    }
    let json = serde_json::to_vec(&index).unwrap_or_default();
    let foot = format!("AFIELD-RESCUE {:012} {}\n", json.len(), hash(&json));
    out.extend_from_slice(&json);
    out.extend_from_slice(foot.as_bytes());
    out
}

/// The entries of `user`, marked as having left the phone.
#[must_use]
pub fn plan_written(view: &OutboxView, user: UserId) -> OutboxPlan<Vec<OutboxEntry>> {
    let own = view
        .entries
        .iter()
        .filter(|entry| entry.mutation.user == user);
    let mut value: Vec<OutboxEntry> = own.cloned().collect();
    let mut writes = Vec::new();
    for entry in value.iter_mut().filter(|entry| !entry.sent) {
        entry.sent = planted!(RescueUnmarked: true => false);
        writes.push(OutboxWrite::Put(entry.clone()));
    }
    OutboxPlan { writes, value }
}
