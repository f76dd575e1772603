//! The frame of every page: top bar, status strip, navigation.
//!
//! Owns where things stand, not what they say.

use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::clock::use_clock;
use crate::runtime::session::use_session;
use crate::runtime::sync_status::{Connection, SyncState, use_sync_state};
use crate::shared::labels::changes;
use crate::shared::waiting_files::count_unsent;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::view::view;
use leptos::prelude::*;

/// The link that a keyboard reaches first.
pub fn skip_link() -> impl IntoView {
    view! { <a class="skip-link" href="#main">{tr!(shell.skip)}</a> }
}

/// The top bar: whose app this is, and how much is unsent.
pub fn top_bar() -> impl IntoView {
    let session = use_session();
    let sync = use_sync_state();
    let company = move || {
        session
            .account()
            .map(|account| account.signed_in.info.company.name.clone())
    };
    view! {
        <header class="top">
            <div class="top-row">
                <a class="brand" href="/">
                    <img src="/icons/afield.svg" alt="" width="28" height="28" />
                    <span>{tr!(common.brand)}</span>
                </a>
                <span class="top-company">{company}</span>
                {move || session.account().is_some().then(|| unsent_counter(sync))}
            </div>
            {status_strip(sync)}
        </header>
    }
}

fn unsent_counter(sync: SyncState) -> impl IntoView {
    let count = count_unsent(sync);
    view! {
        <div role="group" aria-label=tr!(shell.unsent) class="unsent" class:unsent-some=move || count.get() != 0>
            <a href="/sync" aria-label=move || tr!(shell.unsent_link, count = count.get())>
                {icon(Icon::Unsent)}
                <span>{move || count.get()}</span>
            </a>
        </div>
    }
}

fn status_strip(sync: SyncState) -> impl IntoView {
    let connection = Memo::new(move |_| sync.connection());
    let class = move || match connection.get() {
        Connection::Online | Connection::Live => "strip strip-online",
        Connection::Offline => "strip strip-offline",
        Connection::Syncing => "strip strip-syncing",
        Connection::UpdateNeeded | Connection::Walled | Connection::Slow => "strip strip-offline",
    };
    let text = move || match connection.get() {
        Connection::Online => tr!(connection.online),
        Connection::Offline => tr!(connection.offline),
        Connection::Syncing => tr!(connection.syncing),
        Connection::UpdateNeeded => tr!(connection.update_needed),
        Connection::Walled => tr!(connection.walled),
        Connection::Slow => tr!(connection.slow),
        Connection::Live => tr!(connection.live),
    };
    let shape = move || {
        icon(match connection.get() {
            Connection::Online | Connection::Live => Icon::Check,
            Connection::Offline => Icon::Offline,
            Connection::Syncing => Icon::Sync,
            Connection::UpdateNeeded | Connection::Walled | Connection::Slow => Icon::Alert,
        })
    };
    view! {
        <div class=class>
            {shape}
            <span role="status" aria-label=tr!(connection.label) class="strip-word">
                {text}
            </span>
            <span class="strip-detail">{move || strip_detail(sync, connection.get())}</span>
        </div>
    }
}

fn strip_detail(sync: SyncState, connection: Connection) -> String {
    let session = use_session();
    let Some(account) = session.account() else {
        return String::new();
    };
    let now = use_clock().wall();
    let (unsent, last_sync) = sync.status.with(|status| (status.unsent, status.last_sync));
    let Some(at) = last_sync else {
        return tr!(connection.never_synced).to_owned();
    };
    let time = account.near_time(at, now);
    match (connection, unsent) {
        (Connection::Live, _) => tr!(connection.last_sync, time = time),
        // What is shown is then the phone's own: it says as of when.
        (Connection::Online | Connection::Syncing | Connection::Slow, _) | (_, 0) => {
            tr!(connection.as_of, time = time)
        }
        (Connection::Offline | Connection::UpdateNeeded | Connection::Walled, count) => {
            tr!(
                connection.offline_kept,
                time = time,
                changes = changes(count)
            )
        }
    }
}

/// The navigation: at the bottom of a phone, at the left of a wide window.
pub fn navigation(route: Memo<Route>) -> impl IntoView {
    let session = use_session();
    let is_office =
        Memo::new(move |_| session.account().is_some_and(|account| account.is_office()));
    view! {
        <nav class="nav" aria-label=tr!(shell.navigation)>
            {move || {
                is_office.get().then(|| nav_link(route, Route::Board, Icon::Board, tr!(pages.board)))
            }}
            {nav_link(route, Route::Today, Icon::Today, tr!(pages.today))}
            {nav_link(route, Route::Jobs, Icon::Jobs, tr!(pages.jobs))}
            {nav_link(route, Route::Sync, Icon::Sync, tr!(pages.sync))}
            {nav_link(route, Route::Settings, Icon::Settings, tr!(pages.settings))}
        </nav>
    }
}

fn nav_link(route: Memo<Route>, to: Route, shape: Icon, label: &'static str) -> impl IntoView {
    let current = move || (route.get().section() == to).then_some("page");
    view! {
        <a class="nav-link" href=to.href() aria-current=current>
            {icon(shape)}
            <span>{label}</span>
        </a>
    }
}
