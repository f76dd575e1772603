//! The drawing of a route, on the screen. What it shows stands in the list beside it too.

use super::drawing::{Drawing, FRAME, Mark};
use super::view_model::StopState;
use crate::shared::sketch::{Scale, Spot};
use crate::shared::travel::distance_text;
use crate::texts::language;
use crate::tr;
use crate::view::view;
use leptos::prelude::*;

const MARK: i32 = 12;

/// The drawing, called `label`.
pub(super) fn route_map(drawing: Drawing, label: String) -> AnyView {
    view! {
        <figure class="card route-map">
            <svg viewBox=format!("0 0 {} {}", FRAME.width, FRAME.height) role="img" aria-label=label>
                <polyline class="route-line" points=points(&drawing.line)></polyline>
                <polyline class="route-line route-line-done" points=points(&drawing.done_line)></polyline>
                {drawing.start.map(start)}
                {drawing.marks.into_iter().map(mark).collect_view()}
                {scale(drawing.scale)}
            </svg>
            <figcaption class="muted">{tr!(route.map_hint)}</figcaption>
        </figure>
    }
    .into_any()
}

fn points(line: &[Spot]) -> String {
    let points: Vec<String> = line.iter().map(|at| format!("{},{}", at.x, at.y)).collect();
    points.join(" ")
}

fn start(at: Spot) -> AnyView {
    let side = MARK - 3;
    view! {
        <rect
            class="route-start"
            x=(at.x - side).to_string()
            y=(at.y - side).to_string()
            width=(2 * side).to_string()
            height=(2 * side).to_string()
            rx="3"
        ></rect>
    }
    .into_any()
}

fn mark(mark: Mark) -> AnyView {
    let class = match mark.state {
        StopState::Done => "route-mark route-mark-done",
        StopState::Current => "route-mark route-mark-current",
        StopState::Ahead => "route-mark",
    };
    let Spot { x, y } = mark.at;
    let sign = match mark.state {
        StopState::Done => {
            let tick = format!("M{} {y}l4 4 7 -8", x - 5);
            view! { <path class="route-tick" d=tick></path> }.into_any()
        }
        StopState::Current | StopState::Ahead => {
            let below = (y + 4).to_string();
            view! { <text x=x.to_string() y=below text-anchor="middle">{mark.number}</text> }
                .into_any()
        }
    };
    let ring = (mark.state == StopState::Current).then(|| {
        let radius = (MARK + 4).to_string();
        view! { <circle class="route-ring" cx=x.to_string() cy=y.to_string() r=radius></circle> }
    });
    view! {
        <g class=class>
            {ring}
            <circle cx=x.to_string() cy=y.to_string() r=MARK.to_string()></circle>
            {sign}
        </g>
    }
    .into_any()
}

fn scale(scale: Scale) -> AnyView {
    let (left, bottom) = (12, FRAME.height - 8);
    let right = left + scale.length;
    let bar = format!("M{left} {}v4H{right}v-4", bottom - 4);
    view! {
        <g class="route-scale">
            <path d=bar></path>
            <text x=(left + 4).to_string() y=(bottom - 5).to_string()>
                {distance_text(scale.metres, language())}
            </text>
        </g>
    }
    .into_any()
}
