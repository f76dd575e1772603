//! The company's settings: what an admin sets, and who has set what.

#[cfg(target_family = "wasm")]
mod desk;
#[cfg(target_family = "wasm")]
mod fields;
#[cfg(any(target_family = "wasm", test))]
mod form;
#[cfg(target_family = "wasm")]
mod leaving;
#[cfg(target_family = "wasm")]
pub mod page;
#[cfg(target_family = "wasm")]
mod trail;
#[cfg(target_family = "wasm")]
mod words;
