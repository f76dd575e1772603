//! The service report: a page that the customer gets on the spot, on paper or as a PDF of the browser's.
//!
//! Works from what is on this phone. Must never show what only the company is meant to read: notes stay out, and
//! so does what somebody wrote to the office about a finish.

use super::ask_sheet::{offered_reasons, open_words};
use super::report_view_model::{Photos, Report, report};
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::clock::use_clock;
use crate::runtime::commands::use_commands;
use crate::runtime::live::Live;
use crate::runtime::session::{Account, use_session};
use crate::shared::answers::read::answers_read;
use crate::shared::job::material::{AssetLine, PartItem};
use crate::shared::labels::duration;
use crate::shared::names::unbroken;
use crate::shared::photo_marks::moment_label;
use crate::shared::thumbnail::preview;
use crate::shared::whole_file::load_own;
use crate::texts::language;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{empty, fact, heading, section, skeleton};
use crate::view::view;
use afield_domain::{Attachment, JobId, PhotoMoment, decimal};
use afield_platform::picture::ObjectUrl;
use afield_platform::share_sheet::{self, can_share};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use wasm_bindgen::JsCast;

const REPORT: &str = "report";

/// The report of `id`.
pub fn report_page(account: Arc<Account>, live: Live, id: JobId) -> AnyView {
    let clock = use_clock();
    let company = account.signed_in.info.company.name.clone();
    let found = Memo::new(move |_| {
        let now = untrack(|| clock.now());
        live.projection
            .with(|all| report(all, &account.zone, id, now, &offered_reasons()))
    });
    let content = move || {
        match (found.get(), live.loaded.get()) {
        (Some(report), _) => here(live, company.clone(), report),
        (None, false) => view! { {heading(tr!(pages.report))} {skeleton(5)} }.into_any(),
        (None, true) => view! {
            {heading(tr!(pages.report))}
            {empty(Icon::Search, tr!(job.missing), tr!(job.missing_hint, days = use_session().window_days()))}
        }
        .into_any(),
    }
    };
    let print = move |_| {
        let _ = window().print();
    };
    view! {
        <div class="no-print report-actions">
            <a class="back" href=Route::Job(id).href()>{icon(Icon::Left)} {tr!(job.back_to_job)}</a>
            <span class="report-ways">
                {can_share().then(share_button)}
                <button type="button" class="btn btn-primary" on:click=print>
                    {icon(Icon::File)} {tr!(report.print)}
                </button>
            </span>
        </div>
        {content}
    }
    .into_any()
}

/// The words of the report for another app: a message, a mail. Pictures go with the print.
fn share_button() -> AnyView {
    let share = move |_| {
        let sheet = document().get_element_by_id(REPORT);
        let sheet = sheet.and_then(|sheet| sheet.dyn_into::<web_sys::HtmlElement>().ok());
        if let Some(sheet) = sheet {
            share_sheet::share(tr!(pages.report), &sheet.inner_text());
        }
    };
    view! {
        <button type="button" class="btn" on:click=share>
            {icon(Icon::Unsent)} {tr!(report.share)}
        </button>
    }
    .into_any()
}

fn here(live: Live, company: String, report: Report) -> AnyView {
    let line = |name: &'static str, value: String| (!value.is_empty()).then(|| fact(name, value));
    let time = |name: &'static str, ms: i64| (ms >= 60_000).then(|| fact(name, duration(ms)));
    let outcome = match (report.not_possible, report.left_open) {
        (true, _) if report.reason.is_empty() => tr!(action.not_possible).to_owned(),
        (true, _) => format!("{}: {}", tr!(action.not_possible), report.reason),
        (false, open) => open.map(open_words).unwrap_or_default(),
    };
    let outcome_name = match report.not_possible {
        true => tr!(report.outcome),
        false => tr!(report.left_open),
    };
    let (questions, answers) = report.checklist;
    let checklist = (!questions.is_empty()).then(|| {
        section(
            tr!(job.tab_checklist),
            answers_read(live, &questions, &answers),
        )
    });
    let forms = report.forms.into_iter().map(|(name, questions, answers)| {
        view! {
            <section class="section">
                <h2 class="section-title">{name}</h2>
                {answers_read(live, &questions, &answers)}
            </section>
        }
    });
    view! {
        <article id=REPORT class="report">
            <p class="report-company">{company}</p>
            {heading(tr!(pages.report))}
            <p class="report-job">{unbroken(report.job)}</p>
            <dl class="facts">
                {line(tr!(job.customer), report.customer)}
                {line(tr!(job.place), report.address)}
                {line(tr!(report.by), report.by.join(", "))}
                {line(tr!(job.planned), report.planned)}
                {line(tr!(job.began), report.began)}
                {line(tr!(job.ended), report.ended)}
                {time(tr!(job.travel_time), report.times.travel)}
                {time(tr!(job.time_on_job), report.times.work)}
                {line(outcome_name, outcome)}
            </dl>
            {(!report.description.is_empty()).then(|| {
                let text = view! { <p class="prose">{report.description}</p> };
                section(tr!(job.description), text.into_any())
            })}
            {checklist}
            {forms.collect_view()}
            {used(report.assets, report.parts)}
            {pictures(report.photos)}
            {signatures(report.signatures)}
        </article>
    }
    .into_any()
}

fn used(assets: Vec<AssetLine>, parts: Vec<PartItem>) -> AnyView {
    let assets = assets.into_iter().filter_map(|line| line.about).map(|about| {
        view! { <li class="row">{about.name} " " <span class="muted">{about.detail}</span></li> }
    });
    let assets: Vec<_> = assets.collect();
    let parts = parts.into_iter().map(|line| {
        let about = line.about.unwrap_or_default();
        let quantity = decimal::shown(&line.quantity, language());
        view! {
            <tr>
                <td>{about.name} " " <span class="muted">{about.detail}</span></td>
                <td class="report-number">{quantity} " " {line.unit}</td>
            </tr>
        }
    });
    let parts: Vec<_> = parts.collect();
    let assets = (!assets.is_empty()).then(|| {
        section(
            tr!(report.assets),
            view! { <ul class="list">{assets}</ul> }.into_any(),
        )
    });
    let parts = (!parts.is_empty()).then(|| {
        let table = view! { <table class="report-parts"><tbody>{parts}</tbody></table> };
        section(tr!(report.parts), table.into_any())
    });
    view! { {assets} {parts} }.into_any()
}

/// Those that belong together beside each other, then the others.
fn pictures(Photos { pairs, alone }: Photos) -> Option<AnyView> {
    (!pairs.is_empty() || !alone.is_empty()).then(|| {
        let pairs = pairs.iter().map(|(before, after)| {
            view! {
                <li class="report-pair">
                    {told(before, Some(PhotoMoment::Before))}
                    {told(after, Some(PhotoMoment::After))}
                </li>
            }
        });
        let alone = alone
            .iter()
            .map(|(photo, moment)| view! { <li>{told(photo, *moment)}</li> });
        let list = view! {
            <ul class="report-photos">{pairs.collect_view()} {alone.collect_view()}</ul>
        };
        section(tr!(report.photos), list.into_any()).into_any()
    })
}

/// A photo with what it shows.
fn told(photo: &Attachment, moment: Option<PhotoMoment>) -> AnyView {
    let word = moment.and_then(moment_label);
    let word = word.map(|word| view! { <figcaption>{word}</figcaption> });
    view! { <figure>{picture(photo)} {word}</figure> }.into_any()
}

fn signatures(signed: Vec<(Attachment, String, String)>) -> Option<AnyView> {
    (!signed.is_empty()).then(|| {
        let one = |(file, name, when): (Attachment, String, String)| {
            view! {
                <figure class="report-signature">
                    {picture(&file)}
                    <figcaption>{name} " " <span class="muted">{when}</span></figcaption>
                </figure>
            }
        };
        let all = signed.into_iter().map(one).collect_view();
        section(tr!(report.signature), all.into_any()).into_any()
    })
}

/// The whole picture if it is on this phone, its small one if not.
fn picture(attachment: &Attachment) -> AnyView {
    let whole = leptos::prelude::RwSignal::new_local(None::<ObjectUrl>);
    let commands = use_commands();
    let id = attachment.id;
    spawn_local(async move {
        let Some(commands) = commands else { return };
        if let Ok(own) = load_own(commands, id).await {
            let _ = whole.try_set(own.map(|(url, _)| url));
        }
    });
    let small = preview(&attachment.thumbnail);
    let src = move || {
        let whole = whole.with(|url| url.as_ref().map(|url| url.href().to_owned()));
        whole.or_else(|| small.clone())
    };
    view! { <img src=src alt=attachment.name.clone() /> }.into_any()
}
