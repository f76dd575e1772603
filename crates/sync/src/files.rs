//! Photos and files: their bytes on this phone.
//!
//! Owns [`local_file::LocalFile`], the row of a file whose bytes are whole, and [`saving`], the
//! order in which a file is saved. What comes here besides: its upload in resumable parts after all text, and when its bytes
//! may go. Must never let bytes go that the server has not confirmed.

pub mod local_file;
pub mod saving;
