//! Who has set what, newest first, as far back as somebody looks.

use super::desk::Desk;
use super::words;
use crate::runtime::session::Account;
use crate::tr;
use crate::ui::parts::section;
use crate::view::view;
use afield_protocol::SettingChange;
use leptos::prelude::*;
use std::sync::Arc;

/// The list.
pub(super) fn trail(desk: Desk, account: Arc<Account>) -> AnyView {
    let rows = move || {
        let (changes, more) = desk.trail.get();
        if changes.is_empty() {
            return view! { <p class="muted">{tr!(company.no_changes)}</p> }.into_any();
        }
        let rows = changes.iter().map(|change| row(&account, change));
        let more = more.then(|| {
            view! {
                <button type="button" class="btn" on:click=move |_| desk.load_more()>
                    {tr!(company.earlier)}
                </button>
            }
        });
        view! {
            <ul class="card list" aria-label=tr!(company.changes)>{rows.collect_view()}</ul>
            {more}
        }
        .into_any()
    };
    section(tr!(company.changes), view! { {rows} }.into_any()).into_any()
}

fn row(account: &Account, change: &SettingChange) -> AnyView {
    let zone = &account.zone;
    let when = tr!(
        company.when,
        day = zone.day(change.at).date(zone.language()),
        time = zone.time(change.at)
    );
    let who = match change.by_name.as_str() {
        "" => tr!(company.command_line).to_owned(),
        name => name.to_owned(),
    };
    let what = tr!(
        company.changed,
        setting = words::name(change.setting),
        from = words::value(change.setting, &change.from),
        to = words::value(change.setting, &change.to)
    );
    view! {
        <li class="row">
            <p class="wrap">{what}</p>
            <p class="muted">{tr!(company.who_when, who = who, when = when)}</p>
        </li>
    }
    .into_any()
}
