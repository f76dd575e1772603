//! `GET /api/v1/events`: the board's events as they happen, as server-sent events.
//!
//! Owns one stream. Each event is read from the storage after the last one sent, so that events come
//! in order and a stream that was cut goes on where it was (`Last-Event-ID`, or `?after=`).

use super::extract::{Office, load_session};
use super::failure::Failure;
use super::reply::Enveloped;
use crate::board::events::{load_events, load_last_event};
use crate::openapi::Nothing;
use crate::state::App;
use afield_domain::CompanyId;
use afield_protocol::{BoardEvent, Envelope};
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::{self, Stream, StreamExt as _};
use serde::Deserialize;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::watch;

/// Events read at once.
const BATCH: u32 = 100;

/// What stands in the address.
#[derive(Debug, Deserialize)]
pub(crate) struct Parameters {
    after: Option<u64>,
}

/// Begins a stream.
#[utoipa::path(
    get,
    path = "/api/v1/events",
    tag = "board",
    params(
        ("after" = Option<u64>, Query, description = "begin after this activity; none for what comes from now on"),
        ("Last-Event-ID" = Option<u64>, Header, description = "goes before `after`"),
    ),
    security(("session" = [])),
    responses(
        (status = 200, description = "one server-sent event for each activity, its id the activity's seq, its data a BoardEvent; for the office only", body = String, content_type = "text/event-stream"),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn events(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let company = signed_in.session.company.id;
    // Listen first: what happens from here on is either read or signalled.
    let wake = app.hub.listen(company);
    let ending = app.hub.ending();
    let last_id = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.trim().parse().ok());
    let after = match last_id.or(parameters.after) {
        Some(after) => after,
        None => load_last_event(&app, company).await?,
    };
    let keep_alive = KeepAlive::new().interval(app.config.keep_alive).text("");
    let watcher = Watcher {
        app,
        company,
        token_hash: signed_in.token_hash,
        after,
        waiting: VecDeque::new(),
        wake,
        ending,
    };
    let mut response = Sse::new(watcher.stream())
        .keep_alive(keep_alive)
        .into_response();
    response.extensions_mut().insert(Enveloped);
    Ok(response)
}

struct Watcher {
    app: Arc<App>,
    company: CompanyId,
    token_hash: String,
    after: u64,
    waiting: VecDeque<BoardEvent>,
    wake: watch::Receiver<u64>,
    ending: watch::Receiver<bool>,
}

impl Watcher {
    fn stream(self) -> impl Stream<Item = Result<Event, Infallible>> {
        // Some browsers take a stream for open with its first byte, not with its head.
        let first = stream::iter([Ok(Event::default().comment("here"))]);
        first.chain(stream::unfold(self, |mut watcher| async move {
            let event = watcher.next().await?;
            let event = Event::default()
                .id(event.activity.seq.to_string())
                .json_data(&event)
                .ok()?;
            Some((Ok(event), watcher))
        }))
    }

    /// The next event; none when the stream ends: the server stops, the session is over, the user
    /// is no longer of the office, or the storage failed. The browser connects again by itself.
    async fn next(&mut self) -> Option<BoardEvent> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            if *self.ending.borrow_and_update() {
                return None;
            }
            self.wake.mark_unchanged();
            let session = load_session(&self.app, &self.token_hash).await.ok()??;
            if !session.user.role.is_office() {
                return None;
            }
            let (last, events) = load_events(&self.app, self.company, self.after, BATCH)
                .await
                .ok()?;
            if last > self.after {
                self.after = last;
                self.waiting = events.into();
                continue;
            }
            tokio::select! {
                _ = self.wake.changed() => {}
                _ = self.ending.changed() => {}
                // Another process (an import) may have written.
                () = tokio::time::sleep(self.app.config.keep_alive) => {}
            }
        }
    }
}
