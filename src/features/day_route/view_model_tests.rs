//! Tests of the route's view model.

use super::*;
use crate::samples::day_route::{ROUTE, with_route};
use crate::shared::job_rows::route_rows;
use JobStatus::{Cancelled, Finished, Scheduled, Started};
use afield_domain::Zone;

fn view(statuses: [JobStatus; 3]) -> RouteView {
    let projection = with_route(statuses);
    let rows = route_rows(&projection, &[], &Zone::utc(), ROUTE);
    route_view(&projection, rows, Language::English, ROUTE).unwrap()
}

fn states(statuses: [JobStatus; 3]) -> Vec<StopState> {
    view(statuses).stops.iter().map(|stop| stop.state).collect()
}

#[test]
fn the_stops_rise_by_start_and_know_their_way() {
    let view = view([Scheduled; 3]);
    assert_eq!(
        (view.name.as_str(), view.day.as_str()),
        ("North", "Friday, 15 January")
    );
    let stops: Vec<(usize, &str, Option<u32>)> = view
        .stops
        .iter()
        .map(|stop| (stop.number, stop.row.number.as_str(), stop.way_m))
        .collect();
    let way = Some(13_009);
    assert_eq!(stops, [(1, "J-1", way), (2, "J-2", way), (3, "J-3", None)]);
    assert_eq!(
        (view.total_m, view.total_min(), view.without_place()),
        (26_018, 54, 1)
    );
}

#[test]
fn nobody_drives_to_a_job_that_was_called_off() {
    let view = view([Cancelled, Scheduled, Scheduled]);
    let ways: Vec<Option<u32>> = view.stops.iter().map(|stop| stop.way_m).collect();
    assert_eq!(ways, [None, Some(26_019), None]);
    assert_eq!((view.total_m, view.closed), (26_019, 1));
}

#[test]
fn the_current_stop_is_the_one_in_hand_else_the_first_open_one() {
    use StopState::{Ahead, Current, Done};
    assert_eq!(states([Scheduled; 3]), [Current, Ahead, Ahead]);
    assert_eq!(
        states([Scheduled, Started, Scheduled]),
        [Ahead, Current, Ahead]
    );
    assert_eq!(
        states([Finished, Scheduled, Scheduled]),
        [Done, Current, Ahead]
    );
    assert_eq!(states([Finished, Cancelled, Finished]), [Done; 3]);
}

#[test]
fn a_route_that_is_not_here_has_no_page() {
    let projection = with_route([Scheduled; 3]);
    let other = RouteId(uuid::Uuid::from_u128(1));
    assert_eq!(
        route_view(&projection, Vec::new(), Language::English, other),
        None
    );
}
