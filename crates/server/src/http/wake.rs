//! `GET /api/v1/wake`: says to an open phone that there is something to pull, as server-sent events.
//!
//! Owns one stream: what of the company's feed concerns its user, and when it ends. Must never say what has happened:
//! the pull that follows says it, by the same rules as any other.

use super::events::respond;
use super::extract::{SignedIn, load_session};
use super::failure::Failure;
use super::reply::Nothing;
use crate::board::feed::listen;
use crate::events::{Concerned, Ended, Page};
use crate::own_work::Listening;
use crate::places::Place;
use crate::state::App;
use afield_domain::{CompanyId, UserId};
use afield_protocol::{Envelope, PULL_NOW};
use axum::extract::State;
use axum::response::Response;
use axum::response::sse::Event;
use futures::stream::{self, Stream, StreamExt as _};
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::watch;

/// Begins a stream.
#[utoipa::path(
    get,
    path = "/api/v1/wake",
    tag = "sync",
    security(("session" = [])),
    responses(
        (status = 200, description = "a server-sent event {\"pull\":true} whenever something of the user's jobs has changed, a job has come to them or was taken from them, except by a push of this session, after which its phone pulls anyway; what was before the stream began is in no event", body = String, content_type = "text/event-stream"),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn wake(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
) -> Result<Response, Failure> {
    let user = signed_in.session.user.id;
    let place = app
        .streams
        .take(signed_in.asker, app.config.streams_per_user);
    let place = place.ok_or_else(Failure::too_many_streams)?;
    let company = signed_in.session.company.id;
    let sleeper = Sleeper {
        own: app.own_work.listen(&signed_in.token_hash),
        token_hash: signed_in.token_hash,
        user,
        company,
        pages: listen(&app, company).await?,
        ending: app.hub.ending(),
        revoked: app.hub.revoked(),
        is_over: false,
        _place: place,
        app: Arc::clone(&app),
    };
    Ok(respond(&app, sleeper.stream()))
}

struct Sleeper {
    app: Arc<App>,
    token_hash: String,
    user: UserId,
    /// What its own phone has sent.
    own: Listening,
    company: CompanyId,
    pages: Receiver<Arc<Page>>,
    ending: watch::Receiver<bool>,
    revoked: Receiver<Ended>,
    /// Its device was revoked: it has heard the last.
    is_over: bool,
    _place: Place<UserId>,
}

impl Sleeper {
    fn stream(self) -> impl Stream<Item = Result<Event, Infallible>> {
        // Some browsers take a stream for open with its first byte, not with its head.
        let first = Event::default().comment("here");
        let calls = stream::unfold(self, |mut sleeper| async move {
            sleeper.wait().await?;
            Some((Ok(Event::default().data(PULL_NOW)), sleeper))
        });
        stream::iter([Ok(first)]).chain(calls)
    }

    /// Waits until there is something to pull. None when the stream ends: the server stops, the session is over, its device
    /// was revoked or the feed has failed. The browser connects again by itself.
    async fn wait(&mut self) -> Option<()> {
        loop {
            if self.is_over || *self.ending.borrow_and_update() {
                return None;
            }
            let page = tokio::select! {
                page = self.pages.recv() => page,
                ended = self.revoked.recv() => match ended {
                    Ok(ended) if self.stands(&ended).await => continue,
                    // What its device has not sent it sends with the pass that this makes.
                    Ok(_) => {
                        self.is_over = true;
                        return Some(());
                    }
                    // Words were lost, one may have been for this one.
                    Err(_) => return None,
                },
                _ = self.ending.changed() => return None,
            };
            let concerns = match page {
                Ok(page) => self.concerns(&page),
                // What was lost may have been about this user.
                Err(RecvError::Lagged(_)) => true,
                Err(RecvError::Closed) => return None,
            };
            if concerns {
                self.skip_waiting();
                let session = load_session(&self.app, &self.token_hash).await;
                return session.ok().flatten().map(|_| ());
            }
        }
    }

    /// Whether there is something to pull that its phone does not fetch by itself.
    fn concerns(&self, page: &Page) -> bool {
        match page.concerns {
            Concerned::All => true,
            Concerned::Users(_) => {
                page.concerns.includes(self.user) && !self.own.fetches(page.last)
            }
        }
    }

    /// Whether its session is not the one, or one of those, that ended.
    async fn stands(&self, ended: &Ended) -> bool {
        match ended.concerns(&self.token_hash, self.company) {
            None => true,
            Some(true) => false,
            Some(false) => {
                let session = load_session(&self.app, &self.token_hash).await;
                session.is_ok_and(|session| session.is_some())
            }
        }
    }

    /// One pull brings all that waits to be told.
    fn skip_waiting(&mut self) {
        loop {
            match self.pages.try_recv() {
                Ok(_) | Err(TryRecvError::Lagged(_)) => {}
                Err(TryRecvError::Empty | TryRecvError::Closed) => return,
            }
        }
    }
}
