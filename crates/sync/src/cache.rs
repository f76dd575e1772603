//! The cache: the server's records on this phone. It may be thrown away and primed again.
//!
//! Owns what a page or a verdict does to it, as rules that every store obeys:
//! - [`rules`]: what one change does to one record, and when a new generation takes over;
//! - [`scope`]: what unsent work refers to and nothing may take; [`expiry`]: what is too old to show;
//! - [`state`], [`priming`]: its row about itself, and how far the first full load is;
//! - [`extent`], [`partial`], [`recent`]: whether it holds all of its user's scope or less;
//! - [`gone`]: who has the jobs that have left;
//! - [`unread`]: what the server has and this build cannot read.
//!
//! Must never hold anything that exists nowhere else: unsent work is the outbox's.

pub mod expiry;
pub mod extent;
pub mod gone;
pub mod partial;
pub mod plan;
pub mod priming;
pub mod recent;
pub mod rules;
pub mod scope;
pub mod state;
pub mod unread;
