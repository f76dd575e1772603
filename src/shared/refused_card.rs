//! A refused change: what, why, and what a person can do about it.

use super::long_value::long_value;
use super::mailto::mailto;

use super::labels::{change_label, field_name_label, photos, refusal_label, waiting_text};
use super::names::unbroken;
use super::refusals::{ChangeSummary, Refused};
use super::thumbnail::preview;
use super::toast::{Work, use_toasts};
use crate::routes::Route;
use crate::runtime::commands::{Commands, use_commands};
use crate::runtime::session::use_session;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::focus;
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::of;
use crate::view::view;
use leptos::prelude::*;

/// The box of one refused change of the job `job_name`. `on_job`: it stands on that job's own page.
pub fn refused_card(refused: Refused, job_name: String, on_job: bool) -> impl IntoView {
    let what = change_label(&refused.what);
    let name = if on_job {
        what.clone()
    } else {
        format!("{what}, {job_name}")
    };
    let title_id = format!("refused-{}", refused.id);
    let held = (refused.held > 0).then(|| view! { <p>{waiting_text(refused.held)}</p> });
    // On the job's own page the way to the record is the form, if there is one.
    let is_here = |href: &String| {
        on_job
            && refused
                .job
                .is_some_and(|job| *href == Route::Job(job).href())
    };
    let record = refused.record_href().filter(|href| !is_here(href));
    let access = request_access(&refused, &what, &job_name);
    let id = refused.id;
    let again = refused.can_send_again.then(|| {
        let resend = move |commands: Commands| Box::pin(commands.resend(id, None)) as Work;
        action_button(
            tr!(sync.send_again),
            name.clone(),
            None,
            tr!(sync.sent_again),
            resend,
        )
    });
    let revert = move |commands: Commands| Box::pin(commands.revert(id)) as Work;
    let revert = action_button(
        tr!(sync.revert),
        name.clone(),
        Some(tr!(sync.revert_sure)),
        tr!(sync.reverted),
        revert,
    );
    let values = refused.values.iter().map(|(name, value)| {
        view! {
            <div class="side">
                <dt class="muted">{field_name_label(name)}</dt>
                <dd>{long_value(value)}</dd>
            </div>
        }
    });
    let values = (!refused.values.is_empty())
        .then(|| view! { <dl class="sides quote">{values.collect_view()}</dl> });
    let labelled = title_id.clone();
    let is_received = refused.is_received();
    let (title, tone) = match is_received {
        true => (tr!(sync.received, what = what), Tone::Info),
        false => (tr!(sync.refused, what = what), Tone::Error),
    };
    // Two hands would decide about one thing.
    let actions = (!is_received).then(|| {
        view! {
            <div class="actions">
                {record.map(|href| view! { <a class="btn" href=href>{tr!(sync.go_to_record)} {of(name)}</a> })}
                {again}
                {access}
                {revert}
                {on_job.then(|| view! { <a class="btn" href=Route::Sync.href()>{tr!(sync.open)}</a> })}
            </div>
        }
    });
    let body = view! {
        <p id=title_id>
            <strong>{title}</strong>
        </p>
        {(!on_job && !job_name.is_empty()).then(|| view! { <p class="font-semibold">{unbroken(job_name)}</p> })}
        <p>{refusal_label(&refused)}</p>
        {(!refused.text.is_empty()).then(|| view! { <blockquote class="prose quote">{refused.text.clone()}</blockquote> })}
        {files(&refused)}
        {values}
        {held}
        <p class="muted">{tr!(sync.refused_at, time = refused.when)}</p>
        {actions}
    };
    view! {
        <div role="group" aria-labelledby=labelled class="mb-3">
            {notice(tone, body.into_any())}
        </div>
    }
}

/// The photos and files of the change: how many a note has and what they are called, for it waits with them.
fn files(refused: &Refused) -> impl IntoView + use<> {
    let pictures = refused
        .files
        .iter()
        .filter_map(|file| preview(&file.picture));
    // The names stand beside them.
    let pictures = pictures
        .map(|src| view! { <img class="feed-picture" src=src alt="" /> })
        .collect_view();
    let is_note = matches!(refused.what, ChangeSummary::Note(_));
    let text = (is_note && !refused.files.is_empty()).then(|| {
        let mut all = photos(refused.files.len());
        // One that has left the phone with its job has no name here.
        for file in refused.files.iter().filter(|file| !file.name.is_empty()) {
            all.push_str(", ");
            all.push_str(&file.name);
        }
        view! { <p>{all}</p> }
    });
    view! { {text} {pictures} }
}

/// A mail to whoever can give the access that is missing, where the company has named somebody.
fn request_access(refused: &Refused, what: &str, job_name: &str) -> Option<impl IntoView + use<>> {
    let account = use_session().account_now()?;
    let company = &account.signed_in.info.company;
    if !refused.needs_access() || company.contact_email.is_empty() {
        return None;
    }
    let job = if job_name.is_empty() {
        tr!(sync.unknown_job)
    } else {
        job_name
    };
    let body = tr!(
        sync.access_body,
        job = job,
        made = refused.made,
        what = what,
        reason = refusal_label(refused),
        name = account.name()
    );
    let href = mailto(
        &company.contact_email,
        &tr!(sync.access_subject, job = job),
        &body,
        leptos_router::location::Url::escape,
    );
    Some(view! { <a class="btn" href=href>{tr!(sync.request_access)}</a> })
}

/// A button whose card goes when it is done. With a question the first tap asks it, and the second one acts.
fn action_button(
    label: &'static str,
    name: String,
    question: Option<&'static str>,
    done: &'static str,
    work: impl Fn(Commands) -> Work + 'static,
) -> impl IntoView {
    let commands = use_commands();
    let toasts = use_toasts();
    let asked = RwSignal::new(question.is_none());
    let act = move |_| {
        if !asked.get_untracked() {
            return asked.set(true);
        }
        if let Some(commands) = commands {
            let then = |is_done| {
                if is_done {
                    focus::heading();
                }
            };
            toasts.run(work(commands), done, Box::new(then));
        }
    };
    let question = question.map(|question| {
        view! { <p role="status" class="w-full">{move || asked.get().then_some(question)}</p> }
    });
    view! { {question} <button type="button" class="btn" on:click=act>{label} {of(name)}</button> }
}
