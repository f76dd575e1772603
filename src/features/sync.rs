//! Sync: what is unsent, what was refused, and how sync went.

#[cfg(target_family = "wasm")]
mod attention;
#[cfg(target_family = "wasm")]
mod conflicts;
pub mod conflicts_view_model;
#[cfg(target_family = "wasm")]
mod log;
#[cfg(target_family = "wasm")]
pub mod page;
#[cfg(target_family = "wasm")]
mod pending;
#[cfg(target_family = "wasm")]
pub use attention::refused_card;
pub mod view_model;
pub mod waiting_files;
