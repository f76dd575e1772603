//! Jobs that have left because somebody else has them: who that is, in the day's list and where the job stood.
//!
//! Must never say more of a job than this phone was shown.

use crate::runtime::prefs;
use crate::runtime::sync_status::use_sync_state;
use crate::shared::names::{numbered, unbroken};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::parts::section;
use crate::view::view;
use afield_domain::{JobId, UserId};
use afield_sync::GoneJob;
use leptos::prelude::*;

/// Who has it now.
fn whose(gone: &GoneJob) -> String {
    match gone.to.as_str() {
        "" => tr!(job.gone_back).to_owned(),
        name => tr!(job.gone_to, name = name),
    }
}

/// Who has the job `id` now, if it has left; tracks.
pub fn who_has(id: JobId) -> Option<String> {
    let sync = use_sync_state();
    let found = |gone: &Vec<GoneJob>| gone.iter().find(|gone| gone.job == id).map(whose);
    sync.gone.with(found)
}

/// The jobs that have left since `user` last read it.
pub fn gone_section(user: UserId) -> impl IntoView {
    let sync = use_sync_state();
    let read = RwSignal::new(prefs::gone_read(user));
    let forget = move |_| {
        let last = sync
            .gone
            .with_untracked(|gone| gone.iter().map(|gone| gone.at.0).max());
        if let Some(last) = last {
            prefs::remember_gone_read(user, last);
            read.set(last);
        }
    };
    let row = |gone: &GoneJob| {
        let name = unbroken(numbered(&gone.number, &gone.title));
        view! {
            <li class="row">
                <p class="font-semibold">{name}</p>
                <p class="muted">{whose(gone)}</p>
            </li>
        }
    };
    move || {
        let read = read.get();
        let rows = sync.gone.with(|gone| {
            let news = gone.iter().filter(|gone| gone.at.0 > read);
            news.map(row).collect::<Vec<_>>()
        });
        (!rows.is_empty()).then(|| {
            let list = view! {
                <ul class="card list">{rows}</ul>
                <button type="button" class="btn btn-ghost" on:click=forget>{tr!(job.gone_read)}</button>
            };
            section(tr!(job.gone_title), list.into_any())
        })
    }
}
