//! Service tasks and their forms: a task's page, and what was submitted.

#[cfg(target_family = "wasm")]
mod form;
#[cfg(target_family = "wasm")]
pub mod submission_page;
#[cfg(target_family = "wasm")]
pub mod task_page;
pub mod view_model;
