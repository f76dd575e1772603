//! The simulation: the real engine in a world that goes wrong on purpose.
//!
//! One thread, one seed, virtual time. Every call of a port takes time and may fail; a crash drops
//! the futures of a context between any two awaits. A schedule is a list of things that people and
//! the world do, drawn from the seed, so that a failing one can be shrunk and kept.
//! Must never let anything but the seed decide: no clock, no threads, no hash order.

mod board;
pub mod chance;
pub mod company;
pub mod device;
pub mod executor;
pub mod fault;
pub mod invariants;
pub mod ledger;
pub mod planted;
mod postgres;
pub mod remote;
pub mod run;
pub mod schedule;
pub mod server;
pub mod shrink;
pub mod sweep;
mod twin;
pub mod world;

pub use run::{Outcome, Setup, Violation, run};
pub use schedule::Schedule;
