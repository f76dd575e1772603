//! The button that starts a pass.

use crate::runtime::commands::use_commands;
use crate::runtime::sync_status::use_sync_state;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::view::view;
use leptos::prelude::*;

/// **Sync now**, with a sign of the pass under way.
pub fn sync_now_button() -> impl IntoView {
    let commands = use_commands();
    let sync = use_sync_state();
    view! {
        <button
            type="button"
            class="btn sync-now"
            class:is-syncing=move || sync.is_syncing()
            on:click=move |_| {
                if let Some(commands) = commands {
                    commands.sync_now();
                }
            }
        >
            {icon(Icon::Sync)}
            {tr!(common.sync_now)}
        </button>
    }
}
