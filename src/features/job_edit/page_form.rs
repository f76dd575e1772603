//! The end of a form that has a page of its own: saved or cancelled, its draft goes and so does the page.
//!
//! Owns the guard against saving twice. Must never drop a draft that was not saved, unless it was
//! cancelled.

use crate::routes::Route;
use crate::runtime::commands::{Commands, use_commands};
use crate::shared::drafts::{DraftKey, Drafts, use_drafts};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// A form that is being filled in.
#[derive(Clone, Copy)]
pub(super) struct PageForm {
    /// Whether it is being saved.
    pub(super) busy: RwSignal<bool>,
    key: DraftKey,
    drafts: Drafts,
    commands: Option<Commands>,
    go: Callback<Route>,
}

impl PageForm {
    /// The form whose draft is `key`.
    pub(super) fn new(key: DraftKey) -> Self {
        let navigate = use_navigate();
        Self {
            busy: RwSignal::new(false),
            key,
            drafts: use_drafts(),
            commands: use_commands(),
            // The form is not found again by going back.
            go: Callback::new(move |to: Route| {
                let options = NavigateOptions {
                    replace: true,
                    ..NavigateOptions::default()
                };
                navigate(&to.href(), options);
            }),
        }
    }

    /// What saves it; none while it is being saved.
    pub(super) fn commands(self) -> Option<Commands> {
        self.commands.filter(|_| !self.busy.get_untracked())
    }

    /// Drops what was typed and goes to `to`: cancelled, saved, or nothing to save.
    pub(super) fn leave(self, to: Route) {
        self.drafts.set(self.key, None);
        // Nobody who has gone elsewhere meanwhile is fetched back.
        let _ = self.go.try_run(to);
    }

    /// Saving has ended: the form stays as it is if it was not saved.
    pub(super) fn end(self, is_saved: bool, to: Route) {
        if is_saved {
            self.leave(to);
        }
        let _ = self.busy.try_set(false);
    }
}
