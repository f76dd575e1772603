//! The browser: fetch, Web Locks, notices, clock, ids, connectivity, storage, for page and worker alike.
//!
//! Owns every browser API that is not a database or the DOM; the only crate that names them.
//! Must never hold a rule: it carries out what the engine decided.

pub mod metadata;
pub mod pulse;
pub mod retry_after;
pub mod scaling;

#[cfg(target_family = "wasm")]
pub mod address;
#[cfg(target_family = "wasm")]
pub mod api;
#[cfg(target_family = "wasm")]
pub mod badge;
#[cfg(target_family = "wasm")]
pub mod barcode;
#[cfg(target_family = "wasm")]
pub mod connectivity;
#[cfg(target_family = "wasm")]
pub mod events;
#[cfg(target_family = "wasm")]
mod global;
#[cfg(target_family = "wasm")]
pub mod held;
#[cfg(target_family = "wasm")]
pub mod host;
#[cfg(target_family = "wasm")]
mod http;
#[cfg(target_family = "wasm")]
pub mod install;
#[cfg(target_family = "wasm")]
pub mod leaving;
#[cfg(target_family = "wasm")]
mod lock;
#[cfg(target_family = "wasm")]
pub mod notices;
#[cfg(target_family = "wasm")]
pub mod notifications;
#[cfg(target_family = "wasm")]
pub mod one_stream;
#[cfg(target_family = "wasm")]
pub mod outgoing;
#[cfg(target_family = "wasm")]
pub mod picture;
#[cfg(target_family = "wasm")]
pub mod remote;
#[cfg(target_family = "wasm")]
pub mod rescue;
#[cfg(target_family = "wasm")]
pub mod share_sheet;
#[cfg(target_family = "wasm")]
pub mod shared;
#[cfg(target_family = "wasm")]
pub mod storage;
#[cfg(target_family = "wasm")]
pub mod texts;
#[cfg(target_family = "wasm")]
pub mod timer;
#[cfg(target_family = "wasm")]
pub mod worker;
