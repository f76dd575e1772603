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
use crate::events::{Ended, Page};
use crate::places::Place;
use crate::state::App;
use afield_domain::{CompanyId, UserId};
use afield_protocol::{ALIVE, Envelope, PHONE, PhoneTold};
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
        (status = 200, description = "one server-sent event for each activity, its id the data set's and the activity's seq, its data a BoardEvent, or {\"reload\":true} where the day must be loaded anew; and events named phone, their data a PhoneTold, where a phone owes otherwise than before; for the office only", body = String, content_type = "text/event-stream"),
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
    let phones = app.hub.listen_to_phones(company);
    let heard = match headers.get("last-event-id") {
        Some(id) => id
            .to_str()
            .map_or(Heard::Elsewhere, |id| Heard::of_id(id, &app.epoch)),
        None => parameters.after.map_or(Heard::Nothing, Heard::Until),
    };
    let watcher = Watcher {
        token_hash: signed_in.token_hash,
        company,
        listener: Listener::begin(&app, company, heard).await?,
        pages,
        phones,
        ending: app.hub.ending(),
        revoked: app.hub.revoked(),
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
    company: CompanyId,
    listener: Listener,
    pages: Receiver<Arc<Page>>,
    phones: Receiver<Option<PhoneTold>>,
    ending: watch::Receiver<bool>,
    revoked: Receiver<Ended>,
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
            let event = watcher.next().await?;
            Some((Ok(event), watcher))
        });
        stream::iter([Ok(first)]).chain(events)
    }

    /// The next event; none when the stream ends: the server stops, the session is over, the user is
    /// no longer of the office, the storage failed, or the board is too slow. The browser connects again by itself.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((id, text)) = self.listener.next() {
                return Some(Event::default().id(id).data(text));
            }
            if self.is_behind || *self.ending.borrow_and_update() {
                return None;
            }
            let page = tokio::select! {
                page = self.pages.recv() => page,
                told = self.phones.recv() => match told {
                    Ok(Some(told)) => return self.of_phone(&told).await,
                    // Words were lost: each may have been of what is shown.
                    Ok(None) | Err(_) => {
                        self.listener.lose();
                        continue;
                    }
                },
                ended = self.revoked.recv() => match ended {
                    Ok(ended) if self.stands(&ended).await => continue,
                    _ => return None,
                },
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

    /// What is said of a phone. Its id is that of what was said before: it stands in no order.
    async fn of_phone(&self, told: &PhoneTold) -> Option<Event> {
        let text = serde_json::to_string(told).ok()?;
        let event = Event::default().event(PHONE).id(self.listener.id());
        self.is_office().await.then(|| event.data(text))
    }

    async fn may_watch(&self, page: &Page) -> bool {
        page.may_watch.contains(&self.token_hash) || self.is_office().await
    }

    /// Whether its session is not the one, or one of those, that ended.
    async fn stands(&self, ended: &Ended) -> bool {
        match ended.concerns(&self.token_hash, self.company) {
            None => true,
            Some(is_sure) => !is_sure && self.is_office().await,
        }
    }

    async fn is_office(&self) -> bool {
        // A page that was read a moment before this sign-in does not know it.
        let session = load_session(&self.app, &self.token_hash).await;
        session.is_ok_and(|session| session.is_some_and(|session| session.user.role.is_office()))
    }
}
