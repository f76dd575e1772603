//! The pages, one folder each: pages draw, `view_model` files decide what is drawn.
//!
//! None of them knows another: what two of them need stands in `shared`.

pub mod company;
pub mod customers;
pub mod day_route;
pub mod devices;
pub mod dispatch;
pub mod export;
pub mod forms;
pub mod imports;
pub mod job;
pub mod job_edit;
pub mod job_list;
pub mod office_conflicts;
pub mod office_job;
pub mod office_new;
#[cfg(target_family = "wasm")]
pub mod office_records;
pub mod office_series;
pub mod people;
pub mod preview;
pub mod ready;
pub mod receipts;
pub mod records;
#[cfg(target_family = "wasm")]
pub mod rescue;
#[cfg(target_family = "wasm")]
pub mod rights;
pub mod settings;
pub mod share;
#[cfg(target_family = "wasm")]
pub mod sign_in;
pub mod sync;
pub mod tasks;
pub mod today;
