//! The list of the jobs: search, filters, order.

#[cfg(target_family = "wasm")]
mod active_filter;
pub mod filter;
#[cfg(target_family = "wasm")]
mod keys;
#[cfg(target_family = "wasm")]
pub mod page;
pub mod results;
#[cfg(target_family = "wasm")]
mod row;
#[cfg(target_family = "wasm")]
mod search_bar;
pub mod search_index;
