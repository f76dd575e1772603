//! The checks, by area.
//!
//! Owns their order: what ends or empties the back end comes last.

mod board;
mod envelope;
mod files;
mod loss;
mod meaning;
mod merge;
mod pull;
mod push;
mod repeat;
mod scope;
mod session;

use crate::check::{Check, Profile};
use crate::finding::Looked;
use crate::world::World;

/// Every check, in the order in which they are made.
#[must_use]
pub fn all() -> Vec<Check> {
    let areas: [&[Check]; 11] = [
        envelope::CHECKS,
        session::CHECKS,
        pull::CHECKS,
        scope::CHECKS,
        push::CHECKS,
        repeat::CHECKS,
        meaning::CHECKS,
        merge::CHECKS,
        loss::CHECKS,
        files::CHECKS,
        board::CHECKS,
    ];
    areas.concat()
}

const fn core(
    name: &'static str,
    section: &'static str,
    must: &'static str,
    look: fn(&mut World) -> Looked,
) -> Check {
    Check {
        name,
        profile: Profile::Core,
        must,
        section,
        look,
    }
}
