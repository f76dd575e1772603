//! Signing in, for the first time and again.

pub mod page;
