//! The buttons of a group that came too late.
//!
//! Owns which there are. Must never offer to accept what cannot be read here.

use super::deciding::{Deciding, button_of};
use super::forms::{decline_form, onto_form};
use super::inbox::Open;
use crate::tr;
use crate::ui::parts::of;
use crate::view::view;
use afield_protocol::Decide;
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
    view! {
        {buttons}
        {move || deciding.opened().map(|what| match what {
            Open::Onto => onto_form(deciding),
            Open::Decline => decline_form(deciding),
        })}
    }
    .into_any()
}

fn accept_button(deciding: Deciding) -> AnyView {
    view! {
        <button
            type="button"
            class="btn btn-primary"
            aria-disabled=move || deciding.busy.get().then_some("true")
            on:click=move |_| deciding.decide(Decide::Accept { onto: None })
        >
            {tr!(office.late_accept)}
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
