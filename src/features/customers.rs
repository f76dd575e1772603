//! The customers of the company, for the office: found, opened, edited, archived and brought back.

#[cfg(target_family = "wasm")]
mod desk;
#[cfg(any(target_family = "wasm", test))]
pub mod edit;
#[cfg(target_family = "wasm")]
mod edit_form;
#[cfg(target_family = "wasm")]
mod keeps;
#[cfg(target_family = "wasm")]
pub mod list_page;
#[cfg(target_family = "wasm")]
mod new_form;
#[cfg(target_family = "wasm")]
pub mod page;
