//! What a technician's phone would hold, for the office, which looks through that technician's app (`looking`).

use super::extract::Office;
use super::failure::Failure;
use super::reply::{self, Nothing};
use crate::preview::{find_technician, load_preview};
use crate::state::App;
use afield_domain::UserId;
use afield_protocol::{Envelope, Preview};
use axum::extract::{Path, State};
use axum::response::Response;
use std::sync::Arc;

/// What a technician's phone would hold if it got ready now.
#[utoipa::path(
    get,
    path = "/api/v1/preview/{user}",
    tag = "office",
    params(("user" = String, Path, description = "the technician's id")),
    security(("session" = [])),
    responses(
        (status = 200, description = "how many records of each module with their size, files, and how many jobs are not among them because of the days that a phone holds; for dispatchers and admins", body = Envelope<Preview>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn preview(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
    Path(user): Path<String>,
) -> Result<Response, Failure> {
    let user: UserId = user.parse().map_err(|_| Failure::not_found())?;
    let session = &signed_in.session;
    let found = find_technician(&app, session.company.id, user).await?;
    let user = found.ok_or_else(Failure::not_found)?;
    let preview = load_preview(&app, session, user).await?;
    Ok(reply::ok(&app, &preview.ok_or_else(Failure::internal)?))
}
