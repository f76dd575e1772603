//! The load that makes this phone ready for offline use: how far it is, by module and bytes, why it stopped, and
//! **Retry**.

use crate::kinds::module_label;
use crate::memo::Memo;
use crate::runtime::commands::use_commands;
use crate::runtime::sync_status::{Connection, SyncState};
use crate::shared::amounts::bytes_text;
use crate::shared::loading::{missing_bytes, priming_progress};
use crate::texts::language;
use crate::tr;
use crate::ui::notice::{Tone, notice};
use crate::view::view;
use leptos::prelude::*;

/// How far it is; where it has stopped, why, and **Retry**.
pub fn loading_part(sync: SyncState) -> AnyView {
    let commands = use_commands();
    let is_cut = Memo::new(move |_| sync.standing() == Connection::Offline);
    view! {
        {move || progress(sync)}
        {move || (is_cut.get() || sync.full.get()).then(|| {
            let body = view! {
                <p>{cut_text(sync)}</p>
                <button type="button" class="btn btn-sm" on:click=move |_| {
                    if let Some(commands) = commands {
                        commands.sync_now();
                    }
                }>
                    {tr!(common.retry)}
                </button>
            };
            notice(Tone::Warning, body.into_any())
        })}
    }
    .into_any()
}

/// Why the first load stopped, and what to do.
fn cut_text(sync: SyncState) -> String {
    if !sync.full.get() {
        return tr!(today.priming_cut).to_owned();
    }
    match sync.priming.with(missing_bytes) {
        Some(bytes) => tr!(today.priming_full, size = bytes_text(bytes, language())),
        None => tr!(today.priming_full_unknown).to_owned(),
    }
}

fn progress(sync: SyncState) -> impl IntoView {
    let priming = sync.priming.get();
    let (received, total) = priming.progress();
    let modules = priming_progress(&priming)
        .into_iter()
        .map(|progress| {
            view! {
                <li>
                    {module_label(progress.module)} " "
                    <span class="muted">
                        {tr!(today.of, received = progress.received, total = progress.total)}
                    </span>
                </li>
            }
        })
        .collect_view();
    view! {
        <progress class="progress progress-primary w-full" aria-label=tr!(today.priming) max=total.max(1).to_string() value=received.to_string()></progress>
        <p class="muted">
            {tr!(today.records, received = received, total = total, bytes = bytes_text(priming.bytes, language()))}
        </p>
        <ul class="module-list">{modules}</ul>
    }
}
