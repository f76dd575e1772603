//! The page Sync: its tabs, and **Sync now**.

use super::log::log_tab;
use super::pending::pending_tab;
use super::unsent::unsent_tab;
use crate::memo::Memo;
use crate::routes::SyncTab;
use crate::runtime::commands::use_commands;
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::runtime::sync_status::{Connection, use_sync_state};
use crate::shared::sync_now::sync_now_button;
use crate::tr;
use crate::ui::focus;
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::heading;
use crate::view::view;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use std::sync::Arc;

/// The page Sync with its tabs.
pub fn sync_page(account: Arc<Account>, live: Live) -> AnyView {
    let query = use_query_map();
    let tab = Memo::new(move |_| query.with(|query| SyncTab::parse(query.get_str("tab"))));
    view! {
        <div class="page-head">{heading(tr!(pages.sync))} {sync_now_button()}</div>
        {failure()}
        {tabs(tab)}
        <div id="sync-panel" role="tabpanel" aria-labelledby=move || tab_id(tab.get()) class="mt-4">
            {move || match tab.get() {
                SyncTab::Unsent => unsent_tab(&account, live).into_any(),
                SyncTab::Pending => pending_tab(&account, live).into_any(),
                SyncTab::Log => log_tab(&account, live).into_any(),
            }}
        </div>
    }
    .into_any()
}

/// Why the last pass failed, and **Retry**.
fn failure() -> impl IntoView {
    let sync = use_sync_state();
    let commands = use_commands();
    let is_offline = Memo::new(move |_| sync.standing() == Connection::Offline);
    let text = move || {
        if sync.online.get() {
            tr!(sync.no_answer)
        } else {
            tr!(sync.no_network)
        }
    };
    move || {
        is_offline.get().then(|| {
            let body = view! {
                <p>{text}</p>
                <button
                    type="button"
                    class="btn btn-sm"
                    on:click=move |_| {
                        if let Some(commands) = commands {
                            commands.sync_now();
                        }
                    }
                >
                    {tr!(common.retry)}
                </button>
            };
            notice(Tone::Warning, body.into_any())
        })
    }
}

/// The tab that an arrow key leads to, around the ends.
fn tab_beside(tab: SyncTab, key: &str) -> Option<SyncTab> {
    let step = match key {
        "ArrowRight" => 1,
        "ArrowLeft" => SyncTab::ALL.len() - 1,
        _ => return None,
    };
    let at = SyncTab::ALL.iter().position(|other| *other == tab)?;
    SyncTab::ALL.get((at + step) % SyncTab::ALL.len()).copied()
}

fn tab_id(tab: SyncTab) -> &'static str {
    match tab {
        SyncTab::Unsent => "tab-unsent",
        SyncTab::Pending => "tab-pending",
        SyncTab::Log => "tab-log",
    }
}

fn tabs(tab: Memo<SyncTab>) -> impl IntoView {
    let navigate = use_navigate();
    let go = move |to: SyncTab| {
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&to.href(), options);
    };
    // The arrow keys go between tabs, as people who use a screen reader expect.
    let keys = {
        let go = go.clone();
        move |event: leptos::ev::KeyboardEvent| {
            if let Some(to) = tab_beside(tab.get_untracked(), &event.key()) {
                go(to);
                focus::by_id(tab_id(to));
            }
        }
    };
    let one = move |to: SyncTab, label: &'static str| {
        let go = go.clone();
        view! {
            <button
                type="button"
                role="tab"
                id=tab_id(to)
                class="tab-button"
                aria-controls="sync-panel"
                aria-selected=move || (tab.get() == to).to_string()
                tabindex=move || if tab.get() == to { "0" } else { "-1" }
                on:click=move |_| go(to)
            >
                {label}
            </button>
        }
    };
    view! {
        <div role="tablist" aria-label=tr!(pages.sync) class="tab-list" on:keydown=keys>
            {one(SyncTab::Unsent, tr!(sync.tab_unsent))}
            {one(SyncTab::Pending, tr!(sync.tab_pending))}
            {one(SyncTab::Log, tr!(sync.tab_log))}
        </div>
    }
}
