//! The devices of a user that are told: set, listed, ended.
//!
//! Owns what is looked at before one is kept. Must never keep one for anybody but who is signed in.

use super::endpoint::{choose_addresses, read_endpoint};
use super::key::{Key, read_keys};
use super::plan::{MOST_DEVICES, is_time_of_day};
use crate::error::StorageError;
use crate::state::App;
use crate::storage::{SessionRow, Stored, Subscription};
use afield_domain::Language;
use afield_protocol::{
    NotificationFlaw, NotificationKey, NotificationSet, NotificationSubscription, Notifications,
};
use std::time::Duration;
use tokio::time::timeout;

/// How long somebody waits for the addresses of a name; it is looked up again with every message.
const PATIENCE: Duration = Duration::from_secs(3);

/// By what browsers know this server.
pub(crate) async fn load_key(app: &App) -> Stored<NotificationKey> {
    let secret = app.storage.read().await?.notification_key().await?;
    let key = secret.as_deref().and_then(Key::read);
    let key = key.ok_or(StorageError::Damaged("key for notifications"))?;
    Ok(NotificationKey { key: key.public() })
}

/// Keeps a device of the session's user, reached from the app at `origin`.
///
/// # Errors
/// When the storage fails; within, why it was not kept.
pub(crate) async fn run_set(
    app: &App,
    session: &SessionRow,
    token_hash: &str,
    origin: String,
    wanted: NotificationSubscription,
) -> Stored<Result<(), NotificationFlaw>> {
    if let Err(flaw) = check(app, &wanted).await {
        return Ok(Err(flaw));
    }
    let language = Language::from_tag(&wanted.language).unwrap_or_default();
    let row = Subscription {
        company: session.company.id,
        user: session.user.id,
        session: token_hash.to_owned(),
        endpoint: wanted.endpoint,
        p256dh: wanted.p256dh,
        auth: wanted.auth,
        language: language.tag().to_owned(),
        origin,
        wishes: wanted.wishes,
        set_at: app.clock.now(),
    };
    let mut tx = app.storage.write().await?;
    tx.put_subscription(&row, MOST_DEVICES).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

async fn check(app: &App, wanted: &NotificationSubscription) -> Result<(), NotificationFlaw> {
    let settings = &app.config.notifications;
    let endpoint = read_endpoint(&wanted.endpoint, &settings.rules)?;
    read_keys(&wanted.p256dh, &wanted.auth).ok_or(NotificationFlaw::Keys)?;
    if !wanted.wishes.quiet.is_none_or(is_time_of_day) {
        return Err(NotificationFlaw::QuietHours);
    }
    let addresses = settings.names.addresses(&endpoint.host, endpoint.port);
    match timeout(PATIENCE, addresses).await {
        Ok(Ok(addresses)) if !addresses.is_empty() => {
            choose_addresses(&endpoint, &addresses).map(drop)
        }
        // Nobody can say now; its host is a known one.
        _ => Ok(()),
    }
}

/// The devices of the session's user that are told.
pub(crate) async fn load_set(app: &App, session: &SessionRow) -> Stored<Notifications> {
    let mut tx = app.storage.read().await?;
    let rows = tx.subscriptions_of(session.company.id, session.user.id);
    let subscriptions = rows.await?.into_iter().map(|row| NotificationSet {
        endpoint: row.endpoint,
        language: row.language,
        wishes: row.wishes,
    });
    Ok(Notifications {
        subscriptions: subscriptions.collect(),
    })
}

/// Ends one of the session's user.
pub(crate) async fn run_end(app: &App, session: &SessionRow, endpoint: &str) -> Stored<()> {
    let mut tx = app.storage.write().await?;
    tx.end_subscription(session.company.id, session.user.id, endpoint)
        .await?;
    tx.commit().await
}
