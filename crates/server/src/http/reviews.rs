//! `GET` and `POST /api/v1/reviews`, for the office: what came too late.

use super::extract::{JsonBody, Office};
use super::failure::Failure;
use super::office::Limit;
use super::reply::{self, Nothing};
use crate::board::reviews::{MOST, load_reviews};
use crate::decide::reviewed::{NotDecided, run_decision};
use crate::state::App;
use afield_protocol::{Envelope, ReviewDecision, ReviewOutcome, ReviewPage};
use axum::extract::{Query, State};
use axum::response::Response;
use std::sync::Arc;

/// What waits for the office.
#[utoipa::path(
    get,
    path = "/api/v1/reviews",
    tag = "board",
    params(("limit" = Option<u32>, Query, description = "how many changes at most; 0 for their number alone")),
    security(("session" = [])),
    responses(
        (status = 200, description = "what came too late, the oldest first, by author and job, and how many changes more wait; for the office only", body = Envelope<ReviewPage>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn reviews(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
    Query(Limit { limit }): Query<Limit>,
) -> Result<Response, Failure> {
    let company = signed_in.session.company.id;
    let page = load_reviews(&app, company, limit.unwrap_or(MOST)).await?;
    Ok(reply::ok(&app, &page))
}

/// Decides about what one author did on one job.
#[utoipa::path(
    post,
    path = "/api/v1/reviews",
    tag = "board",
    request_body = ReviewDecision,
    security(("session" = [])),
    responses(
        (status = 200, description = "what came of it; for the office only", body = Envelope<ReviewOutcome>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn decide(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
    JsonBody(asked): JsonBody<ReviewDecision>,
) -> Result<Response, Failure> {
    match run_decision(&app, &signed_in.session, &asked).await {
        Ok(outcome) => Ok(reply::ok(&app, &outcome)),
        Err(NotDecided::NoReason) => Err(Failure::invalid("whoever declines says why")),
        Err(NotDecided::Nonsense) => Err(Failure::invalid(
            "whoever leaves something out leaves out some of what was seen",
        )),
        Err(NotDecided::Storage(error)) => Err(error.into()),
    }
}
