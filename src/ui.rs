//! The design system: parts that know how they look and nothing about records or sync.
//!
//! Must never hold state that belongs to a record, nor call the engine.

pub mod capture;
pub mod focus;
pub mod form;
pub mod icon;
pub mod later;
pub mod list;
pub mod notice;
pub mod parts;
pub mod scan;
