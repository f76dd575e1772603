//! The tab Unsent: what needs attention, then what is unsent, in the order of sending.

use super::decided::reverted_part;
use super::rows::{attention, row_list, rows_memo};
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::runtime::sync_status::use_sync_state;
use crate::shared::labels::{changes, photos, records};
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
pub(super) fn unsent_tab(account: &Arc<Account>, live: Live) -> impl IntoView {
    let sync = use_sync_state();
    let account = Arc::clone(account);
    let rows = rows_memo(&account, live);
    let has_rows = Memo::new(move |_| rows.with(|rows| !rows.is_empty()));
    let refused = attention(&account, live);
    let waiting = waiting_section(load_waiting(), &account);
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
        {refused}
        {reverted_part(live)}
        {move || if has_rows.get() {
            section(tr!(sync.waiting), row_list(rows, &account, live)).into_any()
        } else {
            arrived()
        }}
        {move || (!sends_closed && here.get().sendable > 0).then(|| {
            view! { <p class="muted">{tr!(sync.keep_open)}</p> }
        })}
        <p class="muted">{closed_text()}</p>
        {move || may_be_cleared.get().then(|| cleared_hint(here.get()))}
        {waiting}
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

/// What this browser does and does not do while the app is closed.
fn closed_text() -> &'static str {
    match (worker::has_background_sync(), worker::has_periodic_sync()) {
        (true, true) => tr!(sync.closed_rounds),
        (true, false) => tr!(sync.closed_sends),
        (false, _) => tr!(sync.closed_nothing),
    }
}
