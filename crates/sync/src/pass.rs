//! A pass: the lease is taken, the outbox is sent, what is new is fetched.
//!
//! Owns the way between this phone and the server:
//! - [`trigger`]: why a pass starts; [`turn`], [`lease`]: who makes it; [`backoff`]: not before when;
//! - [`replay`]: sends the outbox in order; [`verdicts`]: what the answers do to it; [`failure`]: what
//!   follows where there is none;
//! - [`aside`]: what one that is stopped on the way does to the rest; [`patience`]: how long is waited;
//! - [`pull`]: fetches the changes after the cursor; [`classify`]: what a failed request means;
//! - [`whole`]: all of it, in its order, under one lock.
//!
//! Must never park on a failure of the way, and never write under a lease that is not its own.

pub mod aside;
pub mod backoff;
pub mod classify;
pub mod failure;
pub mod lease;
pub mod patience;
pub mod pull;
pub mod replay;
pub mod trigger;
pub mod turn;
pub mod verdicts;
pub mod whole;

#[cfg(all(test, feature = "planted"))]
mod rare_tests;
