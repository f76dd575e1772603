//! `GET /api/v1/pull?user=&cursor=&limit=`.

use super::extract::SignedIn;
use super::failure::Failure;
use super::reply;
use crate::openapi::Nothing;
use crate::pull::{PullError, PullQuery, run_pull};
use crate::state::App;
use afield_domain::UserId;
use afield_protocol::{Envelope, PullResponse};
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;

/// What stands in the address.
#[derive(Debug, Deserialize)]
pub(crate) struct Parameters {
    user: Option<UserId>,
    cursor: Option<String>,
    limit: Option<usize>,
}

/// The changes after a cursor.
#[utoipa::path(
    get,
    path = "/api/v1/pull",
    tag = "sync",
    params(
        ("user" = Option<String>, Query, description = "for whom it is; another user's session is refused as no session"),
        ("cursor" = Option<String>, Query, description = "where the phone stands; none to prime"),
        ("limit" = Option<usize>, Query, description = "the most changes in the page, up to 500"),
    ),
    security(("session" = [])),
    responses(
        (status = 200, description = "the next page", body = Envelope<PullResponse>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn pull(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Query(parameters): Query<Parameters>,
) -> Result<Response, Failure> {
    let session = &signed_in.session;
    if parameters.user.is_some_and(|user| user != session.user.id) {
        return Err(Failure::other_user());
    }
    let query = PullQuery {
        cursor: parameters.cursor.filter(|cursor| !cursor.is_empty()),
        limit: parameters.limit,
    };
    match run_pull(&app, session, &query).await {
        Ok(page) => Ok(reply::ok(&app, &page)),
        Err(PullError::Cursor) => Err(Failure::cursor_expired()),
        Err(PullError::Zone) => Err(Failure::internal()),
        Err(PullError::Storage(error)) => Err(error.into()),
    }
}
