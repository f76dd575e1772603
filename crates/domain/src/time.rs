//! Points in time, and how they read in the company's zone.
//!
//! Owns [`Timestamp`], [`Zone`] and [`Day`]. Must never read a clock.

mod pattern;
mod rules;
mod timestamp;
mod zone;

pub use timestamp::Timestamp;
pub use zone::{Day, DayError, ScopeWindow, Zone, ZoneData, ZoneError};
