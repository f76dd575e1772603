//! `POST /api/v1/acceptance/{job}`, for the one whose job it is.

use super::extract::{JsonBody, SignedIn};
use super::failure::Failure;
use super::reply::{self, Nothing};
use crate::decide::connected::{Asked, run_asked};
use crate::state::App;
use afield_domain::{JobId, Op};
use afield_protocol::{AcceptanceRequest, Envelope, Verdict};
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
    let asked = Asked {
        id: request.id,
        on: job.into(),
        op: Op::AnswerOffer {
            job,
            accept: request.accept,
            reason: request.reason,
        },
        base_rev: None,
    };
    done(run_asked(&app, &signed_in.session, asked).await?)?;
    Ok(reply::ok(&app, &()))
}

/// Nothing if the change stands.
pub(crate) fn done(verdict: Verdict) -> Result<(), Failure> {
    match verdict {
        Verdict::Applied { .. } | Verdict::Merged { .. } | Verdict::AlreadyApplied { .. } => Ok(()),
        Verdict::Rejected { reason } => Err(Failure::of_rejection(&reason)),
        Verdict::Retry { .. } | Verdict::Unknown => Err(Failure::unavailable()),
    }
}
