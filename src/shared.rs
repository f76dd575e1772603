//! What several pages show or ask: rows, names and labels of records, questions and their answers,
//! drafts, files, refused changes and conflicts.
//!
//! Must never know a page: what only one of them needs stands with it.

#[cfg(target_family = "wasm")]
pub mod activity;
pub mod age;
pub mod amounts;
pub mod answer_picture;
pub mod answers;
pub mod asking;
#[cfg(target_family = "wasm")]
pub mod badge;
pub mod browser_name;
#[cfg(target_family = "wasm")]
pub mod call_link;
#[cfg(target_family = "wasm")]
pub mod choice;
#[cfg(any(target_family = "wasm", test))]
pub mod choices;
pub mod clock_warning;
#[cfg(target_family = "wasm")]
mod compare;
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
pub mod finding;
#[cfg(any(target_family = "wasm", test))]
pub mod form_versions;
pub mod gesture;
#[cfg(target_family = "wasm")]
pub mod gone;
#[cfg(target_family = "wasm")]
pub mod install;
pub mod item_names;
pub mod job;
#[cfg(target_family = "wasm")]
pub mod job_fields;
pub mod job_form;
#[cfg(target_family = "wasm")]
pub mod job_lines;
#[cfg(target_family = "wasm")]
pub mod job_row;
pub mod job_rows;
#[cfg(target_family = "wasm")]
pub mod keeping;
#[cfg(any(target_family = "wasm", test))]
pub mod kept;
#[cfg(target_family = "wasm")]
pub mod labels;
#[cfg(any(target_family = "wasm", test))]
pub mod listing;
pub mod loading;
#[cfg(target_family = "wasm")]
pub mod loading_part;
#[cfg(target_family = "wasm")]
pub mod long_value;
pub mod mailto;
pub mod map_app;
#[cfg(target_family = "wasm")]
pub mod map_link;
#[cfg(target_family = "wasm")]
pub mod mode_note;
pub mod names;
#[cfg(target_family = "wasm")]
pub mod new_job_link;
#[cfg(any(target_family = "wasm", test))]
pub mod newcomer;
#[cfg(target_family = "wasm")]
pub mod newcomer_fields;
pub mod news;
pub mod phone_warning;
#[cfg(target_family = "wasm")]
pub mod photo_marks;
pub mod photo_pairs;
#[cfg(target_family = "wasm")]
pub mod preview;
pub mod progress;
#[cfg(target_family = "wasm")]
pub mod protection;
pub mod pull_gesture;
#[cfg(target_family = "wasm")]
pub mod pull_to_sync;
#[cfg(target_family = "wasm")]
pub mod record_desk;
#[cfg(any(target_family = "wasm", test))]
pub mod record_form;
#[cfg(target_family = "wasm")]
pub mod record_list;
#[cfg(target_family = "wasm")]
pub mod record_words;
pub mod refusals;
#[cfg(target_family = "wasm")]
pub mod refused_card;
#[cfg(target_family = "wasm")]
pub mod repetition;
#[cfg(target_family = "wasm")]
pub mod restored;
#[cfg(target_family = "wasm")]
pub mod retry;
#[cfg(target_family = "wasm")]
pub mod rights;
pub mod said;
#[cfg(target_family = "wasm")]
pub mod signature;
pub mod sketch;
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
#[cfg(target_family = "wasm")]
pub mod viewer;
pub mod waiting_files;
#[cfg(target_family = "wasm")]
pub mod which_number;
#[cfg(target_family = "wasm")]
pub mod whole_file;
