//! The route of a day: its stops on a drawing, distances, and the way to the phone's navigation.

pub mod drawing;
pub mod geo;
#[cfg(target_family = "wasm")]
mod map;
#[cfg(target_family = "wasm")]
pub mod route_page;
#[cfg(test)]
pub(crate) mod samples;
pub mod view_model;
#[cfg(target_family = "wasm")]
pub mod words;
