//! The way from the board to the office's other pages, with how many conflicts wait for somebody.
//!
//! Owns that number, which is asked for anew when something is heard that may change it.

use crate::memo::Memo;
use crate::routes::Route;
use crate::signal::RwSignal;
use crate::tr;
use crate::view::view;
use afield_platform::{api, events};
use afield_protocol::{ActivityKind, BoardEvent, PHONE_TOLD, RELOAD, paths};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How long what is heard is gathered: a push tells of many edits, and many boards are open.
const GATHERED: Duration = Duration::from_secs(2);

/// How many conflicts nobody has settled, and changes that came too late.
#[derive(Clone, Copy)]
pub(super) struct OpenConflicts {
    /// None before the first answer.
    count: RwSignal<Option<u64>>,
    /// Whether it is about to be asked for.
    waits: StoredValue<bool>,
}

impl OpenConflicts {
    /// Nothing is known yet.
    pub(super) fn new() -> Self {
        Self {
            count: RwSignal::new(None),
            waits: StoredValue::new(false),
        }
    }

    pub(super) fn fetch(self) {
        spawn_local(async move {
            // Without an answer the number stays: the page that it leads to says what is wrong.
            let (found, late) = (api::load_conflicts(0).await, api::load_reviews(0).await);
            if let (Ok(found), Ok(late)) = (found, late) {
                let _ = self.count.try_set(Some(found.more + late.more));
            }
        });
    }

    pub(super) fn hear(self, text: &str) {
        if text.starts_with(PHONE_TOLD) {
            return;
        }
        let event = match text {
            RELOAD => None,
            text => events::read::<BoardEvent>(paths::EVENTS, text),
        };
        let may_change = match event.map(|event| event.activity.what) {
            None | Some(ActivityKind::Conflict { .. } | ActivityKind::Refused { .. }) => true,
            // An edit settles one at most.
            Some(ActivityKind::Edited { .. }) => {
                self.count.try_get_untracked().flatten() != Some(0)
            }
            Some(_) => false,
        };
        let waits = |waits: &mut bool| std::mem::replace(waits, true);
        if may_change && self.waits.try_update_value(waits) == Some(false) {
            set_timeout(
                move || {
                    if self.waits.try_set_value(false).is_none() {
                        self.fetch();
                    }
                },
                GATHERED,
            );
        }
    }
}

/// The links.
pub(super) fn links(is_admin: bool, conflicts: OpenConflicts) -> AnyView {
    let for_admins = is_admin.then(|| {
        view! {
            <a class="btn btn-ghost" href=Route::People.href()>{tr!(pages.people)}</a>
            <a class="btn btn-ghost" href=Route::Rights.href()>{tr!(pages.rights)}</a>
        }
    });
    let count = Memo::new(move |_| conflicts.count.get().unwrap_or_default());
    let open = move || match count.get() {
        0 => tr!(conflict.title).to_owned(),
        count => tr!(conflict.link, count = count),
    };
    view! {
        <nav class="board-links" aria-label=tr!(conflict.office)>
            <a class="btn btn-ghost" href=Route::Customers.href()>{tr!(modules.customers)}</a>
            <a class="btn btn-ghost" href=Route::Forms.href()>{tr!(modules.forms)}</a>
            <a class="btn btn-ghost" href=Route::Assets.href()>{tr!(modules.assets)}</a>
            <a class="btn btn-ghost" href=Route::Parts.href()>{tr!(modules.parts)}</a>
            <a class="btn btn-ghost" href=Route::Conflicts.href()>{open}</a>
            <a class="btn btn-ghost" href=Route::Import.href()>{tr!(pages.import)}</a>
            <a class="btn btn-ghost" href=Route::Devices.href()>{tr!(pages.devices)}</a>
            <a class="btn btn-ghost" href=Route::Preview(None).href()>{tr!(pages.preview)}</a>
            <a class="btn btn-ghost" href=Route::Export.href()>{tr!(pages.export)}</a>
            <a class="btn btn-ghost" href=Route::Company.href()>{tr!(pages.company)}</a>
            {for_admins}
        </nav>
    }
    .into_any()
}
