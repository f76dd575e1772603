//! Tests of the drawing.

use super::*;
use crate::features::day_route::view_model::route_view;
use crate::samples::day_route::{ROUTE, with_route};
use crate::shared::job_rows::route_rows;
use JobStatus::{Finished, Scheduled};
use afield_domain::{JobStatus, Language, Zone};

fn route(statuses: [JobStatus; 3]) -> RouteView {
    let projection = with_route(statuses);
    let rows = route_rows(&projection, &[], &Zone::utc(), ROUTE);
    route_view(&projection, rows, Language::English, ROUTE).unwrap()
}

/// The route with its start and stops at these places.
fn placed(start: Option<(f64, f64)>, places: &[Option<(f64, f64)>]) -> RouteView {
    let at = |(latitude, longitude)| Position::new(latitude, longitude);
    let mut route = route([Scheduled; 3]);
    route.start_position = start.and_then(at);
    for (stop, place) in route.stops.iter_mut().zip(places) {
        stop.property.as_mut().unwrap().position = place.and_then(at);
    }
    route
}

fn spot(x: i32, y: i32) -> Spot {
    Spot { x, y }
}

#[test]
fn the_drawing_is_as_large_as_it_can_be_and_north_is_up() {
    let drawing = drawing(&route([Scheduled; 3])).unwrap();
    assert_eq!(drawing.start, Some(spot(200, FRAME.height - FRAME.padding)));
    let marks: Vec<(usize, Spot)> = drawing.marks.iter().map(|m| (m.number, m.at)).collect();
    assert_eq!(marks, [(1, spot(200, 160)), (2, spot(200, FRAME.padding))]);
    // 20 km are drawn over 252 units.
    assert_eq!(
        drawing.scale,
        Scale {
            metres: 10_000,
            length: 125
        }
    );
}

#[test]
fn the_way_that_is_done_and_the_way_ahead_meet() {
    let check = |statuses, done: usize, ahead: usize| {
        let drawing = drawing(&route(statuses)).unwrap();
        assert_eq!((drawing.done_line.len(), drawing.line.len()), (done, ahead));
        if done > 0 && ahead > 0 {
            assert_eq!(drawing.done_line.last(), drawing.line.first());
        }
    };
    check([Scheduled; 3], 0, 3);
    check([Finished, Scheduled, Scheduled], 2, 2);
    check([Finished, Finished, Scheduled], 3, 0);
}

#[test]
fn one_place_or_the_same_place_twice_is_drawn_too() {
    let here = Some((48.0, 11.0));
    let one = drawing(&placed(None, &[here, None, None])).unwrap();
    assert_eq!(one.marks.len(), 1);
    assert_eq!(one.marks.first().map(|mark| mark.at), Some(spot(200, 160)));
    assert!(one.line.is_empty() && one.scale.metres == 100);
    let same = drawing(&placed(here, &[here, here, None])).unwrap();
    let mut spots: Vec<Spot> = same.marks.iter().map(|mark| mark.at).collect();
    spots.extend(same.start);
    for (at, one) in spots.iter().enumerate() {
        for other in spots.iter().skip(at + 1) {
            let apart = (one.x - other.x).abs().max((one.y - other.y).abs());
            assert!(apart >= APART, "{one:?} {other:?}");
        }
    }
}

#[test]
fn every_mark_is_inside_wherever_on_earth() {
    for (start, places) in [
        ((48.0, 11.0), [(48.001, 11.5), (47.999, 10.5), (48.0, 11.0)]),
        (
            (-33.8, 151.2),
            [(-33.9, 151.2), (-33.8, 151.3), (-33.7, 151.1)],
        ),
        (
            (0.0, 179.99),
            [(0.01, -179.99), (0.0, 179.98), (0.02, 180.0)],
        ),
        ((89.9, 0.0), [(89.8, 90.0), (89.7, -90.0), (90.0, 0.0)]),
    ] {
        let drawing = drawing(&placed(Some(start), &places.map(Some))).unwrap();
        assert_eq!(drawing.marks.len(), 3);
        for at in drawing
            .marks
            .iter()
            .map(|mark| mark.at)
            .chain(drawing.start)
        {
            assert!(FRAME.holds(at, 0), "{at:?}");
        }
        assert!((1..=FRAME.width / 3 + 1).contains(&drawing.scale.length));
    }
}

#[test]
fn without_a_place_there_is_no_drawing() {
    assert_eq!(drawing(&placed(None, &[None, None, None])), None);
}
