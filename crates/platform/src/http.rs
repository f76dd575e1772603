//! One HTTP request: with an end ([`afield_sync::pass::patience`]), and answered only by a valid envelope.
//!
//! Owns fetch. Whatever is not our envelope is *not ours*, whatever its status.

use crate::address::at_server;
use crate::held::{Held, hurry_freeing};
use crate::picture::{blob_of, sha256};
use crate::retry_after::parse_retry_after;
use afield_domain::wire::{FromTree, take_left_out};
use afield_protocol::{Envelope, ErrorCode, Reply, paths, read_envelope};
use afield_sync::TransportError;
use afield_sync::pass::classify::is_sign_in_page;
use afield_sync::pass::patience::{LONGEST_REQUEST_MS, QUIET_MS, first_answer_ms};
use gloo_net::http::{Headers, Method, Request, RequestBuilder, Response};
use gloo_timers::callback::Timeout;
use js_sys::Uint8Array;
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader, ReadableStreamReadResult};

/// More than this of an answer is not read, in bytes: no reply of ours is nearly as large.
const LARGEST_ANSWER: usize = 32 * 1024 * 1024;

/// What a redirect counts as: its own status is hidden from a page. Our server never redirects a request
/// of the app, so that somebody in front of it asks to sign in there first.
const REDIRECT: u16 = 302;

/// How long the answer to a piece of a file is waited for, in milliseconds.
const PIECE_QUIET_MS: u32 = 60_000;

/// The headers of tus 1.0, by which files are sent.
const TUS: &str = "tus-resumable";
const TUS_VERSION: &str = "1.0.0";
const OFFSET: &str = "upload-offset";

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    fn warn(text: &str);
}

thread_local! {
    static UPDATE_NEEDED: Cell<bool> = const { Cell::new(false) };
    static WALLED: Cell<bool> = const { Cell::new(false) };
}

/// Whether somebody in front of the server was the last to answer, with a redirect or with a page of theirs.
pub(crate) fn is_walled() -> bool {
    WALLED.get()
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
    // What somebody has typed is in the body, or in a search.
    let is_text = body.is_some() || path.contains('?');
    let answer = send(method, path, body.map_or(Body::Empty, Body::Json)).await?;
    receive(path, answer, is_text).await
}

/// Sends a whole file and reads the envelope of what the server makes of it, which may take minutes.
pub(crate) async fn fetch_for_file<T: for<'de> FromTree<'de>>(
    path: &str,
    file: JsValue,
) -> Result<Received<T>, TransportError> {
    let answer = send(Method::POST, path, Body::File(file)).await?;
    receive(path, answer, true).await
}

async fn receive<T: for<'de> FromTree<'de>>(
    path: &str,
    answer: Answer,
    is_text: bool,
) -> Result<Received<T>, TransportError> {
    let text = String::from_utf8(answer.bytes).unwrap_or_default();
    let envelope = read_envelope(&text);
    log_left_out(path);
    let Some(envelope) = envelope else {
        note_page(answer.is_page, is_text).await;
        return Err(answer.not_ours);
    };
    WALLED.set(false);
    UPDATE_NEEDED.set(match &envelope.reply {
        Reply::Error(error) => error.code == ErrorCode::UpgradeRequired,
        Reply::Unread => true,
        Reply::Ok(_) => false,
    });
    Ok(Received {
        envelope,
        bytes: text.len() as u64,
    })
}

/// Something else than our server has answered, with a page to sign in at or without. A filter answers one text that
/// it dislikes with such a page too, and lets the rest pass: whether it is that is seen by what has no text.
async fn note_page(is_page: bool, is_text: bool) {
    if !(is_page && is_text) {
        WALLED.set(is_page);
    } else if let Ok(answer) = send(Method::GET, paths::HEALTH, Body::Empty).await {
        WALLED.set(answer.is_page);
    }
}

/// A file as our server has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Its bytes, which are those of `sha256`.
    pub bytes: Vec<u8>,
    /// What its bytes were found to be.
    pub mime: String,
    /// Their SHA-256, as 64 hexadecimal digits.
    pub sha256: String,
}

/// The bytes of the file at `path`; none if the server does not have it, or not for this user. What somebody on the
/// way has put in its place is no answer.
pub(crate) async fn fetch_file(path: &str) -> Result<Option<Fetched>, TransportError> {
    let answer = send(Method::GET, path, Body::Empty).await?;
    match answer.not_ours {
        TransportError::NotOurs { status: 200, .. } => {}
        TransportError::NotOurs { status: 404, .. } => return Ok(None),
        failure => return Err(failure),
    }
    let header = |name| answer.headers.get(name).unwrap_or_default();
    let (mime, named) = (header("content-type"), header("etag"));
    let sum = sha256(&answer.bytes).await;
    let found = sum.filter(|sum| named.trim_matches('"') == sum.as_str());
    match found {
        Some(sha256) => Ok(Some(Fetched {
            bytes: answer.bytes,
            mime,
            sha256,
        })),
        None => Err(answer.not_ours),
    }
}

/// Whether a file was not fetched because the server has removed its bytes for good.
pub(crate) fn is_removed(error: &TransportError) -> bool {
    matches!(error, TransportError::NotOurs { status: 410, .. })
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

/// Sends `bytes` of the file at `path` from a place on, or asks where it is. Gives how many bytes are stored there.
pub(crate) async fn send_bytes(
    path: &str,
    piece: Option<(u64, Vec<u8>)>,
) -> Result<u64, TransportError> {
    let length = piece.as_ref().map_or(0, |(_, bytes)| bytes.len());
    let (method, body) = match piece {
        Some((at, bytes)) => (Method::PATCH, Body::Piece(at, bytes)),
        None => (Method::HEAD, Body::Ask),
    };
    let answer = send(method, path, body).await;
    hurry_freeing(length);
    let answer = answer?;
    let stored = match answer.not_ours {
        TransportError::NotOurs { status, .. } => stored(&answer.headers, status),
        TransportError::NoAnswer => None,
    };
    stored.ok_or(answer.not_ours)
}

/// What is sent.
enum Body {
    Empty,
    Json(String),
    /// Where is that file?
    Ask,
    /// A file as a whole.
    File(JsValue),
    /// The bytes of a file from a place on.
    Piece(u64, Vec<u8>),
}

impl Body {
    /// How long the first sign of an answer is waited for. A piece was made as large as the line carries in a few
    /// seconds.
    fn patience_ms(&self) -> u32 {
        match self {
            Self::Json(json) => first_answer_ms(json.len()),
            Self::Piece(..) => PIECE_QUIET_MS,
            Self::File(_) => LONGEST_REQUEST_MS,
            Self::Empty | Self::Ask => first_answer_ms(0),
        }
    }

    fn build(self, builder: RequestBuilder) -> Result<Request, gloo_net::Error> {
        match self {
            Self::Empty => builder.build(),
            Self::Json(json) => builder
                .header("content-type", "application/json")
                .body(json),
            Self::File(file) => builder
                .header("content-type", "application/octet-stream")
                .body(file),
            Self::Ask => builder.header(TUS, TUS_VERSION).build(),
            Self::Piece(at, bytes) => builder
                .header(TUS, TUS_VERSION)
                .header(OFFSET, &at.to_string())
                .header("content-type", "application/offset+octet-stream")
                .body(piece_body(&bytes)),
        }
    }
}

/// The bytes as a blob, which the browser hands on as they are: of an array it makes copies for everybody on the way.
pub(crate) fn piece_body(bytes: &[u8]) -> JsValue {
    let bytes = Held::from(bytes);
    let blob = blob_of(&bytes, "").map(JsValue::from);
    blob.unwrap_or_else(|| bytes.array().into())
}

/// A whole body, and what to say if it is not our envelope.
struct Answer {
    bytes: Vec<u8>,
    not_ours: TransportError,
    /// Whether it is then a page to sign in at.
    is_page: bool,
    headers: Headers,
}

/// How many bytes of a file are stored, as our server alone says it.
fn stored(headers: &Headers, status: u16) -> Option<u64> {
    let is_ours = matches!(status, 200 | 204) && headers.get(TUS)? == TUS_VERSION;
    headers.get(OFFSET)?.parse().ok().filter(|_| is_ours)
}

/// Ends a request when nothing has arrived for too long, and in the end whatever arrives.
struct Patience {
    controller: AbortController,
    quiet: Cell<Option<Timeout>>,
    _whole: Timeout,
}

fn abort_after(controller: &AbortController, ms: u32) -> Timeout {
    let controller = controller.clone();
    Timeout::new(ms, move || controller.abort())
}

impl Patience {
    fn new(first_ms: u32) -> Result<Self, TransportError> {
        let controller = AbortController::new().map_err(|_| TransportError::NoAnswer)?;
        let whole = abort_after(&controller, LONGEST_REQUEST_MS);
        let patience = Self {
            quiet: Cell::new(None),
            _whole: whole,
            controller,
        };
        patience.wait(first_ms);
        Ok(patience)
    }

    /// Something has arrived; more must within `ms` milliseconds.
    fn wait(&self, ms: u32) {
        self.quiet.set(Some(abort_after(&self.controller, ms)));
    }
}

/// Boxed, so that its code exists once and not for each kind of answer.
fn send(
    method: Method,
    path: &str,
    body: Body,
) -> Pin<Box<dyn Future<Output = Result<Answer, TransportError>> + '_>> {
    Box::pin(send_now(method, path, body))
}

async fn send_now(method: Method, path: &str, body: Body) -> Result<Answer, TransportError> {
    let patience = Patience::new(body.patience_ms())?;
    let signal = patience.controller.signal();
    let builder = RequestBuilder::new(&at_server(path))
        .method(method)
        // Also to another host of the site.
        .credentials(web_sys::RequestCredentials::Include)
        .cache(web_sys::RequestCache::NoStore)
        .redirect(web_sys::RequestRedirect::Manual)
        .abort_signal(Some(&signal));
    let request = body.build(builder).map_err(|_| TransportError::NoAnswer)?;
    let response = request.send().await.map_err(|_| {
        // Whatever stood there: there is nothing to sign in to on a dead line.
        WALLED.set(false);
        TransportError::NoAnswer
    })?;
    let is_redirect = response.type_() == web_sys::ResponseType::Opaqueredirect;
    if is_redirect {
        WALLED.set(true);
        return Err(TransportError::NotOurs {
            status: REDIRECT,
            retry_after_ms: None,
        });
    }
    let headers = response.headers();
    let content_type = headers.get("content-type").unwrap_or_default();
    let not_ours = TransportError::NotOurs {
        status: response.status(),
        retry_after_ms: headers
            .get("retry-after")
            .and_then(|header| parse_retry_after(&header)),
    };
    // A cut in the middle of the body, too, is a reply that is not whole.
    let bytes = read(&response, &patience)
        .await
        .ok_or(TransportError::NoAnswer)?;
    Ok(Answer {
        bytes,
        not_ours,
        is_page: is_sign_in_page(response.status(), &content_type),
        headers,
    })
}

/// The body, part by part as it arrives.
async fn read(response: &Response, patience: &Patience) -> Option<Vec<u8>> {
    patience.wait(QUIET_MS);
    let Some(stream) = response.body() else {
        return Some(Vec::new());
    };
    let reader = stream.get_reader();
    let reader: ReadableStreamDefaultReader = reader.dyn_into().ok()?;
    let mut bytes = Vec::new();
    loop {
        let part = JsFuture::from(reader.read()).await.ok()?;
        patience.wait(QUIET_MS);
        let part: ReadableStreamReadResult = part.unchecked_into();
        if part.get_done() == Some(true) {
            return Some(bytes);
        }
        let part: Uint8Array = part.get_value().dyn_into().ok()?;
        bytes.extend(part.to_vec());
        if bytes.len() > LARGEST_ANSWER {
            patience.controller.abort();
            return None;
        }
    }
}
