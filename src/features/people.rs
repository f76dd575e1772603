//! Who works at the company: added, changed, let in and kept out by an admin; and the page on which somebody who was
//! invited sets their password.

#[cfg(target_family = "wasm")]
mod add;
#[cfg(target_family = "wasm")]
mod desk;
#[cfg(target_family = "wasm")]
pub mod link;
#[cfg(target_family = "wasm")]
pub mod page;
#[cfg(target_family = "wasm")]
mod person;
#[cfg(target_family = "wasm")]
mod revoked;
#[cfg(any(target_family = "wasm", test))]
pub mod typed;
