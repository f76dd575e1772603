//! `GET /api/v1/export`, for the office.

use super::extract::Office;
use super::failure::Failure;
use super::reply::{self, Enveloped, Nothing};
use crate::export::{Asked, Format, MOST_DAYS, load_count, run_export};
use crate::state::App;
use crate::zones::zone;
use afield_domain::Zone;
use afield_domain::time::{Day, ScopeWindow};
use afield_protocol::{Envelope, Found};
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::sync::Arc;

/// What stands in the address.
#[derive(Debug, Deserialize)]
pub(crate) struct Parameters {
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    format: String,
    #[serde(default)]
    separator: String,
}

impl Parameters {
    fn days(&self) -> Result<(Day, Day), Failure> {
        let day = |text: &str| {
            text.parse::<Day>()
                .map_err(|_| Failure::invalid("from and until must be YYYY-MM-DD"))
        };
        let (from, until) = (day(&self.from)?, day(&self.until)?);
        if !(0..MOST_DAYS).contains(&until.days_since(from)) {
            return Err(Failure::invalid(
                "until must be from or a later day, within 366 days",
            ));
        }
        Ok((from, until))
    }

    /// The form of the file; none if only the jobs are to be counted.
    fn format(&self) -> Result<Option<Format>, Failure> {
        match (self.format.as_str(), self.separator.as_str()) {
            ("count", _) => Ok(None),
            ("json", _) => Ok(Some(Format::Json)),
            ("csv", "" | "comma") => Ok(Some(Format::Csv(b','))),
            ("csv", "semicolon") => Ok(Some(Format::Csv(b';'))),
            _ => Err(Failure::invalid(
                "format must be csv, json or count; separator comma or semicolon",
            )),
        }
    }
}

/// Jobs and answers as a file.
#[utoipa::path(
    get,
    path = "/api/v1/export",
    tag = "board",
    params(
        ("from" = String, Query, description = "the first day, YYYY-MM-DD in the company's zone"),
        ("until" = String, Query, description = "the last day, at most 366 days in all"),
        ("format" = String, Query, description = "`csv`, `json`, or `count` for how many jobs it is, as `more`"),
        ("separator" = Option<String>, Query, description = "between the cells of CSV: `comma`, or `semicolon` for spreadsheets that write decimals with a comma"),
    ),
    security(("session" = [])),
    responses(
        (status = 200, description = "of `count` an envelope; else the file: the jobs that are planned to start on these days with what was answered on them. A file that ends early ends the connection. For the office only", body = Envelope<Found>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn export(
    State(app): State<Arc<App>>,
    Office(signed_in): Office,
    Query(parameters): Query<Parameters>,
) -> Result<Response, Failure> {
    let company = &signed_in.session.company;
    let zone = zone(&company.zone).ok_or_else(Failure::internal)?;
    let (from, until) = parameters.days()?;
    let format = parameters.format()?;
    let window = window(&zone, from, until);
    // A database that cannot be read is an answer, not half a file.
    let jobs = load_count(&app, company.id, window).await?;
    let Some(format) = format else {
        let records = Vec::new();
        return Ok(reply::ok(
            &app,
            &Found {
                records,
                more: jobs,
            },
        ));
    };
    let asked = Asked {
        company: company.id,
        window,
        zone,
        format,
    };
    let mut response = Body::from_stream(run_export(app, asked)).into_response();
    let (media, ending) = match format {
        Format::Csv(_) => ("text/csv; charset=utf-8", "csv"),
        Format::Json => ("application/json", "json"),
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    // Saved, never shown as a page of ours.
    let name = format!("attachment; filename=\"afield-{from}-{until}.{ending}\"");
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    response.extensions_mut().insert(Enveloped);
    Ok(response)
}

fn window(zone: &Zone, from: Day, until: Day) -> ScopeWindow {
    ScopeWindow {
        from: zone.start_of(from),
        until: zone.start_of(until.plus(1)),
    }
}
