//! Sync: what is unsent, what was refused, and how sync went.

#[cfg(target_family = "wasm")]
mod conflicts;
#[cfg(target_family = "wasm")]
mod decided;
#[cfg(target_family = "wasm")]
mod log;
pub mod log_view_model;
#[cfg(target_family = "wasm")]
pub mod page;
#[cfg(target_family = "wasm")]
mod pending;
#[cfg(target_family = "wasm")]
mod rows;
#[cfg(target_family = "wasm")]
mod unsent;
pub mod view_model;
