//! The time on the screen: a tick that ages and days follow.
//!
//! Owns [`Clock`]. The time itself comes from the platform; the day comes from the company's zone.

use super::engine::EngineHandle;
use afield_domain::Timestamp;
use afield_platform::{connectivity, timer};
use leptos::prelude::*;

const TICK_MS: u32 = 20_000;

/// The time, coarse enough to draw by.
#[derive(Debug, Clone, Copy)]
pub struct Clock(RwSignal<Timestamp>);

/// Starts the tick and puts it in the context. Once, in `app`.
pub fn provide_clock(engine: EngineHandle) -> Clock {
    let clock = Clock(RwSignal::new(engine.now()));
    timer::every_ms(TICK_MS, move || clock.0.set(engine.now()));
    connectivity::on_visible(move || clock.0.set(engine.now()));
    provide_context(clock);
    clock
}

/// The clock of this page's context.
pub fn use_clock() -> Clock {
    use_context().unwrap_or(Clock(RwSignal::new(Timestamp(0))))
}

impl Clock {
    /// The time; tracks the tick.
    pub fn now(self) -> Timestamp {
        self.0.get()
    }
}
