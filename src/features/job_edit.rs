//! The forms that make a job, edit one, and correct what was refused of it.

#[cfg(target_family = "wasm")]
mod correct_note;
#[cfg(target_family = "wasm")]
pub mod edit_page;
#[cfg(target_family = "wasm")]
mod made_fields;
#[cfg(any(target_family = "wasm", test))]
pub mod made_view_model;
#[cfg(target_family = "wasm")]
pub mod new_page;
#[cfg(any(target_family = "wasm", test))]
pub mod new_view_model;
#[cfg(target_family = "wasm")]
mod page_form;
#[cfg(target_family = "wasm")]
mod refused_notice;
