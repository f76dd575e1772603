//! What there is to be seen of one job: for its technician's page and for the office's.
//!
//! Owns what each part of such a page says. Pure.

pub mod history;
pub mod material;
pub mod notes;
pub mod overview;
