//! What several pages show or ask: rows, names and labels of records, questions and their answers,
//! drafts, files, refused changes and conflicts.
//!
//! Must never know a page: what only one of them needs stands with it.

pub mod amounts;
pub mod answers;
pub mod asking;
#[cfg(target_family = "wasm")]
pub mod badge;
pub mod clock_warning;
pub mod conflicts;
#[cfg(any(target_family = "wasm", test))]
pub mod draft;
#[cfg(target_family = "wasm")]
pub mod drafts;
#[cfg(target_family = "wasm")]
pub mod expired;
pub mod field_values;
#[cfg(target_family = "wasm")]
pub mod files;
pub mod gesture;
pub mod item_names;
pub mod job_form;
#[cfg(target_family = "wasm")]
pub mod job_row;
pub mod job_rows;
#[cfg(target_family = "wasm")]
pub mod labels;
#[cfg(target_family = "wasm")]
pub mod long_value;
pub mod mailto;
pub mod map_app;
#[cfg(target_family = "wasm")]
pub mod map_link;
pub mod names;
#[cfg(target_family = "wasm")]
pub mod new_job_link;
pub mod progress;
pub mod pull_gesture;
#[cfg(target_family = "wasm")]
pub mod pull_to_sync;
pub mod refusals;
#[cfg(target_family = "wasm")]
pub mod refused_card;
#[cfg(target_family = "wasm")]
pub mod restored;
#[cfg(target_family = "wasm")]
pub mod signature;
#[cfg(target_family = "wasm")]
pub mod status_steps;
#[cfg(target_family = "wasm")]
pub mod sync_now;
#[cfg(target_family = "wasm")]
pub mod task_badge;
pub mod tasks;
#[cfg(target_family = "wasm")]
pub mod thumbnail;
pub mod times;
#[cfg(target_family = "wasm")]
pub mod times_line;
#[cfg(target_family = "wasm")]
pub mod toast;
pub mod travel;
#[cfg(target_family = "wasm")]
pub mod travel_labels;
pub mod waiting_files;
