//! The head of the board: which day or week, which jobs of it, and how it is drawn. All of that is its address.

use super::board_query::{BoardQuery, View, Whose, status_name, status_of};
use super::live_board::Board;
use crate::memo::Memo;
use crate::shared::job_rows::near;
use crate::shared::labels::{day_label, priority_label, status_label};
use crate::texts::language;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::view::view;
use afield_domain::time::Day;
use afield_domain::{JobStatus, Priority, User};
use afield_protocol::Team;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// The address of the board as `query`, changed.
pub(super) fn changed(query: &BoardQuery, change: impl FnOnce(&mut BoardQuery)) -> String {
    let mut changed = query.clone();
    change(&mut changed);
    changed.href(leptos_router::location::Url::escape)
}

/// The day or the week, and the ways to others.
pub(super) fn day_picker(today: Memo<Day>, query: Memo<BoardQuery>) -> AnyView {
    let is_week = Memo::new(move |_| query.with(|query| query.view == View::Week));
    let day = Memo::new(move |_| query.with(|query| query.day).unwrap_or_else(|| today.get()));
    let on = move |day: Day| {
        let is_today = day == today.get();
        query.with(|query| changed(query, |query| query.day = (!is_today).then_some(day)))
    };
    let link = move |forward: bool| {
        let days = move || match (is_week.get(), forward) {
            (true, true) => 7,
            (true, false) => -7,
            (false, true) => 1,
            (false, false) => -1,
        };
        let label = move || match (is_week.get(), forward) {
            (true, true) => tr!(board.next_week),
            (true, false) => tr!(board.previous_week),
            (false, true) => tr!(board.next_day),
            (false, false) => tr!(board.previous_day),
        };
        let shape = if forward { Icon::Right } else { Icon::Left };
        view! {
            <a class="btn btn-square" href=move || on(day.get().plus(days())) aria-label=label>
                {icon(shape)}
            </a>
        }
    };
    let name = move || {
        let (day, today) = (day.get(), today.get());
        match is_week.get() {
            true => week_label(day, today),
            false => day_label(near(day, today), day),
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
            {link(false)}
            <span class="day-name">{name}</span>
            {link(true)}
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
    .into_any()
}

/// The week of `day`, from its first to its last day.
fn week_label(day: Day, today: Day) -> String {
    let monday = day.monday();
    let date = |day: Day| day.date_seen_on(today, language());
    format!("{} – {}", date(monday), date(monday.plus(6)))
}

/// What of the day is shown, and how.
pub(super) fn filter_bar(
    board: Board,
    query: Memo<BoardQuery>,
    technicians: Memo<Vec<User>>,
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
    let other_views = move || {
        let shown = query.with(|query| query.view);
        // Without room for the axis a day is a list, and there is no other.
        let day = match shown {
            View::Week | View::Map => (View::Day, tr!(board.as_day), "btn btn-sm board-week"),
            _ => (View::Day, tr!(board.as_axis), "btn btn-sm board-view"),
        };
        let all = [
            day,
            (View::List, tr!(board.as_list), "btn btn-sm board-view"),
            (View::Week, tr!(board.as_week), "btn btn-sm board-week"),
            (View::Map, tr!(map.show), "btn btn-sm board-week"),
        ];
        let others = all.into_iter().filter(|(view, ..)| *view != shown);
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
