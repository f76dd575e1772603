//! Requests of a session are counted by all servers of a database together.
//!
//! Owns when a server tells the others and hears from them: when a session has taken another tenth of its minute, and at most
//! four times a second for all sessions. No request waits for it, and a database that does not do it leaves each server with
//! its own count.

use super::pace::Pace;
use super::token::random_hex;
use crate::state::App;
use crate::storage::Stored;
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

/// How long it is waited after the others were told: what becomes due meanwhile goes together.
const PACE: Duration = Duration::from_millis(250);
/// When a count is over, in milliseconds.
pub(crate) const OVER_MS: i64 = 60_000;

/// Tells and hears until dropped; ends at once where there can be no other server.
pub(crate) async fn run_shared_pace(app: &App) {
    if app.storage.elsewhere().is_none() {
        return;
    }
    let Ok(server) = random_hex() else {
        tracing::error!("without random numbers this server counts requests alone");
        return;
    };
    loop {
        app.pace_is_due.notified().await;
        if let Err(error) = share_pace(app, &server).await {
            tracing::debug!(%error, "what was asked for is counted by this server alone");
        }
        tokio::time::sleep(PACE).await;
    }
}

/// Tells the others what is due, under the name of this server, and hears what they have told of the same sessions.
///
/// # Errors
/// When the database does not do it: the next step tells all of it.
pub async fn share_pace(app: &App, server: &str) -> Stored<()> {
    let now = app.clock.now();
    let due = pace(app).take_due(now, app.config.requests_per_minute);
    if due.is_empty() {
        return Ok(());
    }
    let keys: Vec<String> = due.iter().map(|(key, _)| key.clone()).collect();
    let over = now.plus_ms(-OVER_MS);
    let mut tx = app.storage.write().await?;
    tx.tell_paces(server, &due, over).await?;
    let told = tx.paces_elsewhere(server, &keys, over).await?;
    tx.commit().await?;
    pace(app).hear(&keys, told);
    Ok(())
}

fn pace(app: &App) -> MutexGuard<'_, Pace> {
    app.pace.lock().unwrap_or_else(PoisonError::into_inner)
}
