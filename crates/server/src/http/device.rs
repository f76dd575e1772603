//! `POST /api/v1/device`: what stands on a device alone.

use super::extract::{JsonBody, SignedIn};
use super::failure::Failure;
use super::reply::{self, Nothing};
use crate::auth::token;
use crate::device::run_report;
use crate::state::App;
use afield_protocol::{DeviceAnswer, DeviceReport, Envelope};
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
        (status = 200, description = "noted; sets the cookie that names the browser, if it has none", body = Envelope<DeviceAnswer>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn report(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
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
    let answer = run_report(&app, session, &report, &browser, is_known).await?;
    let mut response = reply::ok(&app, &answer);
    if !is_known {
        let cookie = token::set_browser_cookie(&fresh);
        let cookie = HeaderValue::from_str(&cookie).map_err(|_| Failure::internal())?;
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    Ok(response)
}
