//! Signing in, for the first time and again, and by a company's own sign-in.

pub mod failed;
pub mod page;
