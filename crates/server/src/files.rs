//! The bytes of photos, signatures and files.
//!
//! To own: where uploaded bytes are kept, resuming an upload, checking its hash, and who may fetch
//! what. The attachment itself is a record and is decided in `decide`. Nothing is here yet: phones keep
//! their files until the server takes them. Must never decide what an attachment belongs to.
