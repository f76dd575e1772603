//! Whether the browser may clear what is on this phone, and asking it not to.
//!
//! Must never ask by itself: a browser may put the question to its user.

use crate::memo::Memo;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::focus;
use crate::view::view;
use afield_platform::storage;
use leptos::prelude::*;
use leptos::task::spawn_local;

const ANSWER: &str = "persist-answer";

/// What the browser says of its storage.
#[derive(Debug, Clone, Copy)]
pub struct Protection {
    /// Whether it has agreed to keep it; none if it does not tell.
    pub persisted: RwSignal<Option<bool>>,
    /// What it said when it was asked here.
    agreed: RwSignal<Option<bool>>,
}

/// What the browser says; known a moment later.
pub fn load_protection() -> Protection {
    let found = Protection {
        persisted: RwSignal::new(None),
        agreed: RwSignal::new(None),
    };
    spawn_local(async move {
        let _ = found.persisted.try_set(storage::is_persisted().await);
    });
    found
}

impl Protection {
    fn ask(self) {
        spawn_local(async move {
            let answer = storage::persist().await;
            let _ = self.persisted.try_set(answer);
            let _ = self.agreed.try_set(answer);
            // The button is gone; what it came to takes its place, and the focus.
            request_animation_frame(|| {
                focus::by_id(ANSWER);
            });
        });
    }

    /// Whether [`Self::asking`] has anything to say.
    pub fn has_words(self) -> Memo<bool> {
        Memo::new(move |_| self.agreed.get().is_some() || self.persisted.get() == Some(false))
    }

    /// The button that asks, and what the browser has answered.
    pub fn asking(self) -> impl IntoView {
        move || match (self.agreed.get(), self.persisted.get()) {
            (Some(true), _) => Some(answer(tr!(settings.persisted))),
            (Some(false), _) => Some(answer(tr!(settings.persist_refused))),
            (None, Some(false)) => Some(
                view! {
                    <button type="button" class="btn" on:click=move |_| self.ask()>
                        {tr!(settings.persist)}
                    </button>
                }
                .into_any(),
            ),
            (None, _) => None,
        }
    }
}

/// What the browser has said to the request to protect the storage.
fn answer(text: &'static str) -> AnyView {
    view! { <p id=ANSWER class="muted" tabindex="-1">{text}</p> }.into_any()
}
