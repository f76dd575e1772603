//! `GET` and `POST /api/v1/records/{module}/{id}`, for the office: a place, an asset, a contract, a part; a customer is
//! made here and edited on its own route.

use super::acceptance::done;
use super::extract::{JsonBody, Office};
use super::failure::Failure;
use super::reply::{self, Nothing};
use crate::decide::connected::{Asked, run_asked};
use crate::series::follow_contracts;
use crate::state::App;
use crate::storage::CompanyRow;
use afield_domain::record::RecordField;
use afield_domain::{CompanyId, ContractId, Module, RecordKey, Versioned};
use afield_protocol::{Envelope, OfficeChange};
use axum::extract::{Path, State};
use axum::response::Response;
use std::sync::Arc;

/// The record of an address; none of a kind that the office does not keep so.
fn key_of(module: &str, id: &str) -> Result<RecordKey, Failure> {
    let key = RecordKey::from_names(module, id).ok_or_else(Failure::not_found)?;
    let is_kept = key.module == Module::Customer || !RecordField::of(key.module).is_empty();
    if is_kept {
        Ok(key)
    } else {
        Err(Failure::not_found())
    }
}

async fn load(app: &App, company: CompanyId, key: RecordKey) -> Result<Versioned, Failure> {
    let mut tx = app.storage.read().await?;
    let rows = tx.records(company, &[key]).await?;
    let row = rows.into_iter().find(|row| !row.deleted);
    Ok(row.ok_or_else(Failure::not_found)?.versioned()?)
}

/// One record.
#[utoipa::path(
    get,
    path = "/api/v1/records/{module}/{id}",
    tag = "board",
    params(
        ("module" = String, Path, description = "`customer`, `property`, `asset`, `contract` or `part`"),
        ("id" = Uuid, Path, description = "the record's id"),
    ),
    security(("session" = [])),
    responses(
        (status = 200, description = "the record; for the office only", body = Envelope<Versioned>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn record(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
    Path((module, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let key = key_of(&module, &id)?;
    let found = load(&app, signed_in.session.company.id, key).await?;
    Ok(reply::ok(&app, &found))
}

/// Makes a record, changes it, archives it or brings it back.
#[utoipa::path(
    post,
    path = "/api/v1/records/{module}/{id}",
    tag = "board",
    params(
        ("module" = String, Path, description = "`customer`, `property`, `asset`, `contract` or `part`"),
        ("id" = Uuid, Path, description = "the record's id"),
    ),
    request_body = OfficeChange,
    security(("session" = [])),
    responses(
        (status = 200, description = "the record as it is now; for the office only", body = Envelope<Versioned>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
    Path((module, id)): Path<(String, String)>,
    JsonBody(request): JsonBody<OfficeChange>,
) -> Result<Response, Failure> {
    let key = key_of(&module, &id)?;
    if request.op.target() != Some(key) {
        return Err(Failure::invalid("the change is of another record"));
    }
    let session = &signed_in.session;
    let asked = Asked {
        id: Some(request.id),
        on: key,
        op: request.op,
        base_rev: request.base_rev,
    };
    done(run_asked(&app, session, asked).await?)?;
    if key.module == Module::Contract {
        follow(&app, &session.company, ContractId(key.id)).await;
    }
    let found = load(&app, session.company.id, key).await?;
    Ok(reply::ok(&app, &found))
}

/// Has the jobs follow their contract: to the end, also if whoever asked does not wait for it.
async fn follow(app: &Arc<App>, company: &CompanyRow, contract: ContractId) {
    let (own, company) = (Arc::clone(app), company.clone());
    let following = tokio::spawn(async move {
        follow_contracts(&own, &company, |changed| changed == contract).await
    });
    let followed = following.await;
    if !matches!(followed, Ok(Ok(()))) {
        // The change stands; they follow when all series are looked at.
        tracing::error!(?followed, "jobs do not follow their contract yet");
    }
}
