//! The tab Overview of a job: a tap navigates, calls, or opens the record behind a name.

use crate::memo::Memo;
use crate::routes::record_href;
use crate::runtime::clock::use_clock;
use crate::runtime::live::Live;
use crate::shared::job::overview::{Overview, RecordLink, overview};
use crate::shared::job_lines::contact_line;
use crate::shared::labels::duration;
use crate::shared::map_app::MapApp;
use crate::shared::names::unbroken;
use crate::shared::times::times_of;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{fact, section};
use crate::view::view;
use afield_domain::{Customer, JobId, JobStatus, Property};
use leptos::prelude::*;

/// The tab of `job`.
pub(super) fn overview_tab(live: Live, job: JobId) -> AnyView {
    let found = Memo::new(move |_| live.projection.with(|all| overview(all, job)));
    let has_facts = |found: &Overview| {
        let links = [
            &found.organization,
            &found.contract,
            &found.route,
            &found.follows,
        ];
        links.into_iter().any(Option::is_some)
    };
    view! {
        <div class="job-grid">
            <div>
                {move || found.get().map(|found| view! {
                    {place(found.address, found.property)}
                    {contact(found.customer)}
                })}
            </div>
            <div>
                {move || found.with(|found| found.as_ref().and_then(|found| description(&found.description)))}
                {time_on_job(found)}
                {move || found.with(|found| {
                    found.as_ref().filter(|found| has_facts(found)).map(facts)
                })}
            </div>
        </div>
    }
    .into_any()
}

fn place(address: String, property: Option<Property>) -> Option<AnyView> {
    let property = property?;
    let agent = window().navigator().user_agent().unwrap_or_default();
    let encode = |text: &str| leptos_router::location::Url::escape(text);
    let href = MapApp::of_agent(&agent).href(&property, encode);
    let opens_page = href.starts_with("http");
    let access = (!property.access.is_empty()).then(|| {
        view! { <p class="line">{icon(Icon::Key)} <span>{property.access.clone()}</span></p> }
    });
    let card = view! {
        <div class="card pad">
            <a
                class="line line-link"
                href=href
                target=opens_page.then_some("_blank")
                rel=opens_page.then_some("noopener noreferrer")
            >
                {icon(Icon::Place)}
                <span>{address} " " <span class="muted">{property.postcode.clone()}</span></span>
            </a>
            {access}
            <a class="line line-link" href=record_href(property.id.into())>
                {icon(Icon::Right)} <span>{tr!(job.about_place)}</span>
            </a>
        </div>
    };
    Some(section(tr!(job.place), card.into_any()).into_any())
}

fn contact(customer: Option<Customer>) -> Option<AnyView> {
    let customer = customer?;
    let card = view! {
        <div class="card pad">
            <a class="line line-link" href=record_href(customer.id.into())>
                {icon(Icon::Person)} <span class="font-semibold">{customer.name.clone()}</span>
            </a>
            {contact_line(Icon::Phone, "tel", &customer.phone)}
            {contact_line(Icon::Mail, "mailto", &customer.email)}
        </div>
    };
    Some(section(tr!(job.customer), card.into_any()).into_any())
}

fn description(text: &str) -> Option<AnyView> {
    (!text.is_empty()).then(|| {
        let text = view! { <p class="card pad prose">{text.to_owned()}</p> };
        section(tr!(job.description), text.into_any()).into_any()
    })
}

fn time_on_job(found: Memo<Option<Overview>>) -> impl IntoView {
    let clock = use_clock();
    let steps =
        Memo::new(move |_| found.with(|found| found.as_ref().map(|found| found.steps.clone())));
    move || {
        let steps = steps.get()?;
        let times = times_of(&steps, clock.now());
        let is_at = |status| steps.last().is_some_and(|(to, _)| *to == status);
        let line = |name: &'static str, ms: i64, running: bool| {
            let mark = running.then(|| {
                view! { <span class="tag tag-started">{icon(Icon::Play)} {tr!(job.running)}</span> }
            });
            (ms >= 60_000 || running).then(|| {
                fact(
                    name,
                    view! { <span class="tags">{mark} {duration(ms)}</span> },
                )
            })
        };
        let travel = line(
            tr!(job.travel_time),
            times.travel,
            is_at(JobStatus::EnRoute),
        );
        let work = line(tr!(job.time_on_job), times.work, is_at(JobStatus::Started));
        (travel.is_some() || work.is_some()).then(|| {
            view! { <dl class="card list facts section">{travel} {work}</dl> }
        })
    }
}

fn facts(found: &Overview) -> AnyView {
    let one = |name: &'static str, link: &Option<RecordLink>| {
        link.as_ref().map(|link| fact(name, to(link)))
    };
    let list = view! {
        <dl class="card list facts">
            {one(tr!(job.organization), &found.organization)}
            {one(tr!(job.contract), &found.contract)}
            {one(tr!(job.route), &found.route)}
            {one(tr!(job.follows), &found.follows)}
        </dl>
    };
    section(tr!(job.belongs_to), list.into_any()).into_any()
}

fn to(link: &RecordLink) -> AnyView {
    if link.href.is_empty() {
        unbroken(link.text.clone())
    } else {
        view! { <a class="link" href=link.href.clone()>{unbroken(link.text.clone())}</a> }
            .into_any()
    }
}
