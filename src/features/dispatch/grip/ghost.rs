//! How it is seen and heard that a block is carried.
//!
//! Owns the ghost, which stands where the block would land, and the line that says so. Must never decide where that is.

use super::super::moving::block_id;
use super::Grip;
use crate::memo::Memo;
use crate::view::view;
use afield_domain::JobId;
use leptos::prelude::*;

/// The ghost of what is carried, and what is said of it.
pub(in crate::features::dispatch) fn ghost(grip: Grip) -> AnyView {
    let place = Memo::new(move |_| {
        let to = grip
            .carried
            .with(|carried| carried.as_ref().map(|carried| carried.to))?;
        let scale = grip.scale.get()?;
        grip.rows.track();
        let (ground, _) = grip.measure()?;
        let (left, top, width) = ground.place_on(scale, to, &grip.board.zone());
        let is_right = left > ground.left + ground.width / 2.0;
        Some((left, top, width, is_right, grip.spot_text(to)))
    });
    let drawn = move || place.with(Option::is_some);
    let transform = move || {
        place.with(|place| match place {
            Some((left, top, ..)) => format!("translate({}px, {}px)", pixels(*left), pixels(*top)),
            None => String::new(),
        })
    };
    let width = move || {
        let width = place.with(|place| place.as_ref().map_or(0.0, |place| place.2));
        format!("{}px", pixels(width))
    };
    let is_right = move || place.with(|place| place.as_ref().is_some_and(|place| place.3));
    let text = move || place.with(|place| place.as_ref().map(|place| place.4.clone()));
    view! {
        <div
            class="axis-ghost"
            aria-hidden="true"
            hidden=move || !drawn()
            style:transform=transform
            style:width=width
        >
            <span class="axis-ghost-text" class:axis-ghost-right=is_right>{text}</span>
        </div>
    }
}

/// In whole pixels: what prints a fraction would be a tenth of the board.
fn pixels(length: f64) -> i64 {
    length.round() as i64
}

/// What is said about carrying: seen and heard.
pub(in crate::features::dispatch) fn said(grip: Grip) -> AnyView {
    view! { <p class="axis-said" role="status">{move || grip.said.get()}</p> }
}

/// The block of what is carried is seen as carried.
pub(super) fn mark(job: JobId, is_carried: bool) {
    if let Some(block) = document().get_element_by_id(&block_id(job)) {
        let _ = match is_carried {
            true => block.set_attribute("data-carried", ""),
            false => block.remove_attribute("data-carried"),
        };
    }
}
