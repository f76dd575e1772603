//! Today: what is next, the day as a line, and what needs attention.

#[cfg(target_family = "wasm")]
mod next_card;
#[cfg(target_family = "wasm")]
pub mod page;
pub mod timeline;
#[cfg(target_family = "wasm")]
mod timeline_list;
pub mod view_model;
