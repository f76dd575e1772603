//! The service worker: the app's shell without a network, and replay without a page.
//!
//! Owns five events (install, activate, fetch, message, sync), all of them registered while the
//! script is evaluated for the first time: a worker that registers later misses events. Must never
//! touch `/api` requests of the page, delete a database, or take over by itself.

pub mod fetch_plan;
pub mod manifest;

#[cfg(target_family = "wasm")]
mod events;
#[cfg(target_family = "wasm")]
mod messages;
#[cfg(target_family = "wasm")]
mod replay_job;
#[cfg(target_family = "wasm")]
mod scope;
#[cfg(target_family = "wasm")]
mod shell_cache;
