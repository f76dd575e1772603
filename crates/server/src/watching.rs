//! What those who watch the server ask, at an address of its own: `/metrics`, `/ready`, `/health`.
//!
//! Owns that address's answers. It is for the machine's own network: nobody signs in there, so that it must never tell of
//! anybody's work, nor be reached from outside (docs/adr/0107).

use crate::metrics::Standing;
use crate::state::App;
use crate::storage::{ReportRow, Stored};
use afield_domain::Timestamp;
use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::net::TcpListener;

/// Phones of a company that are counted; those that owe something come first.
const PHONES: u32 = 2_000;

const OLDER: &str =
    "but phones were told more than these data hold: see docs/operations.md, \"older data\"\n";

const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

type Answer = (StatusCode, [(HeaderName, &'static str); 1], String);

/// Answers until it is dropped.
pub async fn watch(app: Arc<App>, listener: TcpListener) {
    if let Err(error) = axum::serve(listener, router(app)).await {
        tracing::error!(%error, "nobody can watch any more");
    }
}

/// Every route of that address.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/ready", get(ready))
        // It runs: whatever else is wrong, to start it anew does not help.
        .route("/health", get(|| async { "ok\n" }))
        .with_state(app)
}

/// Whether requests should come here: 503 while it ends, where nothing can be written, or nobody can be served by TLS.
async fn ready(State(app): State<Arc<App>>) -> Answer {
    let (status, text) = if *app.hub.ending().borrow() {
        (StatusCode::SERVICE_UNAVAILABLE, "ending\n".to_owned())
    } else {
        match can_serve(&app).await {
            Ok(besides) => (StatusCode::OK, format!("ready\n{besides}")),
            Err(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")),
        }
    };
    (status, [(CONTENT_TYPE, "text/plain; charset=utf-8")], text)
}

/// What is wrong besides, where requests can be answered; else why not.
async fn can_serve(app: &App) -> Result<String, String> {
    let certificate = match &app.config.tls {
        Some(tls) => tls.look()?,
        None => None,
    };
    can_write(app).await.map_err(|error| {
        let why = std::error::Error::source(&error).map(|why| format!(": {why}"));
        format!("{error}{}", why.unwrap_or_default())
    })?;
    let certificate = certificate.map(|why| format!("but there is no newer certificate: {why}\n"));
    let older = match app.has_older_data.load(Ordering::Relaxed) {
        true => OLDER,
        false => "",
    };
    Ok(certificate.unwrap_or_default() + older + &files(app).await)
}

/// Begins a write and takes it back.
async fn can_write(app: &App) -> Stored<()> {
    app.storage.write().await?.epoch().await.map(|_| ())
}

/// What is wrong with where files are kept. Requests come here all the same: all other servers miss it too, and text
/// must not wait for photos, which stay on their phones.
async fn files(app: &App) -> String {
    match app.config.files.look().await {
        Ok(()) => String::new(),
        Err(why) => format!("but no files can be taken or given: {why}\n"),
    }
}

async fn metrics(State(app): State<Arc<App>>) -> Response {
    let standing = match standing(&app).await {
        Ok(standing) => standing,
        Err(error) => {
            tracing::error!(%error, "how the phones stand could not be read");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    };
    let build = app.web_app.build();
    match app.metrics.write(&build, standing) {
        Ok(text) => (StatusCode::OK, [(CONTENT_TYPE, OPENMETRICS)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn standing(app: &App) -> Stored<Standing> {
    let mut tx = app.storage.read().await?;
    let mut phones = Vec::new();
    for company in tx.companies().await? {
        phones.extend(tx.all_reports(company, PHONES).await?);
    }
    Ok(sum_up(&phones, app.streams.count(), app.clock.now()))
}

/// What these phones owe at `now`. What a browser has cleared nobody can bring any more.
fn sum_up(phones: &[ReportRow], streams: usize, now: Timestamp) -> Standing {
    let there = || phones.iter().filter(|row| !row.cleared);
    let sum = |of: fn(&ReportRow) -> u64| bounded(there().map(of).fold(0, u64::saturating_add));
    let oldest = there().filter_map(|row| row.oldest).min();
    Standing {
        streams: i64::try_from(streams).unwrap_or(i64::MAX),
        owing: i64::try_from(there().filter(|row| row.is_owing()).count()).unwrap_or(i64::MAX),
        unsent: sum(|row| row.unsent),
        parked: sum(|row| row.parked),
        files: sum(|row| row.files),
        oldest_s: oldest.map_or(0, |at| (now.since(at) / 1_000).max(0)),
    }
}

fn bounded(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::{DeviceId, UserId};
    use uuid::Uuid;

    fn row(unsent: u64, parked: u64, files: u64, oldest: Option<i64>) -> ReportRow {
        ReportRow {
            user: UserId(Uuid::nil()),
            device: DeviceId(Uuid::nil()),
            browser: String::new(),
            unsent,
            files,
            oldest: oldest.map(Timestamp),
            told_at: Timestamp(0),
            cleared: false,
            parked,
            session: String::new(),
            phone: None,
            by_job: None,
            as_of: None,
            revoked_at: None,
            number: None,
        }
    }

    #[test]
    fn what_phones_owe_is_summed_up_and_what_is_lost_is_not() {
        let lost = ReportRow {
            cleared: true,
            ..row(9, 9, 9, Some(1))
        };
        let rows = [
            row(3, 1, 0, Some(40_000)),
            row(0, 0, 2, None),
            row(0, 0, 0, None),
            row(u64::MAX, 0, 0, Some(70_000)),
            lost,
        ];
        let standing = sum_up(&rows, 4, Timestamp(100_500));
        let expected = Standing {
            streams: 4,
            owing: 3,
            unsent: i64::MAX,
            parked: 1,
            files: 2,
            oldest_s: 60,
        };
        assert_eq!(standing, expected);
        // A phone whose clock goes ahead.
        assert_eq!(sum_up(&rows, 0, Timestamp(0)).oldest_s, 0);
        assert_eq!(sum_up(&[], 0, Timestamp(1)), Standing::default());
    }
}
