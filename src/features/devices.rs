//! Devices: what each phone of the company holds, how old that is, and what it still owes.

#[cfg(target_family = "wasm")]
pub mod page;
pub mod view_model;
