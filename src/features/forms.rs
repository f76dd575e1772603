//! The forms of the company, for the office: found, read as a phone shows them, built, made anew, and brought in as
//! workbooks.

#[cfg(target_family = "wasm")]
mod bench;
#[cfg(target_family = "wasm")]
pub mod builder;
#[cfg(any(target_family = "wasm", test))]
pub mod building;
#[cfg(target_family = "wasm")]
mod editor;
#[cfg(target_family = "wasm")]
pub mod import_page;
#[cfg(any(target_family = "wasm", test))]
pub mod kind;
#[cfg(target_family = "wasm")]
pub mod list_page;
#[cfg(any(target_family = "wasm", test))]
pub mod listing;
#[cfg(target_family = "wasm")]
pub mod page;
#[cfg(target_family = "wasm")]
mod preview;
#[cfg(target_family = "wasm")]
mod row_desk;
#[cfg(any(target_family = "wasm", test))]
pub mod rule;
#[cfg(target_family = "wasm")]
mod rule_editor;
#[cfg(target_family = "wasm")]
mod words;
