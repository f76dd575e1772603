//! `/api/v1/notifications`: which of a user's devices are told of their jobs while the app is closed.

use super::extract::{JsonBody, SignedIn};
use super::failure::Failure;
use super::reply::{self, Nothing};
use crate::notifications::subscriptions::{load_key, load_set, run_end, run_set};
use crate::state::App;
use afield_protocol::{
    Envelope, NotificationAnswer, NotificationEnd, NotificationKey, NotificationSubscription,
    Notifications,
};
use axum::extract::State;
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use std::sync::Arc;

/// By what browsers know this server.
#[utoipa::path(
    get,
    path = "/api/v1/notifications/key",
    tag = "notifications",
    security(("session" = [])),
    responses(
        (status = 200, description = "the public key; it stays the same for as long as the data do", body = Envelope<NotificationKey>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn key(
    State(app): State<Arc<App>>,
    _signed_in: SignedIn,
) -> Result<Response, Failure> {
    Ok(reply::ok(&app, &load_key(&app).await?))
}

/// The devices of the user that are told.
#[utoipa::path(
    get,
    path = "/api/v1/notifications",
    tag = "notifications",
    security(("session" = [])),
    responses(
        (status = 200, description = "the devices of the user that are told, the one that was set last first; a device that is not among them is told nothing", body = Envelope<Notifications>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
) -> Result<Response, Failure> {
    Ok(reply::ok(&app, &load_set(&app, &signed_in.session).await?))
}

/// Has a device told, or sets of what.
#[utoipa::path(
    put,
    path = "/api/v1/notifications",
    tag = "notifications",
    request_body = NotificationSubscription,
    security(("session" = [])),
    responses(
        (status = 200, description = "set: the device is told until it ends that, its session ends or its push service does not know it any more; of more than ten the one that was set longest ago is told no more", body = Envelope<NotificationAnswer>),
        (status = 400, description = "refused: why this server does not write there; nothing was kept", body = Envelope<NotificationAnswer>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn set(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    headers: HeaderMap,
    JsonBody(wanted): JsonBody<NotificationSubscription>,
) -> Result<Response, Failure> {
    let origin = origin(&headers).ok_or_else(|| Failure::invalid("the request has no origin"))?;
    let (session, token) = (&signed_in.session, &signed_in.token_hash);
    let (status, answer) = match run_set(&app, session, token, origin, wanted).await? {
        Ok(()) => (StatusCode::OK, NotificationAnswer::Set),
        Err(why) => (StatusCode::BAD_REQUEST, NotificationAnswer::Refused { why }),
    };
    Ok(reply::answered(&app, status, &answer))
}

/// Has a device told no more.
#[utoipa::path(
    delete,
    path = "/api/v1/notifications",
    tag = "notifications",
    request_body = NotificationEnd,
    security(("session" = [])),
    responses(
        (status = 200, description = "the device is told no more, also if it was not told before", body = Envelope<Nothing>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn end(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    JsonBody(wanted): JsonBody<NotificationEnd>,
) -> Result<Response, Failure> {
    run_end(&app, &signed_in.session, &wanted.endpoint).await?;
    Ok(reply::ok(&app, &()))
}

/// Where the app is, as its page says it; browsers say it with every write.
fn origin(headers: &HeaderMap) -> Option<String> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let said = match text(ORIGIN) {
        Some(origin) => origin.to_owned(),
        None => format!("https://{}", text(HOST)?),
    };
    let uri: Uri = said.parse().ok()?;
    let scheme = uri
        .scheme_str()
        .filter(|scheme| matches!(*scheme, "https" | "http"))?;
    let authority = uri.authority()?.as_str();
    let is_bare = matches!(uri.path(), "" | "/") && uri.query().is_none();
    (is_bare && !authority.contains('@')).then(|| format!("{scheme}://{authority}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderName;

    #[track_caller]
    fn check(headers: &[(&str, &str)], expected: Option<&str>) {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap()))
            .collect();
        assert_eq!(origin(&headers).as_deref(), expected, "{headers:?}");
    }

    #[test]
    fn the_address_of_the_app_is_what_its_page_says() {
        check(
            &[("origin", "https://a.example")],
            Some("https://a.example"),
        );
        check(
            &[("origin", "http://127.0.0.1:8080"), ("host", "b.example")],
            Some("http://127.0.0.1:8080"),
        );
        check(
            &[("host", "a.example:8443")],
            Some("https://a.example:8443"),
        );
        for origin in [
            "null",
            "",
            "https://a.example/x",
            "https://u@a.example",
            "ftp://a.example",
            "javascript:1",
        ] {
            check(&[("origin", origin)], None);
        }
        check(&[], None);
    }
}
