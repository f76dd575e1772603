//! Pull down to sync: a finger on a list's top starts **Sync now**.
//!
//! Owns the sign above the page and what is read aloud. It listens only and stops no event, so it
//! cannot stand in the way of scrolling; that the browser does not reload the page instead is the
//! style sheet's (`overscroll-behavior-y`). Whoever cannot pull has the button **Sync now**.

use super::pull_gesture::Pull;
use crate::memo::Memo;
use crate::runtime::commands::use_commands;
use crate::runtime::sync_status::{Connection, use_sync_state};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::view::view;
use afield_platform::timer;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::TouchEvent;

const SHOWN_MS: u32 = 4_000;

/// The sign and its message; the first thing on a page.
pub fn pull_to_sync() -> AnyView {
    let pull = RwSignal::new(None::<Pull>);
    let message = RwSignal::new(None::<&'static str>);
    listen(pull, message);
    let by = Memo::new(move |_| pull.get().map_or(0, Pull::by));
    let is_enough = Memo::new(move |_| pull.get().is_some_and(Pull::is_enough));
    let text = move || {
        let hint = if is_enough.get() {
            tr!(jobs.pull_release)
        } else {
            tr!(jobs.pull_more)
        };
        message.get().unwrap_or(hint)
    };
    view! {
        <div
            class="pull"
            class:pull-enough=move || is_enough.get()
            class:pull-done=move || message.get().is_some()
            aria-hidden="true"
            style:height=move || format!("{}px", by.get())
        >
            <span class="pull-sign">{icon(Icon::Sync)} {text}</span>
        </div>
        <p class="sr-only" role="status" aria-live="polite">{move || message.get()}</p>
    }
    .into_any()
}

fn listen(pull: RwSignal<Option<Pull>>, message: RwSignal<Option<&'static str>>) {
    let start = window_event_listener(ev::touchstart, move |event| {
        let begun = finger(&event).and_then(|(x, y)| {
            let may_begin = is_at_top() && !is_input(&event);
            Pull::begin(event.touches().length(), may_begin, x, y)
        });
        pull.set(begun);
    });
    let moved = window_event_listener(ev::touchmove, move |event| {
        let Some(before) = pull.get_untracked() else {
            return;
        };
        let after = finger(&event)
            .and_then(|(x, y)| before.moved(event.touches().length(), is_at_top(), x, y));
        if after != Some(before) {
            pull.set(after);
        }
    });
    let sync = starter(message);
    let end = window_event_listener(ev::touchend, move |_| {
        let was_enough = pull.get_untracked().is_some_and(Pull::is_enough);
        pull.set(None);
        if was_enough {
            sync();
        }
    });
    let cancel = window_event_listener(ev::touchcancel, move |_| pull.set(None));
    on_cleanup(move || {
        start.remove();
        moved.remove();
        end.remove();
        cancel.remove();
    });
}

/// Starts a pass and says so; without a network, says what happens instead.
fn starter(message: RwSignal<Option<&'static str>>) -> impl Fn() {
    let commands = use_commands();
    let sync = use_sync_state();
    let number = StoredValue::new(0_u32);
    move || {
        if let Some(commands) = commands {
            commands.sync_now();
        }
        let is_offline = untrack(|| sync.connection()) == Connection::Offline;
        message.set(Some(if is_offline {
            tr!(jobs.pull_offline)
        } else {
            tr!(jobs.pull_started)
        }));
        let mine = number.get_value().wrapping_add(1);
        number.set_value(mine);
        spawn_local(async move {
            timer::sleep_ms(SHOWN_MS).await;
            // The page may be gone, or another pull may have its own message.
            if number.try_get_value() == Some(mine) {
                let _ = message.try_set(None);
            }
        });
    }
}

fn finger(event: &TouchEvent) -> Option<(i32, i32)> {
    let touch = event.touches().get(0)?;
    Some((touch.client_x(), touch.client_y()))
}

fn is_at_top() -> bool {
    window().scroll_y().is_ok_and(|top| top <= 0.0)
}

/// Whether the touch is on something that has a use for it, such as a field or an open dialog.
fn is_input(event: &TouchEvent) -> bool {
    use wasm_bindgen::JsCast;
    let target = event.target();
    let target = target.and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| {
        let within = target.closest("input, textarea, select, dialog, .nav");
        within.ok().flatten().is_some()
    })
}
