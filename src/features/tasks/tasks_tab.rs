//! The service tasks of a job.

use super::view_model::{TaskRow, task_list};
use super::words::task_badge;
use crate::live::Live;
use crate::routes::{JobTab, Route};
use crate::tr;
use crate::ui::badge::unsent_mark;
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::empty;
use afield_domain::JobId;
use leptos::prelude::*;

/// The tab of `job`.
pub fn tasks_tab(live: Live, job: JobId, may_write: Memo<bool>) -> AnyView {
    let list = Memo::new(move |_| {
        live.projection
            .with(|projection| task_list(projection, job))
    });
    let is_empty = Memo::new(move |_| list.with(|list| list.rows.is_empty()));
    let offers_finish = Memo::new(move |_| may_write.get() && list.with(|list| list.offers_finish));
    let none = move || {
        is_empty
            .get()
            .then(|| empty(Icon::Jobs, tr!(tasks.empty), tr!(tasks.empty_hint)))
    };
    view! {
        {move || offers_finish.get().then(|| finish_offer(job))}
        <ul class="card list" aria-label=tr!(tasks.title) hidden=move || is_empty.get()>
            <For each=move || list.with(|list| list.rows.clone()) key=Clone::clone let(row)>
                {task_row(job, row)}
            </For>
        </ul>
        {none}
    }
    .into_any()
}

/// Leads to the buttons that finish the job.
pub(super) fn finish_offer(job: JobId) -> AnyView {
    let body = view! {
        <p>{tr!(tasks.all_closed)}</p>
        <a class="btn btn-primary" href=JobTab::Overview.href(job)>{tr!(tasks.finish)}</a>
    };
    notice(Tone::Info, body.into_any()).into_any()
}

fn task_row(job: JobId, row: TaskRow) -> AnyView {
    let form = row.submitted.map(|submitted| {
        let (shape, text) = if submitted {
            (Icon::Check, tr!(tasks.submitted))
        } else {
            (Icon::File, tr!(tasks.not_submitted))
        };
        view! { <span class="tag">{icon(shape)} {text}</span> }
    });
    let asset = (!row.asset.is_empty()).then(|| view! { <span class="muted">{row.asset}</span> });
    view! {
        <li>
            <a class="task-row" href=Route::Task(job, row.id).href()>
                <span class="task-main">
                    <span class="task-title">{row.title}</span>
                    {asset}
                    <span class="tags">
                        {task_badge(row.status)} {form} {row.unsent.then(unsent_mark)}
                    </span>
                </span>
                {icon(Icon::Right)}
            </a>
        </li>
    }
    .into_any()
}
