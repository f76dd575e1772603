//! The dispatcher's board: a day at a glance, and what happens to its jobs.
//!
//! Owns what the board shows. What is done on it is decided in `decide`. Must never be reached by a
//! technician.

pub(crate) mod conflicts;
pub(crate) mod customer;
pub(crate) mod day;
pub(crate) mod events;
pub(crate) mod feed;
pub(crate) mod find;
pub(crate) mod history;
pub(crate) mod job;
pub(crate) mod jobs;
pub(crate) mod listener;
pub(crate) mod reviews;
