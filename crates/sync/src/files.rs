//! Photos and files: their bytes on this phone.
//!
//! Owns [`local_file::LocalFile`], the row of a file whose bytes are whole. What comes here besides: the
//! order in which a file is saved, its upload in resumable parts after all text, and when its bytes
//! may go. Must never let bytes go that the server has not confirmed.

pub mod local_file;
