//! Service tasks and their forms: the tab of a job, a task's page, and what was submitted.

#[cfg(target_family = "wasm")]
mod form;
#[cfg(target_family = "wasm")]
pub mod submission_page;
#[cfg(target_family = "wasm")]
pub mod task_page;
#[cfg(target_family = "wasm")]
pub mod tasks_tab;
pub mod view_model;
#[cfg(target_family = "wasm")]
mod words;
