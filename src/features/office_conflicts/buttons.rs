//! The buttons of a group that came too late.
//!
//! Owns which there are. Must never offer to accept what cannot be read here.

use super::deciding::{Deciding, button_of};
use super::forms::{onto_form, reason_form};
use super::inbox::Open;
use crate::memo::Memo;
use crate::tr;
use crate::ui::parts::of;
use crate::view::view;
use leptos::prelude::*;

/// The buttons of a group, and what is asked below them.
pub(super) fn actions(deciding: Deciding) -> AnyView {
    let buttons = move || {
        let stands = deciding.stands.get();
        let accept = (stands.is_known && !stands.is_deleted).then(|| accept_button(deciding));
        let onto = stands.whose.filter(|_| stands.is_known);
        let onto = onto.map(|_| opener(deciding, tr!(office.late_onto), Open::Onto));
        let decline = opener(deciding, tr!(office.late_decline), Open::Decline);
        let unread =
            (!stands.is_known).then(|| view! { <p class="muted">{tr!(office.late_unread)}</p> });
        view! { {unread} <div class="actions">{accept} {onto} {decline}</div> }
    };
    // What is open stays as it is while more is ticked; there is nothing to say where nothing or all is left out.
    let open = Memo::new(move |_| {
        deciding.opened().filter(|what| match what {
            Open::Rest => deciding.leaves() && deciding.keeps(),
            Open::Onto => deciding.keeps(),
            Open::Decline => true,
        })
    });
    view! {
        <p class="muted" role="status">{move || left_text(deciding)}</p>
        {buttons}
        {move || open.get().map(|what| match what {
            Open::Onto => onto_form(deciding),
            Open::Rest | Open::Decline => reason_form(deciding, what),
        })}
    }
    .into_any()
}

/// How much is left out, for who does not see the boxes that are ticked along.
fn left_text(deciding: Deciding) -> Option<String> {
    let left = deciding.left_out.with(Vec::len);
    let all = deciding.stands.with(|stands| stands.count);
    if left == 0 {
        return None;
    }
    let text = tr!(office.late_left, count = left, all = all);
    Some(match left < all {
        true => text,
        false => format!("{text} {}", tr!(office.late_none_left)),
    })
}

/// Accepts at once; where something is left out, a reason is asked for first.
fn accept_button(deciding: Deciding) -> AnyView {
    let accept = move |_| match untrack(move || deciding.leaves()) {
        true => deciding.ask_reason(),
        false => deciding.accept(None),
    };
    let label = move || match deciding.leaves() {
        true => tr!(office.late_accept_rest),
        false => tr!(office.late_accept),
    };
    view! {
        <button
            type="button"
            class="btn btn-primary"
            id=deciding.id(button_of(Open::Rest))
            aria-disabled=move || deciding.busy.get().then_some("true")
            on:click=accept
        >
            {label}
            {of(untrack(move || deciding.name()))}
        </button>
    }
    .into_any()
}

/// A button that opens what is asked below.
fn opener(deciding: Deciding, label: &'static str, what: Open) -> AnyView {
    let is_open = move || deciding.opened() == Some(what);
    view! {
        <button
            type="button"
            class="btn"
            id=deciding.id(button_of(what))
            aria-expanded=move || if is_open() { "true" } else { "false" }
            on:click=move |_| deciding.toggle(what)
        >
            {label}
            {of(untrack(move || deciding.name()))}
        </button>
    }
    .into_any()
}
