//! Dispatch: the Board, the company's day as it happens.

pub mod board_query;
#[cfg(target_family = "wasm")]
mod card;
pub mod day_map;
#[cfg(target_family = "wasm")]
mod drawn;
#[cfg(target_family = "wasm")]
mod feed;
pub mod feed_view_model;
#[cfg(target_family = "wasm")]
mod grip;
#[cfg(target_family = "wasm")]
mod head;
pub mod landing;
#[cfg(target_family = "wasm")]
mod links;
#[cfg(target_family = "wasm")]
mod live_board;
#[cfg(target_family = "wasm")]
mod map;
#[cfg(target_family = "wasm")]
mod moving;
#[cfg(target_family = "wasm")]
pub mod page;
#[cfg(target_family = "wasm")]
mod sheet;
#[cfg(target_family = "wasm")]
mod timeline;
pub mod timeline_view_model;
#[cfg(target_family = "wasm")]
mod week;
pub mod week_landing;
pub mod week_view_model;
