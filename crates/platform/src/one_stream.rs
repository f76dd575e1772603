//! One event stream for all tabs of this origin: a browser has six connections to a server, and each board of its own
//! would take one for ever.
//!
//! Owns who leads. The tab that holds a lock has the stream and passes on what it hears, over a BroadcastChannel;
//! when it goes, the browser gives the lock to the next one. Whenever a stream opens all tabs are told, so that they
//! fetch what was missed in between. A leader that does not answer (a tab that the system has put to sleep) loses the
//! lock to a tab that is seen. Must never know what an event says.

use crate::connectivity::is_seen;
use crate::events::{self, EventsHandle};
use crate::lock::{Ask, WebLock, has_locks, web_lock};
use gloo_timers::callback::Interval;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{BroadcastChannel, MessageEvent};

/// Of the lock and of the channel.
const NAME: &str = "afield-events";
/// How often a tab that is seen asks whether the leader is there, in milliseconds.
const CHECK_MS: u32 = 5_000;
/// A leader that has not answered so often is asleep.
const UNANSWERED: u8 = 3;

// What is said on the channel.
const ASK: &str = "?";
const OPEN: &str = "+";
const CLOSED: &str = "-";
/// Before the text of an event.
const EVENT: char = ':';

/// A part in the stream; dropping it ends it.
pub struct OneStream {
    tab: Rc<Tab>,
    _hear: Closure<dyn FnMut(MessageEvent)>,
    _check: Interval,
}

struct Tab {
    path: String,
    on_message: Box<dyn Fn(String)>,
    on_open_change: Box<dyn Fn(bool)>,
    channel: Option<BroadcastChannel>,
    lead: RefCell<Option<Lead>>,
    /// How often the leader was asked since it was last heard.
    unanswered: Cell<u8>,
}

/// What the leader has.
struct Lead {
    _stream: EventsHandle,
    is_open: Rc<Cell<bool>>,
    _lock: Option<WebLock>,
}

impl Drop for OneStream {
    fn drop(&mut self) {
        self.tab.lead.take();
        if let Some(channel) = &self.tab.channel {
            channel.set_onmessage(None);
            channel.close();
        }
    }
}

/// Takes part in the stream at `path`. `on_open_change` hears true whenever it (re)opens, maybe more than once, and
/// false whenever it breaks; after every opening the caller should fetch what it may have missed.
pub fn open(
    path: &str,
    on_message: impl Fn(String) + 'static,
    on_open_change: impl Fn(bool) + 'static,
) -> OneStream {
    let channel = BroadcastChannel::new(NAME).ok().filter(|_| has_locks());
    let tab = Rc::new(Tab {
        path: path.to_owned(),
        on_message: Box::new(on_message),
        on_open_change: Box::new(on_open_change),
        channel,
        lead: RefCell::default(),
        unanswered: Cell::new(0),
    });
    let weak = Rc::downgrade(&tab);
    let hear = Closure::new(move |event: MessageEvent| {
        if let (Some(tab), Some(text)) = (weak.upgrade(), event.data().as_string()) {
            tab.hear(&text);
        }
    });
    if let Some(channel) = &tab.channel {
        channel.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        lead_when_possible(Rc::downgrade(&tab), Ask::Wait);
        tab.ask();
    } else {
        // An old browser: each tab for itself.
        tab.lead(None);
    }
    let weak = Rc::downgrade(&tab);
    let check = Interval::new(CHECK_MS, move || {
        if let Some(tab) = weak.upgrade() {
            tab.check(&weak);
        }
    });
    OneStream {
        tab,
        _hear: hear,
        _check: check,
    }
}

/// Leads as soon as this tab has the lock, until it loses it.
fn lead_when_possible(weak: Weak<Tab>, ask: Ask) {
    spawn_local(async move {
        let Some(lock) = web_lock(NAME, ask).await else {
            return;
        };
        let ended = lock.ended();
        match weak.upgrade() {
            Some(tab) => tab.lead(Some(lock)),
            None => return,
        }
        if ended.taken_away().await
            && let Some(tab) = weak.upgrade()
        {
            tab.lead.take();
            lead_when_possible(weak, Ask::Wait);
        }
    });
}

impl Tab {
    fn say(&self, text: &str) {
        if let Some(channel) = &self.channel {
            let _ = channel.post_message(&JsValue::from_str(text));
        }
    }

    fn say_whether_open(&self, is_open: bool) {
        self.say(if is_open { OPEN } else { CLOSED });
    }

    /// Opens the stream. What happened since the last one is in no event: everybody hears that it was closed.
    fn lead(self: &Rc<Self>, lock: Option<WebLock>) {
        (self.on_open_change)(false);
        self.say_whether_open(false);
        let is_open = Rc::new(Cell::new(false));
        let (heard, opened) = (Rc::downgrade(self), Rc::downgrade(self));
        let stream = events::open(
            &self.path,
            move |text| {
                if let Some(tab) = heard.upgrade() {
                    tab.say(&format!("{EVENT}{text}"));
                    (tab.on_message)(text);
                }
            },
            {
                let is_open = Rc::clone(&is_open);
                move |now_open| {
                    is_open.set(now_open);
                    if let Some(tab) = opened.upgrade() {
                        tab.say_whether_open(now_open);
                        (tab.on_open_change)(now_open);
                    }
                }
            },
        );
        *self.lead.borrow_mut() = Some(Lead {
            _stream: stream,
            is_open,
            _lock: lock,
        });
    }

    fn hear(&self, text: &str) {
        if let Some(lead) = &*self.lead.borrow() {
            if text == ASK {
                self.say_whether_open(lead.is_open.get());
            }
            return;
        }
        if text != ASK {
            self.unanswered.set(0);
        }
        match text {
            OPEN => (self.on_open_change)(true),
            CLOSED => (self.on_open_change)(false),
            text => {
                if let Some(event) = text.strip_prefix(EVENT) {
                    (self.on_message)(event.to_owned());
                }
            }
        }
    }

    fn ask(&self) {
        self.unanswered.set(self.unanswered.get().saturating_add(1));
        self.say(ASK);
    }

    /// Asks the leader whether it is there; takes its place if it has not answered.
    fn check(&self, weak: &Weak<Self>) {
        if !is_seen() || self.lead.borrow().is_some() {
            return;
        }
        if self.unanswered.get() >= UNANSWERED {
            self.unanswered.set(0);
            lead_when_possible(weak.clone(), Ask::Steal);
        }
        self.ask();
    }
}
