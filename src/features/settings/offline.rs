//! The offline feature: the user's own switch, and how far this phone is.
//!
//! Must never say that a phone is ready before it is.

use crate::memo::Memo;
use crate::runtime::commands::use_commands;
use crate::runtime::session::{Account, use_session};
use crate::runtime::sync_status::{SyncState, use_sync_state};
use crate::shared::loading_part::loading_part;
use crate::shared::toast::use_toasts;
use crate::tr;
use crate::ui::parts::section;
use crate::view::view;
use afield_sync::{Holding, RECENT};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// The part: the switch, and what it means on this phone now.
pub(super) fn offline_part(account: &Arc<Account>) -> impl IntoView + use<> {
    let sync = use_sync_state();
    // The company may switch it while the page is there.
    let session = use_session();
    let is_offered = Memo::new(move |_| {
        let account = session.account();
        account.is_some_and(|account| account.signed_in.info.company.offers_offline)
    });
    let account = Arc::clone(account);
    let state = Memo::new(move |_| (sync.holding.get(), sync.ready.get()));
    let content = view! {
        <div class="card pad">
            {move || is_offered.get().then(|| switch(sync))}
            <div aria-live="polite">
                {move || match state.get() {
                    (Holding::WhileConnected, _) if !is_offered.get() => said(tr!(settings.offline_company)),
                    (Holding::WhileConnected, _) => said(tr!(settings.offline_off)),
                    (_, false) => loading_part(sync),
                    (Holding::Recent, true) => said(tr!(settings.offline_recent, count = RECENT)),
                    (Holding::All, true) => {
                        let done = sync.priming.with(|priming| priming.done_at);
                        let time = done.map(|at| account.date_time(at));
                        said(match time {
                            Some(time) => tr!(settings.offline_ready, time = time),
                            None => tr!(today.ready).to_owned(),
                        })
                    }
                }}
            </div>
        </div>
    };
    section(tr!(settings.offline), content.into_any())
}

fn said(text: impl Into<String>) -> AnyView {
    view! { <p class="muted">{text.into()}</p> }.into_any()
}

fn switch(sync: SyncState) -> impl IntoView {
    let (commands, toasts) = (use_commands(), use_toasts());
    let is_on = move || sync.holding.get() != Holding::WhileConnected;
    let set = move |on: bool| {
        let Some(commands) = commands else { return };
        spawn_local(async move {
            if let Err(trouble) = commands.work_without_offline(!on).await {
                toasts.show(Err(trouble));
            }
        });
    };
    view! {
        <label class="line">
            <input
                type="checkbox"
                class="toggle"
                role="switch"
                prop:checked=is_on
                on:change:target=move |event| set(event.target().checked())
            />
            <span>{tr!(settings.offline_label)}</span>
        </label>
    }
}
