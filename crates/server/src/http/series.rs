//! `GET` and `POST /api/v1/series/{series}`, and `POST /api/v1/series/{series}/end`, for the office.

use super::extract::{JsonBody, Office};
use super::failure::Failure;
use super::reply::{self, Nothing};
use crate::series::{NotMade, load_series, run_end, run_new};
use crate::state::App;
use crate::storage::SessionRow;
use afield_domain::SeriesId;
use afield_domain::time::Day;
use afield_protocol::{Envelope, Series, SeriesEnd, SeriesEnded, SeriesRequest};
use axum::extract::{Path, State};
use axum::response::Response;
use std::sync::Arc;

fn id_of(text: &str) -> Result<SeriesId, Failure> {
    text.parse().map_err(|_| Failure::not_found())
}

async fn answer(app: &App, session: &SessionRow, id: SeriesId) -> Result<Response, Failure> {
    let found = load_series(app, &session.company, id).await?;
    Ok(reply::ok(app, &found.ok_or_else(Failure::not_found)?))
}

/// A series of jobs.
#[utoipa::path(
    get,
    path = "/api/v1/series/{series}",
    tag = "board",
    params(("series" = Uuid, Path, description = "the series' id")),
    security(("session" = [])),
    responses(
        (status = 200, description = "the series with the jobs that it has made and the days that are still to come; for the office only", body = Envelope<Series>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn series(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
    Path(series): Path<String>,
) -> Result<Response, Failure> {
    answer(&app, &signed_in.session, id_of(&series)?).await
}

/// Begins a series: makes its first job, and what of it is due.
#[utoipa::path(
    post,
    path = "/api/v1/series/{series}",
    tag = "board",
    params(("series" = Uuid, Path, description = "the id of the new series")),
    request_body = SeriesRequest,
    security(("session" = [])),
    responses(
        (status = 200, description = "the series as it is now; for the office only", body = Envelope<Series>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn begin(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
    Path(series): Path<String>,
    JsonBody(request): JsonBody<SeriesRequest>,
) -> Result<Response, Failure> {
    let (id, session) = (id_of(&series)?, &signed_in.session);
    match run_new(&app, session, id, request).await? {
        Ok(()) => answer(&app, session, id).await,
        Err(NotMade::Flawed(flaw)) => Err(Failure::invalid(&flaw.to_string())),
        Err(NotMade::Past) => Err(Failure::invalid("a series begins at most a week ago")),
        Err(NotMade::NotAgreed) => Err(Failure::invalid(
            "the contract has agreed no visits, or does not hold on the first day",
        )),
        Err(NotMade::Refused(reason)) => Err(Failure::of_rejection(&reason)),
        Err(NotMade::Later) => Err(Failure::unavailable()),
    }
}

/// Ends a series from a day on.
#[utoipa::path(
    post,
    path = "/api/v1/series/{series}/end",
    tag = "board",
    params(("series" = Uuid, Path, description = "the series' id")),
    request_body = SeriesEnd,
    security(("session" = [])),
    responses(
        (status = 200, description = "the series as it is now, and how many jobs were cancelled; for the office only", body = Envelope<SeriesEnded>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn end(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
    Path(series): Path<String>,
    JsonBody(end): JsonBody<SeriesEnd>,
) -> Result<Response, Failure> {
    let id = id_of(&series)?;
    let from: Day = end
        .from
        .parse()
        .map_err(|_| Failure::invalid("from must be YYYY-MM-DD"))?;
    let ended = run_end(&app, &signed_in.session, id, (from, end)).await?;
    Ok(reply::ok(&app, &ended.ok_or_else(Failure::not_found)?))
}
