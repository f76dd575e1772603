//! The tab Pending changes: what the last attempt could not bring to the office, and what can be done about it.

use super::decided::reverted_part;
use super::rows::{attention, row_list, rows_memo};
use super::view_model::PendingRow;
use crate::memo::Memo;
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::runtime::sync_status::use_sync_state;
use crate::tr;
use crate::ui::icon::Icon;
use crate::ui::parts::{empty, section};
use crate::view::view;
use leptos::prelude::*;
use std::sync::Arc;

/// The tab's content.
pub(super) fn pending_tab(account: &Arc<Account>, live: Live) -> impl IntoView + use<> {
    let sync = use_sync_state();
    let all = rows_memo(account, live);
    let left = Memo::new(move |_| {
        let left = |row: &&PendingRow| row.was_left_behind();
        all.with(|all| all.iter().filter(left).cloned().collect::<Vec<_>>())
    });
    let has_rows = Memo::new(move |_| left.with(|left| !left.is_empty()));
    let is_empty =
        Memo::new(move |_| !has_rows.get() && sync.status.with(|status| status.parked == 0));
    let account = Arc::clone(account);
    let refused = attention(&account, live);
    view! {
        <p class="muted mb-2">{tr!(sync.pending_lead)}</p>
        {refused}
        {reverted_part(live)}
        {move || has_rows.get().then(|| {
            section(tr!(sync.left_behind), row_list(left, &account, live))
        })}
        {move || is_empty.get().then(|| {
            empty(Icon::Check, tr!(sync.none_left), tr!(sync.none_left_hint))
        })}
    }
}
