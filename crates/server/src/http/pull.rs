//! `GET /api/v1/pull?user=&cursor=&limit=`.

use super::extract::SignedIn;
use super::failure::Failure;
use super::looking::is_preview;
use super::reply::{self, Nothing};
use crate::pull::{PullError, PullQuery, PullReply, run_pull};
use crate::state::App;
use crate::storage::SessionRow;
use afield_domain::UserId;
use afield_protocol::extent::read_keys;
use afield_protocol::{Envelope, Extent, PullResponse};
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;

/// What stands in the address.
#[derive(Debug, Deserialize)]
pub(crate) struct Parameters {
    pub(crate) user: Option<UserId>,
    pub(crate) cursor: Option<String>,
    pub(crate) limit: Option<usize>,
    pub(crate) bytes: Option<usize>,
    pub(crate) kept: Option<String>,
    pub(crate) asked: Option<String>,
    pub(crate) settings: Option<u64>,
    pub(crate) review: Option<u8>,
}

/// The changes after a cursor.
#[utoipa::path(
    get,
    path = "/api/v1/pull",
    tag = "sync",
    params(
        ("user" = Option<String>, Query, description = "for whom it is; another user's session is refused as no session"),
        ("cursor" = Option<String>, Query, description = "where the phone stands; none to prime"),
        ("limit" = Option<usize>, Query, description = "the most changes in the page, up to 500; up to 20,000 with `bytes`"),
        ("settings" = Option<u64>, Query, description = "the version of the company's settings that the phone knows; if another one stands, the page brings the company"),
        ("review" = Option<u8>, Query, description = "1 of a phone that has changes which wait for the office: the page says which still do"),
        ("bytes" = Option<usize>, Query, description = "the most bytes of records in the page, up to 4 MiB; without it, 224 KiB"),
        ("kept" = Option<String>, Query, description = "of a phone that holds the schedule alone: the records on which it holds all that hangs, such as `job.<id>,asset.<id>`, up to 64; may be empty"),
        ("asked" = Option<String>, Query, description = "of such a phone: those of which it wants that from now on; it comes whole"),
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
    headers: HeaderMap,
    Query(parameters): Query<Parameters>,
) -> Result<Response, Failure> {
    // Who looks through somebody's app has not heard of that person.
    if !is_preview(&headers) {
        let user = signed_in.session.user.id;
        app.contacts.see(user, app.clock.now());
    }
    let page = answer(&app, &signed_in.session, parameters).await?;
    Ok(reply::ok(&app, &page))
}

/// What a phone holds that names either; one that names neither holds all.
fn extent(kept: Option<String>, asked: Option<String>) -> Option<Extent> {
    let keys = |text: Option<String>| read_keys(&text.unwrap_or_default());
    (kept.is_some() || asked.is_some()).then(|| Extent {
        kept: keys(kept),
        asked: keys(asked),
    })
}

/// The answer to a pull under `session`.
pub(crate) async fn answer(
    app: &App,
    session: &SessionRow,
    parameters: Parameters,
) -> Result<PullReply, Failure> {
    if parameters.user.is_some_and(|user| user != session.user.id) {
        return Err(Failure::other_user());
    }
    let query = PullQuery {
        cursor: parameters.cursor.filter(|cursor| !cursor.is_empty()),
        limit: parameters.limit,
        bytes: parameters.bytes,
        extent: extent(parameters.kept, parameters.asked),
        settings: parameters.settings,
        reviews: parameters.review.is_some_and(|asked| asked > 0),
    };
    run_pull(app, session, &query)
        .await
        .map_err(|error| match error {
            PullError::Cursor => Failure::cursor_expired(),
            PullError::Zone => Failure::internal(),
            PullError::Storage(error) => error.into(),
        })
}
