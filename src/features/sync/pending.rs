//! The tab Pending changes: what needs attention, then what is unsent, in the order of sending.

use super::view_model::{PendingRow, Standing, pending_rows};
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::runtime::sync_status::use_sync_state;
use crate::shared::labels::{change_label, changes, photos, records};
use crate::shared::names::{job_name, unbroken};
use crate::shared::refusals::refused;
use crate::shared::refused_card::refused_card;
use crate::shared::waiting_files::{
    OnlyHere, load_waiting, only_here, only_here_text, waiting_section,
};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::icon::Icon;
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::{empty, section};
use crate::view::view;
use afield_platform::{storage, worker};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// The tab's content.
pub(super) fn pending_tab(account: &Arc<Account>, live: Live) -> impl IntoView {
    let sync = use_sync_state();
    let (account, shown_to) = (Arc::clone(account), Arc::clone(account));
    let rows = {
        let zone = account.zone.clone();
        Memo::new(move |_| {
            live.projection
                .with(|all| pending_rows(all, all.entries(), &zone))
        })
    };
    let parked = Memo::new(move |_| {
        live.projection.with(|projection| {
            refused(
                projection,
                projection.entries(),
                &account.signed_in,
                &account.zone,
            )
            .into_iter()
            .map(|refused| {
                let name = job_name(projection, refused.job);
                (refused, name)
            })
            .collect::<Vec<_>>()
        })
    });
    let files = load_waiting();
    let here = only_here(files);
    let sends_closed = worker::has_background_sync();
    let may_be_cleared = RwSignal::new(false);
    spawn_local(async move {
        let _ = may_be_cleared.try_set(storage::is_persisted().await == Some(false));
    });
    // "Everything has arrived" is said only when it is true, and nothing before it is known.
    let arrived = move || {
        let (files, here) = (files.get(), here.get());
        if here.sendable + here.stuck > 0 || !files.is_known {
            return ().into_any();
        }
        let (title, hint) = match here.files {
            0 => (
                tr!(sync.nothing_pending),
                tr!(sync.nothing_pending_hint).to_owned(),
            ),
            count => (
                tr!(sync.no_change_pending),
                tr!(files.changes_arrived, files = photos(count)),
            ),
        };
        section(
            tr!(sync.waiting),
            empty(Icon::Check, title, hint).into_any(),
        )
        .into_any()
    };
    let sealed = move || sync.status.with(|status| status.sealed);
    let unread = move || sync.unread.get();
    let unreadable = move || sync.status.with(|status| status.unreadable) + files.get().unreadable;
    view! {
        {move || (unreadable() > 0).then(|| {
            let text = match unreadable() {
                1 => tr!(sync.unreadable_one).to_owned(),
                count => tr!(sync.unreadable, count = count),
            };
            notice(Tone::Warning, view! { <p>{text}</p> }.into_any())
        })}
        {move || (parked.with(|parked| !parked.is_empty())).then(|| {
            let cards = parked
                .get()
                .into_iter()
                .map(|(refused, name)| refused_card(refused, name, false))
                .collect_view();
            section(tr!(sync.attention), cards.into_any())
        })}
        {move || {
            if rows.with(Vec::is_empty) {
                return arrived();
            }
            let rows = rows.get().into_iter().map(pending_row).collect_view();
            let list = view! { <ol class="card list">{rows}</ol> };
            section(tr!(sync.waiting), list.into_any()).into_any()
        }}
        {move || (!sends_closed && here.get().sendable > 0).then(|| {
            view! { <p class="muted">{tr!(sync.keep_open)}</p> }
        })}
        {move || may_be_cleared.get().then(|| cleared_hint(here.get()))}
        {waiting_section(files, &shown_to)}
        {move || (sealed() > 0).then(|| {
            view! { <p class="muted">{tr!(sync.sealed, changes = changes(sealed()))}</p> }
        })}
        {move || (unread() > 0).then(|| {
            view! { <p class="muted">{tr!(sync.unread, records = records(unread()))}</p> }
        })}
        <p><a class="link" href=Route::Ready.href()>{tr!(pages.ready)}</a></p>
        <p><a class="link" href=Route::Receipts.href()>{tr!(pages.receipts)}</a></p>
        <p><a class="link" href=Route::Rescue.href()>{tr!(pages.rescue)}</a></p>
    }
}

/// What the browser may clear, and what keeps it.
fn cleared_hint(here: OnlyHere) -> Option<impl IntoView> {
    let what = only_here_text(here.sendable + here.stuck, here.files);
    (!what.is_empty()).then(|| {
        let send = (here.sendable > 0).then_some(tr!(sync.may_be_cleared_send));
        let copy = (here.files > 0).then_some(tr!(sync.may_be_cleared_copy));
        view! {
            <p class="muted">
                {tr!(sync.may_be_cleared, what = what)} " " {send} " " {copy} " "
                {tr!(sync.may_be_cleared_install)}
            </p>
        }
    })
}

fn pending_row(row: PendingRow) -> impl IntoView {
    let (class, standing) = match row.standing {
        Standing::Waiting => ("tag tag-unsent", tr!(sync.standing_waiting)),
        Standing::Sending => ("tag tag-started", tr!(sync.standing_sending)),
        Standing::Held => ("tag tag-urgent", tr!(sync.standing_held)),
        Standing::Stopped(_) => ("tag tag-urgent", tr!(sync.standing_stopped)),
    };
    let why = match row.standing {
        Standing::Stopped(Some(status)) => Some(tr!(sync.stopped_by, status = status)),
        Standing::Stopped(None) => Some(tr!(sync.stopped_silently).to_owned()),
        _ => None,
    };
    let job = row.job.map(|id| {
        let name = if row.job_name.is_empty() {
            tr!(sync.unknown_job).to_owned()
        } else {
            row.job_name.clone()
        };
        view! { <a class="link" href=Route::Job(id).href()><span>{unbroken(name)}</span></a> }
    });
    view! {
        <li class="row">
            <p class="font-semibold">{change_label(&row.what)}</p>
            <p>{job}</p>
            <p class="tags">
                <span class=class>{standing}</span>
                <span class="muted">{tr!(sync.made, time = row.when)}</span>
            </p>
            {why.map(|why| view! { <p class="muted">{why}</p> })}
        </li>
    }
}
