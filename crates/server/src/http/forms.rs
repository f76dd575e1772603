//! `GET` and `POST /api/v1/forms`, `GET /api/v1/forms/{form}` and `POST /api/v1/forms/import`, for the office.

use super::extract::{JsonBody, Office, SignedIn, load_session};
use super::failure::Failure;
use super::reply::{self, Nothing};
use crate::error::ServerError;
use crate::forms::{Wanted, load_form, load_forms, obstacle, save_form};
use crate::off_worker::off_worker;
use crate::said::Said;
use crate::state::App;
use crate::xlsform::{FormReport, Read, RowFate, read_form, run_form_import};
use afield_domain::answers::check;
use afield_domain::{Record, TemplateId, limits, text};
use afield_protocol::{
    Envelope, FormFate, FormImported, FormMade, FormRow, Forms, NewForm, OfficeForm,
};
use axum::body::Bytes;
use axum::extract::{FromRequest, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Bytes of a workbook that comes by a request: real forms have a hundredth of it. Larger ones take the command line.
pub(crate) const WORKBOOK_BYTES: usize = 16 * 1024 * 1024;
/// Bytes of a form that was made in the office, as JSON.
pub(crate) const FORM_BYTES: usize = limits::TEMPLATE_BYTES + limits::BODY_BYTES;

/// One workbook is unpacked at a time: a small file can become a large one.
static UNPACKING: Semaphore = Semaphore::const_new(1);

/// The forms of the company.
#[utoipa::path(
    get,
    path = "/api/v1/forms",
    tag = "forms",
    security(("session" = [])),
    responses(
        (status = 200, description = "every form, by title and the newest version first; for the office only", body = Envelope<Forms>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
) -> Result<Response, Failure> {
    let company = signed_in.session.company.id;
    let mut tx = app.storage.read().await?;
    Ok(reply::ok(&app, &load_forms(tx.as_mut(), company).await?))
}

/// A form with its versions.
#[utoipa::path(
    get,
    path = "/api/v1/forms/{form}",
    tag = "forms",
    params(("form" = Uuid, Path, description = "the form's id")),
    security(("session" = [])),
    responses(
        (status = 200, description = "what it asks, and all versions of it; for the office only", body = Envelope<OfficeForm>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn form(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
    Path(form): Path<String>,
) -> Result<Response, Failure> {
    let form: TemplateId = form.parse().map_err(|_| Failure::not_found())?;
    let company = signed_in.session.company.id;
    let mut tx = app.storage.read().await?;
    let found = load_form(tx.as_mut(), company, form).await?;
    Ok(reply::ok(&app, &found.ok_or_else(Failure::not_found)?))
}

/// Makes a form, or another version of one.
#[utoipa::path(
    post,
    path = "/api/v1/forms",
    tag = "forms",
    request_body = NewForm,
    security(("session" = [])),
    responses(
        (status = 200, description = "the form that is there now, and under which name; for the office only", body = Envelope<FormMade>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn make(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
    JsonBody(new): JsonBody<NewForm>,
) -> Result<Response, Failure> {
    let company = signed_in.session.company.id;
    let name = text::required("name", &new.name, limits::TITLE_CHARS)
        .map_err(|rejection| Failure::of_rejection(&rejection))?;
    if let Some(flaw) = check::flaws(&name, &new.questions).first() {
        return Err(Failure::invalid(&flaw.to_string()));
    }
    if let Some(why) = obstacle(&name, &new.questions) {
        return Err(Failure::too_large(&why.to_string()));
    }
    still_office(&app, &signed_in).await?;
    let mut tx = app.storage.write().await?;
    let there = tx.records(company, &[new.id.into()]).await?;
    if let Some(row) = there.first() {
        return match row.record()? {
            Record::Form(form) if form.questions == new.questions => {
                let made = FormMade {
                    id: Some(form.id),
                    name: form.name,
                    is_there: false,
                };
                Ok(reply::ok(&app, &made))
            }
            _ => Err(Failure::invalid("this id was used for another form")),
        };
    }
    let title = match new.version_of {
        None => name,
        Some(of) => {
            let known = load_form(tx.as_mut(), company, of).await?;
            let known = known.ok_or_else(Failure::not_found)?;
            let first = known.versions.first();
            first.map_or(name, |line| line.title.clone())
        }
    };
    let wanted = Wanted {
        id: Some(new.id),
        title: &title,
        version: "",
        questions: &new.questions,
    };
    let made = save_form(tx.as_mut(), company, wanted, app.clock.now(), false).await?;
    tx.commit().await?;
    Ok(reply::ok(&app, &made))
}

/// What stands in the address.
#[derive(Debug, Deserialize)]
pub(crate) struct Parameters {
    #[serde(default)]
    dry_run: bool,
    #[serde(default)]
    language: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    file: String,
    /// Whether what is wrong with the file is part of the answer, in codes.
    #[serde(default)]
    coded: bool,
}

/// Makes a form of an XLSForm workbook, or says what would become of it.
#[utoipa::path(
    post,
    path = "/api/v1/forms/import",
    tag = "forms",
    params(
        ("dry_run" = Option<bool>, Query, description = "say what would happen, and write nothing"),
        ("language" = Option<String>, Query, description = "the language of the labels, as the form names it; else its default, or the first"),
        ("name" = Option<String>, Query, description = "what the form is called, if not by its own title"),
        ("coded" = Option<bool>, Query, description = "what is wrong with the file is part of the answer (`flaw`), in codes; else it is an error, in English"),
        ("file" = Option<String>, Query, description = "what the file is called: the form's name where nothing else says one"),
    ),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "the workbook: xlsx, xls or ods, at most 16 MiB"),
    security(("session" = [])),
    responses(
        (status = 200, description = "every row of the sheet survey and what became of it; for the office only", body = Envelope<FormImported>),
        (status = "default", description = "not done: the envelope holds an error, whose message says why", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn import(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
    Query(parameters): Query<Parameters>,
    request: Request,
) -> Result<Response, Failure> {
    let bytes = workbook(request, &app).await?;
    let unpacking = UNPACKING.acquire().await;
    let _held = unpacking.map_err(|_| Failure::unavailable())?;
    let language = Some(parameters.language.as_str()).filter(|language| !language.is_empty());
    let read = off_worker(|| read_form(&bytes, language));
    let form = read.map(|form| form.called(&parameters.name, &parameters.file));
    let flaw = match &form {
        Ok(form) => obstacle(&form.title, &form.questions),
        Err(error) => Some(error.said().clone()),
    };
    still_office(&app, &signed_in).await?;
    let form = match (form, flaw) {
        (Ok(form), None) => form,
        (_, Some(flaw)) if parameters.coded => return Ok(reply::ok(&app, &unusable(&flaw))),
        (_, Some(flaw)) => return Err(Failure::invalid(&flaw.to_string())),
        (Err(error), None) => return Err(Failure::invalid(&error.to_string())),
    };
    let company = signed_in.session.company.id;
    let (storage, clock) = (app.storage.as_ref(), app.clock.as_ref());
    let made = run_form_import(storage, clock, company, &form, parameters.dry_run).await;
    let made = made.map_err(|error| match error {
        ServerError::Unusable(why) => Failure::invalid(&why),
        ServerError::Storage(error) => error.into(),
        _ => Failure::internal(),
    })?;
    Ok(reply::ok(&app, &imported(form, made)))
}

/// The body may have come much later than its head: whoever lost the right meanwhile does not write.
async fn still_office(app: &App, signed_in: &SignedIn) -> Result<(), Failure> {
    let session = load_session(app, &signed_in.token_hash).await?;
    let session = session.ok_or_else(Failure::unauthorized)?;
    match session.user.role.is_office() {
        true => Ok(()),
        false => Err(Failure::forbidden("only for dispatchers")),
    }
}

async fn workbook(request: Request, app: &Arc<App>) -> Result<Bytes, Failure> {
    let bytes = Bytes::from_request(request, app).await;
    bytes.map_err(|error| match error.into_response().status() {
        StatusCode::PAYLOAD_TOO_LARGE => Failure::too_large("the file is larger than 16 MiB"),
        _ => Failure::invalid("the file could not be read"),
    })
}

/// Of a file of which no form can be made.
fn unusable(flaw: &Said) -> FormImported {
    FormImported {
        form: FormMade {
            id: None,
            name: String::new(),
            is_there: false,
        },
        questions: Vec::new(),
        rows: Vec::new(),
        assumed: Vec::new(),
        assumed_said: Vec::new(),
        flaw: Some(flaw.wire_with_text()),
        languages: Vec::new(),
    }
}

fn imported(form: Read, made: FormMade) -> FormImported {
    let assumed = form.report.assumed.iter();
    FormImported {
        form: made,
        questions: form.questions,
        rows: rows(&form.report),
        assumed_said: assumed.clone().map(Said::wire).collect(),
        assumed: assumed.map(Said::to_string).collect(),
        flaw: None,
        languages: form.languages,
    }
}

fn rows(report: &FormReport) -> Vec<FormRow> {
    let row = |row: &crate::xlsform::RowReport| {
        let (fate, notes) = match &row.fate {
            RowFate::Imported(notes) => (FormFate::Imported, notes.as_slice()),
            RowFate::NotNeeded(why) => (FormFate::NotNeeded, std::slice::from_ref(why)),
            RowFate::Refused(why) => (FormFate::NotImported, std::slice::from_ref(why)),
        };
        FormRow {
            line: row.line,
            name: row.name.clone(),
            fate,
            notes: notes.iter().map(Said::to_string).collect(),
            said: notes.iter().map(Said::wire).collect(),
        }
    };
    report.rows.iter().map(row).collect()
}
