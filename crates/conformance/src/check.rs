//! What a check is.
//!
//! Owns the shape alone. A check must never sleep, nor depend on the one before it.

use crate::finding::Looked;
use crate::world::World;

/// A part of the protocol that a back end may offer or leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Profile {
    /// What a technician's phone needs: envelope, session, pull, push, meaning.
    Core,
    /// The bytes of photos and files, by tus.
    Files,
    /// What the office's board needs.
    Board,
}

impl Profile {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Core, Self::Files, Self::Board];

    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Files => "files",
            Self::Board => "board",
        }
    }
}

/// One thing that must be so.
#[derive(Clone, Copy)]
pub struct Check {
    /// Its name, which never changes: `area.what`.
    pub name: &'static str,
    /// To which profile it belongs.
    pub profile: Profile,
    /// What must be so, in one sentence.
    pub must: &'static str,
    /// The section of `docs/protocol.md` that says so.
    pub section: &'static str,
    /// Finds out.
    pub(crate) look: fn(&mut World) -> Looked,
}
