//! Preview: what a technician's phone shows, as the office looks at it.

#[cfg(target_family = "wasm")]
mod frame;
#[cfg(target_family = "wasm")]
mod holds;
#[cfg(target_family = "wasm")]
pub mod page;
pub mod view_model;
