//! The page Board: the company's day, as it happens.
//!
//! Owns what is drawn. What it draws is `live_board`'s.

use super::board_query::{BoardQuery, View, Whose, status_name, status_of};
use super::card::lane_column;
use super::feed::feed;
use super::links::{OpenConflicts, links};
use super::live_board::Board;
use super::map::map;
use super::moving::question;
use super::timeline::timeline;
use crate::effect::Effect;
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::clock::use_clock;
use crate::runtime::session::Account;
use crate::shared::job_rows::near;
use crate::shared::labels::{day_label, jobs, priority_label, status_label, trouble_text};
use crate::shared::toast::use_toasts;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::list::For;
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::{empty, heading, skeleton};
use crate::view::view;
use afield_domain::time::Day;
use afield_domain::{JobStatus, Priority, User};
use afield_platform::one_stream;
use afield_protocol::{Team, paths};
use afield_sync::board::{BoardState, Lane, Loading};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use std::sync::Arc;

/// The page Board.
pub fn board_page(account: Arc<Account>) -> AnyView {
    let clock = use_clock();
    let board = Board {
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
    let address = use_query_map();
    let query = Memo::new(move |_| {
        address.with(|address| BoardQuery::read(|name| address.get_str(name).map(str::to_owned)))
    });
    let zone = account.zone.clone();
    let day = Memo::new(move |_| {
        let asked = query.with(|query| query.day);
        asked.unwrap_or_else(|| zone.day(clock.now()))
    });
    Effect::new(move |_| board.fetch(day.get()));
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
                && let Some(day) = day.try_get_untracked()
            {
                let _ = board.loading.try_update_value(Loading::forget);
                board.fetch(day);
                conflicts.fetch();
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
    let technicians = Memo::new(move |_| {
        let of = |state: &BoardState| state.technicians.clone();
        board
            .state
            .with(|state| state.as_ref().map(of).unwrap_or_default())
    });
    on_cleanup(move || board.toasts.without_undo());
    let shown = shown_view(query, wide());
    view! {
        <div class="page-head board-head">
            {heading(tr!(pages.board))}
            {day_picker(day, today, query)}
            <a class="btn btn-primary" href=Route::OfficeNew.href()>{icon(Icon::Plus)} {tr!(job.new)}</a>
        </div>
        {links(account.is_admin(), conflicts)}
        {filter_bar(board, query, technicians, shown)}
        {board_status(board, query)}
        <div class="board" class:board-list=move || shown.get() == View::List>
            {move || lanes(board, technicians, query, shown.get())}
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

/// How the day is drawn: without room for the axis as a list.
fn shown_view(query: Memo<BoardQuery>, wide: RwSignal<bool>) -> Memo<View> {
    Memo::new(
        move |_| match (query.with(|query| query.view), wide.get()) {
            (View::Day, false) => View::List,
            (view, _) => view,
        },
    )
}

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

fn lanes(
    board: Board,
    technicians: Memo<Vec<User>>,
    query: Memo<BoardQuery>,
    shown: View,
) -> AnyView {
    let lanes = Memo::new(move |_| {
        let mut all = board.drawn()?.lanes();
        // On the axis there is always a row to take a job away to.
        if shown == View::Day && all.first().is_none_or(|lane| lane.technician.is_some()) {
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
        Some(true) => Some(empty(Icon::Board, tr!(board.none), tr!(board.none_hint)).into_any()),
        Some(false) => None,
    };
    match shown {
        View::Day => {
            return view! { <div>{none} {timeline(board, lanes, technicians)}</div> }.into_any();
        }
        View::Map => {
            return view! { <div>{none} {on_map(board, technicians, query)}</div> }.into_any();
        }
        View::List => {}
    }
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

/// The address of the board as `query`, changed.
fn changed(query: &BoardQuery, change: impl FnOnce(&mut BoardQuery)) -> String {
    let mut changed = query.clone();
    change(&mut changed);
    changed.href(leptos_router::location::Url::escape)
}

fn day_picker(day: Memo<Day>, today: Memo<Day>, query: Memo<BoardQuery>) -> impl IntoView {
    let on = move |day: Day| {
        let is_today = day == today.get();
        query.with(|query| changed(query, |query| query.day = (!is_today).then_some(day)))
    };
    let link = move |days: i64, shape: Icon, label: &'static str| {
        view! {
            <a class="btn btn-square" href=move || on(day.get().plus(days)) aria-label=label>
                {icon(shape)}
            </a>
        }
    };
    let navigate = use_navigate();
    let choose = move |text: String| {
        if let Ok(day) = text.parse::<Day>() {
            navigate(&untrack(|| on(day)), NavigateOptions::default());
        }
    };
    view! {
        <div class="day-picker" role="group" aria-label=tr!(board.day)>
            {link(-1, Icon::Left, tr!(board.previous_day))}
            <span class="day-name">
                {move || day_label(near(day.get(), today.get()), day.get())}
            </span>
            {link(1, Icon::Right, tr!(board.next_day))}
            <input
                type="date"
                class="input input-sm"
                aria-label=tr!(board.choose_day)
                prop:value=move || day.get().to_string()
                on:change:target=move |event| choose(event.target().value())
            />
            {move || (day.get() != today.get()).then(|| view! { <a class="btn" href=on(today.get())>{tr!(board.today)}</a> })}
        </div>
    }
}

/// What of the day is shown, and how.
fn filter_bar(
    board: Board,
    query: Memo<BoardQuery>,
    technicians: Memo<Vec<User>>,
    shown: Memo<View>,
) -> AnyView {
    let navigate = use_navigate();
    let go = StoredValue::new_local(move |href: String| {
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&href, options);
    });
    let change = move |change: Box<dyn FnOnce(&mut BoardQuery)>| {
        let href = query.with_untracked(|query| changed(query, change));
        go.with_value(|go| go(href));
    };
    let option = |value: String, name: String, chosen: bool| {
        view! { <option value=value selected=chosen>{name}</option> }
    };
    let statuses = move || {
        let chosen = query.with(|query| query.status);
        let one = |status| {
            let name = status_label(status).to_owned();
            option(status_name(status).to_owned(), name, chosen == Some(status))
        };
        JobStatus::ALL.map(one).collect_view()
    };
    let priorities = move || {
        let chosen = query.with(|query| query.priority);
        let one = |priority: Priority| {
            let name = priority_label(priority).to_owned();
            option(priority.name().to_owned(), name, chosen == Some(priority))
        };
        Priority::ALL.map(one).collect_view()
    };
    let people = move || {
        let chosen = query.with(|query| query.whose);
        let one = |user: User| {
            let whose = Whose::User(user.id);
            option(whose.name(), user.name, chosen == whose)
        };
        let nobody = option(
            Whose::Nobody.name(),
            tr!(board.unassigned).to_owned(),
            chosen == Whose::Nobody,
        );
        view! { {nobody} {technicians.get().into_iter().map(one).collect_view()} }
    };
    let select = move |label: &'static str,
                       all: &'static str,
                       options: AnyView,
                       set: fn(&mut BoardQuery, &str)| {
        view! {
            <select
                class="select select-sm"
                aria-label=label
                on:change:target=move |event| {
                    let value = event.target().value();
                    change(Box::new(move |query| set(query, &value)));
                }
            >
                <option value="">{all}</option>
                {options}
            </select>
        }
    };
    let team = move || {
        let teams = board.teams();
        let chosen = query.with(|query| query.team.clone());
        let one = |team: Team| {
            let is_chosen = team.name == chosen;
            option(team.name.clone(), team.name, is_chosen)
        };
        // A company without teams has no use for it.
        let is_of_use = !teams.is_empty() || !chosen.is_empty();
        is_of_use.then(|| {
            let options = teams.into_iter().map(one).collect_view();
            select(
                tr!(board.team),
                tr!(board.any_team),
                options.into_any(),
                |query, value| query.team = value.to_owned(),
            )
        })
    };
    let other = move |(view, name, class): (View, &'static str, &'static str)| {
        let href = query.with(|query| changed(query, |query| query.view = view));
        view! { <a class=class href=href>{name}</a> }
    };
    // Those of the first class are not to be had without room for the axis.
    let other_views = move || {
        let (wide, any) = ("btn btn-sm board-view", "btn btn-sm");
        let all = [
            (View::Day, tr!(board.as_axis), wide),
            (View::List, tr!(board.as_list), any),
            (View::Map, tr!(map.show), any),
        ];
        let others = all.into_iter().filter(|(view, ..)| *view != shown.get());
        others.map(other).collect_view()
    };
    view! {
        <div class="board-filter" role="search">
            <input
                type="search"
                class="input input-sm"
                placeholder=tr!(board.search)
                aria-label=tr!(board.search)
                prop:value=move || query.with(|query| query.words.clone())
                on:input:target=move |event| {
                    let words = event.target().value();
                    change(Box::new(move |query| query.words = words));
                }
            />
            {select(tr!(board.status), tr!(board.any_status), view! { {statuses} }.into_any(), |query, value| query.status = status_of(value))}
            {select(tr!(board.priority), tr!(board.any_priority), view! { {priorities} }.into_any(), |query, value| query.priority = Priority::from_name(value))}
            {select(tr!(board.technician), tr!(board.anybody), view! { {people} }.into_any(), |query, value| query.whose = Whose::parse(value))}
            {team}
            {other_views}
        </div>
    }
    .into_any()
}

/// Whether the board is live, and of when it is if not.
fn board_status(board: Board, query: Memo<BoardQuery>) -> impl IntoView {
    let count = Memo::new(move |_| {
        board
            .state
            .with(|state| state.as_ref().map(|state| state.jobs.len()))
    });
    let told = move |all: usize| {
        if !query.with(BoardQuery::is_narrow) {
            return jobs(all);
        }
        let teams = board.teams();
        let found = board.state.with(|state| {
            let found = state.iter().flat_map(|state| &state.jobs);
            query.with(|query| found.filter(|job| query.finds(job, &teams)).count())
        });
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
            notice(Tone::Warning, view! { <p>{trouble_text(&trouble)}</p> }.into_any())
        })}
    }
}
