//! Photos and files: their bytes on this phone, and their way to the office.
//!
//! Owns
//! - [`local_file::LocalFile`], the row of a file whose bytes are whole; [`sending`], how far its way is;
//! - [`saving`]: the order in which a file is saved; [`sizes`]: of chunks and pieces;
//! - [`upload`]: which bytes go next, and what an answer means; [`send`]: the sending itself, after all text;
//! - [`direct`]: a file that goes while somebody waits, past the outbox;
//! - [`speed`]: whether the line is left to text;
//! - [`copies`]: what stays here of what was received, and what is fetched; [`fetch`]: the fetching itself.
//!
//! Must never let bytes go that the server has not confirmed.

pub mod copies;
pub mod direct;
pub mod fetch;
pub mod local_file;
pub mod saving;
pub mod send;
pub mod sending;
pub mod sizes;
pub mod speed;
pub mod upload;

#[cfg(test)]
mod upload_tests;
