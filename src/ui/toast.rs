//! Short messages: read aloud at once, seen above the navigation, moving nothing.
//!
//! Owns the two live regions. A message of success goes by itself; one of trouble waits.

use crate::error::Trouble;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::words::trouble_text;
use afield_platform::timer;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::pin::Pin;

const SHOWN_MS: u32 = 4_000;

/// The messages, for the context.
#[derive(Debug, Clone, Copy)]
pub struct Toasts {
    done: RwSignal<Option<String>>,
    trouble: RwSignal<Option<Trouble>>,
    number: StoredValue<u32>,
}

/// Puts the messages in the context. Once, in `app`.
pub fn provide_toasts() -> Toasts {
    let toasts = Toasts {
        done: RwSignal::new(None),
        trouble: RwSignal::new(None),
        number: StoredValue::new(0),
    };
    provide_context(toasts);
    toasts
}

/// The messages.
pub fn use_toasts() -> Toasts {
    use_context().unwrap_or_else(provide_toasts)
}

impl Toasts {
    /// Takes away what is shown, so that the next message is read even if it is the same.
    pub fn clear(self) {
        self.number
            .update_value(|number| *number = number.wrapping_add(1));
        self.done.set(None);
        self.trouble.set(None);
    }

    /// Shows what became of a command.
    pub fn show(self, result: Result<&'static str, Trouble>) {
        self.clear();
        match result {
            Ok(text) => self.done.set(Some(text.to_owned())),
            Err(trouble) => {
                self.trouble.set(Some(trouble));
                return;
            }
        }
        let number = self.number.get_value();
        spawn_local(async move {
            timer::sleep_ms(SHOWN_MS).await;
            if self.number.get_value() == number {
                self.done.set(None);
            }
        });
    }
}

/// A command under way: boxed, so that the code around it exists once.
pub type Work = Pin<Box<dyn Future<Output = Result<(), Trouble>>>>;

impl Toasts {
    /// Does `work` and shows what became of it. `then` hears whether it was done, before anybody is told.
    pub fn run(self, work: Work, done: &'static str, then: Box<dyn FnOnce(bool)>) {
        self.clear();
        spawn_local(async move {
            let result = work.await;
            then(result.is_ok());
            self.show(result.map(|()| done));
        });
    }
}

/// The live regions. Always there: a region that appears with its text is not read.
pub fn toast_area(toasts: Toasts) -> impl IntoView {
    view! {
        <div class="toasts">
            <div role="status" aria-live="polite">
                {move || {
                    toasts
                        .done
                        .get()
                        .map(|text| view! { <p class="toast-done">{icon(Icon::Check)} {text}</p> })
                }}
            </div>
            <div role="alert">
                {move || {
                    toasts
                        .trouble
                        .get()
                        .map(|trouble| {
                            view! {
                                <div class="toast-trouble">
                                    <p>{trouble_text(&trouble)}</p>
                                    <button
                                        type="button"
                                        class="btn btn-ghost btn-square"
                                        aria-label=tr!(common.close)
                                        on:click=move |_| toasts.clear()
                                    >
                                        {icon(Icon::Close)}
                                    </button>
                                </div>
                            }
                        })
                }}
            </div>
        </div>
    }
}
