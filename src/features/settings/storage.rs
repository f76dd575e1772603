//! How full this phone is, what protects its storage, how many copies of the office's photos may stay, and over which
//! networks photos travel.
//!
//! Must never offer to delete what the office does not have.

use crate::memo::Memo;
use crate::runtime::commands::use_commands;
use crate::runtime::live::use_live;
use crate::runtime::sync_status::use_sync_state;
use crate::shared::amounts::bytes_text;
use crate::shared::protection::load_protection;
use crate::shared::toast::use_toasts;
use crate::signal::RwSignal;
use crate::texts::language;
use crate::tr;
use crate::ui::parts::{fact, section};
use crate::view::view;
use afield_domain::order::Order;
use afield_platform::connectivity;
use afield_platform::storage::{self, Usage};
use afield_sync::files::copies::{copies_bytes, copies_most};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How many bytes of copies can be chosen.
const CHOICES: [u64; 4] = [0, 50_000_000, 200_000_000, 1_000_000_000];

/// The part: how full the storage is, what protects it, and how many copies may stay.
pub(super) fn storage_part() -> impl IntoView {
    let usage: RwSignal<Option<Usage>> = RwSignal::new(None);
    let protection = load_protection();
    let has_words = protection.has_words();
    spawn_local(async move {
        let _ = usage.try_set(storage::estimate().await);
    });
    let kept = move || match protection.persisted.get() {
        Some(true) => tr!(settings.persisted),
        Some(false) => tr!(settings.not_persisted),
        None => tr!(settings.unknown),
    };
    let used = move || match usage.get() {
        Some(usage) => tr!(
            settings.used_of,
            used = bytes_text(usage.used, language()),
            quota = bytes_text(usage.quota, language())
        ),
        None => tr!(settings.unknown).to_owned(),
    };
    let facts = view! {
        <div class="card">
            <dl class="list facts">
                {fact(tr!(settings.used), used)}
                {fact(tr!(settings.kept), kept)}
            </dl>
            {move || usage.get().map(gauge)}
            {move || has_words.get().then(|| {
                view! { <div class="pad">{protection.asking()}</div> }
            })}
            {copies_part()}
            {connectivity::tells_kind().then(wifi_part)}
        </div>
    };
    section(tr!(settings.storage), facts.into_any())
}

fn gauge(usage: Usage) -> AnyView {
    let quota = usage.quota.max(1);
    // In thousandths: the numbers of a browser are smaller than ours.
    let part = (usage.used.saturating_mul(1_000) / quota).min(1_000) as u32;
    view! {
        <div class="pad">
            <progress class="progress" value=part max=1000 aria-label=tr!(settings.used)></progress>
        </div>
    }
    .into_any()
}

/// How many bytes of photos and files that the office has stay here, and how many may.
fn copies_part() -> AnyView {
    let (sync, live, commands) = (use_sync_state(), use_live(), use_commands());
    let toasts = use_toasts();
    let found = live.map(|live| {
        live.projection
            .with_untracked(|all| copies_most(all.meta()))
    });
    let found = found.unwrap_or_default();
    let chosen = RwSignal::new(found);
    // What the company has set, or somebody has chosen when there was more to choose from.
    let mut choices = CHOICES.to_vec();
    if !choices.contains(&found) {
        choices.push(found);
        choices.order();
    }
    let here = Memo::new(move |_| {
        let epoch = live.and_then(|live| live.projection.with(|all| all.meta().epoch.clone()));
        let rows = |rows: &Option<_>| {
            let rows: Option<&afield_sync::FileRows> = rows.as_ref();
            rows.map_or(0, |rows| copies_bytes(&rows.files, epoch.as_ref()))
        };
        sync.files.with(rows)
    });
    let choose = move |bytes: u64| {
        chosen.set(bytes);
        spawn_local(async move {
            let Some(commands) = commands else { return };
            let kept = match commands.engine() {
                Ok(engine) => engine.run_keep_most(bytes).await.map_err(Into::into),
                Err(trouble) => Err(trouble),
            };
            match kept {
                Ok(()) => commands.sync_now(),
                Err(trouble) => toasts.show(Err(trouble)),
            }
        });
    };
    let option = move |bytes: u64| {
        let label = match bytes {
            0 => tr!(settings.copies_none).to_owned(),
            bytes => bytes_text(bytes, language()),
        };
        view! {
            <button
                type="button"
                class="chip"
                aria-pressed=move || (chosen.get() == bytes).to_string()
                on:click=move |_| choose(bytes)
            >
                {label}
            </button>
        }
    };
    let state = move || {
        let here = bytes_text(here.get(), language());
        tr!(settings.copies_here, size = here)
    };
    view! {
        <div class="pad">
            <p class="font-semibold" id="copies">{tr!(settings.copies)}</p>
            <p class="muted">{tr!(settings.copies_hint)} " " {state}</p>
            <div class="chips" role="group" aria-labelledby="copies">
                {choices.into_iter().map(option).collect_view()}
            </div>
        </div>
    }
    .into_any()
}

/// Over which networks photos and files go, where the browser tells which one it is.
fn wifi_part() -> AnyView {
    let (live, commands, toasts) = (use_live(), use_commands(), use_toasts());
    let found = live.map(|live| {
        live.projection
            .with_untracked(|all| all.meta().files.wifi_only)
    });
    let chosen = RwSignal::new(found.unwrap_or_default());
    let choose = move |wifi_only: bool| {
        chosen.set(wifi_only);
        spawn_local(async move {
            let Some(commands) = commands else { return };
            let kept = match commands.engine() {
                Ok(engine) => engine.run_wifi_only(wifi_only).await.map_err(Into::into),
                Err(trouble) => Err(trouble),
            };
            match kept {
                Ok(()) => commands.sync_now(),
                Err(trouble) => toasts.show(Err(trouble)),
            }
        });
    };
    let option = move |(wifi_only, label): (bool, &'static str)| {
        view! {
            <button
                type="button"
                class="chip"
                aria-pressed=move || (chosen.get() == wifi_only).to_string()
                on:click=move |_| choose(wifi_only)
            >
                {label}
            </button>
        }
    };
    let options = [
        (false, tr!(settings.files_any)),
        (true, tr!(settings.files_wifi)),
    ];
    view! {
        <div class="pad">
            <p class="font-semibold" id="files-over">{tr!(settings.files_over)}</p>
            <p class="muted">{tr!(settings.files_over_hint)}</p>
            <div class="chips" role="group" aria-labelledby="files-over">
                {options.map(option).collect_view()}
            </div>
        </div>
    }
    .into_any()
}
