//! The engine: four ports side by side.
//!
//! Owns [`Engine`] alone. What it does stands with what it is about: saving and taking back in
//! [`crate::outbox`], sending and fetching in [`crate::pass`]. Must never do anything itself: whoever works
//! on the ports needs it.

/// The engine over its ports.
#[derive(Debug, Clone)]
pub struct Engine<O, C, R, H> {
    /// The outbox database.
    pub outbox: O,
    /// The cache database.
    pub cache: C,
    /// The server.
    pub remote: R,
    /// Clock, ids, chance, locks, notices.
    pub host: H,
}
