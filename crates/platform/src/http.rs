//! One HTTP request: with a time-out, and answered only by a valid envelope.
//!
//! Owns fetch. Whatever is not our envelope is *not ours*, whatever its status.

use crate::retry_after::parse_retry_after;
use afield_domain::wire::{FromTree, take_left_out};
use afield_protocol::{Envelope, ErrorCode, Reply, read_envelope};
use afield_sync::TransportError;
use gloo_net::http::{Method, RequestBuilder, Response};
use gloo_timers::callback::Timeout;
use std::cell::Cell;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::AbortController;

/// A request without an answer by then is given up, in milliseconds. Shorter than the lease's
/// `STALE_MS`, so that a slow answer does not cost its waiter the lease.
const TIMEOUT_MS: u32 = 20_000;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    fn warn(text: &str);
}

thread_local! {
    static UPDATE_NEEDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether the last valid reply was that this build is too old.
pub(crate) fn is_update_needed() -> bool {
    UPDATE_NEEDED.get()
}

/// A valid reply and its size in bytes.
pub(crate) struct Received<T> {
    pub(crate) envelope: Envelope<T>,
    pub(crate) bytes: u64,
}

/// Sends a request and reads its envelope.
pub(crate) async fn fetch<T: for<'de> FromTree<'de>>(
    method: Method,
    path: &str,
    body: Option<String>,
) -> Result<Received<T>, TransportError> {
    let answer = send(method, path, body).await?;
    let envelope = read_envelope(&answer.text);
    log_left_out(path);
    let envelope = envelope.ok_or(answer.not_ours)?;
    UPDATE_NEEDED.set(match &envelope.reply {
        Reply::Error(error) => error.code == ErrorCode::UpgradeRequired,
        Reply::Unread => true,
        Reply::Ok(_) => false,
    });
    Ok(Received {
        envelope,
        bytes: answer.text.len() as u64,
    })
}

/// Says in the browser's console where a reply could not be read, for whoever writes the server.
pub(crate) fn log_left_out(path: &str) {
    // What was asked for may name a user; which request it was is enough.
    let path = path.split('?').next().unwrap_or_default();
    for what in take_left_out() {
        log_unreadable(path, &what);
    }
}

/// Says in the browser's console what could not be read of an answer to `path`.
pub(crate) fn log_unreadable(path: &str, what: &str) {
    warn(&format!("{path}: cannot be read: {what}"));
}

/// A whole body, and what to say if it is not our envelope.
struct Answer {
    text: String,
    not_ours: TransportError,
}

async fn send(method: Method, path: &str, body: Option<String>) -> Result<Answer, TransportError> {
    let controller = AbortController::new().map_err(|_| TransportError::NoAnswer)?;
    let signal = controller.signal();
    let timeout = Timeout::new(TIMEOUT_MS, move || controller.abort());
    let builder = RequestBuilder::new(path)
        .method(method)
        .cache(web_sys::RequestCache::NoStore)
        .abort_signal(Some(&signal));
    let request = match body {
        Some(json) => builder
            .header("content-type", "application/json")
            .body(json),
        None => builder.build(),
    };
    let request = request.map_err(|_| TransportError::NoAnswer)?;
    let response = request.send().await.map_err(|_| TransportError::NoAnswer)?;
    let answer = read(&response).await;
    drop(timeout);
    answer
}

async fn read(response: &Response) -> Result<Answer, TransportError> {
    let headers = response.headers();
    let not_ours = TransportError::NotOurs {
        status: response.status(),
        retry_after_ms: headers
            .get("retry-after")
            .and_then(|header| parse_retry_after(&header)),
    };
    // A cut in the middle of the body, too, is a reply that is not whole.
    let text = response
        .text()
        .await
        .map_err(|_| TransportError::NoAnswer)?;
    Ok(Answer { text, not_ours })
}
