//! The day's line on the screen.

use super::timeline::{Late, Piece};
use crate::memo::Memo;
use crate::runtime::clock::use_clock;
use crate::shared::job_row::{JobRowTexts, job_row};
use crate::shared::job_rows::JobRow;
use crate::shared::travel_labels::{minutes_text, way_text};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::list::For;
use crate::view::view;
use afield_domain::{JobId, JobStatus, Zone};
use leptos::prelude::*;

/// The pieces, each with the job that it leads to: that tells two pauses of the same length apart.
fn anchored(pieces: &[Piece]) -> Vec<(Option<JobId>, Piece)> {
    let mut anchor = None;
    let mut list: Vec<_> = pieces
        .iter()
        .rev()
        .map(|piece| {
            let Piece::Job { row, .. } = piece else {
                return (anchor, piece.clone());
            };
            anchor = Some(row.id);
            // How late it is goes on by itself: a row that is drawn anew each minute would lose the focus.
            let row = row.clone();
            (anchor, Piece::Job { row, late: None })
        })
        .collect();
    list.reverse();
    list
}

/// The first `most` pieces of the line.
pub(super) fn timeline_list(
    pieces: Memo<Vec<Piece>>,
    most: RwSignal<usize>,
    zone: Zone,
) -> AnyView {
    let clock = use_clock();
    let now = Memo::new(move |_| zone.time(clock.now()));
    let list = move || pieces.with(|pieces| anchored(pieces.get(..most.get()).unwrap_or(pieces)));
    view! {
        <ol class="card list timeline" aria-label=tr!(today.day)>
            <For each=list key=Clone::clone let(item)>
                {piece_row(item.1, pieces, now)}
            </For>
        </ol>
    }
    .into_any()
}

fn piece_row(piece: Piece, pieces: Memo<Vec<Piece>>, now: Memo<String>) -> AnyView {
    match piece {
        Piece::Job { row, .. } => {
            let id = row.id;
            let late = Memo::new(move |_| pieces.with(|pieces| late_of(pieces, id)));
            let texts = JobRowTexts {
                mark: Some(late_mark(&row, late)),
                ..JobRowTexts::of(&row)
            };
            job_row(&row, texts)
        }
        Piece::Way { road_m } => between(Icon::Van, "day-between", way_text(road_m)),
        Piece::Free { minutes } => {
            let text = tr!(today.free, time = minutes_text(minutes));
            between(Icon::Clock, "day-between", text)
        }
        Piece::Tight { minutes } => {
            let text = tr!(today.tight, time = minutes_text(minutes));
            between(Icon::Alert, "day-between day-tight", text)
        }
        Piece::Now => {
            let text = move || tr!(today.now, time = now.get());
            view! { <li class="day-now"><span>{text}</span></li> }.into_any()
        }
    }
}

fn late_of(pieces: &[Piece], id: JobId) -> Option<Late> {
    pieces.iter().find_map(|piece| match piece {
        Piece::Job { row, late } if row.id == id => *late,
        _ => None,
    })
}

fn between(shape: Icon, class: &'static str, text: String) -> AnyView {
    view! { <li class=class>{icon(shape)} <span>{text}</span></li> }.into_any()
}

/// The mark of what is late about `row`. A pause is no alarm.
pub(super) fn late_mark(row: &JobRow, late: Memo<Option<Late>>) -> AnyView {
    let ends_at = row.ends_at.clone();
    let class = match row.status {
        JobStatus::Paused => "tag",
        _ => "tag tag-late",
    };
    let mark = move || {
        let text = match late.get()? {
            Late::NotStarted(minutes) => tr!(today.late, time = minutes_text(minutes)),
            Late::PastItsEnd => tr!(today.past_end, time = ends_at),
        };
        Some(view! { <span class=class>{icon(Icon::Alert)} {text}</span> })
    };
    mark.into_any()
}
