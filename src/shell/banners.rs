//! What must be seen on every page: sign in again, an update waits, the data is too old, work is lost, the
//! databases fail.

use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::commands::{Commands, use_commands};
use crate::runtime::live::Live;
use crate::runtime::session::use_session;
use crate::runtime::sync_status::{Connection, use_sync_state};
use crate::runtime::worker_client::{Updates, use_updates};
use crate::shared::drafts::use_drafts;
use crate::shared::labels::{changes, reported, trouble_text};
use crate::shared::sync_now::sync_now_button;
use crate::tr;
use crate::ui::notice::{Tone, notice};
use crate::view::view;
use afield_platform::address::at_server;
use afield_protocol::{LostWork, paths};
use leptos::prelude::*;

/// The banners, those that apply.
pub fn banners(live: Live, route: Memo<Route>) -> impl IntoView {
    let sync = use_sync_state();
    let sign_in_needed = Memo::new(move |_| {
        let is_elsewhere = route.get() != Route::SignIn;
        sync.status.with(|status| {
            (is_elsewhere && status.sign_in_needed && !status.revoked).then_some(status.unsent)
        })
    });
    let session = use_session();
    // The board asks the server itself.
    let expired = Memo::new(move |_| {
        let is_hiding = live.expired.get() && route.get() != Route::Board;
        let company = || session.account().map(|account| account.expiry_hours());
        // These pages have the button anyway.
        let has_button = matches!(route.get(), Route::Jobs | Route::Sync);
        is_hiding
            .then(company)
            .flatten()
            .map(|hours| (hours, has_button))
    });
    let lost = Memo::new(move |_| {
        let user = session.account()?.signed_in.user();
        let (of, lost) = sync.lost.get()?;
        (of == user).then_some(lost)
    });
    let updates = use_updates();
    let update_needed =
        Memo::new(move |_| sync.update_needed.get() && !updates.is_some_and(Updates::is_ready));
    let walled = Memo::new(move |_| sync.standing() == Connection::Walled);
    view! {
        <div class="banners">
            {move || live.trouble.get().map(|trouble| {
                notice(Tone::Error, view! { <p role="alert">{trouble_text(&trouble)}</p> }.into_any())
            })}
            {move || sign_in_needed.get().map(sign_in_banner)}
            {move || expired.get().map(expired_banner)}
            {move || lost.get().map(lost_banner)}
            {move || update_needed.get().then(update_needed_banner)}
            {move || walled.get().then(wall_banner)}
            {move || updates.filter(|updates| updates.is_ready()).map(update_banner)}
        </div>
    }
}

fn sign_in_banner(unsent: usize) -> impl IntoView {
    let kept = match unsent {
        0 => tr!(banners.sign_in_nothing_lost).to_owned(),
        count => tr!(banners.sign_in_kept, changes = changes(count)),
    };
    let body = view! {
        <p>
            <strong>{tr!(banners.sign_in)}</strong>
            " "
            {kept}
        </p>
        <a class="btn btn-sm" href="/sign-in">{tr!(banners.sign_in_action)}</a>
    };
    notice(Tone::Warning, body.into_any())
}

fn expired_banner((hours, has_button): (u32, bool)) -> impl IntoView {
    let body = view! {
        <p>
            <strong>{tr!(banners.expired)}</strong>
            " "
            {tr!(banners.expired_hint, hours = hours)}
        </p>
        {(!has_button).then(sync_now_button)}
    };
    notice(Tone::Warning, body.into_any())
}

/// What the phone had told of it; nothing if it had nothing to tell when it was last heard.
fn lost_hint(lost: &LostWork) -> String {
    if lost.unsent == 0 && lost.files == 0 {
        return tr!(banners.lost_untold).to_owned();
    }
    let (changes, files) = reported(lost.unsent, lost.files);
    let time = use_session().account_now();
    let time = time.map(|account| account.date_time(lost.told_at));
    let time = time.unwrap_or_default();
    tr!(
        banners.lost_hint,
        time = time,
        changes = changes,
        files = files
    )
}

fn lost_banner(lost: LostWork) -> impl IntoView {
    let commands = use_commands();
    let body = view! {
        <p>
            <strong>{tr!(banners.lost)}</strong>
            " "
            {lost_hint(&lost)}
        </p>
        <button
            type="button"
            class="btn btn-sm"
            on:click=move |_| {
                if let Some(commands) = commands {
                    commands.lost_read();
                }
            }
        >
            {tr!(banners.lost_action)}
        </button>
    };
    notice(Tone::Warning, body.into_any())
}

fn update_needed_banner() -> impl IntoView {
    let body = view! {
        <p>
            <strong>{tr!(banners.update_needed)}</strong>
            " "
            {tr!(banners.update_needed_hint)}
        </p>
    };
    notice(Tone::Warning, body.into_any())
}

fn wall_banner() -> impl IntoView {
    let body = view! {
        <p>
            <strong>{tr!(banners.wall)}</strong>
            " "
            {tr!(banners.wall_hint)}
        </p>
        // Past the worker, which answers every other page from what it keeps.
        <a class="btn btn-sm" href=at_server(paths::HEALTH) target="_blank" rel="noopener">
            {tr!(banners.wall_action)}
        </a>
    };
    notice(Tone::Warning, body.into_any())
}

fn update_banner(updates: Updates) -> impl IntoView {
    let (drafts, commands) = (use_drafts(), use_commands());
    let is_busy = move || drafts.are_dirty() || commands.is_some_and(Commands::is_picking);
    let body = view! {
        <p>
            <strong>{tr!(banners.update)}</strong>
            " "
            {move || match (updates.is_applying(), is_busy()) {
                (true, _) => tr!(banners.updating),
                (false, true) => tr!(banners.update_blocked),
                (false, false) => tr!(banners.update_hint),
            }}
        </p>
        <button
            type="button"
            class="btn btn-sm"
            disabled=move || updates.is_applying() || is_busy()
            on:click=move |_| updates.apply(is_busy)
        >
            {tr!(banners.update_action)}
        </button>
    };
    notice(Tone::Info, body.into_any())
}
