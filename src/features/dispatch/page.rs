//! The page Board: the company's day or week, as it happens.
//!
//! Owns what is drawn. What it draws is `live_board`'s.

use super::board_query::{BoardQuery, View, Whose};
use super::card::lane_column;
use super::feed::feed;
use super::head::{day_picker, filter_bar};
use super::links::{OpenConflicts, links};
use super::live_board::Board;
use super::map::map;
use super::moving::question;
use super::timeline::timeline;
use super::week::{week_list, week_sheet};
use crate::chunk::chunk;
use crate::effect::Effect;
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::clock::use_clock;
use crate::runtime::session::Account;
use crate::shared::job_rows::near;
use crate::shared::labels::{day_label, jobs, trouble_text};
use crate::shared::toast::use_toasts;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::later::later;
use crate::ui::list::For;
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::{empty, heading, skeleton};
use crate::view::view;
use afield_domain::User;
use afield_domain::time::Day;
use afield_platform::one_stream;
use afield_protocol::{Team, paths};
use afield_sync::board::{BoardState, Lane, Loading};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use std::sync::Arc;

/// The page Board.
pub fn board_page(account: Arc<Account>) -> AnyView {
    let clock = use_clock();
    let address = use_query_map();
    let query = Memo::new(move |_| {
        address.with(|address| BoardQuery::read(|name| address.get_str(name).map(str::to_owned)))
    });
    let today = {
        let account = Arc::clone(&account);
        Memo::new(move |_| account.zone.day(clock.now()))
    };
    let asked = Memo::new(move |_| query.with(|query| query.days(today.get())));
    let board = Board {
        asked,
        state: RwSignal::new(None),
        trouble: RwSignal::new(None),
        open: RwSignal::new(false),
        chosen: RwSignal::new(None),
        moves: RwSignal::new(Vec::new()),
        questions: RwSignal::new(Vec::new()),
        loading: StoredValue::new(Loading::default()),
        account: StoredValue::new(Arc::clone(&account)),
        clock,
        toasts: use_toasts(),
    };
    Effect::new(move |_| board.fetch(asked.get()));
    let conflicts = OpenConflicts::new();
    let stream = StoredValue::new_local(Some(one_stream::open(
        paths::EVENTS,
        move |text| {
            board.hear(&text);
            conflicts.hear(&text);
        },
        move |open| {
            let was_open = board.open.try_get_untracked() == Some(true);
            let _ = board.open.try_set(open);
            // After every opening: what happened while the stream was closed is in no event.
            if open
                && !was_open
                && let Some(asked) = asked.try_get_untracked()
            {
                let _ = board.loading.try_update_value(Loading::forget);
                board.fetch(asked);
                conflicts.fetch();
            }
        },
    )));
    on_cleanup(move || {
        stream.try_update_value(Option::take);
    });
    let technicians = Memo::new(move |_| {
        let of = |state: &BoardState| state.technicians.clone();
        board
            .state
            .with(|state| state.as_ref().map(of).unwrap_or_default())
    });
    on_cleanup(move || board.toasts.without_undo());
    let wide = wide();
    let shape = Memo::new(move |_| Shape::of(query.with(|query| query.view), wide.get()));
    view! {
        <div class="page-head board-head">
            {heading(tr!(pages.board))}
            {day_picker(today, query)}
            <a class="btn btn-primary" href=Route::OfficeNew.href()>{icon(Icon::Plus)} <span>{tr!(job.new)}</span></a>
        </div>
        {links(account.is_admin(), conflicts)}
        {filter_bar(board, query, technicians)}
        {board_status(board, query, today)}
        <div class="board" class:board-list=move || beside(shape.get())>
            {move || lanes(board, technicians, query, shape.get(), today)}
            {feed(board.state, account)}
        </div>
        {question(board)}
    }
    .into_any()
}

/// Below this width there is no room for the time axis.
const AXIS_WIDTH: f64 = 700.0;

/// Whether there is room for the time axis.
fn wide() -> RwSignal<bool> {
    let measure = || {
        let width = window().inner_width().ok();
        width
            .and_then(|width| width.as_f64())
            .is_some_and(|width| width >= AXIS_WIDTH)
    };
    let wide = RwSignal::new(measure());
    let listening = window_event_listener(leptos::ev::resize, move |_| {
        if wide.get_untracked() != measure() {
            wide.set(measure());
        }
    });
    on_cleanup(move || listening.remove());
    wide
}

chunk!(house: pub(super) fn of_map(board: Board, technicians: Memo<Vec<User>>, query: Memo<BoardQuery>) -> AnyView {
    on_map(board, technicians, query)
});

/// The jobs that are asked for, on the map, with the way of whom they are asked for.
fn on_map(board: Board, technicians: Memo<Vec<User>>, query: Memo<BoardQuery>) -> AnyView {
    let all = Memo::new(move |_| {
        let state = board.drawn();
        let jobs = state.into_iter().flat_map(|state| state.jobs);
        let teams = board.teams();
        query.with(|query| {
            jobs.filter(|job| query.finds(job, &teams))
                .collect::<Vec<_>>()
        })
    });
    let technician = Memo::new(move |_| match query.with(|query| query.whose) {
        Whose::User(id) => Some(id),
        Whose::All | Whose::Nobody => None,
    });
    map(board, all, technicians, technician)
}

/// What is drawn of what is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Axis,
    Lanes,
    Map,
    Sheet,
    Days,
}

impl Shape {
    fn of(view: View, wide: bool) -> Self {
        match (view, wide) {
            (View::Day, true) => Self::Axis,
            (View::Day, false) | (View::List, _) => Self::Lanes,
            (View::Map, _) => Self::Map,
            (View::Week, true) => Self::Sheet,
            (View::Week, false) => Self::Days,
        }
    }

    /// Whether there is always a row to take a job away to.
    fn has_nobodys(self) -> bool {
        matches!(self, Self::Axis | Self::Sheet)
    }
}

/// Whether the feed stands beside it where there is room.
fn beside(shape: Shape) -> bool {
    matches!(shape, Shape::Lanes | Shape::Days)
}

fn lanes(
    board: Board,
    technicians: Memo<Vec<User>>,
    query: Memo<BoardQuery>,
    shape: Shape,
    today: Memo<Day>,
) -> AnyView {
    let lanes = Memo::new(move |_| {
        let mut all = board.drawn()?.lanes();
        if shape.has_nobodys() && all.first().is_none_or(|lane| lane.technician.is_some()) {
            let nobodys = Lane {
                technician: None,
                jobs: Vec::new(),
            };
            all.insert(0, nobodys);
        }
        let teams = board.teams();
        Some(query.with(|query| narrowed(all, query, &teams)))
    });
    let is_empty = Memo::new(move |_| {
        lanes.with(|lanes| {
            lanes
                .as_ref()
                .map(|lanes| lanes.iter().all(|lane| lane.jobs.is_empty()))
        })
    });
    let none = move || match is_empty.get() {
        None => Some(skeleton(4).into_any()),
        Some(true) if query.with(BoardQuery::is_narrow) => Some(
            empty(
                Icon::Search,
                tr!(board.found_none),
                tr!(board.found_none_hint),
            )
            .into_any(),
        ),
        Some(true) => {
            let none = match shape {
                Shape::Axis | Shape::Lanes | Shape::Map => tr!(board.none),
                Shape::Sheet | Shape::Days => tr!(board.none_week),
            };
            Some(empty(Icon::Board, none, tr!(board.none_hint)).into_any())
        }
        Some(false) => None,
    };
    let drawn = match shape {
        // Who never opens the map does not pay for it.
        Shape::Map => later(Box::new(move || {
            Box::pin(of_map(board, technicians, query))
        })),
        Shape::Axis => timeline(board, lanes, technicians),
        Shape::Sheet => week_sheet(board, lanes, technicians, (query, today)),
        Shape::Days => week_list(board, lanes, technicians, (query, today)),
        Shape::Lanes => return day_list(board, lanes, technicians, none),
    };
    view! { <div>{none} {drawn}</div> }.into_any()
}

fn day_list(
    board: Board,
    lanes: Memo<Option<Vec<Lane>>>,
    technicians: Memo<Vec<User>>,
    none: impl Fn() -> Option<AnyView> + Send + 'static,
) -> AnyView {
    view! {
        <div class="lanes">
            {none}
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

/// The jobs of `lanes` that `query` asks for; whoever has none of them is left out where it asks for some.
fn narrowed(mut lanes: Vec<Lane>, query: &BoardQuery, teams: &[Team]) -> Vec<Lane> {
    if query.is_narrow() {
        for lane in &mut lanes {
            lane.jobs.retain(|job| query.finds(job, teams));
        }
        lanes.retain(|lane| !lane.jobs.is_empty());
    }
    lanes
}

/// Whether the board is live, and of when it is if not.
fn board_status(board: Board, query: Memo<BoardQuery>, today: Memo<Day>) -> impl IntoView {
    let count = Memo::new(move |_| board.drawn().map(|state| state.jobs.len()));
    let told = move |all: usize| {
        if !query.with(BoardQuery::is_narrow) {
            return jobs(all);
        }
        let teams = board.teams();
        let drawn = board.drawn();
        let found = drawn.iter().flat_map(|state| &state.jobs);
        let found = query.with(|query| found.filter(|job| query.finds(job, &teams)).count());
        tr!(board.found, count = found, jobs = jobs(all))
    };
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
    // The days before stay where the chosen ones did not come, under the name of the chosen ones.
    let still = move || {
        let shown = board.days().filter(|shown| *shown != board.asked.get())?;
        let day = day_label(near(shown.day, today.get()), shown.day);
        Some(view! { <p>{tr!(board.still_shown, day = day)}</p> })
    };
    let unreadable = Memo::new(move |_| {
        let count = |state: &Option<BoardState>| state.as_ref().map_or(0, |state| state.unreadable);
        board.state.with(count)
    });
    view! {
        <p class="tags mb-3" aria-live="polite">
            {line}
            <span class="muted">{move || count.get().map(told)}</span>
        </p>
        {move || (unreadable.get() > 0).then(|| {
            let text = tr!(board.unreadable, count = unreadable.get());
            notice(Tone::Warning, view! { <p>{text}</p> }.into_any())
        })}
        {move || board.trouble.get().map(|trouble| {
            let body = view! { <p>{trouble_text(&trouble)}</p> {still} };
            notice(Tone::Warning, body.into_any())
        })}
    }
}
