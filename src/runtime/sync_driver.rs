//! When the page makes a pass: start, save, network back, seen again, every two minutes, after a
//! back-off, and when somebody asks.
//!
//! Owns the triggers; one pass at a time. The worker has its own. Must never decide what is sent.

use super::engine::EngineHandle;
use super::sync_status::{SyncState, set_if_new};
use afield_domain::Timestamp;
use afield_platform::{api, connectivity, timer};
use afield_protocol::worker_message::Notice;
use afield_sync::{SyncReport, Trigger};
use leptos::prelude::*;
use leptos::task::spawn_local;

const EVERY_MS: u32 = 120_000;
// Another tab or the worker was at it: it may have died, then its lease is stale by then.
const AFTER_BUSY_MS: u32 = 20_000;

/// Wakes the engine.
#[derive(Debug, Clone, Copy)]
pub struct SyncDriver {
    engine: EngineHandle,
    sync: SyncState,
    wanted: StoredValue<Option<Trigger>>,
    running: StoredValue<bool>,
    turned_away: StoredValue<bool>,
    alarm: StoredValue<Option<Timestamp>>,
}

/// Makes the driver and puts it in the context. Once, in `app`.
pub fn provide_sync_driver(engine: EngineHandle, sync: SyncState) -> SyncDriver {
    let driver = SyncDriver {
        engine,
        sync,
        wanted: StoredValue::new(None),
        running: StoredValue::new(false),
        turned_away: StoredValue::new(false),
        alarm: StoredValue::new(None),
    };
    provide_context(driver);
    driver
}

/// The driver of this page's context; none before it is provided.
pub fn use_sync_driver() -> Option<SyncDriver> {
    use_context()
}

impl SyncDriver {
    /// Listens to the network, to being seen and to the clock. Once, in `app`.
    pub fn listen(self) {
        connectivity::on_change(move |online| {
            set_if_new(self.sync.online, online);
            if online {
                self.wake(Trigger::Online);
            }
        });
        connectivity::on_visible(move || self.wake(Trigger::Visible));
        timer::every_ms(EVERY_MS, move || self.wake(Trigger::Timer));
    }

    /// Another tab or the worker has ended its pass: what was turned away meanwhile goes on.
    pub fn hear(self, notice: &Notice) {
        if *notice == Notice::SyncEnded && self.turned_away.get_value() {
            self.turned_away.set_value(false);
            self.wake(Trigger::Timer);
        }
    }

    /// Makes a pass soon: now, or right after the one under way.
    pub fn wake(self, trigger: Trigger) {
        // What forgets the back-off must not be forgotten for a trigger that does not.
        let is_weaker = |known: Trigger| known.resets_backoff() && !trigger.resets_backoff();
        self.wanted.update_value(|wanted| {
            if !wanted.is_some_and(is_weaker) {
                *wanted = Some(trigger);
            }
        });
        if self.running.get_value() {
            return;
        }
        self.running.set_value(true);
        spawn_local(async move {
            while let Some(trigger) = self.wanted.try_update_value(Option::take).flatten() {
                self.run_once(trigger).await;
            }
            self.running.set_value(false);
        });
    }

    async fn run_once(self, trigger: Trigger) {
        let Some(engine) = self.engine.get() else {
            return;
        };
        let report = engine.run_sync(trigger).await;
        set_if_new(self.sync.update_needed, api::is_update_needed());
        match report {
            Ok(SyncReport::Busy) => {
                self.turned_away.set_value(true);
                self.wake_in(AFTER_BUSY_MS);
            }
            Ok(SyncReport::NotBefore(at)) => self.wake_at(at),
            Ok(SyncReport::Passed { .. }) => {
                let next = self.load_next_try().await;
                if let Some(at) = next {
                    self.wake_at(at);
                }
            }
            Ok(SyncReport::SignedOut | SyncReport::SignInNeeded) => {}
            // Fenced, or the database failed: the two-minute timer tries again.
            Err(error) => leptos::logging::warn!("a sync pass ended early: {error}"),
        }
    }

    async fn load_next_try(self) -> Option<Timestamp> {
        use afield_sync::OutboxStore;
        let view = self
            .engine
            .get()?
            .outbox
            .load(afield_sync::Read::Meta)
            .await;
        view.ok()?.meta.backoff.not_before
    }

    fn wake_at(self, at: Timestamp) {
        if self.alarm.get_value() == Some(at) {
            return;
        }
        self.alarm.set_value(Some(at));
        let wait = at.since(self.engine.now()).clamp(0, i64::from(EVERY_MS));
        self.wake_in(u32::try_from(wait).unwrap_or(EVERY_MS));
    }

    fn wake_in(self, ms: u32) {
        spawn_local(async move {
            timer::sleep_ms(ms.saturating_add(50)).await;
            self.wake(Trigger::Timer);
        });
    }
}
