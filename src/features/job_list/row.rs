//! One job as a row of a list; the whole row is the link.

use super::found::FoundRow;
use crate::routes::Route;
use crate::shared::badge::{priority_badge, refused_mark, status_badge, unsent_mark};
use crate::shared::job_rows::JobRow;
use crate::texts::language;
use crate::tr;
use afield_domain::search::{Field, Marked};
use leptos::prelude::*;

/// What a row shows as text; plain, or with what matches.
struct Texts {
    /// The day, where no heading says it.
    day: Option<String>,
    number: AnyView,
    title: AnyView,
    address: AnyView,
    customer: AnyView,
    why: Option<AnyView>,
}

/// The row, an `<li>`.
pub(super) fn job_row(row: JobRow) -> AnyView {
    let texts = Texts {
        day: None,
        number: row.number.clone().into_any(),
        title: row.title.clone().into_any(),
        address: row.address.clone().into_any(),
        customer: row.customer.clone().into_any(),
        why: None,
    };
    draw(&row, texts)
}

/// The row of a job that was found, an `<li>`.
pub(super) fn found_row(found: FoundRow) -> AnyView {
    let texts = Texts {
        day: Some(found.row.day.date(language())),
        number: marked(found.number),
        title: marked(found.title),
        address: marked(found.address),
        customer: marked(found.customer),
        why: (!found.why.is_empty())
            .then(|| found.why.into_iter().map(why).collect_view().into_any()),
    };
    draw(&found.row, texts)
}

fn draw(row: &JobRow, texts: Texts) -> AnyView {
    let class = if row.status.is_open() {
        "row job-row"
    } else {
        "row job-row job-row-closed"
    };
    view! {
        <li class=class>
            <a class="job-link" href=Route::Job(row.id).href()>
                <span class="job-time">
                    {texts.day.map(|day| view! { <span class="job-day">{day}</span> })}
                    <strong>{row.starts_at.clone()}</strong>
                    <span>{row.ends_at.clone()}</span>
                </span>
                <span class="job-title">{texts.title}</span>
                <span class="job-places">
                    <span class="job-place">{texts.address}</span>
                    <span class="job-place">{texts.customer}</span>
                </span>
                {texts.why.map(|why| view! { <span class="job-why">{why}</span> })}
                <span class="tags job-tags">
                    {status_badge(row.status)}
                    {priority_badge(row.priority)}
                    {(row.marks.unsent > 0).then(unsent_mark)}
                    {(row.marks.refused > 0).then(refused_mark)}
                    <span class="job-number">{texts.number}</span>
                </span>
            </a>
        </li>
    }
    .into_any()
}

fn why((field, text): (Field, Marked)) -> AnyView {
    view! {
        <span class="job-place">
            <span class="job-why-name">{field_name(field)}</span> " " {marked(text)}
        </span>
    }
    .into_any()
}

fn field_name(field: Field) -> &'static str {
    match field {
        Field::Number => tr!(jobs.why_number),
        Field::Title => tr!(jobs.why_title),
        Field::Code => tr!(jobs.why_code),
        Field::Customer => tr!(jobs.why_customer),
        Field::Address => tr!(jobs.why_address),
        Field::Asset => tr!(jobs.why_asset),
        Field::Text => tr!(jobs.why_text),
        Field::Note => tr!(jobs.why_note),
    }
}

/// A text with what matches marked.
fn marked(text: Marked) -> AnyView {
    let piece = |(piece, is_match): (String, bool)| {
        if is_match {
            view! { <mark>{piece}</mark> }.into_any()
        } else {
            piece.into_any()
        }
    };
    text.pieces.into_iter().map(piece).collect_view().into_any()
}
