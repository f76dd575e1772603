//! What runs while the page is open and every screen stands on: the session, the picture in memory,
//! the commands, and how sync is driven.
//!
//! Owns the app's side of the engine. Must never draw, and never know a page.

#[cfg(target_family = "wasm")]
pub mod clock;
#[cfg(target_family = "wasm")]
pub mod commands;
#[cfg(target_family = "wasm")]
pub mod engine;
#[cfg(target_family = "wasm")]
pub mod fetching;
pub mod judge;
pub mod known_files;
#[cfg(target_family = "wasm")]
pub mod live;
#[cfg(target_family = "wasm")]
pub mod prefs;
#[cfg(target_family = "wasm")]
pub mod session;
pub mod settling;
#[cfg(target_family = "wasm")]
pub mod sizes;
#[cfg(target_family = "wasm")]
pub mod start;
#[cfg(target_family = "wasm")]
pub mod sync_driver;
pub mod sync_status;
#[cfg(target_family = "wasm")]
pub mod told_again;
#[cfg(target_family = "wasm")]
pub mod wake_stream;
pub mod wanted;
#[cfg(target_family = "wasm")]
pub mod worker_client;
