//! `POST /api/v1/acceptance/{job}`, for the one whose job it is.

use super::extract::{JsonBody, SignedIn};
use super::failure::Failure;
use super::reply;
use crate::decide::acceptance::{AcceptanceError, run_acceptance};
use crate::openapi::Nothing;
use crate::state::App;
use afield_domain::JobId;
use afield_protocol::{AcceptanceRequest, Envelope};
use axum::extract::{Path, State};
use axum::response::Response;
use std::sync::Arc;

/// Accepts or rejects a job.
#[utoipa::path(
    post,
    path = "/api/v1/acceptance/{job}",
    tag = "jobs",
    params(("job" = Uuid, Path, description = "the job's id")),
    request_body = AcceptanceRequest,
    security(("session" = [])),
    responses(
        (status = 200, description = "the answer stands, also if it was given before; the job comes with the next pull", body = Envelope<Nothing>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn accept(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path(job): Path<String>,
    JsonBody(request): JsonBody<AcceptanceRequest>,
) -> Result<Response, Failure> {
    let job: JobId = job.parse().map_err(|_| Failure::not_found())?;
    match run_acceptance(&app, &signed_in.session, job, &request).await {
        Ok(()) => Ok(reply::ok(&app, &())),
        Err(AcceptanceError::NotFound) => Err(Failure::not_found()),
        Err(AcceptanceError::Forbidden) => Err(Failure::forbidden("the job is not yours")),
        Err(AcceptanceError::Conflict) => Err(Failure::conflict()),
        Err(AcceptanceError::Invalid(reason)) => Err(Failure::invalid(&reason.to_string())),
        Err(AcceptanceError::Storage(error)) => Err(error.into()),
    }
}
