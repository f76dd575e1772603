//! Server-sent events, for the board.
//!
//! Owns the connection and its return: a browser gives up for good after an error page, so a closed
//! stream is opened again here; and it does not notice a line that has died without a word, so a stream that
//! does not give its sign of life is opened anew.

use crate::http::{log_left_out, log_unreadable};
use afield_domain::wire::{FromTree, Tree};
use afield_protocol::ALIVE;
use gloo_timers::callback::Timeout;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{EventSource, MessageEvent};

const REOPEN_MS: u32 = 3_000;
/// How often a server gives its sign of life, in milliseconds; a stream that misses two of them is dead.
const ALIVE_EVERY_MS: u32 = 15_000;

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
    /// Ends a stream that says nothing. Not before its first sign of life: another server may give none.
    silence: RefCell<Option<Timeout>>,
    gives_signs: Cell<bool>,
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
        gives_signs: Cell::new(false),
    });
    connect(&stream);
    EventsHandle { _stream: stream }
}

fn connect(stream: &Rc<Stream>) {
    let Ok(source) = EventSource::new(&stream.path) else {
        return;
    };
    let weak = Rc::downgrade(stream);
    let message = Closure::new({
        let weak = weak.clone();
        move |event: MessageEvent| {
            if let (Some(stream), Some(text)) = (weak.upgrade(), event.data().as_string()) {
                wait_for_sign(&stream);
                (stream.on_message)(text);
            }
        }
    });
    let alive = Closure::new({
        let weak = weak.clone();
        move || {
            if let Some(stream) = weak.upgrade() {
                stream.gives_signs.set(true);
                wait_for_sign(&stream);
            }
        }
    });
    let opened = Closure::new({
        let weak = weak.clone();
        move || {
            if let Some(stream) = weak.upgrade() {
                wait_for_sign(&stream);
                (stream.on_open_change)(true);
            }
        }
    });
    let failed = Closure::new(move || fail(&weak));
    source.set_onmessage(Some(message.as_ref().unchecked_ref()));
    let _ = source.add_event_listener_with_callback(ALIVE, alive.as_ref().unchecked_ref());
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

/// The stream lives now; if nothing is heard of it for two signs and a half, it is opened anew.
fn wait_for_sign(stream: &Rc<Stream>) {
    if !stream.gives_signs.get() {
        return;
    }
    let weak = Rc::downgrade(stream);
    let dead = Timeout::new(ALIVE_EVERY_MS * 5 / 2, move || {
        if let Some(stream) = weak.upgrade() {
            (stream.on_open_change)(false);
            connect(&stream);
        }
    });
    *stream.silence.borrow_mut() = Some(dead);
}

fn fail(weak: &Weak<Stream>) {
    let Some(stream) = weak.upgrade() else {
        return;
    };
    (stream.on_open_change)(false);
    stream.silence.take();
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
