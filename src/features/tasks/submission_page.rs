//! A form that was submitted, for reading: it is never changed.

use super::view_model::{SubmissionPage, SubmissionRow, submission_page as page_of};
use crate::memo::Memo;
use crate::routes::{JobTab, Route};
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::shared::answers::read::answers_read;
use crate::shared::badge::unsent_mark;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{empty, heading, skeleton};
use crate::view::view;
use afield_domain::{JobId, SubmissionId};
use leptos::prelude::*;
use std::sync::Arc;

/// The page of `id`.
pub fn submission_page(account: Arc<Account>, live: Live, job: JobId, id: SubmissionId) -> AnyView {
    let page = Memo::new(move |_| {
        live.projection
            .with(|projection| page_of(projection, &account.zone, job, id))
    });
    let content = move || match (page.get(), live.loaded.get()) {
        (Some(page), _) => here(live, page),
        (None, false) => view! { {heading(tr!(pages.submission))} {skeleton(5)} }.into_any(),
        (None, true) => {
            let nothing = empty(Icon::Search, tr!(form.missing), tr!(form.missing_hint));
            view! { {heading(tr!(pages.submission))} {nothing} }.into_any()
        }
    };
    view! { {back(job, page)} {content} }.into_any()
}

fn back(job: JobId, page: Memo<Option<SubmissionPage>>) -> AnyView {
    let href = move || {
        let task = page.with(|page| page.as_ref().and_then(|page| page.submission.task));
        task.map_or_else(
            || JobTab::Tasks.href(job),
            |task| Route::Task(job, task).href(),
        )
    };
    view! { <a class="back" href=href>{icon(Icon::Left)} {tr!(form.back)}</a> }.into_any()
}

fn here(live: Live, page: SubmissionPage) -> AnyView {
    let title = match page.row.form.as_str() {
        "" => tr!(pages.submission).to_owned(),
        name => name.to_owned(),
    };
    let task = (!page.task.is_empty()).then(|| view! { <p>{page.task}</p> });
    let answers = match &page.form {
        Some(form) => answers_read(live, &form.questions, &page.submission.answers),
        None => view! { <p class="muted">{tr!(form.no_template)}</p> }.into_any(),
    };
    view! {
        {heading(title)}
        {task}
        <p class="tags mb-4">{facts(&page.row)}</p>
        <h2 class="sr-only">{tr!(pages.submission)}</h2>
        <div class="checklist">{answers}</div>
    }
    .into_any()
}

/// Who submitted it and when, what is not in order, and whether the office has it.
pub(super) fn facts(row: &SubmissionRow) -> AnyView {
    let failed = (row.failed > 0).then(|| {
        view! {
            <span class="tag tag-urgent">{icon(Icon::Alert)} {tr!(form.failed, count = row.failed)}</span>
        }
    });
    view! {
        <span>{row.author.clone()}</span>
        <span class="muted">{row.when.clone()}</span>
        {failed}
        {row.unsent.then(unsent_mark)}
    }
    .into_any()
}
