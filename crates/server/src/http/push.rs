//! `POST /api/v1/push`.

use super::extract::{Bringing, JsonBody};
use super::failure::Failure;
use super::reply::{self, Nothing};
use super::session::keep_cookie;
use crate::decide::batch::BatchError;
use crate::decide::push::{PushReply, run_push};
use crate::state::App;
use crate::storage::SessionRow;
use afield_protocol::{Envelope, Mutation, PushRequest, PushResponse};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::Value;
use std::sync::Arc;

/// Decides a batch.
#[utoipa::path(
    post,
    path = "/api/v1/push",
    tag = "sync",
    params(("author" = Option<Uuid>, Query, description = "the technician whose work the office brings in, out of a rescue file")),
    request_body = PushRequest<Mutation>,
    security(("session" = [])),
    responses(
        (status = 200, description = "a verdict for each mutation that was looked at, in order; to a revoked device with the session's cookie until its session ends", body = Envelope<PushResponse>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn push(
    State(app): State<Arc<App>>,
    Bringing(session): Bringing,
    headers: HeaderMap,
    JsonBody(request): JsonBody<PushRequest<Value>>,
) -> Result<Response, Failure> {
    let answer = answer(&app, &session, &request).await?;
    let mut response = reply::ok(&app, &answer);
    keep_cookie(&app, &session, &headers, &mut response).await;
    Ok(response)
}

/// The answer to a push under `session`.
pub(crate) async fn answer(
    app: &App,
    session: &SessionRow,
    request: &PushRequest<Value>,
) -> Result<PushReply, Failure> {
    // Whoever holds a revoked device need not be its user.
    if session.brought_by.is_none() && session.revoked_at.is_none() {
        app.contacts.see(session.user.id, app.clock.now());
    }
    if session.revoked_at.is_some() && !request.review {
        // It would take what waits for the office for refused.
        return Err(Failure::revoked());
    }
    let answer = run_push(app, session, request).await;
    answer.map_err(|error| match error {
        // Its owner can still send it: nothing of it was looked at.
        BatchError::OtherUser => Failure::other_user(),
        BatchError::Over => Failure::unauthorized(),
        BatchError::Revoked => Failure::revoked(),
        BatchError::EpochChanged => Failure::epoch_changed(),
        BatchError::TooMany => Failure::too_large(&error.to_string()),
        BatchError::NoId | BatchError::NotRising => Failure::invalid(&error.to_string()),
    })
}
