//! A job as a row of a list, an `<li>` that leads to its page.
//!
//! Owns how the row looks. What stands in it is the caller's: a search marks what it found, the day says what is late.

use super::badge::{priority_badge, refused_mark, status_badge, unsent_mark};
use super::job_rows::JobRow;
use super::news::news_mark;
use crate::routes::Route;
use crate::view::view;
use leptos::prelude::*;

/// What stands in a row.
pub struct JobRowTexts {
    /// The day, where the list is not by day.
    pub day: Option<String>,
    /// What people call the job.
    pub number: AnyView,
    /// What is to be done.
    pub title: AnyView,
    /// Where; may be empty.
    pub address: AnyView,
    /// For whom; may be empty.
    pub customer: AnyView,
    /// Why it was found.
    pub why: Option<AnyView>,
    /// A mark before the status.
    pub mark: Option<AnyView>,
}

impl JobRowTexts {
    /// The texts of `row` as they are.
    pub fn of(row: &JobRow) -> Self {
        Self {
            day: None,
            number: row.number.clone().into_any(),
            title: row.title.clone().into_any(),
            address: row.address.clone().into_any(),
            customer: row.customer.clone().into_any(),
            why: None,
            mark: None,
        }
    }
}

/// The row of `row`, with `texts` in it.
pub fn job_row(row: &JobRow, texts: JobRowTexts) -> AnyView {
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
                    {texts.mark}
                    {news_mark(row.id, row.face)}
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
