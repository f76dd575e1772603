//! The engine's host in a browser: clock, ids, chance, locks, notices.
//!
//! Owns [`BrowserHost`], the same in page and worker.

use crate::lock::{WebLock, try_web_lock};
use crate::notices::Sender;
use afield_domain::Timestamp;
use afield_protocol::worker_message::Notice;
use afield_sync::Host;
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
}

impl BrowserHost {
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
        }
    }
}

fn random_bytes() -> [u8; 10] {
    let mut bytes = [0; 10];
    get_random_values(&mut bytes);
    bytes
}

/// A new id, a UUIDv7 of this device's clock.
pub(crate) fn new_id() -> Uuid {
    let millis = js_sys::Date::now() as u64;
    uuid::Builder::from_unix_timestamp_millis(millis, &random_bytes()).into_uuid()
}

impl Host for BrowserHost {
    type Lock = WebLock;

    fn now(&self) -> Timestamp {
        Timestamp(js_sys::Date::now() as i64)
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

    fn announce(&self, notice: Notice) {
        self.sender.send(&notice);
    }
}
