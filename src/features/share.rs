//! Photos that another app shares with this one.

#[cfg(target_family = "wasm")]
pub mod page;
pub mod view_model;
