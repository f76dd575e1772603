//! The page of one form, for the office: what it asks, as a phone shows it, and its versions.

use super::preview::preview;
use crate::error::Trouble;
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::shared::retry::retry_notice;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::{empty, heading, section, skeleton};
use crate::view::view;
use afield_domain::TemplateId;
use afield_platform::api::{self, ApiFailure};
use afield_protocol::{ErrorCode, FormLine, OfficeForm};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

#[derive(Clone, Copy)]
struct Desk {
    id: TemplateId,
    shown: RwSignal<Option<OfficeForm>>,
    trouble: RwSignal<Option<ApiFailure>>,
}

impl Desk {
    fn load(self) {
        self.trouble.set(None);
        spawn_local(async move {
            match api::load_form(self.id).await {
                Ok(found) => drop(self.shown.try_set(Some(found))),
                Err(failure) => drop(self.trouble.try_set(Some(failure))),
            }
        });
    }
}

/// The page.
pub fn form_page(account: Arc<Account>, live: Live, id: TemplateId) -> AnyView {
    let desk = Desk {
        id,
        shown: RwSignal::new(None),
        trouble: RwSignal::new(None),
    };
    desk.load();
    let name = move || {
        let of = |form: &OfficeForm| form.form.name.clone();
        let name = desk.shown.with(|shown| shown.as_ref().map(of));
        name.unwrap_or_else(|| tr!(forms.form).to_owned())
    };
    let content = move || match (desk.shown.get(), desk.trouble.get()) {
        (Some(found), _) => all(&account, live, found),
        (None, Some(failure)) => not_there(failure, move || desk.load()),
        (None, None) => skeleton(8).into_any(),
    };
    view! {
        <a class="back" href=Route::Forms.href()>{icon(Icon::Left)} {tr!(modules.forms)}</a>
        {heading(name)}
        {content}
    }
    .into_any()
}

/// Why a form is not shown; `again` asks once more.
pub(super) fn not_there(failure: ApiFailure, again: impl Fn() + Send + Sync + 'static) -> AnyView {
    let is_missing =
        matches!(&failure, ApiFailure::Api(error) if error.code == ErrorCode::NotFound);
    if is_missing {
        return empty(Icon::Search, tr!(forms.missing), tr!(office.missing_hint)).into_any();
    }
    retry_notice(&Trouble::from(failure), again)
}

fn all(account: &Account, live: Live, found: OfficeForm) -> AnyView {
    let id = found.form.id;
    let is_newest = found.versions.first().is_none_or(|line| line.id == id);
    let older = (!is_newest).then(|| {
        let newest = found.versions.first().map(|line| {
            let href = Route::OfficeForm(line.id).href();
            view! { <a class="link" href=href>{line.name.clone()}</a> }
        });
        notice(
            Tone::Info,
            view! { <p>{tr!(forms.is_older)} " " {newest}</p> }.into_any(),
        )
    });
    let row = |line: &FormLine| version(account, line, id);
    let versions: Vec<AnyView> = found.versions.iter().map(row).collect();
    let questions = found.form.questions;
    let questions = Memo::new(move |_| questions.clone());
    view! {
        <p class="muted mb-3">{tr!(forms.never_changes)}</p>
        {older}
        <div class="actions office-actions">
            <a class="btn btn-primary" href=Route::FormBuilder(Some(id)).href()>
                {icon(Icon::Edit)} {tr!(forms.new_version)}
            </a>
            <a class="btn" href=Route::OfficeNew.href()>{icon(Icon::Plus)} {tr!(job.new)}</a>
        </div>
        <div class="form-page">
            {section(tr!(builder.preview), preview(live, questions))}
            {section(tr!(forms.versions), view! { <ul class="card list customers">{versions}</ul> }.into_any())}
        </div>
    }
    .into_any()
}

fn version(account: &Account, line: &FormLine, shown: TemplateId) -> AnyView {
    let is_shown = line.id == shown;
    view! {
        <li>
            <a
                class="row customer-row"
                href=Route::OfficeForm(line.id).href()
                aria-current=is_shown.then_some("page")
            >
                <span class="font-semibold customer-name" dir="auto">{line.name.clone()}</span>
                <span class="muted">{account.date_time(line.made_at)}</span>
                <span class="muted">{tr!(forms.tasks, count = line.tasks)}</span>
            </a>
        </li>
    }
    .into_any()
}
