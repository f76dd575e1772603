//! `GET` and `POST /api/v1/jobs/{job}`, `GET /api/v1/activity` and `GET /api/v1/conflicts`, for the office.

use super::board::change_job;
use super::extract::{JsonBody, Office};
use super::failure::Failure;
use super::reply::{self, Nothing};
use crate::board::conflicts::{MOST, load_open_conflicts};
use crate::board::history::load_history;
use crate::board::job::load_office_job;
use crate::decide::connected::Asked;
use crate::state::App;
use afield_domain::JobId;
use afield_protocol::{ActivityPage, BoardJob, Envelope, Found, OfficeChange, OfficeJob};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;

/// Everything of a job.
#[utoipa::path(
    get,
    path = "/api/v1/jobs/{job}",
    tag = "board",
    params(("job" = Uuid, Path, description = "the job's id")),
    security(("session" = [])),
    responses(
        (status = 200, description = "the job with its parts, what they refer to and what happened; for the office only", body = Envelope<OfficeJob>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn job(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
    Path(job): Path<String>,
) -> Result<Response, Failure> {
    let job: JobId = job.parse().map_err(|_| Failure::not_found())?;
    let found = load_office_job(&app, signed_in.session.company.id, job).await?;
    Ok(reply::ok(&app, &found.ok_or_else(Failure::not_found)?))
}

/// Changes a job, or makes one.
#[utoipa::path(
    post,
    path = "/api/v1/jobs/{job}",
    tag = "board",
    params(("job" = Uuid, Path, description = "the job's id")),
    request_body = OfficeChange,
    security(("session" = [])),
    responses(
        (status = 200, description = "the job as it is now; for the office only", body = Envelope<BoardJob>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
    Path(job): Path<String>,
    JsonBody(request): JsonBody<OfficeChange>,
) -> Result<Response, Failure> {
    let job: JobId = job.parse().map_err(|_| Failure::not_found())?;
    if request.op.job() != Some(job) {
        return Err(Failure::invalid("the change is of another job"));
    }
    let asked = Asked {
        id: Some(request.id),
        on: job.into(),
        op: request.op,
        base_rev: request.base_rev,
    };
    change_job(&app, &signed_in.session, job, asked).await
}

/// What stands in the address.
#[derive(Debug, Deserialize)]
pub(crate) struct Parameters {
    before: Option<u64>,
    job: Option<JobId>,
}

/// What happened, page by page.
#[utoipa::path(
    get,
    path = "/api/v1/activity",
    tag = "board",
    params(
        ("before" = Option<u64>, Query, description = "the `seq` that all of it is before; none for the latest"),
        ("job" = Option<String>, Query, description = "of this job alone"),
    ),
    security(("session" = [])),
    responses(
        (status = 200, description = "at most fifty, newest first; for the office only", body = Envelope<ActivityPage>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn activity(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
    Query(parameters): Query<Parameters>,
) -> Result<Response, Failure> {
    let company = signed_in.session.company.id;
    let before = parameters.before.unwrap_or(u64::MAX);
    let page = load_history(&app, company, before, parameters.job).await?;
    Ok(reply::ok(&app, &page))
}

/// How many are wanted.
#[derive(Debug, Deserialize)]
pub(crate) struct Limit {
    pub(crate) limit: Option<u32>,
}

/// The conflicts that nobody has settled.
#[utoipa::path(
    get,
    path = "/api/v1/conflicts",
    tag = "board",
    params(("limit" = Option<u32>, Query, description = "how many at most; 0 for their number alone")),
    security(("session" = [])),
    responses(
        (status = 200, description = "at most fifty, newest first, with the jobs, assets and parts that they are about, and how many more there are; for the office only", body = Envelope<Found>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn conflicts(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
    Query(Limit { limit }): Query<Limit>,
) -> Result<Response, Failure> {
    let company = signed_in.session.company.id;
    let found = load_open_conflicts(&app, company, limit.unwrap_or(MOST)).await?;
    Ok(reply::ok(&app, &found))
}
