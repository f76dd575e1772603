//! The end of a form that has a page of its own: saved or cancelled, its draft goes and so does the page.
//!
//! Owns the guard against saving twice. Must never drop a draft that was not saved, unless it was
//! cancelled.

use crate::routes::Route;
use crate::runtime::commands::{Commands, use_commands};
use crate::shared::drafts::{Draft, DraftKey, Drafts, use_drafts};
use crate::signal::RwSignal;
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
    /// Whether the draft is what stands in the form: it was there when the form was opened, or typed into it.
    /// Another one is another window's, and not this form's to drop.
    is_own: StoredValue<bool>,
    commands: Option<Commands>,
    go: Callback<Route>,
}

impl PageForm {
    /// The form whose draft is `key`.
    pub(super) fn new(key: DraftKey) -> Self {
        let navigate = use_navigate();
        let drafts = use_drafts();
        on_cleanup(move || drafts.release(key));
        Self {
            busy: RwSignal::new(false),
            key,
            drafts,
            is_own: StoredValue::new(untrack(|| drafts.is_there(key))),
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

    /// Keeps what stands in the form; nothing if it is as it began.
    pub(super) fn keep(self, draft: Option<Draft>) {
        self.is_own.set_value(true);
        self.drafts.hold(self.key, draft);
    }

    /// Drops what was typed and goes to `to`: cancelled, saved, or nothing to save.
    pub(super) fn leave(self, to: Route) {
        self.drafts.release(self.key);
        if self.is_own.try_get_value() != Some(false) {
            self.drafts.set(self.key, None);
        }
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
