//! Sending what is to be told.
//!
//! Owns the task that does it, one for the whole server: some at a time, so that however much there is takes no more
//! memory, and what a push service does not take now is put off without holding up the rest.

use super::endpoint::Endpoint;
use super::key::{Key, read_keys};
use super::news::News;
use super::plan::{KEPT_MS, Posted, Turn, payload, plan_again, plan_turn};
use super::post::{Message, post};
use crate::clock::{Clock as _, SystemClock};
use crate::state::App;
use crate::storage::{DueRow, Stored, WriteTx};
use crate::zones;
use afield_domain::{Timestamp, Zone};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use futures::stream::{self, StreamExt as _};
use sha2::{Digest as _, Sha256};
use std::time::Duration;
use web_push_native::encrypt;

/// What is read at once.
const BATCH: u32 = 64;
/// Messages that are under way at once.
const AT_ONCE: usize = 8;
/// How long is waited after a commit: what follows it at once goes with it.
const PACE: Duration = Duration::from_millis(250);
/// When what is being sent is sent again, should nobody say what became of it, in milliseconds.
const UNDER_WAY_MS: i64 = 120_000;
/// How often is looked for what another process (an import, a command) has noted.
const LOOKS: Duration = Duration::from_mins(1);

/// What became of what was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sent {
    /// Messages that a push service has taken.
    pub taken: u32,
    /// Devices that are not there any more.
    pub gone: u32,
    /// Messages that were not taken, or could not be sent where they should.
    pub refused: u32,
    /// Messages that are tried again.
    pub later: u32,
    /// What waits for the end of quiet hours.
    pub quiet: u32,
    /// What nobody wants to hear any more.
    pub forgotten: u32,
}

/// Sends what is to be told, for ever.
pub async fn run_sender(app: &App) {
    let noted = app.hub.noted();
    loop {
        match send_due(app).await {
            Ok(sent) if sent != Sent::default() => tracing::debug!(?sent, "told devices"),
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "devices could not be told; next try soon"),
        }
        let wait = wait(app).await.unwrap_or(LOOKS);
        tokio::select! {
            () = noted.notified() => {}
            () = tokio::time::sleep(wait) => {}
        }
        tokio::time::sleep(PACE).await;
    }
}

/// How long there is nothing to do, if nothing happens.
async fn wait(app: &App) -> Stored<Duration> {
    let next = app.storage.read().await?.next_notification().await?;
    let ms = next.map(|next| next.since(app.clock.now()));
    // What is due already could not be read just now.
    let ms = ms
        .and_then(|ms| u64::try_from(ms).ok())
        .filter(|ms| *ms > 0);
    Ok(ms.map_or(LOOKS, |ms| Duration::from_millis(ms).min(LOOKS)))
}

/// Sends all that is due.
///
/// # Errors
/// When the storage fails; what was not told is told later.
pub async fn send_due(app: &App) -> Stored<Sent> {
    let mut sent = Sent::default();
    loop {
        let now = app.clock.now();
        let (key, due) = {
            let mut tx = app.storage.read().await?;
            let due = tx.due_notifications(now, BATCH).await?;
            if due.is_empty() {
                return Ok(sent);
            }
            (tx.notification_key().await?, due)
        };
        let Some(key) = key.as_deref().and_then(Key::read) else {
            tracing::error!("the key for notifications is missing or damaged");
            return Ok(sent);
        };
        begin_all(app, &due, now).await?;
        let key = &key;
        let tell = |due: DueRow| async move {
            let done = tell(app, key, &due, now).await;
            (due, done)
        };
        let mut told = stream::iter(due).map(tell).buffer_unordered(AT_ONCE);
        let mut all = Vec::new();
        while let Some(one) = told.next().await {
            all.push(one);
        }
        note_all(app, &all, &mut sent).await?;
    }
}

/// Notes that all of it is being sent: what cannot be noted is not sent, or it would be sent again and again.
async fn begin_all(app: &App, all: &[DueRow], now: Timestamp) -> Stored<()> {
    let mut tx = app.storage.write().await?;
    for due in all {
        let again = now.plus_ms(UNDER_WAY_MS);
        tx.put_off(due.id, due.job, again, due.attempts).await?;
    }
    tx.commit().await
}

/// What was done about something that was due.
enum Done {
    Posted(Posted),
    Wait(Timestamp),
    Forgotten,
}

async fn tell(app: &App, key: &Key, due: &DueRow, now: Timestamp) -> Done {
    let zone = zones::zone(&due.zone).unwrap_or_else(Zone::utc);
    let news = match plan_turn(due, &zone, now) {
        Turn::Send(news) => news,
        Turn::Wait(until) => return Done::Wait(until),
        Turn::Forget => return Done::Forgotten,
    };
    let settings = &app.config.notifications;
    let message = |endpoint: &Endpoint| message(key, endpoint, due, news, now);
    Done::Posted(post(settings, &due.subscription.endpoint, message).await)
}

/// The message, encrypted for the device alone (RFC 8291).
fn message(
    key: &Key,
    endpoint: &Endpoint,
    due: &DueRow,
    news: News,
    now: Timestamp,
) -> Option<Message> {
    let text = serde_json::to_vec(&payload(due, news)).ok()?;
    let (public, auth) = read_keys(&due.subscription.p256dh, &due.subscription.auth)?;
    let origin = due.subscription.origin.as_str();
    // Push services want to know whom to ask, and some take no other form.
    let subject = match origin.starts_with("https://") {
        true => origin,
        false => "https://afield.invalid",
    };
    let true_now = SystemClock.now().0 / 1_000;
    Some(Message {
        body: encrypt(text, &public, &auth).ok()?,
        authorization: key.authorize(&endpoint.audience(), subject, true_now),
        kept_seconds: (KEPT_MS - now.since(due.at)) / 1_000,
        topic: topic(due),
    })
}

/// A name for the job that tells a push service nothing of it: 32 letters, as many as there may be.
fn topic(due: &DueRow) -> String {
    let hash = Sha256::digest(format!("{} {}", due.subscription.auth, due.job));
    BASE64.encode(hash).chars().take(32).collect()
}

/// Notes what was done, in one transaction.
async fn note_all(app: &App, all: &[(DueRow, Done)], sent: &mut Sent) -> Stored<()> {
    let mut tx = app.storage.write().await?;
    for (due, done) in all {
        note_one(tx.as_mut(), due, done, app.clock.now(), sent).await?;
    }
    tx.commit().await
}

async fn note_one(
    tx: &mut dyn WriteTx,
    due: &DueRow,
    done: &Done,
    now: Timestamp,
    sent: &mut Sent,
) -> Stored<()> {
    let count = match done {
        Done::Posted(Posted::Taken) => &mut sent.taken,
        Done::Posted(Posted::Gone) => {
            sent.gone += 1;
            return tx.forget_subscription(due.id).await;
        }
        Done::Posted(Posted::Later(wanted)) => {
            let attempts = due.attempts.saturating_add(1);
            if let Some(again) = plan_again(due.at, attempts, *wanted, now) {
                sent.later += 1;
                return tx.put_off(due.id, due.job, again, attempts).await;
            }
            &mut sent.refused
        }
        Done::Posted(Posted::Never) => &mut sent.refused,
        Done::Wait(until) => {
            sent.quiet += 1;
            return tx.put_off(due.id, due.job, *until, due.attempts).await;
        }
        Done::Forgotten => &mut sent.forgotten,
    };
    *count += 1;
    tx.end_due(due.id, due.job, due.turn).await
}
