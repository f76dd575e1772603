//! The server's word that there is something to pull: what the office does is on an open phone a moment later.
//!
//! Owns the stream of a page that is seen. It opens when a pass has come through, and goes when the page is left, the
//! session ends or the line breaks; the next pass that comes through opens another. Must never pull by itself: it tells
//! the driver.

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

/// The stream; none while it is closed.
#[derive(Debug, Clone, Copy)]
pub(super) struct WakeStream(StoredValue<Option<Box<dyn Any>>, LocalStorage>);

impl Default for WakeStream {
    fn default() -> Self {
        Self(StoredValue::new_local(None))
    }
}

impl WakeStream {
    pub(super) fn close(self) {
        self.0.set_value(None);
    }

    /// Opens it, unless it is open or nobody looks at the page. `tell` tells the driver, `now` is the time.
    pub(super) fn open(
        self,
        tell: impl Fn(Event) + Copy + 'static,
        now: impl Fn() -> Timestamp + 'static,
    ) {
        if self.0.with_value(Option::is_some) || !connectivity::is_seen() {
            return;
        }
        let opened = StoredValue::new(None);
        let stream = events::open(
            paths::WAKE,
            move |_| tell(Event::OfficeChanged),
            move |is_open| {
                if is_open {
                    opened.set_value(Some(now()));
                    // What came between the pass and the stream.
                    tell(Event::OfficeChanged);
                } else {
                    let lived = opened.get_value().map(|at| now().since(at));
                    spawn_local(self.end(tell, lived.is_some_and(|ms| ms >= STEADY_MS)));
                }
            },
        );
        self.0.set_value(Some(Box::new(stream)));
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
