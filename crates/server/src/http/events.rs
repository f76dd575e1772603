//! `GET /api/v1/events`: the board's events as they happen, as server-sent events.
//!
//! Owns one stream: where it begins (after `Last-Event-ID`, or `?after=`, or now), and when it ends. What it
//! sends comes from the company's feed, as its [`Listener`] takes it. A board that takes events too slowly is told to
//! load anew, and cut.

use super::extract::{Office, load_session};
use super::failure::Failure;
use super::reply::{Enveloped, Nothing};
use crate::board::feed::listen;
use crate::board::listener::{Heard, Listener};
use crate::events::Page;
use crate::places::Place;
use crate::state::App;
use afield_domain::UserId;
use afield_protocol::{ALIVE, Envelope};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::{self, Stream, StreamExt as _};
use serde::Deserialize;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

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
        ("Last-Event-ID" = Option<String>, Header, description = "the id of the last event that was heard; goes before `after`"),
    ),
    security(("session" = [])),
    responses(
        (status = 200, description = "one server-sent event for each activity, its id the data set's and the activity's seq, its data a BoardEvent, or {\"reload\":true} where the day must be loaded anew; for the office only", body = String, content_type = "text/event-stream"),
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
    let user = signed_in.session.user.id;
    let place = app.streams.take(user, app.config.streams_per_user);
    let place = place.ok_or_else(Failure::too_many_streams)?;
    // Listen first: what happens from here on is told, and what was before is read.
    let pages = listen(&app, company).await?;
    let heard = match headers.get("last-event-id") {
        Some(id) => id
            .to_str()
            .map_or(Heard::Elsewhere, |id| Heard::of_id(id, &app.epoch)),
        None => parameters.after.map_or(Heard::Nothing, Heard::Until),
    };
    let watcher = Watcher {
        token_hash: signed_in.token_hash,
        listener: Listener::begin(&app, company, heard).await?,
        pages,
        ending: app.hub.ending(),
        is_behind: false,
        _place: place,
        app: Arc::clone(&app),
    };
    Ok(respond(&app, watcher.stream()))
}

/// Answers with a stream that is not kept back anywhere, and gives signs of life.
pub(super) fn respond(
    app: &App,
    stream: impl Stream<Item = Result<Event, Infallible>> + Send + 'static,
) -> Response {
    let keep_alive = KeepAlive::new()
        .interval(app.config.keep_alive)
        .event(sign_of_life(app.config.keep_alive));
    let mut response = Sse::new(stream).keep_alive(keep_alive).into_response();
    response.extensions_mut().insert(Enveloped);
    // Some proxies keep what they are sent until it is much; for a board that is a dead line.
    let unbuffered = HeaderValue::from_static("no");
    response
        .headers_mut()
        .insert("x-accel-buffering", unbuffered);
    response
}

/// What a quiet stream says. A message, for a page hears no comments: one that hears neither this nor anything else
/// for some of these intervals has a dead line.
fn sign_of_life(interval: Duration) -> Event {
    let every_ms = interval.as_millis();
    // Never empty: browsers pass over messages without data.
    Event::default()
        .event(ALIVE)
        .data(format!("{{\"every_ms\":{every_ms}}}"))
}

struct Watcher {
    app: Arc<App>,
    token_hash: String,
    listener: Listener,
    pages: Receiver<Arc<Page>>,
    ending: watch::Receiver<bool>,
    /// It takes events too slowly: what waits is the last that it is told.
    is_behind: bool,
    _place: Place<UserId>,
}

impl Watcher {
    fn stream(self) -> impl Stream<Item = Result<Event, Infallible>> {
        // Some browsers take a stream for open with its first byte, not with its head. The id is for one that is
        // cut before anything happens.
        let first = Event::default().comment("here").id(self.listener.id());
        let events = stream::unfold(self, |mut watcher| async move {
            let (id, text) = watcher.next().await?;
            Some((Ok(Event::default().id(id).data(text)), watcher))
        });
        stream::iter([Ok(first)]).chain(events)
    }

    /// The next event, its id and text; none when the stream ends: the server stops, the session is over, the user is
    /// no longer of the office, the storage failed, or the board is too slow. The browser connects again by itself.
    async fn next(&mut self) -> Option<(String, String)> {
        loop {
            if let Some(told) = self.listener.next() {
                return Some(told);
            }
            if self.is_behind || *self.ending.borrow_and_update() {
                return None;
            }
            let page = tokio::select! {
                page = self.pages.recv() => page,
                _ = self.ending.changed() => return None,
            };
            match page {
                Ok(page) if self.may_watch(&page).await => self.listener.take(&page),
                Ok(_) | Err(RecvError::Closed) => return None,
                Err(RecvError::Lagged(_)) => {
                    self.is_behind = true;
                    self.listener.lose();
                }
            }
        }
    }

    async fn may_watch(&self, page: &Page) -> bool {
        if page.may_watch.contains(&self.token_hash) {
            return true;
        }
        // A page that was read a moment before this sign-in does not know it.
        let session = load_session(&self.app, &self.token_hash).await;
        session.is_ok_and(|session| session.is_some_and(|session| session.user.role.is_office()))
    }
}
