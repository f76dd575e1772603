//! The board's day on a time axis.
//!
//! Owns what is drawn; a block opens the card of its job.

use super::card::job_card;
use super::live_board::Board;
use super::timeline_view_model::{Axis, Block, Row, rows};
use crate::effect::Effect;
use crate::memo::Memo;
use crate::shared::badge::status_icon;
use crate::shared::labels::{jobs, status_label};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::list::For;
use crate::view::view;
use afield_domain::{JobId, JobStatus, Priority, User, UserId};
use afield_protocol::BoardJob;
use afield_sync::board::Lane;
use leptos::html::Dialog;
use leptos::prelude::*;

/// How high a line of blocks is, in CSS pixels.
const LINE: usize = 36;

/// A thousandth of the axis, for a style.
fn share(thousandths: i64) -> String {
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}

/// The axis with a row for each of `lanes`.
pub(super) fn timeline(
    board: Board,
    lanes: Memo<Option<Vec<Lane>>>,
    technicians: Memo<Vec<User>>,
) -> AnyView {
    let zone = board.account.with_value(|account| account.zone.clone());
    let chosen = RwSignal::new(None::<JobId>);
    let axis = Memo::new(move |_| {
        let day = board
            .state
            .with(|state| state.as_ref().map(|state| state.day));
        let day = day?;
        Some(lanes.with(|lanes| Axis::of(day, &zone, lanes.as_deref().unwrap_or_default())))
    });
    let all = Memo::new(move |_| {
        let now = board.clock.now();
        let axis = axis.get();
        lanes.with(|lanes| match (lanes, axis) {
            (Some(lanes), Some(axis)) => rows(lanes, axis, now),
            _ => Vec::new(),
        })
    });
    let ids = move || {
        all.with(|all| {
            let ids = all
                .iter()
                .map(|row| row.technician.as_ref().map(|user| user.id));
            ids.collect::<Vec<_>>()
        })
    };
    let now = move || {
        let now = board.clock.now();
        let place = axis.get().and_then(|axis| axis.now(now));
        place.map_or_else(|| "-9999px".to_owned(), share)
    };
    let hours = move || {
        let hours = axis.get().map(Axis::hours).unwrap_or_default();
        let hour = |(at, place)| {
            view! { <span class="axis-hour" style:left=share(place)>{board.time_of(at)}</span> }
        };
        hours.into_iter().map(hour).collect_view()
    };
    view! {
        <div class="axis" style=("--now", now)>
            <div class="axis-row axis-head" aria-hidden="true">
                <span class="axis-name"></span>
                <div class="axis-track">{hours}</div>
            </div>
            <For each=ids key=Clone::clone let(id)>{one_row(all, id, chosen)}</For>
        </div>
        {panel(board, technicians, chosen)}
    }
    .into_any()
}

fn one_row(all: Memo<Vec<Row>>, id: Option<UserId>, chosen: RwSignal<Option<JobId>>) -> AnyView {
    let row = Memo::new(move |_| {
        let is_it = |row: &&Row| row.technician.as_ref().map(|user| user.id) == id;
        all.with(|all| all.iter().find(is_it).cloned())
    });
    let name = move || {
        row.with(
            |row| match row.as_ref().and_then(|row| row.technician.as_ref()) {
                Some(user) => user.name.clone(),
                None => tr!(board.unassigned).to_owned(),
            },
        )
    };
    let open = move || row.with(|row| jobs(row.as_ref().map_or(0, |row| row.open)));
    let height = move || {
        let lines = row.with(|row| row.as_ref().map_or(1, |row| row.lines));
        format!("{}px", lines * LINE)
    };
    let blocks = move || {
        row.with(|row| {
            row.as_ref()
                .map(|row| row.blocks.clone())
                .unwrap_or_default()
        })
    };
    view! {
        <section class="axis-row" aria-label=name>
            <h2 class="axis-name">{name} <span class="muted">{move || tr!(board.open, jobs = open())}</span></h2>
            <ul class="axis-track" style:height=height>
                <For each=blocks key=block_key let(block)>{one_block(block, chosen)}</For>
            </ul>
        </section>
    }
    .into_any()
}

type BlockKey = (JobId, u64, [i64; 2], usize, [bool; 2]);

/// A block is drawn anew when anything of it has changed.
fn block_key(block: &Block) -> BlockKey {
    let marks = [block.overlaps, block.late];
    let places = [block.left, block.width];
    (block.job.job.id, block.job.rev.0, places, block.line, marks)
}

fn one_block(block: Block, chosen: RwSignal<Option<JobId>>) -> AnyView {
    let job = &block.job.job;
    let id = job.id;
    let class = match job.status {
        JobStatus::Scheduled => "block",
        JobStatus::EnRoute => "block tag-en-route",
        JobStatus::Started => "block tag-started",
        JobStatus::Paused => "block tag-paused",
        JobStatus::Finished => "block tag-finished",
        JobStatus::Cancelled => "block tag-cancelled",
    };
    // What is seen is a part of what it is called, and the rest is heard. Of a narrow one only the status is seen.
    let mut rest = vec![job.number.clone(), status_label(job.status).to_owned()];
    rest.extend(block.late.then(|| tr!(board.late).to_owned()));
    rest.extend(block.overlaps.then(|| tr!(board.overlaps).to_owned()));
    let rest = rest.join(", ");
    let hint = format!("{}, {}, {rest}", job.title, block.job.customer);
    let presses = matches!(job.priority, Priority::High | Priority::Urgent);
    view! {
        <li
            class="block-place"
            style:left=share(block.left)
            style:width=share(block.width)
            style:top=format!("{}px", block.line * LINE)
        >
            <button
                type="button"
                class=class
                class:block-overlaps=block.overlaps
                class:block-late=block.late
                title=hint
                aria-haspopup="dialog"
                on:click=move |_| chosen.set(Some(id))
            >
                <strong class="block-text">{presses.then(|| icon(Icon::Alert))} {job.title.clone()}</strong>
                " "
                <span class="block-text">{icon(status_icon(job.status))} {block.job.customer.clone()}</span>
                " "
                <span class="sr-only">{rest}</span>
            </button>
        </li>
    }
    .into_any()
}

/// The card of the chosen job, over the board.
fn panel(board: Board, technicians: Memo<Vec<User>>, chosen: RwSignal<Option<JobId>>) -> AnyView {
    let dialog = NodeRef::<Dialog>::new();
    let job = Memo::new(move |_| {
        let id = chosen.get()?;
        let is_it = |job: &&BoardJob| job.job.id == id;
        board
            .state
            .with(|state| state.as_ref()?.jobs.iter().find(is_it).cloned())
    });
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (chosen.with(Option::is_some), dialog.open()) {
            (true, false) => {
                let _ = dialog.show_modal();
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let close = move || chosen.set(None);
    view! {
        <dialog class="sheet" aria-label=tr!(pages.job) node_ref=dialog on:close=move |_| close()>
            <ul>{move || job.get().map(|job| job_card(board, technicians, job))}</ul>
            <div class="sheet-actions">
                <button type="button" class="btn" on:click=move |_| close()>{tr!(common.close)}</button>
            </div>
        </dialog>
    }
    .into_any()
}
