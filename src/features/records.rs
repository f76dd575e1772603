//! The pages of records beside jobs: customers, organizations, properties, assets, contracts, parts
//! and services, and what refers to each.

pub mod linked;
#[cfg(target_family = "wasm")]
pub mod record_page;
pub mod sheet;
