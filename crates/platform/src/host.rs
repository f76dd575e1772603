//! The engine's host in a browser: clock, ids, chance, locks, notices.
//!
//! Owns [`BrowserHost`], the same in page and worker.

use crate::connectivity;
use crate::lock::{WebLock, try_web_lock};
use crate::notices::Sender;
use crate::timer::steady_ms;
use afield_domain::Timestamp;
use afield_protocol::worker_message::Notice;
use afield_sync::clock::slept_ms;
use afield_sync::{Host, Reading};
use std::cell::Cell;
use std::rc::Rc;
use uuid::Uuid;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    fn get_random_values(bytes: &mut [u8]);
}

/// A page or a worker.
#[derive(Debug, Clone)]
pub struct BrowserHost {
    holder: Rc<str>,
    sender: Sender,
    clocks: Rc<Clocks>,
    wanted: Rc<Cell<bool>>,
}

impl BrowserHost {
    /// This page has a reason for another pass, or no longer.
    pub fn set_wanted(&self, wanted: bool) {
        self.wanted.set(wanted);
    }

    /// A host whose leases carry `kind` ("page" or "worker") and a mark of this context.
    #[must_use]
    pub fn new(kind: &str) -> Self {
        let mark = random_bytes()
            .iter()
            .take(3)
            .fold(String::new(), |mark, byte| mark + &format!("{byte:02x}"));
        Self {
            holder: format!("{kind}-{mark}").into(),
            sender: Sender::default(),
            clocks: Clocks::begin(),
            wanted: Rc::default(),
        }
    }
}

/// The clock on the wall and a steady one, since this context began.
#[derive(Debug)]
struct Clocks {
    began: Ticks,
    /// When the page was last seen to be in sight, or to leave it.
    seen: Cell<Ticks>,
    /// How long it has slept while the steady clock stood still, in milliseconds.
    slept: Cell<i64>,
}

/// Both clocks at one moment, in milliseconds.
#[derive(Debug, Clone, Copy)]
struct Ticks {
    wall: i64,
    steady: i64,
}

impl Ticks {
    fn now() -> Self {
        Self {
            wall: js_sys::Date::now() as i64,
            steady: steady_ms() as i64,
        }
    }
}

impl Clocks {
    fn begin() -> Rc<Self> {
        let began = Ticks::now();
        let clocks = Rc::new(Self {
            began,
            seen: Cell::new(began),
            slept: Cell::new(0),
        });
        // A worker has no sight, and sees nobody sleep.
        let (hidden, visible) = (Rc::clone(&clocks), Rc::clone(&clocks));
        connectivity::on_hidden(move || hidden.seen.set(Ticks::now()));
        connectivity::on_visible(move || visible.wake());
        clocks
    }

    /// The page is in sight again: what it has slept counts.
    fn wake(&self) {
        let (now, left) = (Ticks::now(), self.seen.get());
        let slept = slept_ms(now.wall - left.wall, now.steady - left.steady);
        self.slept.set(self.slept.get() + slept);
        self.seen.set(now);
    }

    fn ran_ms(&self, steady: i64) -> i64 {
        steady - self.began.steady + self.slept.get()
    }
}

fn random_bytes() -> [u8; 10] {
    let mut bytes = [0; 10];
    get_random_values(&mut bytes);
    bytes
}

/// A new id, a UUIDv7 of this device's clock.
#[must_use]
pub fn new_id() -> Uuid {
    let millis = js_sys::Date::now() as u64;
    uuid::Builder::from_unix_timestamp_millis(millis, &random_bytes()).into_uuid()
}

impl Host for BrowserHost {
    type Lock = WebLock;

    fn now(&self) -> Timestamp {
        Timestamp(js_sys::Date::now() as i64)
    }

    fn reading(&self) -> Reading {
        let now = Ticks::now();
        Reading {
            wall: Timestamp(now.wall),
            began: Timestamp(self.clocks.began.wall),
            ran_ms: self.clocks.ran_ms(now.steady),
            context: self.holder.to_string(),
        }
    }

    fn new_id(&self) -> Uuid {
        new_id()
    }

    fn chance(&self) -> f64 {
        js_sys::Math::random()
    }

    async fn pause(&self, ms: u32) {
        crate::timer::sleep_ms(ms).await;
    }

    fn holder(&self) -> String {
        self.holder.to_string()
    }

    async fn try_lock(&self, name: &str) -> Option<WebLock> {
        try_web_lock(name).await
    }

    fn is_slow(&self) -> Option<bool> {
        connectivity::is_slow()
    }

    fn is_cellular(&self) -> bool {
        connectivity::is_cellular() == Some(true)
    }

    fn is_wanted(&self) -> bool {
        self.wanted.get()
    }

    fn announce(&self, notice: Notice) {
        self.sender.send(&notice);
    }
}
