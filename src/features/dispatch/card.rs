//! A lane of the board and its cards.

use super::live_board::Board;
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::clock::use_clock;
use crate::shared::activity::age_label;
use crate::shared::age::Age;
use crate::shared::badge::{job_badge, priority_badge};
use crate::shared::labels::jobs;
use crate::shared::names::unbroken;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::list::For;
use crate::view::view;
use afield_domain::{User, UserId};
use afield_protocol::BoardJob;
use afield_sync::board::Lane;
use leptos::prelude::*;

// Cards drawn at first, and with each "Show more": an import of thousands must not stop the board.
const STEP: usize = 40;

/// One technician's lane, or the unassigned jobs.
pub(super) fn lane_column(
    board: Board,
    lanes: Memo<Option<Vec<Lane>>>,
    technicians: Memo<Vec<User>>,
    technician: Option<User>,
) -> impl IntoView {
    let id = technician.as_ref().map(|user| user.id);
    let name = match technician {
        Some(user) => user.name,
        None => tr!(board.unassigned).to_owned(),
    };
    let own = Memo::new(move |_| {
        lanes.with(|lanes| {
            lanes
                .iter()
                .flatten()
                .find(|lane| lane.technician.as_ref().map(|user| user.id) == id)
                .map(|lane| open_first(&lane.jobs))
                .unwrap_or_default()
        })
    });
    let open = move || own.with(|jobs| jobs.iter().filter(|job| job.job.status.is_open()).count());
    let limit = RwSignal::new(STEP);
    let shown = move || own.with(|jobs| jobs.iter().take(limit.get()).cloned().collect::<Vec<_>>());
    let left = move || own.with(Vec::len).saturating_sub(limit.get());
    view! {
        <section class="lane" aria-label=name.clone()>
            <h2 class="lane-title">
                <span>{name.clone()}</span>
                <span class="muted">{move || tr!(board.open, jobs = jobs(open()))}</span>
            </h2>
            <ul class="lane-jobs">
                <For each=shown key=card_key let(job)>
                    {job_card(board, technicians, job)}
                </For>
            </ul>
            {move || (left() > 0).then(|| {
                view! {
                    <button type="button" class="btn w-full mt-2" on:click=move |_| limit.update(|limit| *limit += STEP)>
                        {tr!(jobs.more, count = left())}
                    </button>
                }
            })}
        </section>
    }
}

/// The lane by planned start; one too long to be drawn at once begins with what is still open.
fn open_first(jobs: &[BoardJob]) -> Vec<BoardJob> {
    if jobs.len() <= STEP {
        return jobs.to_vec();
    }
    let is_open = |job: &&BoardJob| job.job.status.is_open();
    let open = jobs.iter().filter(is_open);
    let closed = jobs.iter().filter(|job| !is_open(job));
    open.chain(closed).cloned().collect()
}

/// A card is drawn anew when anything of it has changed.
fn card_key(job: &BoardJob) -> (afield_domain::JobId, u64, u64, i64, Option<UserId>) {
    (
        job.job.id,
        job.rev.0,
        job.notes,
        job.updated_at.0,
        job.job.assignee,
    )
}

pub(super) fn job_card(board: Board, technicians: Memo<Vec<User>>, job: BoardJob) -> impl IntoView {
    let clock = use_clock();
    let updated_at = job.updated_at;
    let age = move || {
        let age = Age::of(updated_at, clock.now());
        tr!(board.as_of, age = age_label(age))
    };
    let time = board.time_of(job.job.starts);
    let place = [job.address.clone(), job.customer.clone()]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    let closed = !job.job.status.is_open();
    let description = job.job.description.clone();
    view! {
        <li class="board-card" class:board-card-closed=closed>
            <p class="board-card-head">
                <strong>{time}</strong>
                <span class="job-number">{job.job.number.clone()}</span>
            </p>
            <p class="job-title"><a class="board-card-link" href=Route::OfficeJob(job.job.id).href()>{job.job.title.clone()}</a></p>
            <p class="job-place">{place}</p>
            <p class="tags">
                {job_badge(&job.job)}
                {priority_badge(job.job.priority)}
                {(job.notes > 0).then(|| {
                    view! {
                        <span class="tag" title=tr!(board.notes)>
                            {icon(Icon::Note)}
                            <span class="sr-only">{tr!(board.notes)}</span>
                            {job.notes}
                        </span>
                    }
                })}
                <span class="muted">{age}</span>
            </p>
            {(!description.is_empty()).then(|| {
                view! {
                    <details class="details">
                        <summary>{unbroken(tr!(board.details, job = job.job.number))}</summary>
                        <p class="prose">{description}</p>
                    </details>
                }
            })}
            {assign_select(board, technicians, job)}
        </li>
    }
}

/// Whose the job is. Another choice is asked about before it is made: a finger slips on a list.
fn assign_select(board: Board, technicians: Memo<Vec<User>>, job: BoardJob) -> impl IntoView {
    let (id, rev, assignee) = (job.job.id, job.rev, job.job.assignee);
    let number = job.job.number;
    let label = tr!(board.assign, job = &number);
    let value = assignee.map(|id| id.to_string()).unwrap_or_default();
    let chosen = RwSignal::new(value.clone());
    let options = move || {
        technicians
            .get()
            .into_iter()
            .map(|user| {
                let chosen = assignee == Some(user.id);
                view! { <option value=user.id.to_string() selected=chosen>{user.name}</option> }
            })
            .collect_view()
    };
    let before = StoredValue::new(value);
    let put_back = move || {
        let _ = chosen.try_set(before.get_value());
    };
    let to = move || chosen.with(|chosen| chosen.parse().ok());
    let question = move || {
        let name = technicians.with(|all| {
            let who = all.iter().find(|user| Some(user.id) == to());
            who.map(|user| user.name.clone())
        });
        let name = name.as_deref().unwrap_or(tr!(board.nobody));
        tr!(board.assign_now, job = number, name = name)
    };
    view! {
        <label class="assign">
            <span>{label}</span>
            <select
                class="select select-sm"
                prop:value=move || chosen.get()
                on:change:target=move |event| chosen.set(event.target().value())
            >
                <option value="" selected=assignee.is_none()>{tr!(board.nobody)}</option>
                {options}
            </select>
        </label>
        <div class="actions" hidden=move || chosen.with(|chosen| before.with_value(|before| before == chosen))>
            <button type="button" class="btn btn-sm btn-primary" on:click=move |_| board.assign(id, rev, to(), put_back)>
                {question}
            </button>
            <button type="button" class="btn btn-sm" on:click=move |_| put_back()>{tr!(common.cancel)}</button>
        </div>
    }
}
