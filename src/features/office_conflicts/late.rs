//! What came too late, as the office reads it and decides: what one author did on one job, all of it at once.
//!
//! Owns the cards. What a change wanted is worded as on its phone. Must never send a decision about what was not shown.

use super::deciding::{Deciding, actions};
use super::inbox::Inbox;
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::session::Account;
use crate::shared::badge::status_badge;
use crate::shared::labels::{change_label, changes, field_name_label};
use crate::shared::long_value::long_value;
use crate::shared::names::{numbered, unbroken};
use crate::shared::preview::preview;
use crate::shared::refusals::{Refused, refused};
use crate::tr;
use crate::ui::list::For;
use crate::ui::parts::section;
use crate::view::view;
use afield_domain::{AttachmentId, DeviceId, OP_VERSION, Op};
use afield_protocol::{Mutation, ReviewEntry, ReviewGroup, ReviewedJob, Seq, paths};
use afield_sync::view::Projection;
use afield_sync::{EntryState, OutboxEntry};
use leptos::prelude::*;
use std::sync::Arc;
use uuid::Uuid;

/// The part of the page; nothing if nothing came too late.
pub(super) fn late_part(
    account: &Arc<Account>,
    inbox: Inbox,
    has_some: Memo<bool>,
) -> impl IntoView + use<> {
    let account = Arc::clone(account);
    let groups = move || {
        let page = inbox.reviews.get();
        page.map(|page| page.groups).unwrap_or_default()
    };
    let more = move || {
        let more = inbox
            .reviews
            .with(|page| page.as_ref().map_or(0, |page| page.more));
        (more > 0).then(|| view! { <p class="muted">{tr!(office.late_more, count = more)}</p> })
    };
    move || {
        has_some.get().then(|| {
            let account = Arc::clone(&account);
            // A group that has got more is another one: nobody decides on what they have not read.
            let key = |group: &ReviewGroup| {
                let ids: Vec<_> = group.entries.iter().map(|entry| entry.mutation).collect();
                (group.job, group.author, ids)
            };
            let body = view! {
                <p class="muted mb-3">{tr!(office.late_lead)}</p>
                <For each=groups key=key let(group)>{card(&account, inbox, group)}</For>
                {more}
            };
            section(tr!(office.late), body.into_any())
        })
    }
}

fn card(account: &Arc<Account>, inbox: Inbox, group: ReviewGroup) -> AnyView {
    let name = match &group.now {
        Some(job) => numbered(&job.number, &job.title),
        None => tr!(sync.unknown_job).to_owned(),
    };
    let title = match &group.now {
        Some(_) => {
            view! { <a class="link wrap" href=Route::OfficeJob(group.job).href()>{unbroken(name.clone())}</a> }
                .into_any()
        }
        None => view! { <span class="font-semibold">{tr!(office.late_deleted)}</span> }.into_any(),
    };
    let count = changes(group.entries.len());
    let by = tr!(office.late_by, name = group.author_name, changes = count);
    let revoked = group.entries.iter().any(|entry| entry.revoked);
    let revoked = revoked.then(|| view! { <p class="tags"><span class="tag tag-paused">{tr!(office.late_revoked)}</span></p> });
    let entries = shown(account, &group);
    let rows = group.entries.iter().zip(entries);
    let rows = rows
        .map(|(entry, refused)| row(entry, refused))
        .collect_view();
    let deciding = Deciding::of(&group, name, inbox);
    view! {
        <article class="card mb-3" aria-label=deciding.name()>
            <div class="row">
            <p>{title}</p>
            {group.now.as_ref().map(stands)}
            <p class="font-semibold">{by}</p>
            {revoked}
            <ol class="list mb-3">{rows}</ol>
            {actions(deciding)}
            </div>
        </article>
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

/// What each change wanted, in the words of the phone.
fn shown(account: &Account, group: &ReviewGroup) -> Vec<Refused> {
    let nobody = Uuid::nil();
    let entries = group.entries.iter().zip(1..).filter_map(|(entry, seq)| {
        let mut shown = OutboxEntry::new(Mutation {
            id: entry.mutation,
            device: DeviceId(nobody),
            seq: Seq(seq),
            user: group.author,
            lane: entry.op.target()?,
            depends_on: Vec::new(),
            replaces: Vec::new(),
            op_version: OP_VERSION,
            op: entry.op.clone(),
            base_rev: entry.base_rev,
            wall: entry.made_at,
            clock_offset_ms: 0,
        });
        shown.state = EntryState::Parked {
            reason: entry.reason.clone(),
            at: entry.received_at,
            rev: entry.base_rev,
        };
        Some(shown)
    });
    let entries: Vec<OutboxEntry> = entries.collect();
    refused(
        &Projection::default(),
        &entries,
        &account.signed_in,
        &account.zone,
    )
}

fn row(entry: &ReviewEntry, refused: Refused) -> impl IntoView + use<> {
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
    let file = match &entry.op {
        Op::AddAttachment {
            attachment,
            thumbnail,
            ..
        } => Some(file(*attachment, thumbnail, entry.file_at.is_some())),
        _ => None,
    };
    view! {
        <li class="py-3">
            <p class="tags">
                <span class="font-semibold">{change_label(&refused.what)}</span>
                <span class="muted">{tr!(sync.made, time = refused.made)}</span>
            </p>
            {(!refused.text.is_empty()).then(|| view! { <blockquote class="prose quote">{refused.text.clone()}</blockquote> })}
            {file}
            {values}
        </li>
    }
}

/// The small picture, and the way to the whole file once it is there.
fn file(id: AttachmentId, thumbnail: &str, is_here: bool) -> AnyView {
    let picture =
        preview(thumbnail).map(|src| view! { <img class="feed-picture" src=src alt="" /> });
    let whole = match is_here {
        true => {
            let href = format!("{}/{id}", paths::FILES);
            view! { <a class="link" href=href rel="external" download>{tr!(office.late_file)}</a> }
                .into_any()
        }
        false => view! { <span class="muted">{tr!(office.late_file_waits)}</span> }.into_any(),
    };
    view! { {picture} <p>{whole}</p> }.into_any()
}
