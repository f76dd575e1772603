//! The page of one job and its tabs.

#[cfg(target_family = "wasm")]
mod acceptance;
#[cfg(target_family = "wasm")]
mod action_bar;
#[cfg(target_family = "wasm")]
mod answer_saver;
#[cfg(target_family = "wasm")]
mod ask_sheet;
#[cfg(target_family = "wasm")]
mod checklist_tab;
#[cfg(target_family = "wasm")]
pub mod detail_page;
pub mod detail_view_model;
#[cfg(target_family = "wasm")]
mod history_tab;
#[cfg(any(target_family = "wasm", test))]
mod item_queue;
#[cfg(target_family = "wasm")]
mod item_saver;
pub mod material;
#[cfg(target_family = "wasm")]
mod note_form;
#[cfg(target_family = "wasm")]
mod notes_tab;
#[cfg(target_family = "wasm")]
mod overview_tab;
#[cfg(target_family = "wasm")]
pub mod report;
pub mod report_view_model;
#[cfg(target_family = "wasm")]
mod tabs;
#[cfg(target_family = "wasm")]
mod tasks_tab;
#[cfg(target_family = "wasm")]
mod withdraw;
