//! Deciding: what becomes of a change that somebody asks for.
//!
//! Owns the one way to write: reading a batch, remembering what was decided, the judgement, the
//! business rules that follow, the records as they are stored, and the verdict, all in one transaction.
//! What a phone pushes and what is done with a connection are decided in the same `transaction`. Must never
//! answer for what was not committed, nor know of HTTP.

mod answer;
pub(crate) mod batch;
pub(crate) mod connected;
mod consequences;
pub(crate) mod fingerprint;
pub(crate) mod group;
pub(crate) mod judge;
pub(crate) mod left_out;
mod named;
pub(crate) mod push;
pub mod records;
mod repeat;
pub(crate) mod review;
pub(crate) mod reviewed;
mod save;
mod told;
pub(crate) mod transaction;
mod waiting;

#[cfg(test)]
mod newer_tests;
#[cfg(test)]
mod unknown_tests;
