//! Short messages: read aloud at once, seen above the navigation, moving nothing.
//!
//! Owns the two live regions. A message of success goes by itself; one of trouble waits. **Undo**
//! stands in a message for as long as the change has not left this phone; at the office, as long as the message.

use super::labels::trouble_text;
use crate::effect::Effect;
use crate::error::Trouble;
use crate::memo::Memo;
use crate::runtime::commands::use_commands;
use crate::runtime::live::use_live;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::focus;
use crate::ui::icon::{Icon, icon};
use crate::view::view;
use afield_platform::timer;
use afield_sync::Undo;
use afield_sync::check_undo;
use afield_sync::driver::UNDO_MS;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::pin::Pin;
use std::sync::Arc;

const SHOWN_MS: u32 = 4_000;
/// How long the office may take back what it has done: nothing waits for that, unlike on a phone.
const BACK_MS: u32 = 15_000;
const UNDO_BUTTON: &str = "toast-undo";

/// Draws a part of a message.
type Button = fn(Toasts) -> AnyView;

/// Takes back what the office has done.
pub type TakeBack = Arc<dyn Fn() + Send + Sync>;

/// The messages, for the context.
#[derive(Debug, Clone, Copy)]
pub struct Toasts {
    done: RwSignal<Option<String>>,
    /// How far something is that takes a while; not read aloud.
    under_way: RwSignal<Option<String>>,
    undo: RwSignal<Option<Undo>>,
    /// Whether what the server has already done can be taken back.
    back: RwSignal<bool>,
    /// How that is taken back. The frame must not touch it: a function that once got the office's only way to take
    /// something back, and else none, is compiled with that way in it, and brings the board along.
    take_back: StoredValue<Option<TakeBack>>,
    /// Whether **Undo** is on the screen.
    offered: StoredValue<bool>,
    /// Draws **Undo**. Known with the first change that can be taken back: a page brings it, not the frame.
    button: StoredValue<Option<Button>>,
    trouble: RwSignal<Option<Trouble>>,
    number: StoredValue<u32>,
}

/// Puts the messages in the context. Once, in `app`.
pub fn provide_toasts() -> Toasts {
    let toasts = Toasts {
        done: RwSignal::new(None),
        under_way: RwSignal::new(None),
        undo: RwSignal::new(None),
        back: RwSignal::new(false),
        take_back: StoredValue::new(None),
        offered: StoredValue::new(false),
        button: StoredValue::new(None),
        trouble: RwSignal::new(None),
        number: StoredValue::new(0),
    };
    provide_context(toasts);
    toasts
}

/// The messages at the bottom of every page.
pub fn use_toasts() -> Toasts {
    use_context().unwrap_or_else(provide_toasts)
}

impl Toasts {
    /// Takes away what is shown, so that the next message is read even if it is the same.
    pub fn clear(self) {
        self.number
            .update_value(|number| *number = number.wrapping_add(1));
        self.done.set(None);
        self.under_way.set(None);
        self.undo.set(None);
        self.back.set(false);
        self.trouble.set(None);
    }

    /// Shows what became of a command.
    pub fn show(self, result: Result<&'static str, Trouble>) {
        self.clear();
        match result {
            Ok(text) => self.show_done(text),
            Err(trouble) => self.trouble.set(Some(trouble)),
        }
    }

    /// Shows that a change was saved, and offers to take it back while that is possible.
    pub fn saved_with_undo(self, undo: Option<Undo>) {
        self.clear();
        self.button
            .set_value(Some(|toasts| undo_button(toasts).into_any()));
        self.undo.set(undo);
        self.show_done(tr!(common.saved));
    }

    /// Shows that the office has done something, and offers to take it back.
    pub fn done_with_undo(self, text: &'static str, back: TakeBack) {
        self.clear();
        self.button
            .set_value(Some(|toasts| back_button(toasts).into_any()));
        self.take_back.set_value(Some(back));
        self.back.set(true);
        self.show_done(text);
    }

    /// Takes the offer away: what could take it back is gone.
    pub fn without_undo(self) {
        self.back.set(false);
        self.take_back.set_value(None);
    }

    /// Shows how far something is that takes a while; what became of it takes its place.
    pub fn working(self, text: String) {
        self.under_way.set(Some(text));
    }

    fn show_done(self, text: &'static str) {
        self.done.set(Some(text.to_owned()));
        let number = self.number.get_value();
        spawn_local(async move {
            timer::sleep_ms(SHOWN_MS).await;
            if self.offered.get_value() {
                let longest = match self.back.get_untracked() {
                    true => BACK_MS,
                    false => UNDO_MS,
                };
                timer::sleep_ms(longest - SHOWN_MS).await;
            }
            // Nobody loses the button that they stand on.
            while focus::is_at(UNDO_BUTTON) && self.number.get_value() == number {
                timer::sleep_ms(SHOWN_MS).await;
            }
            if self.number.get_value() == number {
                self.done.set(None);
                self.undo.set(None);
                self.back.set(false);
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

/// A change being saved that may be taken back: [`crate::runtime::commands::Commands::save_undoable`].
pub type UndoableWork = Pin<Box<dyn Future<Output = Result<Option<Undo>, Trouble>>>>;

impl Toasts {
    /// As [`Self::run`], with **Undo** in the message. `then` hears whether it was saved.
    pub fn run_undoable(self, work: UndoableWork, then: Box<dyn FnOnce(bool)>) {
        self.clear();
        spawn_local(async move {
            let result = work.await;
            then(result.is_ok());
            match result {
                Ok(undo) => self.saved_with_undo(undo),
                Err(trouble) => self.show(Err(trouble)),
            }
        });
    }
}

/// **Undo**, as long as the change has not left this phone.
fn undo_button(toasts: Toasts) -> impl IntoView {
    let (commands, live) = (use_commands(), use_live());
    let can_undo = Memo::new(move |_| {
        let (Some(undo), Some(live)) = (toasts.undo.get(), live) else {
            return false;
        };
        live.projection
            .with(|all| check_undo(all.entries(), &undo).is_ok())
    });
    Effect::new(move |_| toasts.offered.set_value(can_undo.get()));
    on_cleanup(move || toasts.offered.set_value(false));
    let take_back = move |_| {
        let (Some(commands), Some(undo)) = (commands, toasts.undo.get_untracked()) else {
            return;
        };
        let work = async move { commands.undo(&undo).await };
        toasts.run(
            Box::pin(work),
            tr!(common.undone),
            Box::new(|_| focus::heading()),
        );
    };
    move || {
        can_undo.get().then(|| {
            view! {
                <button id=UNDO_BUTTON type="button" class="btn btn-ghost toast-undo" on:click=take_back>
                    {icon(Icon::Undo)}
                    {tr!(common.undo)}
                </button>
            }
        })
    }
}

/// **Undo** of what the office has done.
fn back_button(toasts: Toasts) -> impl IntoView {
    toasts.offered.set_value(true);
    on_cleanup(move || toasts.offered.set_value(false));
    let take_back = move |_| {
        let back = toasts.take_back.get_value();
        toasts.clear();
        if let Some(back) = back {
            back();
        }
    };
    view! {
        <button id=UNDO_BUTTON type="button" class="btn btn-ghost toast-undo" on:click=take_back>
            {icon(Icon::Undo)}
            {tr!(common.undo)}
        </button>
    }
}

/// The live regions. Always there: a region that appears with its text is not read.
pub fn toast_area(toasts: Toasts) -> impl IntoView {
    // Which of the two it is: the button of one is not that of the other.
    let offered = Memo::new(move |_| (toasts.undo.with(Option::is_some), toasts.back.get()));
    view! {
        <div class="toasts">
            <div class="toast-line">
                <div role="status" aria-live="polite">
                    {move || {
                        toasts
                            .done
                            .get()
                            .map(|text| view! { <p class="toast-done">{icon(Icon::Check)} {text}</p> })
                    }}
                </div>
                {move || {
                    toasts.under_way.get().map(|text| view! { <p class="toast-done">{text}</p> })
                }}
                {move || {
                    // Asked first: also before there is a button, the next change must be heard of.
                    let offered = offered.get();
                    let button = toasts.button.get_value().filter(|_| offered != (false, false));
                    button.map(|button| button(toasts))
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
