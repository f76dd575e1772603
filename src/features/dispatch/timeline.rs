//! The board's day on a time axis.
//!
//! Owns what is drawn; a block opens the card of its job, and `grip` carries it.

use super::card::job_card;
use super::drawn::rows_drawn;
use super::grip::{Grip, ghost, said};
use super::live_board::Board;
use super::moving::block_id;
use super::sheet::sheet;
use super::timeline_view_model::{Axis, Block, Row, rows};
use super::week_landing::Scale;
use crate::memo::Memo;
use crate::shared::badge::status_icon;
use crate::shared::labels::{jobs, status_label};
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::list::For;
use crate::view::view;
use afield_domain::{JobId, JobStatus, Priority, User, UserId};
use afield_sync::board::Lane;
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
    let axis = Memo::new(move |_| {
        let day = board.days()?.day;
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
    let drawn = rows_drawn(move || all.with(Vec::len));
    let ids = move || {
        all.with(|all| {
            let ids = all
                .iter()
                .take(drawn.get())
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
    let scale = Memo::new(move |_| axis.get().map(Scale::Hours));
    let grip = Grip::new(board, scale, all);
    view! {
        <div
            class="axis"
            style=("--now", now)
            node_ref=grip.element()
            on:pointerdown=move |event| grip.down(&event)
            on:pointermove=move |event| grip.moves(&event)
            on:pointerup=move |event| grip.up(&event)
            on:pointercancel=move |event| grip.lost(&event)
            on:lostpointercapture=move |event| grip.lost(&event)
            on:keydown=move |event| grip.key(&event)
            on:focusout=move |_| grip.left()
        >
            <div class="axis-row axis-head" aria-hidden="true">
                <span class="axis-name"></span>
                <div class="axis-track">{hours}</div>
            </div>
            <For each=ids key=Clone::clone let(id)>{one_row(board, grip, all, id)}</For>
            {ghost(grip)}
        </div>
        {said(grip)}
        {panel(board, Some(grip), technicians)}
    }
    .into_any()
}

fn one_row(board: Board, grip: Grip, all: Memo<Vec<Row>>, id: Option<UserId>) -> AnyView {
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
    let ids = move || {
        row.with(|row| {
            let blocks = row.iter().flat_map(|row| &row.blocks);
            blocks.map(|block| block.job.job.id).collect::<Vec<_>>()
        })
    };
    view! {
        <section class="axis-row" aria-label=name>
            <h2 class="axis-name">{name} <span class="muted">{move || tr!(board.open, jobs = open())}</span></h2>
            <ul class="axis-track" style:height=height>
                <For each=ids key=Clone::clone let(id)>{one_block(board, grip, row, id)}</For>
            </ul>
        </section>
    }
    .into_any()
}

/// A block stays the same element for as long as its job is in this row: it may have the focus.
fn one_block(board: Board, grip: Grip, row: Memo<Option<Row>>, id: JobId) -> AnyView {
    let block = Memo::new(move |_| {
        let is_it = |block: &&Block| block.job.job.id == id;
        row.with(|row| row.as_ref()?.blocks.iter().find(is_it).cloned())
    });
    let place =
        move |of: fn(&Block) -> i64| share(block.with(|block| block.as_ref().map_or(0, of)));
    // In one piece: what is set as a whole takes away what was set beside it.
    let class = move || {
        let mut class = block
            .with(|block| block.as_ref().map(block_class))
            .unwrap_or_default();
        if board.is_moving(id) {
            class.push_str(" block-moving");
        }
        class
    };
    view! {
        <li
            class="block-place"
            style:left=move || place(|block| block.left)
            style:width=move || place(|block| block.width)
            style:top=move || {
                let line = block.with(|block| block.as_ref().map_or(0, |block| block.line));
                format!("{}px", line * LINE)
            }
        >
            <button
                type="button"
                id=block_id(id)
                data-job=id.to_string()
                class=class
                title=move || block.with(|block| block.as_ref().map(hint))
                aria-haspopup="dialog"
                aria-keyshortcuts="M"
                on:click=move |_| grip.click(id)
            >
                {move || block.with(|block| block.as_ref().map(content))}
            </button>
        </li>
    }
    .into_any()
}

pub(super) fn block_class(block: &Block) -> String {
    let status = match block.job.job.status {
        JobStatus::Scheduled => "block",
        JobStatus::EnRoute => "block tag-en-route",
        JobStatus::Started => "block tag-started",
        JobStatus::Paused => "block tag-paused",
        JobStatus::Finished => "block tag-finished block-stays",
        JobStatus::Cancelled => "block tag-cancelled block-stays",
    };
    let overlaps = if block.overlaps {
        " block-overlaps"
    } else {
        ""
    };
    let late = if block.late { " block-late" } else { "" };
    format!("{status}{overlaps}{late}")
}

/// What is heard of it beside what is seen.
pub(super) fn rest(block: &Block) -> String {
    let job = &block.job.job;
    let mut rest = vec![job.number.clone(), status_label(job.status).to_owned()];
    rest.extend(block.late.then(|| tr!(board.late).to_owned()));
    rest.extend(block.overlaps.then(|| tr!(board.overlaps).to_owned()));
    rest.join(", ")
}

pub(super) fn hint(block: &Block) -> String {
    let (title, customer) = (&block.job.job.title, &block.job.customer);
    format!("{title}, {customer}, {}", rest(block))
}

/// What is seen is a part of what the block is called, and the rest is heard. Of a narrow one only the status is seen.
fn content(block: &Block) -> AnyView {
    let job = &block.job.job;
    let presses = matches!(job.priority, Priority::High | Priority::Urgent);
    view! {
        <strong class="block-text">{presses.then(|| icon(Icon::Alert))} {job.title.clone()}</strong>
        " "
        <span class="block-text">{icon(status_icon(job.status))} {block.job.customer.clone()}</span>
        " "
        <span class="sr-only">{rest(block)}</span>
    }
    .into_any()
}

/// The card of the chosen job, over the board.
pub(super) fn panel(board: Board, grip: Option<Grip>, technicians: Memo<Vec<User>>) -> AnyView {
    let chosen = board.chosen;
    let job = Memo::new(move |_| board.job(chosen.get()?));
    let by_keys = move || {
        let (grip, job) = (grip?, job.get()?);
        let job = Some(job).filter(|job| job.job.status.is_open())?;
        let id = job.job.id;
        Some(view! {
            <button type="button" class="btn" on:click=move |_| grip.lift_from_card(id)>{tr!(board.by_keys)}</button>
        })
    };
    let card = move || job.get().map(|job| job_card(board, technicians, job));
    sheet(
        Memo::new(move |_| chosen.with(Option::is_some)),
        move || chosen.set(None),
        view! { <ul>{card}</ul> }.into_any(),
        view! { {by_keys} }.into_any(),
    )
}
