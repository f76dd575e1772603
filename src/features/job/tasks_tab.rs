//! The service tasks of a job.

use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::live::Live;
use crate::shared::badge::unsent_mark;
use crate::shared::task_badge::finish_offer;
use crate::shared::task_badge::task_badge;
use crate::shared::tasks::{TaskRow, task_list};
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::list::For;
use crate::ui::parts::empty;
use crate::view::view;
use afield_domain::JobId;
use leptos::prelude::*;

/// The tab of `job`.
pub(super) fn tasks_tab(live: Live, job: JobId, may_write: Memo<bool>) -> AnyView {
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
            <a class="task-row" class:task-closed=row.status.is_closed() href=Route::Task(job, row.id).href()>
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
