//! Today: what is next, the day as a line, and what needs attention.

#[cfg(target_family = "wasm")]
pub mod page;
pub mod view_model;
