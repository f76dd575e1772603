//! The page Settings.

use super::language::language_part;
use super::notifications::notifications_part;
use super::offline::offline_part;
use super::storage::storage_part;
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::commands::use_commands;
use crate::runtime::prefs::{Theme, set_theme, theme};
use crate::runtime::session::Account;
use crate::runtime::sync_status::use_sync_state;
use crate::runtime::worker_client::use_updates;
use crate::shared::install::install_part;
use crate::shared::labels::{changes, role_label};
use crate::shared::toast::use_toasts;
use crate::shared::waiting_files::{load_waiting, only_here};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::focus;
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::{fact, heading, section};
use crate::view::view;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// The id of the button that signs out.
const SIGN_OUT: &str = "sign-out";
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The page Settings.
pub fn settings_page(account: Arc<Account>) -> AnyView {
    view! {
        {heading(tr!(pages.settings))}
        <div class="settings-grid">
            {user_part(&account)}
            {look_part()}
            {language_part()}
            {install_part()}
            {offline_part(&account)}
            {notifications_part()}
            {storage_part()}
            {app_part()}
        </div>
    }
    .into_any()
}

fn user_part(account: &Account) -> impl IntoView {
    let info = &account.signed_in.info;
    let facts = view! {
        <div class="card">
            <dl class="list facts">
                {fact(tr!(settings.user), info.user.name.clone())}
                {fact(tr!(settings.role), role_label(info.user.role))}
                {fact(tr!(settings.company), info.company.name.clone())}
                {fact(tr!(settings.zone), info.company.zone.name.clone())}
            </dl>
            <div class="pad">{sign_out()}</div>
        </div>
    };
    section(tr!(settings.account), facts.into_any())
}

fn sign_out() -> impl IntoView {
    let sync = use_sync_state();
    let commands = use_commands();
    let toasts = use_toasts();
    let asked = RwSignal::new(false);
    let unsent = Memo::new(move |_| sync.status.with(|status| status.unsent));
    let go = move || {
        let Some(commands) = commands else {
            return;
        };
        spawn_local(async move {
            if let Err(trouble) = commands.sign_out().await {
                toasts.show(Err(trouble));
            }
        });
    };
    let is_offline = Memo::new(move |_| sync.is_cut_off());
    let waiting = load_waiting();
    let files = Memo::new(move |_| waiting.with(|waiting| waiting.count));
    // Where something stays on the phone, or nobody could get in again, the first tap explains and the second one
    // signs out. The words stay when the reason goes meanwhile: a question that vanishes reads as a yes or as nothing.
    let kept = Memo::new(move |_| unsent.get() + files.get());
    let here = only_here(waiting);
    // What was refused goes nowhere by itself, nor do files without the Wi-Fi that their user wants for them.
    let goes = Memo::new(move |_| {
        let files = if sync.waits_for_wifi.get() {
            0
        } else {
            files.get()
        };
        here.get().sendable + files
    });
    // What waits is sent first, where there is a way; the counts in the words follow.
    let sends_first = RwSignal::new(false);
    let needs_words = move || kept.get_untracked() > 0 || is_offline.get_untracked();
    let click = move |_| {
        if needs_words() && !asked.get_untracked() {
            asked.set(true);
            sends_first.set(goes.get_untracked() > 0 && !is_offline.get_untracked());
            if let Some(commands) = commands.filter(|_| sends_first.get_untracked()) {
                // A network that is left to text keeps files back until somebody wants them sent.
                if sync.slow.get_untracked() && !sync.waits_for_wifi.get_untracked() {
                    commands.send_files_now();
                } else {
                    commands.sync_now();
                }
            }
        } else {
            go();
        }
    };
    let words = move || {
        let left = kept.get();
        let kept = match unsent.get() {
            0 => String::new(),
            count => tr!(settings.sign_out_warning, changes = changes(count)),
        };
        let files = match files.get() {
            0 => String::new(),
            1 => tr!(settings.sign_out_file).to_owned(),
            count => tr!(settings.sign_out_files, count = count),
        };
        let offline = if is_offline.get() {
            tr!(settings.sign_out_offline)
        } else {
            ""
        };
        let first = match (sends_first.get() && !is_offline.get(), goes.get(), left) {
            (true, 0, 0) => tr!(settings.sign_out_sent),
            (false, ..) | (true, 0, _) => "",
            (true, ..) => tr!(settings.sign_out_sends),
        };
        let paragraphs = [first.to_owned(), kept, files, offline.to_owned()].into_iter();
        paragraphs
            .filter(|text| !text.is_empty())
            .chain([tr!(settings.sign_out_again).to_owned()])
            .map(|text| view! { <p>{text}</p> })
            .collect_view()
    };
    view! {
        <div aria-live="polite">
            {move || asked.get().then(|| notice(Tone::Warning, words().into_any()))}
        </div>
        <div class="actions">
            <button id=SIGN_OUT type="button" class="btn btn-outline" on:click=click>
                {tr!(settings.sign_out)}
            </button>
            {move || asked.get().then(|| other_ways(asked, kept.get() > 0))}
        </div>
    }
}

/// What one can do instead of signing out. `has_kept`: something would stay behind on this phone.
fn other_ways(asked: RwSignal<bool>, has_kept: bool) -> impl IntoView {
    let stay = move |_| {
        focus::by_id(SIGN_OUT);
        asked.set(false);
    };
    let rescue = has_kept.then(|| {
        view! { <a class="btn" href=Route::Rescue.href()>{tr!(rescue.save)}</a> }
    });
    view! {
        <button type="button" class="btn" on:click=stay>
            {tr!(settings.stay)}
        </button>
        {rescue}
    }
}

fn look_part() -> impl IntoView {
    let chosen = RwSignal::new(theme());
    let option = move |theme: Theme| {
        view! {
            <button
                type="button"
                class="chip"
                aria-pressed=move || (chosen.get() == theme).to_string()
                on:click=move |_| {
                    chosen.set(theme);
                    set_theme(theme);
                }
            >
                {theme_label(theme)}
            </button>
        }
    };
    let options = view! {
        <div class="card pad chips" role="group" aria-label=tr!(settings.look)>
            {Theme::ALL.map(option).collect_view()}
        </div>
    };
    section(tr!(settings.look), options.into_any())
}

fn theme_label(theme: Theme) -> &'static str {
    match theme {
        Theme::System => tr!(settings.theme_system),
        Theme::Light => tr!(settings.theme_light),
        Theme::Dark => tr!(settings.theme_dark),
    }
}

fn app_part() -> impl IntoView {
    let updates = use_updates();
    let state = move || match updates {
        Some(updates) if updates.is_ready() => tr!(settings.update_waits),
        _ => tr!(settings.up_to_date),
    };
    let facts = view! {
        <div class="card">
            <dl class="list facts">
                {fact(tr!(settings.version), VERSION)}
                {fact(tr!(settings.update), state)}
            </dl>
            <p class="pad muted">{tr!(settings.install_hint)}</p>
        </div>
    };
    section(tr!(settings.app), facts.into_any())
}
