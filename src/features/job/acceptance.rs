//! The question of the office whether somebody takes a job, and the two answers.
//!
//! The office waits for the answer, so it needs a connection, and says so before anybody taps.

use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::commands::use_commands;
use crate::runtime::sync_status::use_sync_state;
use crate::shared::labels::trouble_text;
use crate::shared::toast::use_toasts;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::focus;
use crate::ui::form::field;
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::{Tone, notice};
use crate::view::view;
use afield_domain::{JobId, limits};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

const NEEDS: &str = "acceptance-needs";
const REASON: &str = "acceptance-reason";
const REJECT: &str = "acceptance-reject";

/// What the card holds.
#[derive(Debug, Clone, Copy)]
struct Card {
    job: JobId,
    busy: RwSignal<bool>,
    rejecting: RwSignal<bool>,
    trouble: RwSignal<Option<String>>,
    is_offline: Memo<bool>,
}

/// The card for `job`, which waits for an answer.
pub(super) fn acceptance(job: JobId) -> AnyView {
    let sync = use_sync_state();
    let card = Card {
        job,
        busy: RwSignal::new(false),
        rejecting: RwSignal::new(false),
        trouble: RwSignal::new(None),
        is_offline: Memo::new(move |_| sync.is_cut_off()),
    };
    let answer = answering(card);
    let reject = {
        let answer = answer.clone();
        move || reject_form(card, answer.clone())
    };
    let body = view! {
        <p id="acceptance" class="font-semibold">{tr!(acceptance.asked)}</p>
        <div class="actions" role="group" aria-labelledby="acceptance">
            {button(card, "acceptance-accept", tr!(acceptance.accept), Icon::Check, move || answer(true, String::new()))}
            {button(card, REJECT, tr!(acceptance.reject), Icon::Close, move || {
                card.rejecting.set(true);
                request_animation_frame(|| {
                    focus::by_id(REASON);
                });
            })}
        </div>
        {needs_connection(card)}
        {move || card.rejecting.get().then(reject.clone())}
        <div role="alert">
            {move || card.trouble.get().map(|text| view! {
                <p class="flaw">{icon(Icon::Alert)} <span>{tr!(acceptance.nothing_changed)} " " {text}</span></p>
            })}
        </div>
    };
    notice(Tone::Warning, body.into_any()).into_any()
}

fn needs_connection(card: Card) -> impl IntoView {
    move || {
        card.is_offline.get().then(|| {
            view! { <p id=NEEDS class="line">{icon(Icon::Offline)} <span>{tr!(acceptance.needs_connection)}</span></p> }
        })
    }
}

fn is_off(card: Card) -> bool {
    card.busy.get() || card.is_offline.get()
}

fn button(
    card: Card,
    id: &'static str,
    label: &'static str,
    shape: Icon,
    act: impl Fn() + 'static,
) -> AnyView {
    view! {
        <button
            id=id
            type="button"
            class="btn"
            aria-disabled=move || is_off(card).then_some("true")
            aria-describedby=move || card.is_offline.get().then_some(NEEDS)
            on:click=move |_| {
                if !untrack(|| is_off(card)) {
                    act();
                }
            }
        >
            {icon(shape)}
            {label}
        </button>
    }
    .into_any()
}

/// Why not: the office gives the job to somebody else by it.
fn reject_form(card: Card, answer: impl Fn(bool, String) + 'static) -> AnyView {
    let reason = RwSignal::new(String::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !untrack(|| is_off(card)) {
            answer(false, reason.get_untracked());
        }
    };
    let control = view! {
        <textarea
            id=REASON
            class="textarea w-full"
            rows="2"
            maxlength=limits::LINE_CHARS.to_string()
            prop:value=move || reason.get()
            on:input:target=move |event| reason.set(event.target().value())
        ></textarea>
    };
    let cancel = move |_| {
        card.rejecting.set(false);
        focus::by_id(REJECT);
    };
    view! {
        <form class="stack w-full" novalidate on:submit=submit>
            {field(REASON, tr!(acceptance.reason), control.into_any(), || None)}
            <div class="actions">
                <button
                    type="submit"
                    class="btn btn-primary"
                    aria-disabled=move || is_off(card).then_some("true")
                    aria-describedby=move || card.is_offline.get().then_some(NEEDS)
                >
                    {tr!(acceptance.send_reject)}
                </button>
                <button type="button" class="btn" on:click=cancel>
                    {tr!(common.cancel)}
                </button>
            </div>
        </form>
    }
    .into_any()
}

/// Tells the office, and shows what became of it.
fn answering(card: Card) -> impl Fn(bool, String) + Clone + 'static {
    let (commands, toasts, navigate) = (use_commands(), use_toasts(), use_navigate());
    move |accept, reason| {
        let navigate = navigate.clone();
        let Some(commands) = commands else {
            return;
        };
        card.busy.set(true);
        card.trouble.set(None);
        toasts.clear();
        spawn_local(async move {
            let done = commands.answer_offer(card.job, accept, reason).await;
            let _ = card.busy.try_set(false);
            match done {
                Ok(()) => {
                    let told = if accept {
                        tr!(acceptance.accepted)
                    } else {
                        tr!(acceptance.rejected)
                    };
                    toasts.show(Ok(told));
                    if accept {
                        focus::heading();
                    } else {
                        // The job leaves this phone: its page would only say so.
                        let options = NavigateOptions {
                            replace: true,
                            ..NavigateOptions::default()
                        };
                        navigate(&Route::Today.href(), options);
                    }
                }
                Err(trouble) => {
                    let _ = card.trouble.try_set(Some(trouble_text(&trouble)));
                }
            }
        });
    }
}
