//! Points in time, and how they read in the company's zone.
//!
//! Owns [`Timestamp`], [`Zone`] and [`Day`]. Must never read a clock.

mod day;
mod pattern;
mod rules;
mod timestamp;
mod zone;

pub use day::{Day, DayError};
pub use timestamp::Timestamp;
pub use zone::{ScopeWindow, Zone, ZoneData, ZoneError};
