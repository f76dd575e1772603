//! `POST /api/v1/push`.

use super::extract::{JsonBody, SignedIn};
use super::failure::Failure;
use super::reply;
use crate::openapi::Nothing;
use crate::push::read::BatchError;
use crate::push::run_push;
use crate::state::App;
use afield_domain::limits;
use afield_protocol::{Envelope, Mutation, PushRequest, PushResponse};
use axum::extract::State;
use axum::response::Response;
use serde_json::Value;
use std::sync::Arc;

/// Decides a batch.
#[utoipa::path(
    post,
    path = "/api/v1/push",
    tag = "sync",
    request_body = PushRequest<Mutation>,
    security(("session" = [])),
    responses(
        (status = 200, description = "a verdict for each mutation that was looked at, in order", body = Envelope<PushResponse>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn push(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    JsonBody(request): JsonBody<PushRequest<Value>>,
) -> Result<Response, Failure> {
    if request.mutations.len() > limits::PUSH_MUTATIONS {
        return Err(Failure::too_large("too many mutations in one push"));
    }
    let answer =
        run_push(&app, &signed_in.session, &request)
            .await
            .map_err(|error| match error {
                // Its owner can still send it: nothing of it was looked at.
                BatchError::OtherUser => Failure::other_user(),
                BatchError::NoId | BatchError::NotRising => Failure::invalid(&error.to_string()),
            })?;
    Ok(reply::ok(&app, &answer))
}
