//! The screens, one folder each: pages draw, `view_model` files decide what is drawn.

pub mod dispatch;
pub mod jobs;
#[cfg(target_family = "wasm")]
pub mod settings;
#[cfg(target_family = "wasm")]
pub mod sign_in;
pub mod sync;
pub mod today;
