//! The screens, one folder each: pages draw, `view_model` files decide what is drawn.

pub mod answers;
pub mod dispatch;
pub mod jobs;
pub mod records;
pub mod routes;
#[cfg(target_family = "wasm")]
pub mod settings;
pub mod share;
#[cfg(target_family = "wasm")]
pub mod sign_in;
pub mod sync;
pub mod tasks;
pub mod today;
