//! `GET /api/v1/events`: the board's events as they happen, as server-sent events.
//!
//! Owns one stream: where it begins (after `Last-Event-ID`, or `?after=`, or now), and when it ends. What it
//! sends comes from the company's feed. A board that cannot be told what it missed is told to load anew
//! ([`RELOAD`]): its last event is of another data set, is not known any more or lies too far back, or it takes
//! events too slowly.

use super::extract::{Office, load_session};
use super::failure::Failure;
use super::reply::{Enveloped, Nothing};
use crate::board::events::load_last_event;
use crate::board::feed::{listen, load_missed};
use crate::events::{Page, Told};
use crate::places::Place;
use crate::state::App;
use afield_domain::UserId;
use afield_protocol::{ALIVE, Envelope, EpochId, RELOAD};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::{self, Stream, StreamExt as _};
use serde::Deserialize;
use std::collections::VecDeque;
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
    let keep_alive = KeepAlive::new()
        .interval(app.config.keep_alive)
        .event(sign_of_life(app.config.keep_alive));
    // Listen first: what happens from here on is told, and what was before is read.
    let pages = listen(&app, company).await?;
    let heard = match headers.get("last-event-id") {
        Some(id) => Some(id.to_str().ok().and_then(|id| seq_of(id, &app.epoch))),
        None => parameters.after.map(Some),
    };
    let (after, missed) = match heard {
        None => (load_last_event(&app, company).await?, Vec::new()),
        Some(heard) => match load_missed(&app, company, heard).await? {
            (after, Some(page)) => (after, page.events),
            (after, None) => (after, vec![reload(after)]),
        },
    };
    let watcher = Watcher {
        token_hash: signed_in.token_hash,
        after,
        waiting: missed.into(),
        pages,
        ending: app.hub.ending(),
        is_behind: false,
        _place: place,
        app,
    };
    let mut response = Sse::new(watcher.stream())
        .keep_alive(keep_alive)
        .into_response();
    response.extensions_mut().insert(Enveloped);
    // Some proxies keep what they are sent until it is much; for a board that is a dead line.
    let unbuffered = HeaderValue::from_static("no");
    response
        .headers_mut()
        .insert("x-accel-buffering", unbuffered);
    Ok(response)
}

/// An event's id: which data set, and where in the company's order.
fn id_of(epoch: &EpochId, seq: u64) -> String {
    format!("{}.{seq}", epoch.0)
}

/// The place in the order that an event's id names; none if it is of another data set.
fn seq_of(id: &str, epoch: &EpochId) -> Option<u64> {
    let (named, seq) = id.trim().rsplit_once('.')?;
    seq.parse().ok().filter(|_| named == epoch.0)
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

/// Says that the day must be loaded anew.
fn reload(seq: u64) -> Told {
    let text = RELOAD.to_owned();
    Told { seq, text }
}

struct Watcher {
    app: Arc<App>,
    token_hash: String,
    /// What was before or at this place was told, or is part of what the board loads.
    after: u64,
    waiting: VecDeque<Told>,
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
        let first = Event::default()
            .comment("here")
            .id(id_of(&self.app.epoch, self.after));
        let events = stream::unfold(self, |mut watcher| async move {
            let told = watcher.next().await?;
            let event = Event::default()
                .id(id_of(&watcher.app.epoch, told.seq))
                .data(told.text);
            Some((Ok(event), watcher))
        });
        stream::iter([Ok(first)]).chain(events)
    }

    /// The next event; none when the stream ends: the server stops, the session is over, the user is no longer
    /// of the office, the storage failed, or the board is too slow. The browser connects again by itself.
    async fn next(&mut self) -> Option<Told> {
        loop {
            if let Some(told) = self.waiting.pop_front() {
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
                Ok(page) if self.may_watch(&page).await => self.take(&page),
                Ok(_) | Err(RecvError::Closed) => return None,
                Err(RecvError::Lagged(_)) => {
                    self.is_behind = true;
                    self.waiting.push_back(reload(self.after));
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

    fn take(&mut self, page: &Page) {
        let new = page.events.iter().filter(|told| told.seq > self.after);
        self.waiting.extend(new.cloned());
        self.after = self.after.max(page.last);
        if page.reload {
            self.waiting.push_back(reload(self.after));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_counts_only_in_its_own_data_set() {
        let epoch = EpochId("e1".into());
        assert_eq!(seq_of(&id_of(&epoch, 7), &epoch), Some(7));
        for id in ["7", "e2.7", "e1.", "e1.x", "", ".7"] {
            assert_eq!(seq_of(id, &epoch), None, "{id}");
        }
    }
}
