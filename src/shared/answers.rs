//! Questions and their answers, the same for checklists and forms.

#[cfg(target_family = "wasm")]
mod choices;
#[cfg(target_family = "wasm")]
mod files;
#[cfg(target_family = "wasm")]
mod frame;
#[cfg(target_family = "wasm")]
mod inputs;
#[cfg(target_family = "wasm")]
pub mod labels;
#[cfg(target_family = "wasm")]
pub mod question;
#[cfg(target_family = "wasm")]
pub mod read;
#[cfg(target_family = "wasm")]
pub mod sheet;
pub mod view_model;
