//! Jobs that repeat: a series, what it has made, and its end.

#[cfg(target_family = "wasm")]
pub mod page;
