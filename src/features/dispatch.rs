//! Dispatch: the Board, the company's day as it happens.

#[cfg(target_family = "wasm")]
mod card;
#[cfg(target_family = "wasm")]
mod feed;
#[cfg(target_family = "wasm")]
mod live_board;
#[cfg(target_family = "wasm")]
pub mod page;
