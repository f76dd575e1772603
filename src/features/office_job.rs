//! The office's page of one job: everything its technician has of it, as it happens.

#[cfg(target_family = "wasm")]
mod attaching;
#[cfg(target_family = "wasm")]
mod conflicts_part;
#[cfg(target_family = "wasm")]
mod edit;
#[cfg(target_family = "wasm")]
mod files_part;
#[cfg(target_family = "wasm")]
mod live_job;
#[cfg(target_family = "wasm")]
pub mod page;
#[cfg(target_family = "wasm")]
mod phones_part;
pub mod queue;
#[cfg(target_family = "wasm")]
mod sections;
pub mod settling;
pub mod view_model;
