//! One job as a row of a list; the whole row is the link.

use super::view_model::JobRow;
use crate::routes::Route;
use crate::ui::badge::{priority_badge, refused_mark, status_badge, unsent_mark};
use leptos::prelude::*;

/// The row, an `<li>`.
pub fn job_row(row: JobRow) -> impl IntoView {
    let class = if row.status.is_open() {
        "row job-row"
    } else {
        "row job-row job-row-closed"
    };
    let place = [row.address, row.customer]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    view! {
        <li class=class>
            <a class="job-link" href=Route::Job(row.id).href()>
                <span class="job-time">
                    <strong>{row.starts_at}</strong>
                    <span>{row.ends_at}</span>
                </span>
                <span class="job-main">
                    <span class="job-title">{row.title}</span>
                    <span class="job-place">{place}</span>
                    <span class="tags">
                        {status_badge(row.status)}
                        {priority_badge(row.priority)}
                        {(row.marks.unsent > 0).then(unsent_mark)}
                        {(row.marks.refused > 0).then(refused_mark)}
                        <span class="job-number">{row.number}</span>
                    </span>
                </span>
            </a>
        </li>
    }
}
