//! `GET /api/v1/find`, and `GET` and `POST /api/v1/customers/{customer}`, for the office.

use super::acceptance::done;
use super::extract::{JsonBody, Office};
use super::failure::Failure;
use super::reply::{self, Nothing};
use crate::board::customer::load_office_customer;
use crate::board::find::{Asking, is_found, load_alike, load_found};
use crate::decide::connected::{Asked, run_asked};
use crate::state::App;
use afield_domain::{CustomerId, Module, limits};
use afield_protocol::{Envelope, Found, OfficeChange, OfficeCustomer};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;

/// What is looked for.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    module: String,
    #[serde(default)]
    q: String,
    of: Option<CustomerId>,
    #[serde(default)]
    archived: bool,
    #[serde(default)]
    skip: u32,
    #[serde(default)]
    name: String,
    #[serde(default)]
    phone: String,
}

/// Records of the company that match what was typed, or customers that may be the one that was.
#[utoipa::path(
    get,
    path = "/api/v1/find",
    tag = "board",
    params(
        ("module" = String, Query, description = "`customer`, `property`, `asset`, `part` or `form`"),
        ("q" = Option<String>, Query, description = "words of its name, address or number; a misspelt one is found too"),
        ("of" = Option<String>, Query, description = "of this customer alone"),
        ("archived" = Option<bool>, Query, description = "those that are archived, and not those that are not"),
        ("skip" = Option<u32>, Query, description = "how many of the best to leave out: the next page"),
        ("name" = Option<String>, Query, description = "customers of this very name, archived ones too, and not by `q`"),
        ("phone" = Option<String>, Query, description = "the same by number, beside those of the name"),
    ),
    security(("session" = [])),
    responses(
        (status = 200, description = "at most twenty, of forms and with `of` 200, the best first; for the office only", body = Envelope<Found>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn find(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let module = Module::from_name(&wanted.module).filter(|module| is_found(*module));
    let module = module.ok_or_else(|| Failure::invalid("nothing of that kind is looked for"))?;
    // Each character that a field takes has four bytes at most.
    let is_long = |text: &String| text.len() > 4 * limits::LINE_CHARS;
    if wanted.q.len() > limits::LINE_CHARS || is_long(&wanted.name) || is_long(&wanted.phone) {
        return Err(Failure::invalid("what is looked for is too long"));
    }
    let company = signed_in.session.company.id;
    let is_by_likeness = !wanted.name.is_empty() || !wanted.phone.is_empty();
    let found = if is_by_likeness && module == Module::Customer {
        load_alike(&app, company, &wanted.name, &wanted.phone).await?
    } else {
        let asking = Asking {
            module,
            text: wanted.q,
            of: wanted.of,
            archived: wanted.archived,
            skip: wanted.skip as usize,
        };
        load_found(&app, company, &asking).await?
    };
    Ok(reply::ok(&app, &found))
}

/// What of a customer is left out.
#[derive(Debug, Deserialize)]
pub(crate) struct Page {
    #[serde(default)]
    skip: u32,
}

/// A customer with its places and jobs.
#[utoipa::path(
    get,
    path = "/api/v1/customers/{customer}",
    tag = "board",
    params(
        ("customer" = Uuid, Path, description = "the customer's id"),
        ("skip" = Option<u32>, Query, description = "how many of its latest jobs to leave out: the next page of them"),
    ),
    security(("session" = [])),
    responses(
        (status = 200, description = "the customer with its places, assets and contracts, and at most fifty jobs; for the office only", body = Envelope<OfficeCustomer>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn customer(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
    Path(customer): Path<String>,
    Query(page): Query<Page>,
) -> Result<Response, Failure> {
    let customer: CustomerId = customer.parse().map_err(|_| Failure::not_found())?;
    let company = signed_in.session.company.id;
    let found = load_office_customer(&app, company, customer, page.skip).await?;
    Ok(reply::ok(&app, &found.ok_or_else(Failure::not_found)?))
}

/// Changes a customer, archives it or brings it back.
#[utoipa::path(
    post,
    path = "/api/v1/customers/{customer}",
    tag = "board",
    params(("customer" = Uuid, Path, description = "the customer's id")),
    request_body = OfficeChange,
    security(("session" = [])),
    responses(
        (status = 200, description = "the customer as it is now, with its places and jobs; for the office only", body = Envelope<OfficeCustomer>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
    Path(customer): Path<String>,
    JsonBody(request): JsonBody<OfficeChange>,
) -> Result<Response, Failure> {
    let customer: CustomerId = customer.parse().map_err(|_| Failure::not_found())?;
    if request.op.target() != Some(customer.into()) {
        return Err(Failure::invalid("the change is of another customer"));
    }
    let session = &signed_in.session;
    let asked = Asked {
        id: Some(request.id),
        on: customer.into(),
        op: request.op,
        base_rev: request.base_rev,
    };
    done(run_asked(&app, session, asked).await?)?;
    let found = load_office_customer(&app, session.company.id, customer, 0).await?;
    Ok(reply::ok(&app, &found.ok_or_else(Failure::not_found)?))
}
