//! The import of a file by the office: chosen, its columns named, tried, imported, and told of.

#[cfg(target_family = "wasm")]
mod columns;
#[cfg(target_family = "wasm")]
mod desk;
#[cfg(any(target_family = "wasm", test))]
pub mod form;
#[cfg(target_family = "wasm")]
mod labels;
#[cfg(target_family = "wasm")]
pub mod page;
#[cfg(target_family = "wasm")]
mod report;
#[cfg(any(target_family = "wasm", test))]
pub mod report_file;
