//! The service worker's side of the engine: replay without a page, messages of pages, notifications, and what other
//! apps share.
//!
//! Owns what the worker does with the engine. It is part of the app's own module, in the piece that pages load too;
//! the events themselves, and the files of the shell, are those of `worker.js`. Must never touch the page's requests,
//! delete a database, or keep anything between two events: the worker may be stopped at any time.

#[cfg(target_family = "wasm")]
pub mod messages;
#[cfg(target_family = "wasm")]
pub mod notified;
#[cfg(target_family = "wasm")]
pub mod replay_job;
#[cfg(target_family = "wasm")]
pub mod share;
pub mod words;
