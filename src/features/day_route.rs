//! The route of a day: its stops on a drawing, distances, and the way to the phone's navigation.

pub mod drawing;
#[cfg(target_family = "wasm")]
mod map;
#[cfg(target_family = "wasm")]
pub mod page;
pub mod view_model;
