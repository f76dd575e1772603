//! What must be seen on every page: sign in again, an update waits, the databases fail.

use crate::drafts::use_drafts;
use crate::live::Live;
use crate::routes::Route;
use crate::sync_status::use_sync_state;
use crate::tr;
use crate::ui::notice::{Tone, notice};
use crate::words::{changes, trouble_text};
use crate::worker_client::{Updates, use_updates};
use leptos::prelude::*;

/// The banners, those that apply.
pub fn banners(live: Live, route: Memo<Route>) -> impl IntoView {
    let sync = use_sync_state();
    let sign_in_needed = Memo::new(move |_| {
        let is_elsewhere = route.get() != Route::SignIn;
        sync.status
            .with(|status| (is_elsewhere && status.sign_in_needed).then_some(status.unsent))
    });
    let updates = use_updates();
    view! {
        <div class="banners">
            {move || live.trouble.get().map(|trouble| {
                notice(Tone::Error, view! { <p role="alert">{trouble_text(&trouble)}</p> }.into_any())
            })}
            {move || sign_in_needed.get().map(sign_in_banner)}
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

fn update_banner(updates: Updates) -> impl IntoView {
    let drafts = use_drafts();
    let body = view! {
        <p>
            <strong>{tr!(banners.update)}</strong>
            " "
            {move || if drafts.are_dirty() { tr!(banners.update_blocked) } else { tr!(banners.update_hint) }}
        </p>
        <button
            type="button"
            class="btn btn-sm"
            disabled=move || drafts.are_dirty()
            on:click=move |_| updates.apply()
        >
            {tr!(banners.update_action)}
        </button>
    };
    notice(Tone::Info, body.into_any())
}
