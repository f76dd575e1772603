//! The lists of what the office keeps beside customers: the assets of all of them, parts and services.

#[cfg(target_family = "wasm")]
pub mod assets_page;
#[cfg(target_family = "wasm")]
pub mod parts_page;
