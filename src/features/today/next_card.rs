//! The next job, or the one in hand: where, how far, what is late, and one large step.

use super::timeline::Late;
use super::timeline_list::late_mark;
use super::view_model::NextJob;
use crate::memo::Memo;
use crate::routes::Route;
use crate::shared::badge::{priority_badge, status_badge, unsent_mark};
use crate::shared::call_link::call_link;
use crate::shared::map_link::navigate_link;
use crate::shared::news::news_mark;
use crate::shared::status_steps::{Stepping, step_button};
use crate::shared::travel_labels::way_text;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::section;
use crate::view::view;
use afield_domain::{JobStatus, Role};
use leptos::prelude::*;

/// The card of the next job. How late it is goes on by itself, and must not take the focus from the step.
pub(super) fn next_card(
    stepping: Stepping,
    next: NextJob,
    late: Memo<Option<Late>>,
    role: Role,
) -> AnyView {
    let row = next.row;
    let late = late_mark(&row, late);
    let step = row.status.next_steps(role).first().copied();
    let title = match row.status {
        JobStatus::EnRoute | JobStatus::Started => tr!(today.in_hand),
        _ => tr!(today.next),
    };
    let way = next.way_m.map(|way| {
        view! { <span class="next-way">{icon(Icon::Van)} {way_text(way)}</span> }
    });
    let navigate = next
        .property
        .map(|property| navigate_link(&property, &row.address));
    let form = next.form.map(|(task, title)| {
        view! {
            <a class="btn next-form" href=Route::Task(row.id, task).href()>
                {icon(Icon::File)} <span>{title}</span>
            </a>
        }
    });
    let call = (!next.phone.is_empty()).then(|| call_link(&next.phone, row.customer.clone()));
    let card = view! {
        <div class="card next-card">
            <a class="next-link" href=Route::Job(row.id).href()>
                <span class="next-time">{row.starts_at} " – " {row.ends_at}</span>
                <span class="next-title">{row.title}</span>
                <span class="job-place">{row.address}</span>
                <span class="job-place">{row.customer}</span>
                {way}
                <span class="tags">
                    {late}
                    {news_mark(row.id, row.face)}
                    {status_badge(row.status)}
                    {priority_badge(row.priority)}
                    {(row.marks.unsent > 0).then(unsent_mark)}
                    <span class="job-number">{row.number}</span>
                </span>
            </a>
            <div class="next-actions">
                {step.map(|to| step_button(stepping, row.id, to, "btn btn-primary btn-lg"))}
                {form}
                {navigate}
                {call}
            </div>
        </div>
    };
    section(title, card.into_any()).into_any()
}
