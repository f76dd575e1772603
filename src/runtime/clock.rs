//! The time on the screen: a tick that ages and days follow.
//!
//! Owns [`Clock`]. What is shown is by the server's clock, as far as the phone can tell: `live` corrects it with every
//! tick and every contact, so that a wrong clock, or one that is set right, hides no day and makes nothing older. The
//! day comes from the company's zone.

use super::engine::EngineHandle;
use crate::signal::RwSignal;
use afield_domain::Timestamp;
use afield_platform::{connectivity, timer};
use leptos::prelude::*;

const TICK_MS: u32 = 20_000;

/// The time, coarse enough to draw by.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    wall: RwSignal<Timestamp>,
    now: RwSignal<Timestamp>,
}

/// Starts the tick and puts it in the context. Once, in `app`.
pub fn provide_clock(engine: EngineHandle) -> Clock {
    let clock = Clock::at(engine.now());
    let tick = move || clock.tick(engine);
    timer::every_ms(TICK_MS, tick);
    connectivity::on_visible(tick);
    provide_context(clock);
    clock
}

/// The clock of this page's context.
pub fn use_clock() -> Clock {
    use_context().unwrap_or_else(|| Clock::at(Timestamp(0)))
}

impl Clock {
    fn at(wall: Timestamp) -> Self {
        Self {
            wall: RwSignal::new(wall),
            now: RwSignal::new(wall),
        }
    }

    fn tick(self, engine: EngineHandle) {
        let wall = engine.now();
        self.wall.set(wall);
        // As long as nobody can correct it.
        if !engine.is_open() {
            self.now.set(wall);
        }
    }

    /// The time by the server's clock; tracks.
    pub fn now(self) -> Timestamp {
        self.now.get()
    }

    /// The time by this device's clock, for what was noted by it (the last pass, the next one); tracks the tick.
    pub fn wall(self) -> Timestamp {
        self.wall.get()
    }

    /// Says what time it is by the server's clock. What is less than half a tick nobody sees.
    pub fn correct(self, server_now: Timestamp) {
        let shown = self.now.get_untracked();
        if server_now.since(shown).unsigned_abs() >= u64::from(TICK_MS / 2) {
            self.now.set(server_now);
        }
    }
}
