//! What came too late, as the office reads it and decides: what one author did on one job, all of it at once.
//!
//! Owns the cards. What a change wanted is worded as on its phone. Must never send a decision about what was not shown.

use super::buttons::actions;
use super::deciding::{Deciding, Standing};
use super::inbox::{Inbox, Said};
use super::view_model::{GroupKey, LateFile, LateRow, late_rows};
use super::words::{HEADING, job_name};
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::session::Account;
use crate::shared::badge::status_badge;
use crate::shared::labels::{change_label, changes, field_name_label};
use crate::shared::long_value::long_value;
use crate::shared::names::unbroken;
use crate::shared::preview::preview;
use crate::texts::language;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::list::For;
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::of;
use crate::view::view;
use afield_domain::{JobId, MutationId, UserId};
use afield_platform::address::at_server;
use afield_protocol::{ReviewGroup, ReviewedJob, paths};
use leptos::prelude::*;
use std::sync::Arc;

/// The part of the page; nothing if nothing came too late.
pub(super) fn late_part(
    account: &Arc<Account>,
    inbox: Inbox,
    has_some: Memo<bool>,
) -> impl IntoView + use<> {
    let account = Arc::clone(account);
    let keys = move || {
        inbox.reviews.with(|page| {
            let groups = page.iter().flat_map(|page| &page.groups);
            groups.map(GroupKey::of).collect::<Vec<_>>()
        })
    };
    let more = move || {
        let more = inbox
            .reviews
            .with(|page| page.as_ref().map_or(0, |page| page.more));
        (more > 0).then(|| view! { <p class="muted">{tr!(office.late_more, count = more)}</p> })
    };
    let part = move || {
        has_some.get().then(|| {
            let account = Arc::clone(&account);
            view! {
                <section class="section">
                    <h2 class="section-title" id=HEADING tabindex="-1">{tr!(office.late)}</h2>
                    <p class="muted mb-3">{tr!(office.late_lead)}</p>
                    <For each=keys key=GroupKey::clone let(key)>{card(&account, inbox, key)}</For>
                    {more}
                </section>
            }
        })
    };
    view! { {said(inbox, None)} {part} }
}

/// What is to be said of a decision about `of`, for who hears it too.
fn said(inbox: Inbox, of: Option<(JobId, UserId)>) -> impl IntoView {
    let text = move || {
        inbox.said.with(|said| {
            let said = said.as_ref().filter(|said| said.of == of)?;
            let body = view! { <p>{said.text.clone()}</p> };
            Some(notice(Tone::Warning, body.into_any()))
        })
    };
    view! { <div role="alert">{text}</div> }
}

/// One group. What is shown follows the server; the buttons below, and what is typed there, stay.
fn card(account: &Arc<Account>, inbox: Inbox, key: GroupKey) -> AnyView {
    let of = (key.job, key.author);
    let group = {
        let key = key.clone();
        Memo::new(move |_| inbox.group(&key))
    };
    let deciding = Deciding::of(account, key, group, inbox);
    let account = Arc::clone(account);
    let rows = Memo::new(move |_| {
        let read =
            |group: &ReviewGroup| late_rows(group, &account.signed_in, &account.zone, language());
        let found = group.with(|group| group.as_deref().map(read));
        found.unwrap_or_default()
    });
    // Apart from what is said of the job: a box that has the keyboard keeps it when that changes.
    let rows =
        move || rows.with(|rows| rows.iter().map(|found| row(found, deciding)).collect_view());
    let shown = move || group.get().map(|group| head(&group));
    view! {
        <article class="card mb-3" id=deciding.id("card") aria-label=move || deciding.name()>
            <div class="row">
                {shown}
                <ol class="list mb-3">{rows}</ol>
                {said(inbox, Some(of))}
                {actions(deciding)}
            </div>
        </article>
    }
    .into_any()
}

/// What it is about and whose it is.
fn head(group: &ReviewGroup) -> AnyView {
    let name = job_name(group);
    let title = match &group.now {
        Some(_) => {
            view! { <a class="link wrap" href=Route::OfficeJob(group.job).href()>{unbroken(name.clone())}</a> }
                .into_any()
        }
        None => {
            let was = group.was.is_some().then(|| unbroken(name.clone()));
            view! { <span class="font-semibold">{tr!(office.late_deleted)}</span> " " {was} }
                .into_any()
        }
    };
    let count = changes(group.entries.len());
    let by = tr!(office.late_by, name = group.author_name, changes = count);
    let revoked = group.entries.iter().any(|entry| entry.revoked);
    let revoked = revoked.then(|| view! { <p class="tags"><span class="tag tag-paused">{tr!(office.late_revoked)}</span></p> });
    view! {
        <p>{title}</p>
        {group.now.as_ref().map(stands)}
        <p class="font-semibold">{by}</p>
        {revoked}
    }
    .into_any()
}

/// Whose the job is now, and where it stands.
fn stands(job: &ReviewedJob) -> impl IntoView + use<> {
    let who = match job.has_it.as_str() {
        "" => tr!(office.late_nobody).to_owned(),
        name => tr!(office.late_has, name = name),
    };
    view! { <p class="tags">{status_badge(job.status)} <span class="muted">{who}</span></p> }
}

fn row(row: &LateRow, deciding: Deciding) -> AnyView {
    let change = &row.change;
    let values = change.values.iter().map(|(name, value)| {
        view! {
            <div class="side">
                <dt class="muted">{field_name_label(name)}</dt>
                <dd>{long_value(value)}</dd>
            </div>
        }
    });
    let values = (!change.values.is_empty())
        .then(|| view! { <dl class="sides quote">{values.collect_view()}</dl> });
    let text = (!change.text.is_empty())
        .then(|| view! { <blockquote class="prose quote">{change.text.clone()}</blockquote> });
    let (id, what) = (change.id, change_label(&change.what));
    let stops = {
        let what = what.clone();
        move || {
            let is_it =
                |said: &Option<Said>| said.as_ref().and_then(|said| said.mutation) == Some(id);
            let stops = deciding.inbox.said.with(is_it);
            stops.then(|| in_the_way(deciding, id, what.clone()))
        }
    };
    let leaving = {
        let what = what.clone();
        move || offers_leaving(deciding).then(|| leave_out(deciding, id, what.clone()))
    };
    view! {
        <li class="py-3">
            <p class="tags">
                <span class="font-semibold">{what}</span>
                <span class="muted">{tr!(sync.made, time = change.made)}</span>
            </p>
            {text}
            {row.file.as_ref().map(file)}
            {values}
            {leaving}
            {stops}
        </li>
    }
    .into_any()
}

fn offers_leaving(deciding: Deciding) -> bool {
    deciding.stands.with(Standing::offers_leaving)
}

/// The box with which a change is left out; one that needs another that is left out goes along with it.
fn leave_out(deciding: Deciding, id: MutationId, what: String) -> AnyView {
    let is_out = move || deciding.left_out.with(|left| left.contains(&id));
    let is_tied = move || is_out() && deciding.inbox.ticked.with(|ticked| !ticked.contains(&id));
    let tied = move || is_tied().then(|| view! { <p class="muted">{tr!(office.late_tied)}</p> });
    view! {
        <label class="choice-row">
            <input
                type="checkbox"
                class="checkbox"
                prop:checked=is_out
                prop:disabled=is_tied
                on:change:target=move |event| deciding.tick(id, event.target().checked())
            />
            <span>{tr!(office.late_leave_out)} {of(what)}</span>
        </label>
        {tied}
    }
    .into_any()
}

/// That a change cannot be accepted, and how to go on without it.
fn in_the_way(deciding: Deciding, id: MutationId, what: String) -> AnyView {
    let is_offered = move || {
        let is_in = deciding.left_out.with(|left| !left.contains(&id));
        is_in && offers_leaving(deciding)
    };
    let without = move || {
        let what = what.clone();
        is_offered().then(|| {
            view! {
                <button type="button" class="btn btn-sm" on:click=move |_| deciding.leave_out(id)>
                    {tr!(office.late_leave_this)}
                    {of(what)}
                </button>
            }
        })
    };
    view! {
        <p class="flaw">{icon(Icon::Alert)} <span>{tr!(office.late_stops)}</span></p>
        {without}
    }
    .into_any()
}

/// The small picture, and the way to the whole file once it is there.
fn file(file: &LateFile) -> AnyView {
    let picture =
        preview(&file.thumbnail).map(|src| view! { <img class="feed-picture" src=src alt="" /> });
    let whole = match file.is_here {
        true => {
            let href = at_server(&format!("{}/{}", paths::FILES, file.id));
            view! { <a class="link" href=href rel="external" download>{tr!(office.late_file)}</a> }
                .into_any()
        }
        false => view! { <span class="muted">{tr!(office.late_file_waits)}</span> }.into_any(),
    };
    view! { {picture} <p>{whole}</p> }.into_any()
}
