//! The page's side of the service worker: registration and updates.
//!
//! Owns whether the shell is kept and whether an update waits. Must never reload by itself: the user
//! says when, and not while something typed would be lost.

use super::sync_status::SyncState;
use crate::effect::Effect;
use crate::signal::RwSignal;
use afield_platform::worker;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

const WORKER: &str = "/sw.js";

/// Whether the shell is kept on this device, and whether a newer version waits, for the context.
#[derive(Debug, Clone, Copy)]
pub struct Updates {
    waits: RwSignal<bool>,
    applying: RwSignal<bool>,
    shell_kept: RwSignal<bool>,
}

/// Registers the worker and puts [`Updates`] in the context. Once, in `app`.
pub fn provide_updates(sync: SyncState) -> Updates {
    let updates = Updates {
        waits: RwSignal::new(false),
        applying: RwSignal::new(false),
        shell_kept: RwSignal::new(false),
    };
    worker::register(WORKER, move || updates.waits.set(true));
    spawn_local(async move {
        worker::ready().await;
        updates.shell_kept.set(true);
    });
    // An app that stays open for days loads no page by which the browser would notice.
    Effect::new(move |before: Option<String>| {
        let build = sync.status.with(|status| status.server_build.clone());
        if before.is_some_and(|before| !before.is_empty() && before != build) {
            worker::check_for_update();
        }
        build
    });
    Effect::new(move |_| {
        if sync.update_needed.get() {
            worker::check_for_update();
        }
    });
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
        self.waits.get()
    }

    /// Whether the app opens on this device without a network; tracks.
    pub fn is_shell_kept(self) -> bool {
        self.shell_kept.get()
    }

    /// Whether the newer version is taking over; tracks.
    pub fn is_applying(self) -> bool {
        self.applying.get()
    }

    /// Lets the newer version take over and reloads, unless `is_busy` before it has come to that.
    pub fn apply(self, is_busy: impl Fn() -> bool + 'static) {
        self.applying.set(true);
        spawn_local(async move {
            worker::apply_update(Rc::new(move || !untrack(&is_busy))).await;
            self.applying.set(false);
        });
    }
}
