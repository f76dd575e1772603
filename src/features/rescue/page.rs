//! The page *Rescue file*: saves what is unsent on this phone, and opens such a file.

use super::bringing::opening;
use crate::chunk::{Work, chunk};
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::runtime::sync_status::use_sync_state;
use crate::shared::waiting_files::{load_waiting, only_here, only_here_text};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::later::later;
use crate::ui::parts::{heading, section};
use crate::view::view;
use afield_platform::rescue::save_rescue_file;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// The page.
pub fn rescue_page(account: Arc<Account>, live: Live) -> AnyView {
    view! {
        <a class="back" href=Route::Sync.href()>{icon(Icon::Left)} {tr!(pages.sync)}</a>
        {heading(tr!(pages.rescue))}
        <p class="muted">{tr!(rescue.about)}</p>
        {saving_part(&account)}
        {opening_part(account, live)}
    }
    .into_any()
}

chunk!(desk: fn opening_of(account: Arc<Account>, live: Live) -> AnyView { opening(account, live) });

/// What opens a file is downloaded where somebody opens one: sending needs a network anyhow.
fn opening_part(account: Arc<Account>, live: Live) -> AnyView {
    let online = use_sync_state().online;
    // It stays when the network goes: a file may be open.
    let shown = Memo::new(move |before| before == Some(&true) || online.get());
    let opening = move || {
        let account = Arc::clone(&account);
        let ask = move || -> Work<_> { Box::pin(opening_of(Arc::clone(&account), live)) };
        shown.get().then(|| later(Box::new(ask)))
    };
    let body = view! {
        <div class="card pad stack">
            <p>{tr!(rescue.open_hint)}</p>
            {opening}
        </div>
    };
    section(tr!(rescue.open_title), body.into_any()).into_any()
}

fn saving_part(account: &Account) -> AnyView {
    let here = only_here(load_waiting());
    let user = account.signed_in.user().to_string();
    // Whether it is under way, and how the last one ended.
    let busy = RwSignal::new(false);
    let saved = RwSignal::new(None::<Option<bool>>);
    let save = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        saved.set(None);
        let user = user.clone();
        spawn_local(async move {
            let done = save_rescue_file(&user).await;
            let _ = saved.try_set(Some(done));
            let _ = busy.try_set(false);
        });
    };
    let said = move || match (busy.get(), saved.get()) {
        (true, _) => tr!(rescue.saving).to_owned(),
        (false, Some(Some(true))) => tr!(rescue.saved).to_owned(),
        (false, Some(Some(false))) => format!("{} {}", tr!(rescue.saved), tr!(rescue.unmarked)),
        (false, Some(None)) => tr!(rescue.save_failed).to_owned(),
        (false, None) => String::new(),
    };
    let what = move || {
        let here = here.get();
        let what = only_here_text(here.sendable + here.stuck, here.files);
        if what.is_empty() {
            tr!(rescue.nothing).to_owned()
        } else {
            tr!(rescue.here, what = what)
        }
    };
    let button = move || {
        let save = save.clone();
        (!here.get().is_nothing()).then(|| {
            view! {
                <button type="button" class="btn" aria-disabled=move || busy.get().to_string() on:click=save>
                    {icon(Icon::File)} {tr!(rescue.save)}
                </button>
            }
        })
    };
    let body = view! {
        <div class="card pad stack">
            <p>{what}</p>
            {button}
            <p role="status">{said}</p>
            <p class="muted">
                {tr!(rescue.no_app)} " " <a class="link" href="/rescue.html" rel="external">"/rescue.html"</a>
            </p>
        </div>
    };
    section(tr!(rescue.save_title), body.into_any()).into_any()
}
