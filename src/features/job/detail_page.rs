//! One job's page: what stands over its tabs, and the tab that the address asks for.
//!
//! Heading, tabs and buttons stand apart from what changes, so that nothing takes the focus from them.

use super::acceptance::acceptance;
use super::action_bar::action_bar;
use super::ask_sheet::ask_sheet;
use super::checklist_tab::checklist_tab;
use super::detail_view_model::{JobDetail, job_detail};
use super::history_tab::history_tab;
use super::item_saver::ItemSaver;
use super::notes_tab::notes_tab;
use super::overview_tab::overview_tab;
use super::tabs::tabs;
use super::tasks_tab::tasks_tab;
use crate::effect::Effect;
use crate::features::job::material::tab::material_tab;
use crate::memo::Memo;
use crate::routes::{JobTab, Route};
use crate::runtime::live::Live;
use crate::runtime::session::{Account, use_session};
use crate::shared::answers::view_model::canonical;
use crate::shared::badge::{job_badge, priority_badge, unsent_mark};
use crate::shared::expired::hidden;
use crate::shared::gone::who_has;
use crate::shared::mode_note::part_note;
use crate::shared::names::numbered;
use crate::shared::news::look;
use crate::shared::photo_marks::Marking;
use crate::shared::refused_card::refused_card;
use crate::shared::rights::{locked, may};
use crate::shared::status_steps::{Stepping, step_button};
use crate::texts::language;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::{empty, heading, skeleton};
use crate::view::view;
use afield_domain::{JobField, JobId, JobStatus, Right};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use std::sync::Arc;

/// What the page knows of its job.
type Detail = Memo<Option<JobDetail>>;

/// The page of `id`.
pub fn detail_page(account: Arc<Account>, live: Live, id: JobId) -> AnyView {
    let detail = {
        let account = Arc::clone(&account);
        Memo::new(move |_| {
            live.projection
                .with(|all| job_detail(all, all.entries(), &account.signed_in, &account.zone, id))
        })
    };
    let is_here = Memo::new(move |_| detail.with(Option::is_some));
    Effect::new(move |_| {
        detail.with(|detail| {
            detail
                .as_ref()
                .inspect(|detail| look(&detail.job))
                .is_some()
        })
    });
    view! {
        <a class="back" href="/jobs">{icon(Icon::Left)} {tr!(job.back)}</a>
        {move || match (is_here.get(), live.loaded.get()) {
            (true, _) => here(&account, live, id, detail),
            (false, false) => view! { {heading(tr!(pages.job))} {skeleton(5)} }.into_any(),
            (false, true) if live.hidden.get() => {
                view! { {heading(tr!(pages.job))} {hidden()} }.into_any()
            }
            (false, true) => {
                view! {
                    {heading(tr!(pages.job))}
                    {missing(id)}
                }
                .into_any()
            }
        }}
    }
    .into_any()
}

/// In the place of a job that is not here: who has it, if that is known.
fn missing(id: JobId) -> AnyView {
    match who_has(id) {
        Some(text) => empty(Icon::Person, tr!(job.gone), text).into_any(),
        None => empty(
            Icon::Search,
            tr!(job.missing),
            tr!(job.missing_hint, days = use_session().window_days()),
        )
        .into_any(),
    }
}

/// A part of what the page knows; drawn anew only if this part changes.
fn part<T: PartialEq + Default + Send + Sync + 'static>(
    detail: Detail,
    of: fn(&JobDetail) -> T,
) -> Memo<T> {
    Memo::new(move |_| detail.with(|detail| detail.as_ref().map(of).unwrap_or_default()))
}

fn here(account: &Arc<Account>, live: Live, id: JobId, detail: Detail) -> AnyView {
    let stepping = Stepping::new(Some(|question, typed| {
        canonical(question, typed, language()).is_err()
    }));
    let wants_note = StoredValue::new(false);
    let items = ItemSaver::new(live, id);
    let may_write = part(detail, |detail| detail.may_write);
    let saver = items.clone();
    provide_context(Marking {
        may: may_write,
        set: Arc::new(move |photo, new| saver.set(JobField::Photo, photo.to_string(), new)),
    });
    let is_asked = part(detail, |detail| detail.is_asked);
    let progress = part(detail, |detail| detail.progress);
    let title = part(detail, |detail| detail.job.title.clone());
    let query = use_query_map();
    let tab = Memo::new(move |_| query.with(|query| JobTab::parse(query.get_str("tab"))));
    let edit = move || {
        may_write.get().then(|| {
            view! {
                <a class="btn btn-ghost btn-square" href=Route::JobEdit(id).href() aria-label=tr!(job.edit)>
                    {icon(Icon::Edit)}
                </a>
            }
        })
    };
    let account = Arc::clone(account);
    let panel = move || match tab.get() {
        JobTab::Overview => overview_tab(live, id),
        JobTab::Checklist => {
            let may = may(may_write, Right::EditAnswer);
            let tab = checklist_tab(live, id, &items, may);
            view! { {locked(Right::EditAnswer)} {tab} }.into_any()
        }
        JobTab::Tasks => tasks_tab(live, id, may_write),
        JobTab::Material => material_tab(live, id, &items, may_write),
        JobTab::Notes => notes_tab(&account, live, id, may_write, wants_note),
        JobTab::History => history_tab(&account, live, id),
    };
    view! {
        <div class="job-head">{heading(move || title.get())} {edit}</div>
        {move || detail.with(|detail| detail.as_ref().map(marks))}
        {move || part_note(id.into())}
        {refused(detail)}
        {move || is_asked.get().then(|| acceptance(id))}
        {finish_offer(stepping, id, detail, tab)}
        {tabs(id, tab, progress)}
        <div class="job-panel">{panel}</div>
        {ask_sheet(stepping, live, id, detail)}
        {action_bar(stepping, id, detail, wants_note)}
    }
    .into_any()
}

fn marks(detail: &JobDetail) -> AnyView {
    let number = match detail.job.number.as_str() {
        "" => tr!(job.number_follows),
        number => number,
    };
    view! {
        <p class="tags mb-4">
            {job_badge(&detail.job)}
            {priority_badge(detail.job.priority)}
            {detail.unsent.then(unsent_mark)}
            <span class="job-number">{number.to_owned()}</span>
            // On a line of its own: what comes and goes before it moves nothing.
            <span class="job-when">{detail.when.clone()}</span>
        </p>
    }
    .into_any()
}

fn refused(detail: Detail) -> impl IntoView {
    let cards = part(detail, |detail| {
        let name = numbered(&detail.job.number, &detail.job.title);
        (detail.refused.clone(), name)
    });
    move || {
        let (refused, name) = cards.get();
        let card = |refused| refused_card(refused, name.clone(), true);
        refused.into_iter().map(card).collect_view()
    }
}

/// The last service task is done: finishing the job is one tap away. The tab Tasks says so itself.
fn finish_offer(stepping: Stepping, id: JobId, detail: Detail, tab: Memo<JobTab>) -> impl IntoView {
    let offers = part(detail, |detail| detail.offers_finish);
    let offers = Memo::new(move |_| offers.get() && tab.get() != JobTab::Tasks);
    move || {
        offers.get().then(|| {
            let button = step_button(stepping, id, JobStatus::Finished, "btn btn-primary");
            let body = view! {
                <p class="font-semibold">{tr!(job.all_tasks_done)}</p>
                {button}
            };
            notice(Tone::Info, body.into_any())
        })
    }
}
