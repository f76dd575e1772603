//! What handlers take from a request: who is signed in, and the body.
//!
//! Owns the extractors. All fail as a [`Failure`], never with the framework's own text.

use super::failure::Failure;
use super::looking::{is_preview, looked_through};
use crate::auth::{session, token};
use crate::state::App;
use crate::storage::{SessionRow, Stored};
use afield_domain::{Role, Timestamp, UserId};
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use tokio::time::timeout;

/// How long a request waits for its session's new end to be written.
const TOUCH_PATIENCE: Duration = Duration::from_secs(1);

/// The session of the request, with its user's rights of this moment. That of a revoked device is none.
pub(crate) struct SignedIn {
    pub(crate) session: SessionRow,
    pub(crate) token_hash: String,
    /// Whose session it is: the session's user, but for somebody of the office who looks through a technician's app.
    pub(crate) asker: UserId,
}

impl FromRequestParts<Arc<App>> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let Sending(signed_in) = Sending::from_request_parts(parts, app).await?;
        match signed_in.session.revoked_at {
            None => Ok(signed_in),
            Some(_) => Err(Failure::revoked()),
        }
    }
}

/// The session of a request that sends what stands on a device alone, or counts it: also that of a revoked one. Must
/// never be asked for by what answers with anything of the company's.
pub(crate) struct Sending(pub(crate) SignedIn);

impl FromRequestParts<Arc<App>> for Sending {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let token_hash = token::presented(&parts.headers).ok_or_else(Failure::unauthorized)?;
        let session = load_unended(app, &token_hash)
            .await?
            .ok_or_else(Failure::unauthorized)?;
        keep_pace(app, &token_hash)?;
        if session.revoked_at.is_some() {
            // It lasts no longer for being used, and looks at nobody's app.
            return match is_preview(&parts.headers) {
                true => Err(Failure::revoked()),
                false => Ok(Self(SignedIn {
                    asker: session.user.id,
                    session,
                    token_hash,
                })),
            };
        }
        let now = app.clock.now();
        if let Some(expires) = session::plan_touch(session.created, session.last_seen, now) {
            // Whoever reads neither waits for those who write nor fails with a full disk.
            let touched = touch(app, &token_hash, now, expires);
            if !matches!(timeout(TOUCH_PATIENCE, touched).await, Ok(Ok(()))) {
                tracing::warn!("a session's use could not be noted");
            }
        }
        Ok(Self(SignedIn {
            asker: session.user.id,
            session: looked_through(app, &parts.headers, session).await?,
            token_hash,
        }))
    }
}

/// Refuses a request too many of one session, before anything else is read for it. What names no session is not
/// counted: whoever makes up tokens would fill the counter, and everybody would begin anew.
fn keep_pace(app: &App, token_hash: &str) -> Result<(), Failure> {
    let mut pace = app.pace.lock().unwrap_or_else(PoisonError::into_inner);
    let most = app.config.requests_per_minute;
    let taken = pace
        .take(token_hash, app.clock.now(), most)
        .map_err(Failure::too_many_requests)?;
    if taken.is_due {
        app.pace_is_due.notify_one();
    }
    Ok(())
}

async fn touch(app: &App, hash: &str, now: Timestamp, expires: Timestamp) -> Stored<()> {
    let mut tx = app.storage.write().await?;
    tx.touch_session(hash, now, expires).await?;
    tx.commit().await
}

/// The session of that token's hash, if it has not ended and its device is not revoked.
pub(crate) async fn load_session(
    app: &App,
    token_hash: &str,
) -> Result<Option<SessionRow>, Failure> {
    let session = load_unended(app, token_hash).await?;
    Ok(session.filter(|session| session.revoked_at.is_none()))
}

async fn load_unended(app: &App, token_hash: &str) -> Result<Option<SessionRow>, Failure> {
    let session = app.storage.read().await?.session(token_hash).await?;
    let now = app.clock.now();
    Ok(session.filter(|session| now < session.expires))
}

/// A signed-in user of the office.
pub(crate) struct Office(pub(crate) SignedIn);

impl FromRequestParts<Arc<App>> for Office {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let signed_in = SignedIn::from_request_parts(parts, app).await?;
        if signed_in.session.user.role.is_office() {
            Ok(Self(signed_in))
        } else {
            Err(Failure::forbidden("only for dispatchers"))
        }
    }
}

/// A signed-in admin. The body of the request may come much later: whoever writes asks again then
/// ([`super::people`]'s `begin`).
pub(crate) struct Admin(pub(crate) SignedIn);

impl FromRequestParts<Arc<App>> for Admin {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let signed_in = SignedIn::from_request_parts(parts, app).await?;
        if signed_in.session.user.role == Role::Admin {
            Ok(Self(signed_in))
        } else {
            Err(Failure::forbidden("only for admins"))
        }
    }
}

/// Whose work a request sends: that of who is signed in, also on a revoked device; or, named in the address, that of a technician of the company,
/// which the office brings in out of a rescue file. The technician may have left.
pub(crate) struct Bringing(pub(crate) SessionRow);

/// What stands in the address.
#[derive(Deserialize)]
struct Named {
    author: Option<UserId>,
}

impl FromRequestParts<Arc<App>> for Bringing {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let Sending(SignedIn { session, .. }) = Sending::from_request_parts(parts, app).await?;
        let named = Query::<Named>::try_from_uri(&parts.uri);
        if session.revoked_at.is_some() {
            // It sends what is its own and nothing else.
            return match named {
                Ok(Query(Named { author: None })) => Ok(Self(session)),
                _ => Err(Failure::revoked()),
            };
        }
        let Query(Named { author }) =
            named.map_err(|_| Failure::invalid("author must be a user's id"))?;
        let Some(author) = author.filter(|author| *author != session.user.id) else {
            return Ok(Self(session));
        };
        if !session.user.role.is_office() {
            return Err(Failure::forbidden("only for dispatchers"));
        }
        let company = session.company.id;
        let accounts = app.storage.read().await?.accounts(company).await?;
        let mut users = accounts.into_iter().map(|account| account.user);
        let user = users.find(|user| user.id == author);
        let user = user.ok_or_else(Failure::not_found)?;
        if user.role.is_office() {
            return Err(Failure::forbidden(
                "only the work of technicians is brought in",
            ));
        }
        Ok(Self(SessionRow {
            brought_by: Some(session.user),
            user,
            ..session
        }))
    }
}

/// A JSON body within the route's limit.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for JsonBody<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Failure> {
        if !is_json(request.headers()) {
            return Err(Failure::not_json());
        }
        let bytes = Bytes::from_request(request, app).await.map_err(|error| {
            match error.into_response().status() {
                StatusCode::PAYLOAD_TOO_LARGE => Failure::too_large("the body is too large"),
                _ => Failure::invalid("the body could not be read"),
            }
        })?;
        read_json(&bytes).map(Self)
    }
}

/// A body's value.
pub(crate) fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(bytes)
        .map_err(|_| Failure::invalid("the body is not the JSON expected here"))
}

fn is_json(headers: &HeaderMap) -> bool {
    let text = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let kind = text.split(';').next().unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/json")
}
