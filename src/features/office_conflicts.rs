//! The conflicts of the company that nobody has settled, and what came too late.

#[cfg(target_family = "wasm")]
mod buttons;
#[cfg(target_family = "wasm")]
mod deciding;
#[cfg(target_family = "wasm")]
mod forms;
#[cfg(target_family = "wasm")]
mod inbox;
#[cfg(target_family = "wasm")]
mod late;
#[cfg(target_family = "wasm")]
mod others;
#[cfg(target_family = "wasm")]
pub mod page;
pub mod view_model;
#[cfg(target_family = "wasm")]
mod words;
