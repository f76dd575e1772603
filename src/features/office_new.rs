//! The form by which the office makes a job for anyone, or for nobody yet.

#[cfg(target_family = "wasm")]
mod desk;
#[cfg(target_family = "wasm")]
mod known;
#[cfg(target_family = "wasm")]
pub mod page;
#[cfg(any(target_family = "wasm", test))]
pub mod plan;
#[cfg(any(target_family = "wasm", test))]
pub mod repeat;
#[cfg(target_family = "wasm")]
mod repeat_fields;
#[cfg(target_family = "wasm")]
mod submit;
#[cfg(target_family = "wasm")]
mod ticks;
#[cfg(target_family = "wasm")]
mod whose;
