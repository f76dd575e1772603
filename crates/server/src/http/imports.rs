//! `POST /api/v1/imports`, for the office.

use super::extract::Office;
use super::failure::Failure;
use super::reply::{self, Nothing};
use crate::error::ServerError;
use crate::import::office::{Asked, Step, run_office_import};
use crate::import::{DateOrder, Kind};
use crate::state::App;
use afield_domain::Right;
use afield_protocol::{Envelope, ImportAnswer};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

/// Files of which one is read and imported at a time: each may take much memory.
static TURNS: Semaphore = Semaphore::const_new(1);

/// What stands in the address.
#[derive(Debug, Deserialize)]
pub(crate) struct Parameters {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    step: String,
    map: Option<String>,
    sheet: Option<String>,
    #[serde(default)]
    dates: String,
}

impl Parameters {
    fn asked(self) -> Result<Asked, Failure> {
        let kind = Kind::named(&self.kind).ok_or_else(|| {
            Failure::invalid("kind must be customers, jobs, assets, contracts or parts")
        })?;
        let step = match self.step.as_str() {
            "look" => Step::Look,
            "try" => Step::Try,
            "import" => Step::Import,
            _ => return Err(Failure::invalid("step must be look, try or import")),
        };
        let order = match self.dates.as_str() {
            "" => None,
            name => Some(
                DateOrder::ALL
                    .into_iter()
                    .find(|order| order.name() == name)
                    .ok_or_else(|| {
                        Failure::invalid("dates must be day-first, month-first or year-first")
                    })?,
            ),
        };
        let lines = |map: String| map.lines().map(str::to_owned).collect();
        Ok(Asked {
            kind,
            step,
            columns: self.map.map(lines),
            sheet: self.sheet,
            order,
        })
    }
}

/// Reads a file, says what would become of its rows, or imports them.
#[utoipa::path(
    post,
    path = "/api/v1/imports",
    tag = "board",
    params(
        ("kind" = String, Query, description = "what the rows are: `customers` with their places, `jobs`, `assets`, `contracts` or `parts`"),
        ("step" = String, Query, description = "`look`: its columns; `try`: what would become of its rows; `import`: they are imported"),
        ("map" = Option<String>, Query, description = "which column is which field, a line `column=field` each; else as in the last import of a file with this header, or as it looks"),
        ("sheet" = Option<String>, Query, description = "the sheet of a workbook with several"),
        ("dates" = Option<String>, Query, description = "`day-first`, `month-first` or `year-first`, where the file can be read in more than one way"),
    ),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "the file: CSV or a workbook (xlsx, xls, ods), at most 16 MiB"),
    security(("session" = [])),
    responses(
        (status = 200, description = "what stands in it, what is wrong with it, and the report; the same file again changes nothing. For the office only", body = Envelope<ImportAnswer>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn import(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Failure> {
    let asked = parameters.asked()?;
    let kind = headers.get(CONTENT_TYPE).map(|value| value.as_bytes());
    if kind != Some(b"application/octet-stream") {
        return Err(Failure::upload(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "the body must be application/octet-stream",
        ));
    }
    let bytes = body.map_err(|error| match error.into_response().status() {
        StatusCode::PAYLOAD_TOO_LARGE => Failure::too_large("the file is too large: split it"),
        _ => Failure::invalid("the body could not be read"),
    })?;
    let session = signed_in.session;
    check_rights(&app, &session, &asked).await?;
    let turn = TURNS.acquire().await.map_err(|_| Failure::internal())?;
    let shared = Arc::clone(&app);
    // Reading and planning take long and never wait. Whoever goes away meanwhile does not end it.
    let runtime = Handle::current();
    let work = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        runtime.block_on(run_office_import(&shared, &session, &asked, &bytes))
    });
    match work.await {
        Ok(Ok(answer)) => Ok(reply::ok(&app, &answer)),
        Ok(Err(ServerError::Storage(error))) => Err(error.into()),
        Ok(Err(error)) => {
            tracing::error!(%error, "an import failed");
            Err(Failure::internal())
        }
        Err(_) => Err(Failure::internal()),
    }
}

/// Whether an admin has taken from the role what the rows come to.
async fn check_rights(
    app: &App,
    session: &crate::storage::SessionRow,
    asked: &Asked,
) -> Result<(), Failure> {
    let mut tx = app.storage.read().await?;
    let rights = tx.rights(session.company.id).await?.of(session.user.role);
    let needed = match asked.kind {
        Kind::Jobs => [Right::CreateJob, Right::CreateRecord].as_slice(),
        Kind::Customers | Kind::Assets | Kind::Contracts | Kind::Parts => &[Right::CreateRecord],
    };
    rights
        .check(needed)
        .map_err(|reason| Failure::of_rejection(&reason))
}
