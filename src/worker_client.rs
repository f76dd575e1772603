//! The page's side of the service worker: registration and updates.
//!
//! Owns whether an update waits. Must never reload by itself: the user says when, and not while
//! something typed would be lost.

use afield_platform::worker;
use leptos::prelude::*;

const WORKER: &str = "/sw.js";

/// Whether a newer version waits, for the context.
#[derive(Debug, Clone, Copy)]
pub struct Updates(RwSignal<bool>);

/// Registers the worker and puts [`Updates`] in the context. Once, in `app`.
pub fn provide_updates() -> Updates {
    let updates = Updates(RwSignal::new(false));
    worker::register(WORKER, move || updates.0.set(true));
    provide_context(updates);
    updates
}

/// Whether a newer version waits.
pub fn use_updates() -> Option<Updates> {
    use_context()
}

impl Updates {
    /// Whether a newer version waits; tracks.
    pub fn is_ready(self) -> bool {
        self.0.get()
    }

    /// Lets the newer version take over and reloads.
    pub fn apply(self) {
        worker::apply_update();
    }

    /// Asks the browser to look for a newer version.
    pub fn check(self) {
        worker::check_for_update();
    }
}
