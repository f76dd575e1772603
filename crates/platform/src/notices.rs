//! Notices between tabs and worker, over a BroadcastChannel.
//!
//! Owns the channel's name and encoding. A notice is only a hint: frozen and killed pages miss
//! them, so whoever wakes up looks at the databases.

use afield_protocol::worker_message::Notice;
use std::rc::Rc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

const CHANNEL: &str = "afield";

/// Sends notices to every context of this origin, this one included.
#[derive(Debug, Clone)]
pub struct Sender(Option<Rc<BroadcastChannel>>);

impl Default for Sender {
    fn default() -> Self {
        Self(BroadcastChannel::new(CHANNEL).ok().map(Rc::new))
    }
}

impl Sender {
    /// Tells every context of this origin.
    pub fn send(&self, notice: &Notice) {
        if let (Some(channel), Ok(json)) = (&self.0, serde_json::to_string(notice)) {
            let _ = channel.post_message(&JsValue::from_str(&json));
        }
    }
}

/// A subscription; dropping it ends it.
#[derive(Debug)]
pub struct NoticeSubscription {
    channel: Option<BroadcastChannel>,
    _callback: Closure<dyn FnMut(MessageEvent)>,
}

impl Drop for NoticeSubscription {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.set_onmessage(None);
            channel.close();
        }
    }
}

/// Calls `on_notice` for every notice of any context, this one included.
#[must_use]
pub fn subscribe(on_notice: impl Fn(Notice) + 'static) -> NoticeSubscription {
    let callback = Closure::new(move |event: MessageEvent| {
        let json = event.data().as_string().unwrap_or_default();
        if let Ok(notice) = serde_json::from_str(&json) {
            on_notice(notice);
        }
    });
    let channel = BroadcastChannel::new(CHANNEL).ok();
    if let Some(channel) = &channel {
        channel.set_onmessage(Some(callback.as_ref().unchecked_ref()));
    }
    NoticeSubscription {
        channel,
        _callback: callback,
    }
}
