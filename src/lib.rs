//! The Leptos app: what a technician and a dispatcher see.
//!
//! Owns screens, texts and the way from a tap to the engine. IndexedDB is the truth; every signal
//! here is a projection of it. Must never name an IndexedDB library, `fetch`, locks or broadcast
//! channels (that is `store` and `platform`), nor decide what a change does (that is `domain`).
//! What draws is compiled for wasm only; the rest is pure and tested natively.

#[cfg(target_family = "wasm")]
pub mod app;
#[cfg(target_family = "wasm")]
pub mod clock;
#[cfg(target_family = "wasm")]
pub mod commands;
#[cfg(any(target_family = "wasm", test))]
pub mod draft;
#[cfg(target_family = "wasm")]
pub mod drafts;
#[cfg(target_family = "wasm")]
pub mod engine;
pub mod error;
pub mod features;
#[cfg(target_family = "wasm")]
pub mod files;
pub mod judge;
#[cfg(target_family = "wasm")]
pub mod live;
pub mod pull;
pub mod routes;
pub mod search_index;
#[cfg(target_family = "wasm")]
pub mod session;
#[cfg(target_family = "wasm")]
pub mod sync_driver;
pub mod sync_status;
pub mod texts;
#[cfg(target_family = "wasm")]
pub mod ui;
#[cfg(target_family = "wasm")]
pub mod words;
#[cfg(target_family = "wasm")]
pub mod worker_client;
