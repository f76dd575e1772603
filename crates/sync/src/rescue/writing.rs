//! A rescue file written by Rust, for tests: the browser writes them with `public/rescue.mjs`.
//!
//! Owns the same form as [`super::format`]. The hash is the caller's.

use super::format::{HEAD_BYTES, RescueIndex, RescuedChunk, RescuedFile};
use crate::files::local_file::{LocalFile, chunks_of};

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
