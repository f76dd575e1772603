//! A lane of the board and its cards.

use super::landing::Spot;
use super::live_board::Board;
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::clock::use_clock;
use crate::shared::activity::age_label;
use crate::shared::age::Age;
use crate::shared::badge::{job_badge, priority_badge};
use crate::shared::job_form::{InputFlaw, local_text, local_time};
use crate::shared::labels::{input_flaw_text, jobs};
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

type CardKey = (afield_domain::JobId, u64, u64, i64, Option<UserId>, i64);

/// A card is drawn anew when anything of it has changed.
fn card_key(job: &BoardJob) -> CardKey {
    (
        job.job.id,
        job.rev.0,
        job.notes,
        job.updated_at.0,
        job.job.assignee,
        job.job.starts.0,
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
            {move_fields(board, technicians, job)}
        </li>
    }
}

/// Whose the job is, and when it begins. Another choice is asked about before it is made: a finger slips on a list.
fn move_fields(board: Board, technicians: Memo<Vec<User>>, job: BoardJob) -> impl IntoView {
    let zone = board.account.with_value(|account| account.zone.clone());
    let (here, number) = (Spot::of(&job.job), job.job.number.clone());
    let is_open = job.job.status.is_open();
    let whose = here.assignee.map(|id| id.to_string()).unwrap_or_default();
    let seen = StoredValue::new((whose.clone(), local_text(here.starts, &zone)));
    let typed = RwSignal::new(seen.get_value());
    let put_back = move |_| typed.set(seen.get_value());
    let options = move || {
        let one = |user: User| {
            let chosen = here.assignee == Some(user.id);
            view! { <option value=user.id.to_string() selected=chosen>{user.name}</option> }
        };
        technicians.get().into_iter().map(one).collect_view()
    };
    // None where what was typed is no time. A time that was not touched keeps what the field does not show.
    let to = StoredValue::new(move || {
        let (whose, starts) = typed.get();
        let to = Spot {
            assignee: whose.parse().ok(),
            ..here
        };
        match seen.with_value(|(_, seen)| *seen == starts) {
            true => Some(to),
            false => local_time(&starts, &zone).map(|starts| to.begun(starts)),
        }
    });
    let to = move || to.with_value(|to| to());
    let label = tr!(board.assign, job = &number);
    let starts_label = tr!(board.starts, job = &number);
    let sure = move || {
        let to = to()?;
        let name = match to.assignee {
            Some(_) => board.name_of(to.assignee),
            None => tr!(board.nobody).to_owned(),
        };
        if to.starts == here.starts {
            return Some(tr!(board.assign_now, job = &number, name = name));
        }
        let zone = board.account.with_value(|account| account.zone.clone());
        let time = zone.span(to.starts, to.ends);
        Some(tr!(board.move_now, job = &number, name = name, time = time))
    };
    let job = StoredValue::new(job);
    let go = move |_| {
        if let Some(to) = untrack(to) {
            board.place(job.get_value(), to);
        }
    };
    let is_same = move || typed.with(|typed| seen.with_value(|seen| seen == typed));
    view! {
        <label class="assign">
            <span>{label}</span>
            <select
                class="select select-sm"
                prop:value=move || typed.with(|(whose, _)| whose.clone())
                on:change:target=move |event| typed.update(|(whose, _)| *whose = event.target().value())
            >
                <option value="" selected=here.assignee.is_none()>{tr!(board.nobody)}</option>
                {options}
            </select>
        </label>
        {is_open.then(|| view! {
            <label class="assign">
                <span>{starts_label}</span>
                <input
                    type="datetime-local"
                    class="input input-sm"
                    prop:value=move || typed.with(|(_, starts)| starts.clone())
                    on:input:target=move |event| typed.update(|(_, starts)| *starts = event.target().value())
                />
            </label>
        })}
        <div class="actions" hidden=is_same>
            {move || match sure() {
                Some(sure) => view! { <button type="button" class="btn btn-sm btn-primary" on:click=go>{sure}</button> },
                None => view! { <p class="flaw">{input_flaw_text(&InputFlaw::NoTime)}</p> },
            }}
            <button type="button" class="btn btn-sm" on:click=put_back>{tr!(common.cancel)}</button>
        </div>
    }
}
