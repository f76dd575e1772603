//! Keeps what somebody of the office types into a form, so that leaving the page loses nothing.
//!
//! Owns the way of a form to its draft and back, and the words that say so. Must never keep what nobody has typed, nor a
//! password.

use super::draft::DraftKey;
use super::drafts::{Draft, Drafts, use_drafts};
use super::kept::{Kept, Texts, is_old, plan_clearing};
use crate::effect::Effect;
use crate::runtime::clock::use_clock;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::notice::{Tone, notice};
use crate::view::view;
use afield_domain::Timestamp;
use leptos::prelude::*;

/// What keeps one form.
#[derive(Clone, Copy)]
pub struct Keeping {
    key: DraftKey,
    drafts: Drafts,
    /// Whether somebody has typed or chosen anything: what the page puts in by itself is nobody's work.
    touched: RwSignal<bool>,
    /// Whether what stands there was left by somebody who went away.
    left: RwSignal<bool>,
}

fn now() -> Timestamp {
    untrack(|| use_clock().now())
}

/// What was left of the form of `key`, if that is not too long ago.
fn left(drafts: Drafts, key: DraftKey) -> Option<Texts> {
    let kept = Kept::of_text(&untrack(|| drafts.note(key))?)?;
    (!is_old(kept.at, now())).then_some(kept.texts)
}

/// Whether there is something that was typed into the form of `key`.
pub fn is_left(key: DraftKey) -> bool {
    left(use_drafts(), key).is_some()
}

impl Keeping {
    /// Keeps the form of `key` as long as what owns the caller lives, and gives what `read` makes of what was left of it.
    pub fn begin<T>(key: DraftKey, read: impl FnOnce(Texts) -> Option<T>) -> (Self, Option<T>) {
        let drafts = use_drafts();
        for old in plan_clearing(&drafts.notes(), now()) {
            drafts.set(old, None);
        }
        let found = left(drafts, key).and_then(read);
        on_cleanup(move || drafts.release(key));
        let this = Self {
            key,
            drafts,
            touched: RwSignal::new(false),
            left: RwSignal::new(found.is_some()),
        };
        (this, found)
    }

    /// Keeps what `texts` gives, whenever that changes; none of it where that is as the form began.
    pub fn follow(self, texts: impl Fn() -> Option<Texts> + 'static) {
        Effect::new(move |_: Option<()>| {
            let texts = texts();
            if self.touched.get() {
                self.keep(texts);
            }
        });
    }

    fn keep(self, texts: Option<Texts>) {
        let at = now();
        let draft = texts.map(|texts| Draft::Note(Kept { at, texts }.to_text()));
        self.drafts.hold(self.key, draft);
    }

    /// Somebody has typed or chosen something. For `on:input` and `on:change` of the form.
    pub fn touch(self) {
        if !self.touched.get_untracked() {
            self.touched.set(true);
        }
    }

    /// It was saved, or given up.
    pub fn end(self) {
        let _ = self.touched.try_set(false);
        let _ = self.left.try_set(false);
        self.drafts.release(self.key);
        self.drafts.set(self.key, None);
    }

    /// Says that what stands there was typed before, with a way to begin anew.
    pub fn notice(self, again: impl Fn() + Clone + Send + 'static) -> AnyView {
        let told = move || {
            let again = again.clone();
            self.left.get().then(|| {
                let anew = move |_| {
                    self.end();
                    again();
                };
                let body = view! {
                    <p>{tr!(form.left)}</p>
                    <div class="actions">
                        <button type="button" class="btn" on:click=anew>{tr!(form.start_again)}</button>
                    </div>
                };
                notice(Tone::Info, body.into_any())
            })
        };
        view! { <div role="status">{told}</div> }.into_any()
    }
}
