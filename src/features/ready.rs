//! Ready for the cellar: whether a day can be worked without a network, and what would mend what is missing.

pub mod checks;
#[cfg(target_family = "wasm")]
mod mending;
#[cfg(target_family = "wasm")]
pub mod page;
pub mod view_model;
