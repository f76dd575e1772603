//! The rescue file: all unsent work of a user in one file, written here and brought in again.

mod bringing;
mod opening;
pub mod page;
