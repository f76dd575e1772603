//! One job as a row of a list; the whole row is the link.

use super::results::ResultRow;
use crate::shared::job_row::{JobRowTexts, job_row};
use crate::texts::language;
use crate::tr;
use crate::view::view;
use afield_domain::search::{Field, Marked};
use afield_domain::time::Day;
use leptos::prelude::*;

/// The row of a job that was found, an `<li>`, as it is seen `today`.
pub(super) fn found_row(found: ResultRow, today: Day) -> AnyView {
    let texts = JobRowTexts {
        day: Some(found.row.day.date_seen_on(today, language())),
        number: marked(found.number),
        title: marked(found.title),
        address: marked(found.address),
        customer: marked(found.customer),
        why: (!found.why.is_empty())
            .then(|| found.why.into_iter().map(why).collect_view().into_any()),
        mark: None,
    };
    job_row(&found.row, texts)
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
