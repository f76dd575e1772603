//! Jobs: the list and one job's page.

#[cfg(target_family = "wasm")]
mod acceptance;
#[cfg(target_family = "wasm")]
mod correct_note;
#[cfg(target_family = "wasm")]
pub mod detail_page;
pub mod detail_view_model;
#[cfg(target_family = "wasm")]
pub mod edit_page;
pub mod edit_view_model;
pub mod filter;
pub mod found;
#[cfg(target_family = "wasm")]
mod history_tab;
pub mod history_view_model;
#[cfg(target_family = "wasm")]
mod keys;
#[cfg(target_family = "wasm")]
pub mod list_page;
pub mod map;
#[cfg(target_family = "wasm")]
pub mod new_page;
#[cfg(any(target_family = "wasm", test))]
pub mod new_view_model;
#[cfg(target_family = "wasm")]
pub mod note_form;
#[cfg(target_family = "wasm")]
mod notes_tab;
pub mod notes_view_model;
#[cfg(target_family = "wasm")]
mod overview_tab;
pub mod overview_view_model;
#[cfg(target_family = "wasm")]
mod page_form;
pub mod progress;
pub mod refused_view_model;
#[cfg(target_family = "wasm")]
mod row;
#[cfg(target_family = "wasm")]
mod search_bar;
#[cfg(target_family = "wasm")]
pub mod steps;
#[cfg(target_family = "wasm")]
mod tabs;
pub mod values;
pub mod view_model;
#[cfg(target_family = "wasm")]
pub use row::job_row;
#[cfg(test)]
pub(crate) mod samples;
