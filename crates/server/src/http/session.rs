//! `/api/v1/session`: sign in, who am I, sign out.

use super::extract::{JsonBody, SignedIn};
use super::failure::Failure;
use super::reply::{self, Nothing};
use super::ways::load_ways;
use crate::auth::limiter::{Counted, network, read_address};
use crate::auth::{session, token};
use crate::company::told;
use crate::state::App;
use crate::storage::{Account, CompanyRow, NewSession, SessionRow, Stored};
use afield_domain::{CompanyRights, User};
use afield_protocol::{Envelope, SessionInfo, SignInRequest};
use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::header::{HeaderValue, SET_COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::Response;
use serde::Serialize;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

const LABEL_CHARS: usize = 200;
/// How long somebody whose sign-in failed waits until other servers know of it too.
pub(super) const NOTING: Duration = Duration::from_millis(500);
/// Sign-ins of one network that are looked at or wait for it: enough for an office at eight in the morning, and not all
/// that may wait.
const SIGN_INS_OF_ONE: usize = 48;

/// The client's network address, for the brake on guessing.
pub(crate) struct Address(pub(super) String);

impl FromRequestParts<Arc<App>> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        let forwarded = HeaderName::from_static("x-forwarded-for");
        // Only the last entry is the proxy's own word; the ones before are the client's.
        let last = parts
            .headers
            .get_all(forwarded)
            .iter()
            .next_back()
            .and_then(|value| value.to_str().ok())
            .and_then(|list| list.rsplit(',').next())
            .and_then(read_address)
            .filter(|_| app.config.behind_proxy);
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let address = last.or(peer.map(|ConnectInfo(peer)| peer.ip()));
        Ok(Self(address.map_or_else(|| "unknown".to_owned(), network)))
    }
}

/// `POST /api/v1/session`.
#[utoipa::path(
    post,
    path = "/api/v1/session",
    tag = "session",
    request_body = SignInRequest,
    responses(
        (status = 200, description = "signed in; sets the session's cookie", body = Envelope<SessionInfo>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn sign_in(
    State(app): State<Arc<App>>,
    address: Address,
    headers: HeaderMap,
    JsonBody(request): JsonBody<SignInRequest>,
) -> Result<Response, Failure> {
    let email = request.email.trim().to_lowercase();
    let hash = token::sha256_hex(email.as_bytes());
    let network = address.0.clone();
    let keys = [
        Counted::Account(hash, address.0.clone()),
        Counted::Address(address.0),
    ];
    limit(&app, &keys).await?;
    let account = app.storage.read().await?.account(&email).await?;
    let account = account.filter(|account| account.active);
    let stored = account.as_ref().map(|account| account.password.clone());
    // Who has not set one yet costs as much time as who is not there.
    let stored = stored.filter(|stored| !stored.is_empty());
    // Who asks for many at once does not keep others from the queue.
    let queued = app.sign_ins.take(network, SIGN_INS_OF_ONE);
    let queued = queued.ok_or_else(Failure::too_many_sign_ins)?;
    let place = app.passwords.place().await;
    let place = place.ok_or_else(Failure::unavailable)?;
    // Once more: of a hundred at once the ones before may have failed meanwhile.
    limit(&app, &keys).await?;
    let (told, noted) = oneshot::channel();
    let failed = {
        let app = Arc::clone(&app);
        move || {
            let _until_now = queued;
            tracing::info!("a sign-in failed");
            // Whoever has hung up does not hear it.
            let _ = told.send(app.logins.fail(&keys, app.clock.now()));
        }
    };
    let checked = place.verify(request.password, stored, failed).await;
    // Who waits for this place, and who asks another server next, is counted with this one.
    if let Ok(Some(noting)) = noted.await {
        // It is counted here already: others wait for the database no longer than this.
        let _ = timeout(NOTING, noting).await;
    }
    let account = account.filter(|_| checked.is_right);
    let account = account.ok_or_else(Failure::wrong_password)?;
    drop(checked);
    begin_session(&app, &account, &headers, |info| info).await
}

pub(super) async fn limit(app: &App, keys: &[Counted]) -> Result<(), Failure> {
    let wait = app.logins.wait(keys, app.clock.now()).await?;
    wait.map_or(Ok(()), |ms| Err(Failure::rate_limited(ms)))
}

pub(super) async fn begin_session<T: Serialize>(
    app: &App,
    account: &Account,
    headers: &HeaderMap,
    told: impl FnOnce(SessionInfo) -> T,
) -> Result<Response, Failure> {
    let replaced = token::presented(headers);
    let (info, cookie) = open_session(app, account, headers, replaced).await?;
    let mut response = reply::ok(app, &told(info));
    response.headers_mut().insert(SET_COOKIE, cookie);
    Ok(response)
}

/// Opens a session for `account`, if it stands as it was read, in place of the one of that token's hash; gives what is told
/// of it, and its cookie.
pub(super) async fn open_session(
    app: &App,
    account: &Account,
    headers: &HeaderMap,
    replaced: Option<String>,
) -> Result<(SessionInfo, HeaderValue), Failure> {
    let now = app.clock.now();
    let token = token::random_hex().map_err(|_| Failure::unavailable())?;
    let label = headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .chars()
        .take(LABEL_CHARS)
        .collect();
    let mut tx = app.storage.write().await?;
    // While the password was checked, or its company asked, the user may have been disabled or got another one.
    let still = tx.account(&account.email).await?;
    if !still.is_some_and(|still| still.active && still.password == account.password) {
        return Err(Failure::wrong_password());
    }
    if let Some(old) = replaced {
        tx.end_session(&old).await?;
    }
    tx.add_session(&NewSession {
        token_hash: token::sha256_hex(token.as_bytes()),
        company: account.company,
        user: account.user.id,
        label,
        created: now,
        expires: session::end_after_use(now, now),
    })
    .await?;
    let company = tx
        .company(account.company)
        .await?
        .ok_or_else(Failure::internal)?;
    let rights = tx.rights(account.company).await?;
    tx.commit().await?;
    tracing::info!(company = %account.company, user = %account.user.id, "signed in");
    let cookie = token::set_cookie(&token, session::ABSOLUTE_MS / 1000);
    let cookie = HeaderValue::from_str(&cookie).map_err(|_| Failure::internal())?;
    Ok((info(&account.user, &company, &rights)?, cookie))
}

/// Has the browser of a revoked device keep its session's cookie for as long as the session lasts: the one of the
/// sign-in may end before. Any other session ends before its cookie does.
pub(super) async fn keep_cookie(
    app: &App,
    session: &SessionRow,
    headers: &HeaderMap,
    response: &mut Response,
) {
    if session.revoked_at.is_none() {
        return;
    }
    // Whoever has signed in there meanwhile keeps the cookie that they got. What cannot be read now comes with the next
    // answer: this one says what is done.
    let Ok(Some(still)) = load_again(app, &session.token_hash).await else {
        return;
    };
    let left_ms = still.expires.since(app.clock.now()).max(0);
    let cookie = token::presented_token(headers)
        .map(|token| token::set_cookie(token, left_ms.saturating_add(999) / 1000))
        .and_then(|cookie| HeaderValue::from_str(&cookie).ok());
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

async fn load_again(app: &App, token_hash: &str) -> Stored<Option<SessionRow>> {
    app.storage.read().await?.session(token_hash).await
}

fn info(user: &User, company: &CompanyRow, rights: &CompanyRights) -> Result<SessionInfo, Failure> {
    Ok(SessionInfo {
        user: user.clone(),
        rights: rights.of(user.role),
        company: told(company).ok_or_else(Failure::internal)?,
    })
}

/// `GET /api/v1/session`.
#[utoipa::path(
    get,
    path = "/api/v1/session",
    tag = "session",
    security(("session" = [])),
    responses(
        (status = 200, description = "who is signed in", body = Envelope<SessionInfo>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn who(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    signed_in: Result<SignedIn, Failure>,
) -> Result<Response, Failure> {
    let signed_in = match signed_in {
        Ok(signed_in) => signed_in,
        Err(failure) if failure.status == StatusCode::UNAUTHORIZED => {
            // Whoever is nobody is told where their company signs them in.
            return Err(match load_ways(&app, &headers).await {
                Some(ways) => failure.by_company(ways.sign_in, ways.sign_out),
                None => failure,
            });
        }
        Err(failure) => return Err(failure),
    };
    let session = &signed_in.session;
    let rights = app.storage.read().await?.rights(session.company.id).await?;
    let info = info(&session.user, &session.company, &rights)?;
    Ok(reply::ok(&app, &info))
}

/// `DELETE /api/v1/session`. Also answers "done" where there was no session: signing out twice is fine.
#[utoipa::path(
    delete,
    path = "/api/v1/session",
    tag = "session",
    security(("session" = [])),
    responses(
        (status = 200, description = "signed out, also if nobody was signed in", body = Envelope<Nothing>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn sign_out(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if let Some(token_hash) = token::presented(&headers) {
        let mut tx = app.storage.write().await?;
        tx.end_session(&token_hash).await?;
        tx.commit().await?;
    }
    let mut response = reply::ok(&app, &());
    let cookie = HeaderValue::from_str(&token::clear_cookie()).map_err(|_| Failure::internal())?;
    response.headers_mut().insert(SET_COOKIE, cookie);
    Ok(response)
}
