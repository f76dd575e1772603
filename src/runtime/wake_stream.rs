//! The server's word that there is something to pull: what the office does is on an open phone a moment later.
//!
//! Owns the stream of a page that is seen. It opens when a pass has come through, and goes when the page is left, the
//! session ends or the line breaks; the next pass that comes through opens another. Must never pull by itself: it tells
//! the driver.

use super::sync_status::{SyncState, set_if_new};
use afield_domain::Timestamp;
use afield_platform::{connectivity, events, timer};
use afield_protocol::paths;
use afield_sync::driver::Event;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::any::Any;

/// What a stream must have lived, in milliseconds, so that its end is answered with a pass of its own. One that never
/// lives so long belongs to a server or a proxy that has no use for it: the usual passes are enough.
const STEADY_MS: i64 = 60_000;
/// How long after the end of a stream, in milliseconds: when a server starts anew, not all phones come at once.
const AGAIN_MS: (u32, u32) = (2_000, 10_000);

/// How long no other is opened after one that was not steady.
const REST_MS: u64 = 120_000;

/// The same where the company works live: there the next one is opened as soon as may be.
const STEADY_LIVE_MS: i64 = 5_000;
const REST_LIVE_MS: u64 = 10_000;

/// The stream.
#[derive(Debug, Clone, Copy)]
pub(super) struct WakeStream {
    sync: SyncState,
    /// None while it is closed.
    open: StoredValue<Option<Box<dyn Any>>, LocalStorage>,
    /// When the last one ended that was not steady.
    failed: StoredValue<Option<Timestamp>>,
}

impl WakeStream {
    pub(super) fn new(sync: SyncState) -> Self {
        Self {
            sync,
            open: StoredValue::new_local(None),
            failed: StoredValue::new(None),
        }
    }

    pub(super) fn close(self) {
        set_if_new(self.sync.streaming, false);
        self.open.set_value(None);
    }

    /// The network is back: it was what broke the last one, and no reason to wait.
    pub(super) fn forgive(self) {
        self.failed.set_value(None);
    }

    /// Opens it, unless it is open or nobody looks at the page. `tell` tells the driver, `now` is the time.
    pub(super) fn open(
        self,
        tell: impl Fn(Event) + Copy + 'static,
        now: impl Fn() -> Timestamp + 'static,
    ) {
        let (steady_ms, rest_ms) = if self.sync.holding.get_untracked().is_all() {
            (STEADY_MS, REST_MS)
        } else {
            (STEADY_LIVE_MS, REST_LIVE_MS)
        };
        let rests = |failed: Timestamp| now().since(failed).unsigned_abs() < rest_ms;
        let is_open = self.open.with_value(Option::is_some);
        if is_open || !connectivity::is_seen() || self.failed.get_value().is_some_and(rests) {
            return;
        }
        let opened = StoredValue::new(None);
        let stream = events::open(
            paths::WAKE,
            move |_| tell(Event::OfficeChanged),
            move |is_open| {
                set_if_new(self.sync.streaming, is_open);
                if is_open {
                    opened.set_value(Some(now()));
                    // What came between the pass and the stream.
                    tell(Event::OfficeChanged);
                } else {
                    let now = now();
                    let lived = opened.get_value().map(|at| now.since(at));
                    let was_steady = lived.is_some_and(|ms| ms >= steady_ms);
                    self.failed.set_value((!was_steady).then_some(now));
                    spawn_local(self.end(tell, was_steady));
                }
            },
        );
        self.open.set_value(Some(Box::new(stream)));
    }

    /// Not from inside the stream's own handler, which would end with it.
    async fn end(self, tell: impl Fn(Event), was_steady: bool) {
        self.close();
        if was_steady {
            timer::sleep_between_ms(AGAIN_MS.0, AGAIN_MS.1).await;
            tell(Event::Ticked);
        }
    }
}
