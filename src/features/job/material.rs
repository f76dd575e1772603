//! What a job uses: its assets, its parts and services, and under which contract.

#[cfg(target_family = "wasm")]
mod asset_lines;
pub mod find;
#[cfg(target_family = "wasm")]
mod new_asset;
#[cfg(target_family = "wasm")]
mod part_lines;
#[cfg(target_family = "wasm")]
mod picker;
#[cfg(target_family = "wasm")]
mod removal;
#[cfg(target_family = "wasm")]
pub mod tab;
