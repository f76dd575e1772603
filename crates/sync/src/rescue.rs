//! Unsent work in one file, and the way from such a file to the server.
//!
//! Owns the file's form ([`format`]), what of it is sent next ([`sending`]), both pure, and the requests that send it
//! ([`requests`]): whoever has the file reads and hashes its parts. Must never give a change another id, place or device: what is sent from a file is what
//! its phone would have sent, so that the server tells that it is the same (docs/adr/0062, docs/rescue.md).

pub mod format;
pub mod requests;
pub mod sending;

#[cfg(feature = "testing")]
pub mod writing;

#[cfg(test)]
mod format_tests;
