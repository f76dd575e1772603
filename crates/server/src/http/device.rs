//! `/api/v1/device`: what stands on a device alone, and `/api/v1/devices`: what the office sees of all of them.

use super::extract::{JsonBody, Office, Sending};
use super::failure::Failure;
use super::reply::{self, Nothing};
use super::session::keep_cookie;
use crate::auth::token;
use crate::device::{load_devices, run_report};
use crate::people::session_id;
use crate::state::App;
use afield_protocol::{DeviceAnswer, DeviceReport, Devices, Envelope};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{HeaderValue, SET_COOKIE};
use axum::response::Response;
use std::sync::Arc;

/// Takes a device's report.
#[utoipa::path(
    post,
    path = "/api/v1/device",
    tag = "sync",
    request_body = DeviceReport,
    security(("session" = [])),
    responses(
        (status = 200, description = "noted; sets the cookie that names the browser, if it has none, and to a revoked device the session's until its session ends", body = Envelope<DeviceAnswer>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn report(
    State(app): State<Arc<App>>,
    Sending(signed_in): Sending,
    headers: HeaderMap,
    JsonBody(report): JsonBody<DeviceReport>,
) -> Result<Response, Failure> {
    let session = &signed_in.session;
    if report.user != session.user.id {
        return Err(Failure::other_user());
    }
    let known = token::presented_browser(&headers);
    let fresh = token::random_hex().map_err(|_| Failure::unavailable())?;
    let browser = known
        .clone()
        .unwrap_or_else(|| token::sha256_hex(fresh.as_bytes()));
    let is_known = known.is_some();
    let told_in = session_id(&signed_in.token_hash);
    let answer = run_report(&app, session, &report, (&browser, told_in), is_known).await?;
    let answer = answer.ok_or_else(Failure::unauthorized)?;
    let mut response = reply::ok(&app, &answer);
    keep_cookie(&app, session, &headers, &mut response).await;
    if !is_known {
        let cookie = token::set_browser_cookie(&fresh);
        let cookie = HeaderValue::from_str(&cookie).map_err(|_| Failure::internal())?;
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The devices of the company as they last told of themselves.
#[utoipa::path(
    get,
    path = "/api/v1/devices",
    tag = "office",
    security(("session" = [])),
    responses(
        (status = 200, description = "each device of those who may sign in, with what it owed when it last told; for dispatchers and admins", body = Envelope<Devices>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
) -> Result<Response, Failure> {
    let devices = load_devices(&app, signed_in.session.company.id).await?;
    Ok(reply::ok(&app, &devices))
}
