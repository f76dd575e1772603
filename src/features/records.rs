//! Records beside jobs: customers, organizations, properties, assets, contracts, parts and services,
//! and which of them a job uses.

#[cfg(target_family = "wasm")]
mod asset_lines;
pub mod find;
#[cfg(target_family = "wasm")]
mod item_edits;
pub mod linked;
#[cfg(target_family = "wasm")]
pub mod map_link;
pub mod material;
#[cfg(target_family = "wasm")]
pub mod material_tab;
pub mod names;
#[cfg(target_family = "wasm")]
mod part_lines;
#[cfg(target_family = "wasm")]
mod picker;
#[cfg(target_family = "wasm")]
pub mod record_page;
#[cfg(test)]
pub(crate) mod samples;
pub mod sheet;
