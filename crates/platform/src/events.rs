//! Server-sent events, for the board.
//!
//! Owns the connection and its return: a browser gives up for good after an error page, so a closed
//! stream is opened again here; and it does not notice a line that has died without a word, so a stream that
//! does not give its sign of life is opened anew.

use crate::address::at_server;
use crate::http::{log_left_out, log_unreadable};
use crate::pulse::{Heard, Pulse};
use afield_domain::wire::{FromTree, Tree};
use afield_protocol::{ALIVE, PHONE};
use gloo_timers::callback::Timeout;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{EventSource, EventSourceInit, MessageEvent};

const REOPEN_MS: u32 = 3_000;

/// An open stream; dropping it closes it.
pub struct EventsHandle {
    _stream: Rc<Stream>,
}

struct Stream {
    path: String,
    on_message: Box<dyn Fn(String)>,
    on_open_change: Box<dyn Fn(bool)>,
    open: RefCell<Option<Open>>,
    reopen: RefCell<Option<Timeout>>,
    /// Ends a stream that says nothing.
    silence: RefCell<Option<Timeout>>,
    pulse: Cell<Pulse>,
}

struct Open {
    source: EventSource,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _alive: Closure<dyn FnMut()>,
    _opened: Closure<dyn FnMut()>,
    _failed: Closure<dyn FnMut()>,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.source.set_onmessage(None);
        self.source.set_onopen(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}

/// Reads what an event of the stream at `path` says. What cannot be read is said in the browser's console,
/// for whoever writes the server.
#[must_use]
pub fn read<'de, T: FromTree<'de>>(path: &str, text: &'de str) -> Option<T> {
    let tree = serde_json::from_str::<Tree<'de>>(text).map_err(|error| error.to_string());
    let event = tree.and_then(|tree| T::from_tree(tree).map_err(|error| error.to_string()));
    log_left_out(path);
    event.map_err(|error| log_unreadable(path, &error)).ok()
}

/// Opens the stream at `path`. `on_open_change` hears true whenever it (re)opens and false whenever
/// it breaks; after every opening the caller should fetch what it may have missed.
pub fn open(
    path: &str,
    on_message: impl Fn(String) + 'static,
    on_open_change: impl Fn(bool) + 'static,
) -> EventsHandle {
    let stream = Rc::new(Stream {
        path: path.to_owned(),
        on_message: Box::new(on_message),
        on_open_change: Box::new(on_open_change),
        open: RefCell::default(),
        reopen: RefCell::default(),
        silence: RefCell::default(),
        pulse: Cell::default(),
    });
    connect(&stream);
    EventsHandle { _stream: stream }
}

fn connect(stream: &Rc<Stream>) {
    let with_session = EventSourceInit::new();
    with_session.set_with_credentials(true);
    let address = at_server(&stream.path);
    let Ok(source) = EventSource::new_with_event_source_init_dict(&address, &with_session) else {
        return;
    };
    let weak = Rc::downgrade(stream);
    let message = Closure::new({
        let weak = weak.clone();
        move |event: MessageEvent| {
            if let (Some(stream), Some(text)) = (weak.upgrade(), event.data().as_string()) {
                hear(&stream, Heard::Event);
                (stream.on_message)(text);
            }
        }
    });
    let alive = Closure::new({
        let weak = weak.clone();
        move || {
            if let Some(stream) = weak.upgrade() {
                hear(&stream, Heard::Sign);
            }
        }
    });
    let opened = Closure::new({
        let weak = weak.clone();
        move || {
            if let Some(stream) = weak.upgrade() {
                hear(&stream, Heard::Opened);
                (stream.on_open_change)(true);
            }
        }
    });
    let failed = Closure::new(move || fail(&weak));
    source.set_onmessage(Some(message.as_ref().unchecked_ref()));
    let _ = source.add_event_listener_with_callback(ALIVE, alive.as_ref().unchecked_ref());
    let _ = source.add_event_listener_with_callback(PHONE, message.as_ref().unchecked_ref());
    source.set_onopen(Some(opened.as_ref().unchecked_ref()));
    source.set_onerror(Some(failed.as_ref().unchecked_ref()));
    *stream.open.borrow_mut() = Some(Open {
        source,
        _message: message,
        _alive: alive,
        _opened: opened,
        _failed: failed,
    });
}

/// Something was heard of the stream; if it is silent from now on for longer than it may be, it is opened anew.
fn hear(stream: &Rc<Stream>, heard: Heard) {
    let mut pulse = stream.pulse.get();
    let silence = pulse.hear(heard);
    stream.pulse.set(pulse);
    let dead = silence.map(|ms| {
        let weak = Rc::downgrade(stream);
        Timeout::new(ms, move || {
            if let Some(stream) = weak.upgrade() {
                (stream.on_open_change)(false);
                connect(&stream);
            }
        })
    });
    *stream.silence.borrow_mut() = dead;
}

fn fail(weak: &Weak<Stream>) {
    let Some(stream) = weak.upgrade() else {
        return;
    };
    (stream.on_open_change)(false);
    hear(&stream, Heard::Failed);
    let closed = stream
        .open
        .borrow()
        .as_ref()
        .is_some_and(|open| open.source.ready_state() == EventSource::CLOSED);
    if closed {
        let weak = weak.clone();
        // Not from inside the failed stream's own handler: that would drop the running closure.
        let reopen = Timeout::new(REOPEN_MS, move || {
            if let Some(stream) = weak.upgrade() {
                connect(&stream);
            }
        });
        *stream.reopen.borrow_mut() = Some(reopen);
    }
}
