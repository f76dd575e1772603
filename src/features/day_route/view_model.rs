//! The route of a day: its stops in order, how far apart they are, and which one comes next.
//!
//! Owns what the page shows. Pure: the zone and the language are arguments.

use crate::shared::job_rows::JobRow;
use crate::shared::job_rows::property_of;
use crate::shared::travel::{road_m, travel_min};
use afield_domain::time::Day;
use afield_domain::{JobStatus, Language, Position, Property, Route, RouteId};
use afield_sync::Projection;

/// What the page of a route shows.
#[derive(Debug, Clone, PartialEq)]
pub struct RouteView {
    /// What people call it.
    pub name: String,
    /// Its day, written out.
    pub day: String,
    /// Where it begins, in words; may be empty.
    pub start: String,
    /// Where it begins, if known.
    pub start_position: Option<Position>,
    /// Its stops, in order.
    pub stops: Vec<Stop>,
    /// The whole way by road, in metres: an estimate, of the stops whose place is known.
    pub total_m: u32,
    /// How many stops are done or called off.
    pub closed: usize,
}

/// A stop of the route.
#[derive(Debug, Clone, PartialEq)]
pub struct Stop {
    /// Its number on the drawing, from 1.
    pub number: usize,
    /// The job that is done there.
    pub row: JobRow,
    /// Where it stands in the day.
    pub state: StopState,
    /// The place, for the phone's navigation.
    pub property: Option<Property>,
    /// The way by road from the stop before, in metres, if both places are known.
    pub way_m: Option<u32>,
}

impl Stop {
    /// Where it is, if known.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        self.property.as_ref()?.position
    }
}

/// Where a stop stands in the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StopState {
    /// Finished or cancelled.
    Done,
    /// In hand, or the next one.
    Current,
    /// Still to come.
    Ahead,
}

impl RouteView {
    /// How many stops have no place on the drawing.
    #[must_use]
    pub fn without_place(&self) -> usize {
        let without = |stop: &&Stop| stop.position().is_none();
        self.stops.iter().filter(without).count()
    }

    /// Minutes of driving in all: an estimate.
    #[must_use]
    pub fn total_min(&self) -> u32 {
        let ways = self.stops.iter().filter_map(|stop| stop.way_m);
        ways.map(travel_min).sum()
    }
}

/// The page of `id`; none if the route is not on this phone. `rows` are its jobs, by start.
#[must_use]
pub fn route_view(
    projection: &Projection,
    rows: Vec<JobRow>,
    language: Language,
    id: RouteId,
) -> Option<RouteView> {
    let route = projection.route(id)?;
    let mut stops = Vec::new();
    let mut total_m: u32 = 0;
    let mut last = route.position;
    for row in rows {
        let property = property_of(projection, &row);
        let position = property.as_ref().and_then(|property| property.position);
        // Nobody drives to a job that was called off.
        let is_on_way = row.status != JobStatus::Cancelled;
        let way_m = match (last, position) {
            (Some(from), Some(to)) if is_on_way => Some(road_m(from, to)),
            _ => None,
        };
        total_m = total_m.saturating_add(way_m.unwrap_or(0));
        if is_on_way {
            last = position.or(last);
        }
        stops.push(Stop {
            number: stops.len() + 1,
            state: StopState::Ahead,
            row,
            property,
            way_m,
        });
    }
    mark_states(&mut stops);
    Some(RouteView {
        closed: stops
            .iter()
            .filter(|stop| stop.state == StopState::Done)
            .count(),
        day: day_text(route, language),
        name: route.name.clone(),
        start: route.start.clone(),
        start_position: route.position,
        total_m,
        stops,
    })
}

/// The route's day, written out; as it stands if it is no day.
#[must_use]
pub fn day_text(route: &Route, language: Language) -> String {
    match route.day.parse::<Day>() {
        Ok(day) => day.long(language),
        Err(_) => route.day.clone(),
    }
}

/// The current stop is the one in hand, else the first that is open.
fn mark_states(stops: &mut [Stop]) {
    let is_open = |stop: &Stop| stop.row.status.is_open();
    let in_hand = |stop: &Stop| is_open(stop) && stop.row.status != JobStatus::Scheduled;
    let current = stops.iter().position(in_hand);
    let current = current.or_else(|| stops.iter().position(is_open));
    for (at, stop) in stops.iter_mut().enumerate() {
        stop.state = match stop.row.status.is_open() {
            _ if Some(at) == current => StopState::Current,
            true => StopState::Ahead,
            false => StopState::Done,
        };
    }
}

#[cfg(test)]
#[path = "view_model_tests.rs"]
mod tests;
