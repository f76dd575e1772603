//! `GET` and `PUT /api/v1/company`: what an admin sets for their company, and who has set what.

use super::extract::{JsonBody, Office};
use super::failure::Failure;
use super::reply::{self, Nothing};
use crate::company::{Outcome, load_page, run_change};
use crate::events::Wrote;
use crate::state::App;
use afield_domain::Role;
use afield_protocol::{CompanyAnswer, CompanyChange, CompanyPage, Envelope};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;

/// What stands in the address.
#[derive(Debug, Deserialize)]
pub(crate) struct Parameters {
    before: Option<u64>,
}

/// The company's settings, and who has changed them.
#[utoipa::path(
    get,
    path = "/api/v1/company",
    tag = "company",
    params(("before" = Option<u64>, Query, description = "the `seq` that all changes told of are before; none for the latest")),
    security(("session" = [])),
    responses(
        (status = 200, description = "what stands, and at most a hundred changes, newest first; for the office only", body = Envelope<CompanyPage>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn company(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
    Query(parameters): Query<Parameters>,
) -> Result<Response, Failure> {
    let before = parameters.before.unwrap_or(u64::MAX);
    let page = load_page(&app, signed_in.session.company.id, before).await?;
    Ok(reply::ok(&app, &page.ok_or_else(Failure::internal)?))
}

/// Sets all settings at once.
#[utoipa::path(
    put,
    path = "/api/v1/company",
    tag = "company",
    request_body = CompanyChange,
    security(("session" = [])),
    responses(
        (status = 200, description = "saved: all settings stand as they were wanted; for admins only", body = Envelope<CompanyAnswer>),
        (status = 400, description = "refused: what is not allowed, a line for each setting; nothing was changed", body = Envelope<CompanyAnswer>),
        (status = 409, description = "changed: somebody else has changed something meanwhile; what stands; nothing was changed", body = Envelope<CompanyAnswer>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
    JsonBody(wanted): JsonBody<CompanyChange>,
) -> Result<Response, Failure> {
    let session = &signed_in.session;
    if session.user.role != Role::Admin {
        return Err(no_admin());
    }
    let company = session.company.id;
    let outcome = run_change(&app, company, session.user.id, &wanted).await?;
    let (status, answer) = match outcome.ok_or_else(Failure::internal)? {
        Outcome::Saved(page) => {
            app.hub.notify(company, Wrote::Told);
            (StatusCode::OK, CompanyAnswer::Saved(page))
        }
        Outcome::Moved(page) => (StatusCode::CONFLICT, CompanyAnswer::Changed(page)),
        Outcome::Refused(flaws) => (StatusCode::BAD_REQUEST, CompanyAnswer::Refused { flaws }),
        Outcome::NoAdmin => return Err(no_admin()),
    };
    Ok(reply::answered(&app, status, &answer))
}

fn no_admin() -> Failure {
    Failure::forbidden("only for admins")
}
