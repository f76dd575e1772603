//! The design system: parts that know how they look and nothing about sync.
//!
//! Must never hold state that belongs to a record, nor call the engine.

pub mod badge;
pub mod banners;
pub mod capture;
pub mod focus;
pub mod form;
pub mod icon;
pub mod notice;
pub mod parts;
pub mod prefs;
pub mod pull_to_sync;
pub mod restored;
pub mod scan;
pub mod shell;
pub mod signature;
pub mod thumbnail;
pub mod toast;
