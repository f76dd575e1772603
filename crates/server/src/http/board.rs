//! `GET /api/v1/board` and `POST /api/v1/assign/{job}`, for the office.

use super::acceptance::done;
use super::extract::{JsonBody, Office};
use super::failure::Failure;
use super::reply::{self, Nothing};
use crate::board::day::load_board;
use crate::board::jobs::load_job;
use crate::decide::connected::{Asked, run_asked};
use crate::state::App;
use crate::storage::SessionRow;
use crate::zones::zone;
use afield_domain::{JobId, Op};
use afield_protocol::{AssignRequest, BoardJob, BoardResponse, Envelope};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;

/// What stands in the address.
#[derive(Debug, Deserialize)]
pub(crate) struct Parameters {
    day: Option<String>,
    days: Option<String>,
}

/// A week is the most that one board shows.
const DAYS: std::ops::RangeInclusive<u32> = 1..=7;

/// A day of the company, or up to seven in a row.
#[utoipa::path(
    get,
    path = "/api/v1/board",
    tag = "board",
    params(
        ("day" = Option<String>, Query, description = "YYYY-MM-DD in the company's zone, the first one; none for today"),
        ("days" = Option<u32>, Query, description = "how many days, 1 to 7; none for one")
    ),
    security(("session" = [])),
    responses(
        (status = 200, description = "these days of the company; for the office only", body = Envelope<BoardResponse>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn board(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
    Query(parameters): Query<Parameters>,
) -> Result<Response, Failure> {
    let session = &signed_in.session;
    let zone = zone(&session.company.zone).ok_or_else(Failure::internal)?;
    let day = match parameters.day.as_deref().filter(|day| !day.is_empty()) {
        None => zone.day(app.clock.now()),
        Some(text) => text
            .parse()
            .map_err(|_| Failure::invalid("day must be YYYY-MM-DD"))?,
    };
    let days = match parameters.days.as_deref().filter(|days| !days.is_empty()) {
        None => 1,
        Some(text) => {
            let days = text.parse().ok().filter(|days| DAYS.contains(days));
            days.ok_or_else(|| Failure::invalid("days must be 1 to 7"))?
        }
    };
    let board = load_board(&app, session, &zone, day, days - 1).await?;
    Ok(reply::ok(&app, &board))
}

/// Hands a job over.
#[utoipa::path(
    post,
    path = "/api/v1/assign/{job}",
    tag = "board",
    params(("job" = Uuid, Path, description = "the job's id")),
    request_body = AssignRequest,
    security(("session" = [])),
    responses(
        (status = 200, description = "the job as it is now; for the office only", body = Envelope<BoardJob>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn assign(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
    Path(job): Path<String>,
    JsonBody(request): JsonBody<AssignRequest>,
) -> Result<Response, Failure> {
    let job: JobId = job.parse().map_err(|_| Failure::not_found())?;
    let session = &signed_in.session;
    let asked = Asked {
        id: request.id,
        on: job.into(),
        op: Op::AssignJob {
            job,
            assignee: request.assignee,
        },
        base_rev: Some(request.base_rev),
    };
    change_job(&app, session, job, asked).await
}

/// Does what the office has asked for; the answer is the job as it is then.
pub(super) async fn change_job(
    app: &App,
    session: &SessionRow,
    job: JobId,
    asked: Asked,
) -> Result<Response, Failure> {
    done(run_asked(app, session, asked).await?)?;
    let shown = load_job(app, session.company.id, job).await?;
    Ok(reply::ok(app, &shown.ok_or_else(Failure::not_found)?))
}
