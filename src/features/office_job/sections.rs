//! The sections of the office's page of a job: two columns on a desk, one below the other on a phone.
//!
//! Owns what is drawn. What it says is `shared::job`'s, as on the technician's page.

use super::files_part::{FileKey, file, file_key, is_on_its_way};
use super::live_job::LiveJob;
use super::view_model::{FormRead, Happened, forms, happened};
use crate::memo::Memo;
use crate::runtime::clock::use_clock;
use crate::runtime::session::Account;
use crate::shared::activity::{brought_label, happened_label};
use crate::shared::age::came_late;
use crate::shared::answers::read::answers_read;
use crate::shared::answers::view_model::settled;
use crate::shared::job::history::HistoryRow;
use crate::shared::job::material::{Material, material};
use crate::shared::job::notes::{NoteRow, notes};
use crate::shared::job::overview::{Overview, RecordLink, actual, overview};
use crate::shared::job_lines::{contact_line, happened_line};
use crate::shared::labels::duration;
use crate::shared::map_app::MapApp;
use crate::shared::names::unbroken;
use crate::shared::task_badge::task_badge;
use crate::shared::tasks::{TaskRow, task_list};
use crate::shared::times::times_of;
use crate::texts::language;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::list::For;
use crate::ui::parts::{fact, section};
use crate::view::view;
use afield_domain::{Language, decimal};
use leptos::prelude::*;
use std::sync::Arc;

/// Every section, of what there is.
pub(super) fn sections(account: &Arc<Account>, page: LiveJob) -> AnyView {
    view! {
        <div class="job-grid office-job">
            <div>
                {about(account, page)}
                {checklist(page)}
                {submitted(account, page)}
            </div>
            <div>
                {written(account, page)}
                {tasks(page)}
                {used(page)}
                {history(account, page)}
            </div>
        </div>
    }
    .into_any()
}

/// A section that is there as long as `of` has something to show.
fn shown<T: PartialEq + Send + Sync + 'static>(
    of: Memo<Option<T>>,
    draw: impl Fn(&T) -> AnyView + Send + 'static,
) -> AnyView {
    view! { {move || of.with(|of| of.as_ref().map(&draw))} }.into_any()
}

fn about(account: &Arc<Account>, page: LiveJob) -> AnyView {
    let found = Memo::new(move |_| page.live.projection.with(|all| overview(all, page.id)));
    let (zone, clock) = (account.zone.clone(), use_clock());
    shown(found, move |found: &Overview| {
        let place = found.property.as_ref().map(|property| {
            let agent = window().navigator().user_agent().unwrap_or_default();
            let encode = |text: &str| leptos_router::location::Url::escape(text);
            let href = MapApp::of_agent(&agent).href(property, encode);
            let address = format!("{} {}", found.address, property.postcode);
            let access = (!property.access.is_empty())
                .then(|| view! { <p class="line">{icon(Icon::Key)} <span>{property.access.clone()}</span></p> });
            view! {
                <a class="line line-link" href=href target="_blank" rel="noopener noreferrer">
                    {icon(Icon::Place)} <span>{address}</span>
                </a>
                {access}
            }
        });
        let customer = found.customer.as_ref().map(|customer| {
            view! {
                <p class="line">{icon(Icon::Person)} <span class="font-semibold">{customer.name.clone()}</span></p>
                {contact_line(Icon::Phone, "tel", &customer.phone)}
                {contact_line(Icon::Mail, "mailto", &customer.email)}
            }
        });
        let has_card = found.property.is_some() || found.customer.is_some();
        let card = has_card.then(|| {
            let card = view! { <div class="card pad">{customer} {place}</div> };
            section(tr!(job.customer), card.into_any())
        });
        let text = (!found.description.is_empty()).then(|| {
            let text = view! { <p class="card pad prose">{found.description.clone()}</p> };
            section(tr!(job.description), text.into_any())
        });
        let began = actual(&found.steps, &zone);
        let ended = began.as_ref().and_then(|(_, ended)| ended.clone());
        let began = began.map(|(began, _)| began);
        let times = times_of(&found.steps, clock.now());
        let time = |name, ms: i64| (ms >= 60_000).then(|| fact(name, duration(ms)));
        let one = |name: &'static str, to: &Option<RecordLink>| {
            to.as_ref().map(|to| fact(name, unbroken(to.text.clone())))
        };
        view! {
            {card}
            {text}
            <dl class="card list facts section">
                {began.map(|began| fact(tr!(job.began), began))}
                {ended.map(|ended| fact(tr!(job.ended), ended))}
                {time(tr!(job.travel_time), times.travel)}
                {time(tr!(job.time_on_job), times.work)}
                {one(tr!(job.organization), &found.organization)}
                {one(tr!(job.contract), &found.contract)}
                {one(tr!(job.route), &found.route)}
                {one(tr!(job.follows), &found.follows)}
            </dl>
        }
        .into_any()
    })
}

fn checklist(page: LiveJob) -> AnyView {
    let both = Memo::new(move |_| {
        let of = page.live.projection.with(|all| {
            let job = all.job(page.id)?;
            Some((job.checklist.clone(), job.answers.clone()))
        });
        of.filter(|(questions, _)| !questions.is_empty())
    });
    shown(both, move |(questions, answers)| {
        // Stored numbers are written as in this language.
        let answers = settled(questions, answers, Language::English);
        let read = answers_read(page.live, questions, &answers);
        section(tr!(job.tab_checklist), read).into_any()
    })
}

fn submitted(account: &Arc<Account>, page: LiveJob) -> AnyView {
    let zone = account.zone.clone();
    let all = Memo::new(move |_| {
        let all = page.live.projection.with(|all| forms(all, &zone, page.id));
        (!all.is_empty()).then_some(all)
    });
    let form = move |form: &FormRead| {
        let name = match form.name.as_str() {
            "" => tr!(pages.submission).to_owned(),
            name => name.to_owned(),
        };
        view! {
            <details class="details card pad">
                <summary>{name} " " <span class="muted">{form.when.clone()} " · " {form.by.clone()}</span></summary>
                <div class="checklist">{answers_read(page.live, &form.questions, &form.answers)}</div>
            </details>
        }
    };
    shown(all, move |all: &Vec<FormRead>| {
        let list = all.iter().map(form).collect_view();
        section(tr!(form.submitted), list.into_any()).into_any()
    })
}

fn written(account: &Arc<Account>, page: LiveJob) -> AnyView {
    let (zone, user) = (account.zone.clone(), account.signed_in.user());
    let found = Memo::new(move |_| {
        let all = page.live.projection;
        let mut found = all.with(|all| notes(all, &zone, page.id, Some(user)));
        found.loose.retain(|row| !is_on_its_way(&row.file));
        found
    });
    let has_notes = Memo::new(move |_| found.with(|found| !found.rows.is_empty()));
    let has_files = Memo::new(move |_| found.with(|found| !found.loose.is_empty()));
    // One list for as long as there is any: what is open over a picture stays open when a note comes.
    let noted = move || {
        has_notes.get().then(|| {
            let rows = move || found.with(|found| found.rows.clone());
            let list = view! {
                <ul class="notes" aria-label=tr!(job.notes)>
                    <For each=rows key=note_key let(note)>{note_row(note)}</For>
                </ul>
            };
            section(tr!(job.notes), list.into_any())
        })
    };
    let loose = move || {
        has_files.get().then(|| {
            let rows = move || found.with(|found| found.loose.clone());
            let list = view! {
                <ul class="files"><For each=rows key=file_key let(row)>{file(Some(page), &row)}</For></ul>
            };
            section(tr!(job.photos), list.into_any())
        })
    };
    view! { {noted} {loose} }.into_any()
}

fn note_key(note: &NoteRow) -> (afield_domain::NoteId, Vec<FileKey>) {
    (note.id, note.files.iter().map(file_key).collect())
}

fn note_row(note: NoteRow) -> AnyView {
    let files = (!note.files.is_empty())
        .then(|| view! { <ul class="files">{note.files.iter().map(|row| file(None, row)).collect_view()}</ul> });
    view! {
        <li class="note">
            <p class="note-head"><strong>{note.author}</strong> <span class="muted">{note.when}</span></p>
            <p class="prose">{note.text}</p>
            {files}
        </li>
    }
    .into_any()
}

fn tasks(page: LiveJob) -> AnyView {
    let rows = Memo::new(move |_| {
        let rows = page
            .live
            .projection
            .with(|all| task_list(all, page.id).rows);
        (!rows.is_empty()).then_some(rows)
    });
    let row = |row: &TaskRow| {
        let form = row.submitted.map(|done| match done {
            true => tr!(tasks.submitted),
            false => tr!(tasks.not_submitted),
        });
        view! {
            <li class="row">
                <p>{row.title.clone()} " " <span class="muted">{row.asset.clone()}</span></p>
                <p class="tags">{task_badge(row.status)} {form.map(|text| view! { <span class="tag">{text}</span> })}</p>
            </li>
        }
    };
    shown(rows, move |rows: &Vec<TaskRow>| {
        let list = view! { <ul class="card list">{rows.iter().map(row).collect_view()}</ul> };
        section(tr!(tasks.title), list.into_any()).into_any()
    })
}

fn used(page: LiveJob) -> AnyView {
    let found = Memo::new(move |_| {
        let found = page.live.projection.with(|all| material(all, &[], page.id));
        found.filter(|found| !found.assets.is_empty() || !found.parts.is_empty())
    });
    shown(found, move |found: &Material| {
        let line = |name: String, detail: String, amount: String| {
            view! {
                <li class="row">{name} " " <span class="muted">{detail} " " {amount}</span></li>
            }
        };
        let assets = found.assets.iter().map(|asset| {
            let about = asset.about.clone().unwrap_or_default();
            line(about.name, about.detail, String::new())
        });
        let parts = found.parts.iter().map(|part| {
            let about = part.about.clone().unwrap_or_default();
            let quantity = decimal::shown(&part.quantity, language());
            line(
                about.name,
                about.detail,
                format!("{quantity} {}", part.unit),
            )
        });
        let list =
            view! { <ul class="card list">{assets.collect_view()} {parts.collect_view()}</ul> };
        section(tr!(job.tab_material), list.into_any()).into_any()
    })
}

fn history(account: &Arc<Account>, page: LiveJob) -> AnyView {
    let of = Arc::clone(account);
    let rows = Memo::new(move |_| {
        let activity = page.beside.with(|beside| {
            let activity = beside.as_ref().map(|beside| beside.activity.clone());
            activity.unwrap_or_default()
        });
        let rows = page
            .live
            .projection
            .with(|all| happened(all, &activity, &of.signed_in, &of.zone, page.id));
        (!rows.is_empty()).then_some(rows)
    });
    let account = Arc::clone(account);
    let row = move |one: &Happened| match one {
        Happened::Recorded(row) => recorded(row),
        Happened::Told(activity) => {
            let late = came_late(activity).then(|| {
                let time = account.date_time(activity.received_at);
                view! { " · " {tr!(board.received, time = time)} }
            });
            let brought = brought_label(activity).map(|text| view! { <span>{text}</span> });
            view! {
                <li class="row">
                    <p class="line job-event">
                        {icon(Icon::Edit)}
                        <span><strong>{activity.actor.clone()}</strong> " " {happened_label(&account, &activity.what)}</span>
                    </p>
                    <p class="tags muted"><span>{account.date_time(activity.made_at)} {late}</span> {brought}</p>
                </li>
            }
            .into_any()
        }
    };
    shown(rows, move |rows: &Vec<Happened>| {
        let list = view! { <ol class="card list">{rows.iter().map(&row).collect_view()}</ol> };
        section(tr!(job.happened), list.into_any()).into_any()
    })
}

fn recorded(row: &HistoryRow) -> AnyView {
    let (shape, text) = happened_line(&row.what);
    view! {
        <li class="row">
            <p class="line job-event">{icon(shape)} <span>{text}</span></p>
            <p class="tags muted"><span>{row.when.clone()} " · " {row.by.clone()}</span></p>
        </li>
    }
    .into_any()
}
