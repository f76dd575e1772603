//! The route of a day: the drawing, and its stops in order.

use super::drawing::drawing;
use super::map::route_map;
use super::view_model::{RouteView, Stop, StopState, route_view};
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::live::Live;
use crate::runtime::session::{Account, use_session};
use crate::shared::badge::{priority_badge, status_badge, unsent_mark};
use crate::shared::expired::hidden;
use crate::shared::job_rows::route_rows;
use crate::shared::map_link::navigate_link;
use crate::shared::names::numbered;
use crate::shared::travel::distance_text;
use crate::shared::travel_labels::{minutes_text, way_text};
use crate::texts::language;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::list::For;
use crate::ui::parts::{empty, heading, skeleton};
use crate::view::view;
use afield_domain::RouteId;
use leptos::prelude::*;
use std::sync::Arc;

/// The page of a day's route.
pub fn route_page(account: Arc<Account>, live: Live, id: RouteId) -> AnyView {
    let view = Memo::new(move |_| {
        live.projection.with(|projection| {
            let rows = route_rows(projection, projection.entries(), &account.zone, id);
            route_view(projection, rows, language(), id)
        })
    });
    let is_here = Memo::new(move |_| view.with(Option::is_some));
    view! {
        <a class="back" href=Route::Today.href()>{icon(Icon::Left)} {tr!(pages.today)}</a>
        {move || match (is_here.get(), live.loaded.get()) {
            (true, _) => here(view),
            (false, false) => view! { {heading(tr!(pages.route))} {skeleton(5)} }.into_any(),
            (false, true) if live.hidden.get() => {
                view! { {heading(tr!(pages.route))} {hidden()} }.into_any()
            }
            (false, true) => {
                view! {
                    {heading(tr!(pages.route))}
                    {empty(Icon::Search, tr!(route.missing), tr!(route.missing_hint, days = use_session().window_days()))}
                }
                .into_any()
            }
        }}
    }
    .into_any()
}

fn here(view: Memo<Option<RouteView>>) -> AnyView {
    let of = move |read: fn(&RouteView) -> String| {
        move || view.with(|view| view.as_ref().map(read).unwrap_or_default())
    };
    let picture = Memo::new(move |_| view.with(|view| drawing(view.as_ref()?)));
    let stops = move || {
        view.with(|view| {
            view.as_ref()
                .map(|view| view.stops.clone())
                .unwrap_or_default()
        })
    };
    let start = Memo::new(move |_| of(|view| view.start.clone())());
    view! {
        {heading(of(|view| view.name.clone()))}
        <p class="tags mb-4">
            <span>{of(|view| view.day.clone())}</span>
            <span class="muted">{of(summary)}</span>
        </p>
        <div class="route-grid">
            <div class="route-side">
                {move || match picture.get() {
                    Some(drawing) => route_map(drawing, tr!(route.map).to_owned()),
                    None => view! { <p class="card pad muted">{tr!(route.no_map)}</p> }.into_any(),
                }}
                <p class="muted" role="note">{of(not_drawn)}</p>
            </div>
            <ol class="card list stops" aria-label=tr!(route.stops)>
                {move || {
                    let start = start.get();
                    (!start.is_empty()).then(|| view! {
                        <li class="row stop">
                            <span class="stop-number stop-start" aria-hidden="true"></span>
                            <p><span class="muted">{tr!(route.start)}</span> " " {start}</p>
                        </li>
                    })
                }}
                <For each=stops key=stop_key let(stop)>
                    {stop_row(stop)}
                </For>
            </ol>
        </div>
    }
    .into_any()
}

// A place changes so seldom that its words say it.
fn stop_key(stop: &Stop) -> impl std::hash::Hash + Eq + 'static + use<> {
    (
        stop.number,
        stop.row.clone(),
        stop.state,
        stop.way_m,
        stop.position().is_some(),
    )
}

fn summary(view: &RouteView) -> String {
    let done = tr!(today.done, closed = view.closed, all = view.stops.len());
    if view.total_m == 0 {
        return done;
    }
    let (distance, time) = (
        distance_text(view.total_m, language()),
        minutes_text(view.total_min()),
    );
    let total = tr!(route.total, distance = distance, time = time);
    format!("{done} · {total}")
}

fn not_drawn(view: &RouteView) -> String {
    match view.without_place() {
        0 => String::new(),
        1 => tr!(route.not_drawn_one).to_owned(),
        count => tr!(route.not_drawn, count = count),
    }
}

fn stop_row(stop: Stop) -> AnyView {
    let (class, state) = match stop.state {
        StopState::Done => ("row stop stop-done", tr!(route.stop_done)),
        StopState::Current => ("row stop stop-current", tr!(route.stop_current)),
        StopState::Ahead => ("row stop", ""),
    };
    let number = match stop.state {
        StopState::Done => icon(Icon::Check).into_any(),
        StopState::Current | StopState::Ahead => stop.number.into_any(),
    };
    let way = stop.way_m.map(|way| {
        view! { <p class="stop-way">{icon(Icon::Van)} {way_text(way)}</p> }
    });
    let is_drawn = stop.position().is_some();
    let row = stop.row;
    let name = numbered(&row.number, &row.title);
    let navigate = stop
        .property
        .map(|property| navigate_link(&property, &name));
    view! {
        <li class=class aria-current=(stop.state == StopState::Current).then_some("step")>
            {way}
            <span class="stop-number" aria-hidden="true">{number}</span>
            <div class="stop-main">
                <a class="stop-link" href=Route::Job(row.id).href()>
                    <span class="sr-only">{format!("{}. {state}", stop.number)}</span>
                    <span class="next-time">{row.starts_at} " – " {row.ends_at}</span>
                    <span class="job-title">{row.title}</span>
                    <span class="job-place">{row.address}</span>
                    <span class="job-place">{row.customer}</span>
                </a>
                <p class="tags">
                    {status_badge(row.status)}
                    {priority_badge(row.priority)}
                    {(row.marks.unsent > 0).then(unsent_mark)}
                    <span class="job-number">{row.number}</span>
                    {(!is_drawn).then(|| view! { <span class="tag">{tr!(route.no_place)}</span> })}
                </p>
                {navigate}
            </div>
        </li>
    }
    .into_any()
}
