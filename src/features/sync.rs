//! Sync: what is unsent, what was refused, and how sync went.

#[cfg(target_family = "wasm")]
mod conflicts;
#[cfg(target_family = "wasm")]
mod log;
#[cfg(target_family = "wasm")]
pub mod page;
#[cfg(target_family = "wasm")]
mod pending;
pub mod view_model;
