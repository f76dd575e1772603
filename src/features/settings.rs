//! Settings: the user, this device, the app.

#[cfg(target_family = "wasm")]
mod language;
#[cfg(target_family = "wasm")]
mod notifications;
#[cfg(target_family = "wasm")]
mod offline;
#[cfg(target_family = "wasm")]
pub mod page;
#[cfg(target_family = "wasm")]
mod storage;
#[cfg(any(target_family = "wasm", test))]
mod told;
