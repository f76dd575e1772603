//! Jobs: the list and one job's page.

#[cfg(target_family = "wasm")]
mod correct_note;
#[cfg(target_family = "wasm")]
pub mod detail_page;
pub mod detail_view_model;
#[cfg(target_family = "wasm")]
pub mod edit_page;
pub mod edit_view_model;
#[cfg(target_family = "wasm")]
pub mod list_page;
#[cfg(target_family = "wasm")]
pub mod note_form;
pub mod refused_view_model;
#[cfg(target_family = "wasm")]
mod row;
#[cfg(target_family = "wasm")]
pub mod steps;
pub mod values;
pub mod view_model;
#[cfg(target_family = "wasm")]
pub use row::job_row;
#[cfg(test)]
pub(crate) mod samples;
