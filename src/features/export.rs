//! The export of jobs and answers.

pub mod days;
#[cfg(target_family = "wasm")]
pub mod page;
