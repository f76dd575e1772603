//! How many of the board's rows are drawn.
//!
//! Owns the steps: a company of hundreds must not wait for its last row before it sees the first. Must never leave a row
//! out for good.

use crate::effect::Effect;
use crate::signal::RwSignal;
use leptos::prelude::*;

/// More than a screen shows; so many more come with each frame.
const STEP: usize = 24;

/// How many of the rows are drawn: a screenful at first, with each frame more, until it is all of `count`.
pub(super) fn rows_drawn(count: impl Fn() -> usize + 'static) -> RwSignal<usize> {
    let drawn = RwSignal::new(STEP);
    Effect::new(move |_| {
        let so_far = drawn.get();
        if count() > so_far {
            request_animation_frame(move || {
                drawn.update(|drawn| *drawn = so_far.saturating_add(STEP).max(*drawn));
            });
        }
    });
    drawn
}
