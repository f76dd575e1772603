//! The tab Log: how sync went, whether this device's clock can be trusted, and every conflict.

use super::conflicts::conflict_list;
use crate::runtime::clock::use_clock;
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::runtime::sync_status::use_sync_state;
use crate::shared::clock_warning::clock_text;
use crate::shared::labels::changes;
use crate::tr;
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::fact;
use crate::view::view;
use afield_domain::Timestamp;
use leptos::prelude::*;
use std::sync::Arc;

/// The tab's content.
pub(super) fn log_tab(account: &Arc<Account>, live: Live) -> impl IntoView + use<> {
    let conflicts = conflict_list(account, live);
    let sync = use_sync_state();
    let clock = use_clock();
    let account = Arc::clone(account);
    let time = move |at: Option<Timestamp>| match at {
        Some(at) => account.date_time(at),
        None => tr!(sync.never).to_owned(),
    };
    let facts = move || {
        let status = sync.status.get();
        let warning = clock_text(status.clock_offset_ms).map(|text| {
            notice(Tone::Warning, view! { <p>{text}</p> }.into_any())
        });
        let next = match status.next_try {
            Some(at) if at > clock.wall() => time(Some(at)),
            Some(_) | None => tr!(sync.next_regular).to_owned(),
        };
        view! {
            {warning}
            <dl class="card list facts">
                {fact(tr!(sync.last_sync), time(status.last_sync))}
                {fact(tr!(sync.last_contact), time(status.last_contact))}
                {fact(tr!(sync.next_try), next)}
                {fact(tr!(sync.unsent), changes(status.unsent))}
                {fact(tr!(sync.oldest), time(status.oldest))}
                {fact(tr!(sync.refused_count), changes(status.parked))}
            </dl>
        }
    };
    view! { {facts} {conflicts} }
}
