//! The form by which the office makes a job for anyone, or for nobody yet.

#[cfg(target_family = "wasm")]
mod known;
#[cfg(target_family = "wasm")]
pub mod page;
#[cfg(any(target_family = "wasm", test))]
pub mod plan;
