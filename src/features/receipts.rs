//! The day's receipts: what of it the office has, and what not and why.

#[cfg(target_family = "wasm")]
pub mod page;
pub mod view_model;
