//! IndexedDB: the cache (through rexie, in pages of two generations), the outbox and the drafts (through idb, strict-durable).
//!
//! Owns the databases' layout. The only crate that names an IndexedDB library; the engine sees
//! records and entries only. Each database has one helper through which every transaction goes.
//! Must never decide what a change means: that is `afield_sync::cache_rules` and the engine's plans.

pub mod directory;
pub mod file_keys;
pub mod generation;
pub mod pages;
pub mod schema;

#[cfg(target_family = "wasm")]
mod cache;
#[cfg(target_family = "wasm")]
mod codec;
#[cfg(target_family = "wasm")]
mod drafts;
#[cfg(target_family = "wasm")]
mod fault;
#[cfg(target_family = "wasm")]
mod new_log;
#[cfg(target_family = "wasm")]
mod opening;
#[cfg(target_family = "wasm")]
mod outbox;

#[cfg(target_family = "wasm")]
pub use cache::IdbCache;
#[cfg(target_family = "wasm")]
pub use drafts::IdbDrafts;
#[cfg(target_family = "wasm")]
pub use opening::open_patiently;
#[cfg(target_family = "wasm")]
pub use outbox::IdbOutbox;
