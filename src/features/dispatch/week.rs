//! The board's week: a sheet with a row for each technician and a cell for each day, and where there is no room for
//! that a list by day.
//!
//! Owns what is drawn. A job opens its card, and `grip` carries it; the days lead to the board of that day.

use super::board_query::{Asked, BoardQuery, View, Whose};
use super::drawn::rows_drawn;
use super::grip::{Grip, ghost, said};
use super::head::changed;
use super::live_board::Board;
use super::moving::block_id;
use super::timeline::{block_class, hint, panel, rest};
use super::timeline_view_model::{Block, Row};
use super::week_landing::Scale;
use super::week_view_model::{Load, SEEN, cell, week_rows};
use crate::memo::Memo;
use crate::shared::badge::status_icon;
use crate::shared::job_rows::near;
use crate::shared::labels::{day_label, duration, jobs};
use crate::texts::language;
use crate::tr;
use crate::ui::icon::icon;
use crate::ui::list::For;
use crate::view::view;
use afield_domain::order::Order;
use afield_domain::time::Day;
use afield_domain::{JobId, User, UserId};
use afield_sync::board::Lane;
use leptos::prelude::*;

type Lanes = Memo<Option<Vec<Lane>>>;
/// What the address asks for, and which day is today.
type Address = (Memo<BoardQuery>, Memo<Day>);

fn all_rows(board: Board, lanes: Lanes) -> Memo<Vec<Row>> {
    Memo::new(move |_| {
        let now = board.clock.now();
        let Some(days) = board.days() else {
            return Vec::new();
        };
        lanes.with(|lanes| {
            week_rows(
                lanes.as_deref().unwrap_or_default(),
                days,
                &board.zone(),
                now,
            )
        })
    })
}

/// The numbers of the days that are drawn, each with its day; tracks.
fn days_drawn(board: Board) -> Vec<(i64, Day)> {
    let of = |days: Asked| (0..=days.more_days).map(move |n| (n, days.day.plus(n)));
    board.days().into_iter().flat_map(of).collect()
}

/// The board of that day, of that person's jobs alone if one is named.
fn day_href((query, today): Address, day: Day, of: Option<Whose>) -> String {
    let day = (day != today.get()).then_some(day);
    let change = |query: &mut BoardQuery| {
        query.view = View::Day;
        query.day = day;
        query.whose = of.unwrap_or(query.whose);
    };
    query.with(|query| changed(query, change))
}

/// The sheet with a row for each of `lanes`.
pub(super) fn week_sheet(
    board: Board,
    lanes: Lanes,
    technicians: Memo<Vec<User>>,
    address: Address,
) -> AnyView {
    let all = all_rows(board, lanes);
    let drawn = rows_drawn(move || all.with(Vec::len));
    let ids = move || {
        let id = |row: &Row| row.technician.as_ref().map(|user| user.id);
        all.with(|all| all.iter().take(drawn.get()).map(id).collect::<Vec<_>>())
    };
    let scale = Memo::new(move |_| board.days().map(Scale::Days));
    let grip = Grip::new(board, scale, all);
    let head = move || {
        let days = days_drawn(board).into_iter();
        days.map(|(n, day)| day_head(all, address, n, day))
            .collect_view()
    };
    view! {
        <div
            class="axis week"
            node_ref=grip.element()
            on:pointerdown=move |event| grip.down(&event)
            on:pointermove=move |event| grip.moves(&event)
            on:pointerup=move |event| grip.up(&event)
            on:pointercancel=move |event| grip.lost(&event)
            on:lostpointercapture=move |event| grip.lost(&event)
            on:keydown=move |event| grip.key(&event)
            on:focusout=move |_| grip.left()
        >
            <div class="axis-row axis-head">
                <span class="axis-name"></span>
                <div class="axis-track week-track">{head}</div>
            </div>
            <For each=ids key=Clone::clone let(id)>{one_row((board, grip), all, address, id)}</For>
            {ghost(grip)}
        </div>
        {said(grip)}
        {panel(board, Some(grip), technicians)}
    }
    .into_any()
}

/// A day over its column, with what is planned for it.
fn day_head(all: Memo<Vec<Row>>, address: Address, n: i64, day: Day) -> AnyView {
    let load = move || {
        let load = all.with(|all| Load::of(all.iter().flat_map(|row| cell(row, n))));
        (load.jobs > 0).then(|| {
            view! { <span>{jobs(load.jobs)} ","</span> " " <span>{duration(load.ms)}</span> }
        })
    };
    let is_today = move || day == address.1.get();
    view! {
        <a
            class="week-day"
            class:week-today=is_today
            aria-current=move || is_today().then_some("date")
            href=move || day_href(address, day, None)
        >
            <strong>{day.short(language())}</strong>
            " "
            {load}
        </a>
    }
    .into_any()
}

/// How many jobs, and how long they take.
fn load_text(load: Load) -> String {
    match load.jobs {
        0 => String::new(),
        count => format!("{}, {}", jobs(count), duration(load.ms)),
    }
}

fn one_row(
    (board, grip): (Board, Grip),
    all: Memo<Vec<Row>>,
    address: Address,
    id: Option<UserId>,
) -> AnyView {
    let row = Memo::new(move |_| {
        let is_it = |row: &&Row| row.technician.as_ref().map(|user| user.id) == id;
        all.with(|all| all.iter().find(is_it).cloned())
    });
    let name = move || {
        let of = |row: &Row| row.technician.as_ref().map(|user| user.name.clone());
        let name = row.with(|row| row.as_ref().and_then(of));
        name.unwrap_or_else(|| tr!(board.unassigned).to_owned())
    };
    let load = move || load_text(row.with(|row| Load::of(row.iter().flat_map(|row| &row.blocks))));
    let cells = move || {
        let days = days_drawn(board).into_iter();
        days.map(|(n, day)| one_cell((board, grip), row, address, (n, day)))
            .collect_view()
    };
    view! {
        <section class="axis-row" aria-label=name>
            <h2 class="axis-name">{name} <span class="muted">{load}</span></h2>
            <div class="axis-track week-track">{cells}</div>
        </section>
    }
    .into_any()
}

fn one_cell(
    (board, grip): (Board, Grip),
    row: Memo<Option<Row>>,
    address: Address,
    (n, day): (i64, Day),
) -> AnyView {
    let of_cell = move |row: &Option<Row>| {
        let blocks = row.iter().flat_map(|row| cell(row, n));
        blocks.map(|block| block.job.job.id).collect::<Vec<_>>()
    };
    let ids = Memo::new(move |_| row.with(of_cell));
    let seen = move || ids.with(|ids| ids.iter().take(SEEN).copied().collect::<Vec<_>>());
    let load =
        Memo::new(move |_| row.with(|row| Load::of(row.iter().flat_map(|row| cell(row, n)))));
    // Nobody is overloaded by what nobody has.
    let whose = move || row.with(|row| row.as_ref()?.technician.as_ref().map(|user| user.id));
    let is_too_much = move || whose().is_some() && load.get().is_too_much();
    let told = move || {
        let load = load.get();
        (load.jobs > 0).then(|| {
            let text = match is_too_much() {
                true => tr!(board.too_much, time = duration(load.ms)),
                false => duration(load.ms),
            };
            view! { <p class="week-load"><span class="sr-only">{day.short(language())} ": "</span>{text}</p> }
        })
    };
    let rest = move || {
        let more = ids.with(Vec::len).saturating_sub(SEEN);
        (more > 0).then(|| {
            let of = whose().map_or(Whose::Nobody, Whose::User);
            let name = tr!(board.more_lines, count = more);
            view! {
                <a class="week-more" href=day_href(address, day, Some(of))>{name} <span class="sr-only">{day.short(language())}</span></a>
            }
        })
    };
    view! {
        <div
            class="week-cell"
            class:week-today=move || day == address.1.get()
            class:week-full=is_too_much
        >
            {told}
            <ul>
                <For each=seen key=Clone::clone let(id)>{one_block(board, grip, row, id)}</For>
            </ul>
            {rest}
        </div>
    }
    .into_any()
}

fn block_of(row: Memo<Option<Row>>, id: JobId) -> Memo<Option<Block>> {
    Memo::new(move |_| {
        let is_it = |block: &&Block| block.job.job.id == id;
        row.with(|row| row.as_ref()?.blocks.iter().find(is_it).cloned())
    })
}

/// A block stays the same element for as long as its job is in this cell: it may have the focus.
fn one_block(board: Board, grip: Grip, row: Memo<Option<Row>>, id: JobId) -> AnyView {
    let block = block_of(row, id);
    let class = move || {
        let class = block.with(|block| block.as_ref().map(block_class));
        let moving = if board.is_moving(id) {
            " block-moving"
        } else {
            ""
        };
        format!("{}{moving}", class.unwrap_or_default())
    };
    view! {
        <li>
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
                {move || block.with(|block| block.as_ref().map(|block| content(board, block)))}
            </button>
        </li>
    }
    .into_any()
}

fn content(board: Board, block: &Block) -> AnyView {
    let job = &block.job.job;
    let name = match block.job.customer.is_empty() {
        true => job.title.clone(),
        false => format!("{}, {}", job.title, block.job.customer),
    };
    view! {
        <span class="block-text">{icon(status_icon(job.status))} " " <b>{board.time_of(job.starts)}</b> " " {name}</span>
        " "
        <span class="sr-only">{rest(block)}</span>
    }
    .into_any()
}

/// The week as a list by day: of everybody, or of one technician where the address asks for one.
pub(super) fn week_list(
    board: Board,
    lanes: Lanes,
    technicians: Memo<Vec<User>>,
    address: Address,
) -> AnyView {
    let all = all_rows(board, lanes);
    let days = move || {
        let days = days_drawn(board).into_iter();
        days.map(|(n, day)| one_day(board, all, address, (n, day)))
            .collect_view()
    };
    view! {
        <div class="week-days">{days}</div>
        {panel(board, None, technicians)}
    }
    .into_any()
}

fn one_day(board: Board, all: Memo<Vec<Row>>, address: Address, (n, day): (i64, Day)) -> AnyView {
    let blocks = Memo::new(move |_| {
        let mut blocks: Vec<(Block, String)> = all.with(|all| {
            let of = |row: &Row| {
                let name = row.technician.as_ref().map(|user| user.name.clone());
                let name = name.unwrap_or_else(|| tr!(board.unassigned).to_owned());
                let blocks = cell(row, n).cloned();
                blocks
                    .map(|block| (block, name.clone()))
                    .collect::<Vec<_>>()
            };
            all.iter().flat_map(of).collect()
        });
        blocks.order_by_key(|(block, _)| (block.job.job.starts, block.job.job.number.clone()));
        blocks
    });
    let load = move || blocks.with(|all| load_text(Load::of(all.iter().map(|(block, _)| block))));
    let name = move || day_label(near(day, address.1.get()), day);
    let rows = move || {
        let rows = blocks.get().into_iter();
        rows.map(|(block, whose)| day_row(board, &block, &whose))
            .collect_view()
    };
    view! {
        <section class="week-of-day" aria-label=name>
            <h2 class="week-of-day-title">
                <a class="line-link" href=move || day_href(address, day, None)>{name}</a>
                " " <span class="muted">{load}</span>
            </h2>
            <ul>{rows}</ul>
        </section>
    }
    .into_any()
}

fn day_row(board: Board, block: &Block, whose: &str) -> AnyView {
    let id = block.job.job.id;
    let class = format!("{} week-row", block_class(block));
    view! {
        <li>
            <button
                type="button"
                id=block_id(id)
                class=class
                aria-haspopup="dialog"
                on:click=move |_| board.chosen.set(Some(id))
            >
                {content(board, block)}
                <span class="week-whose">{whose.to_owned()}</span>
            </button>
        </li>
    }
    .into_any()
}
