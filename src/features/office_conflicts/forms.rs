//! What is asked below the buttons of a group: which other job, or why not, of all of it or of what is left out.
//!
//! Owns the forms. What is typed stands in the inbox: the card may be drawn anew meanwhile.

use super::deciding::Deciding;
use super::inbox::Open;
use super::others::Page;
use super::view_model::Whose;
use super::words::REASON;
use crate::shared::retry::retry_line;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::form::field;
use crate::view::view;
use afield_domain::limits;
use afield_protocol::Decide;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

const ONTO: &str = "late-which";

/// Which other job, of those that have been found so far.
pub(super) fn onto_form(deciding: Deciding) -> AnyView {
    let others = deciding.inbox.others;
    let again = move || {
        if let Some(whose) = deciding.whose() {
            others.load(whose, deciding.job);
        }
    };
    let has_some = crate::memo::Memo::new(move |_| {
        let has_some = |page: &Page| !page.jobs.is_empty() || page.more;
        others.page.with(|page| page.as_ref().map(has_some))
    });
    let found = move || match has_some.get()? {
        true => Some(choose_form(deciding)),
        false => Some(none_text(deciding)),
    };
    let more = move || {
        let has_more = |page: &Option<Page>| page.as_ref().is_some_and(|page| page.more);
        others.page.with(has_more).then(|| {
            view! {
                <button type="button" class="btn btn-sm mt-4" on:click=move |_| again()>
                    {tr!(office.late_more_jobs)}
                </button>
            }
        })
    };
    view! { {found} {more} {retry_line(others.trouble, again)} }.into_any()
}

fn none_text(deciding: Deciding) -> AnyView {
    let text = match deciding.whose() {
        Some(Whose::Author(..)) => tr!(office.late_no_other_day),
        _ => tr!(office.late_no_other),
    };
    view! { <p class="muted mt-4" role="status">{text}</p> }.into_any()
}

fn choose_form(deciding: Deciding) -> AnyView {
    let inbox = deciding.inbox;
    let is_missing = RwSignal::new(false);
    let says_nothing = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let job = inbox.chosen.with_untracked(|job| job.parse());
        is_missing.set(job.is_err());
        let leaves = untrack(move || deciding.leaves());
        says_nothing.set(leaves && inbox.reason().is_empty());
        if let (Ok(job), false) = (job, says_nothing.get_untracked()) {
            deciding.accept(Some(job));
        }
    };
    let leaves = crate::memo::Memo::new(move |_| deciding.leaves());
    let reason = move || leaves.get().then(|| reason_field(deciding, says_nothing));
    let options = move || {
        let chosen = inbox.chosen.get_untracked();
        let page = inbox.others.page.get().unwrap_or_default();
        let option = |(job, name)| {
            let value = format!("{job}");
            let is_chosen = value == chosen;
            view! { <option value=value selected=is_chosen>{name}</option> }
        };
        page.jobs.into_iter().map(option).collect_view()
    };
    let control = view! {
        <select
            id=ONTO
            class="select w-full"
            aria-describedby="late-which-flaw"
            on:change:target=move |event| inbox.chosen.set(event.target().value())
        >
            <option value="">{tr!(office.late_choose)}</option>
            {options}
        </select>
    };
    let flaw = move || is_missing.get().then(|| tr!(office.late_choose).to_owned());
    let label = match deciding.whose() {
        Some(Whose::Author(..)) => tr!(office.late_which_day),
        _ => tr!(office.late_which),
    };
    deciding.attend(Open::Onto, ONTO);
    view! {
        <form class="stack mt-4" novalidate on:submit=submit>
            {field(ONTO, label, control.into_any(), flaw)}
            {reason}
            <div class="actions">
                <button type="submit" class="btn btn-primary">{tr!(office.late_accept_there)}</button>
                {cancel(deciding)}
            </div>
        </form>
    }
    .into_any()
}

/// Why not: of all of it, or of what is left out of what is accepted.
pub(super) fn reason_form(deciding: Deciding, what: Open) -> AnyView {
    let is_missing = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let reason = deciding.inbox.reason();
        is_missing.set(reason.is_empty());
        if reason.is_empty() {
            return;
        }
        match what {
            Open::Decline => deciding.decide(Decide::Decline { reason }),
            // Of another group by now nothing may be left out that was: nobody has asked for all of it.
            _ if untrack(move || deciding.leaves()) => deciding.accept(None),
            _ => {}
        }
    };
    let label = match what {
        Open::Decline => tr!(office.late_decline_now),
        _ => tr!(office.late_accept_rest),
    };
    deciding.attend(what, REASON);
    view! {
        <form class="stack mt-4" novalidate on:submit=submit>
            {reason_field(deciding, is_missing)}
            <div class="actions">
                <button type="submit" class="btn btn-primary">{label}</button>
                {cancel(deciding)}
            </div>
        </form>
    }
    .into_any()
}

fn reason_field(deciding: Deciding, is_missing: RwSignal<bool>) -> AnyView {
    let typed = deciding.inbox.reason;
    let control = view! {
        <textarea
            id=REASON
            class="textarea w-full"
            rows="2"
            maxlength=limits::LINE_CHARS.to_string()
            aria-describedby="late-reason-flaw"
            prop:value=move || typed.get()
            on:input:target=move |event| typed.set(event.target().value())
        ></textarea>
    };
    let flaw = move || {
        is_missing
            .get()
            .then(|| tr!(office.late_reason_missing).to_owned())
    };
    field(REASON, tr!(office.late_reason), control.into_any(), flaw).into_any()
}

fn cancel(deciding: Deciding) -> impl IntoView {
    view! {
        <button type="button" class="btn" on:click=move |_| deciding.cancel()>
            {tr!(common.cancel)}
        </button>
    }
}
