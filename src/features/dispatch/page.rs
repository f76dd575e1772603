//! The page Board: the company's day, as it happens.
//!
//! Owns what is drawn. What it draws is `live_board`'s.

use super::card::lane_column;
use super::feed::feed;
use super::live_board::Board;
use crate::effect::Effect;
use crate::memo::Memo;
use crate::runtime::clock::use_clock;
use crate::runtime::session::Account;
use crate::shared::job_rows::near;
use crate::shared::labels::{day_label, jobs, trouble_text};
use crate::shared::toast::use_toasts;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::list::For;
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::{empty, heading, skeleton};
use crate::view::view;
use afield_domain::time::Day;
use afield_platform::one_stream;
use afield_protocol::paths;
use afield_sync::board::{BoardState, Loading};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use std::sync::Arc;

/// The page Board.
pub fn board_page(account: Arc<Account>) -> AnyView {
    let clock = use_clock();
    let board = Board {
        state: RwSignal::new(None),
        trouble: RwSignal::new(None),
        open: RwSignal::new(false),
        loading: StoredValue::new(Loading::default()),
        account: StoredValue::new(Arc::clone(&account)),
        clock,
        toasts: use_toasts(),
    };
    let query = use_query_map();
    let zone = account.zone.clone();
    let day = Memo::new(move |_| {
        let asked =
            query.with(|query| query.get_str("day").and_then(|day| day.parse::<Day>().ok()));
        asked.unwrap_or_else(|| zone.day(clock.now()))
    });
    Effect::new(move |_| board.fetch(day.get()));
    let stream = StoredValue::new_local(Some(one_stream::open(
        paths::EVENTS,
        move |text| board.hear(&text),
        move |open| {
            let was_open = board.open.try_get_untracked() == Some(true);
            let _ = board.open.try_set(open);
            // After every opening: what happened while the stream was closed is in no event.
            if open
                && !was_open
                && let Some(day) = day.try_get_untracked()
            {
                let _ = board.loading.try_update_value(Loading::forget);
                board.fetch(day);
            }
        },
    )));
    on_cleanup(move || {
        stream.try_update_value(Option::take);
    });
    let today = {
        let account = Arc::clone(&account);
        Memo::new(move |_| account.zone.day(clock.now()))
    };
    view! {
        <div class="page-head board-head">
            {heading(tr!(pages.board))}
            {day_picker(day, today)}
        </div>
        {board_status(board)}
        <div class="board">
            {move || lanes(board)}
            {feed(board.state, account)}
        </div>
    }
    .into_any()
}

fn lanes(board: Board) -> AnyView {
    let lanes = Memo::new(move |_| {
        board
            .state
            .with(|state| state.as_ref().map(BoardState::lanes))
    });
    let technicians = Memo::new(move |_| {
        board.state.with(|state| {
            state
                .as_ref()
                .map(|state| state.technicians.clone())
                .unwrap_or_default()
        })
    });
    let is_empty = Memo::new(move |_| {
        lanes.with(|lanes| {
            lanes
                .as_ref()
                .map(|lanes| lanes.iter().all(|lane| lane.jobs.is_empty()))
        })
    });
    view! {
        <div class="lanes">
            {move || match is_empty.get() {
                None => Some(skeleton(4).into_any()),
                Some(true) => Some(empty(Icon::Board, tr!(board.none), tr!(board.none_hint)).into_any()),
                Some(false) => None,
            }}
            <For
                each=move || lanes.get().unwrap_or_default()
                key=|lane| lane.technician.as_ref().map(|user| user.id)
                let(lane)
            >
                {lane_column(board, lanes, technicians, lane.technician)}
            </For>
        </div>
    }
    .into_any()
}

fn day_picker(day: Memo<Day>, today: Memo<Day>) -> impl IntoView {
    let link = move |days: i64, shape: Icon, label: &'static str| {
        view! {
            <a class="btn btn-square" href=move || day_href(day.get().plus(days)) aria-label=label>
                {icon(shape)}
            </a>
        }
    };
    view! {
        <div class="day-picker" role="group" aria-label=tr!(board.day)>
            {link(-1, Icon::Left, tr!(board.previous_day))}
            <span class="day-name">
                {move || day_label(near(day.get(), today.get()), day.get())}
            </span>
            {link(1, Icon::Right, tr!(board.next_day))}
            {move || (day.get() != today.get()).then(|| view! { <a class="btn" href="/board">{tr!(board.today)}</a> })}
        </div>
    }
}

fn day_href(day: Day) -> String {
    format!("/board?day={day}")
}

/// Whether the board is live, and of when it is if not.
fn board_status(board: Board) -> impl IntoView {
    let count = Memo::new(move |_| {
        board
            .state
            .with(|state| state.as_ref().map(|state| state.jobs.len()))
    });
    let as_of = move || {
        let at = board
            .state
            .with(|state| state.as_ref().map(|state| state.as_of));
        let account = board.account.get_value();
        at.map(|at| account.clock(at)).unwrap_or_default()
    };
    let line = move || {
        if board.is_live() {
            view! { <span class="tag tag-started">{tr!(board.live)}</span> }.into_any()
        } else {
            view! { <span class="tag tag-paused">{tr!(board.not_live, time = as_of())}</span> }
                .into_any()
        }
    };
    let unreadable = Memo::new(move |_| {
        let count = |state: &Option<BoardState>| state.as_ref().map_or(0, |state| state.unreadable);
        board.state.with(count)
    });
    view! {
        <p class="tags mb-3" aria-live="polite">
            {line}
            <span class="muted">{move || count.get().map(jobs)}</span>
        </p>
        {move || (unreadable.get() > 0).then(|| {
            let text = tr!(board.unreadable, count = unreadable.get());
            notice(Tone::Warning, view! { <p>{text}</p> }.into_any())
        })}
        {move || board.trouble.get().map(|trouble| {
            notice(Tone::Warning, view! { <p>{trouble_text(&trouble)}</p> }.into_any())
        })}
    }
}
