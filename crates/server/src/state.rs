//! What every request handler shares.
//!
//! Owns [`App`] and how it comes to be. Must never hold a company's data.

use crate::auth::brake::Brake;
use crate::auth::limiter::LoginLimits;
use crate::auth::pace::Pace;
use crate::auth::password::Passwords;
use crate::auth::token::random_hex;
use crate::clock::Clock;
use crate::contacts::Contacts;
use crate::decide::group::Groups;
use crate::error::{ServerError, StorageError};
use crate::events::{Feeds, Hub};
use crate::files::Files;
use crate::files::turns::Turns;
use crate::metrics::Metrics;
use crate::notifications::key::Key;
use crate::notifications::settings::Settings;
use crate::oidc::provider::Providers;
use crate::own_work::OwnWork;
use crate::places::Places;
use crate::pull::cursor::CursorKey;
use crate::pull::rounds::Rounds;
use crate::serving::tls::Tls;
use crate::storage::{Storage, timed::Timed};
use crate::two_hosts::TwoHosts;
use crate::web_app::WebApp;
use afield_domain::UserId;
use afield_protocol::EpochId;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, Once};
use std::time::Duration;
use tokio::sync::Notify;

/// The limits and waits that an installation may set.
#[derive(Debug, Clone)]
pub struct Config {
    /// Failed sign-ins a minute.
    pub logins: LoginLimits,
    /// How long a request may take, its body included.
    pub request_timeout: Duration,
    /// How often a quiet event stream says that it lives, and looks for what another process wrote.
    pub keep_alive: Duration,
    /// Event streams that one user may have open.
    pub streams_per_user: usize,
    /// How long a client may take for the head of a request, and how long a connection may be idle.
    pub head_timeout: Duration,
    /// How long a client may take nothing of an answer.
    pub write_timeout: Duration,
    /// Connections at the same time; who comes later waits for a place.
    pub connections: usize,
    /// Connections from one network at the same time; one more is closed. Not behind a proxy, from which all come.
    pub connections_per_network: usize,
    /// Requests of one session a minute.
    pub requests_per_minute: u32,
    /// Whether a proxy in front tells the client's address in `X-Forwarded-For`.
    pub behind_proxy: bool,
    /// Where the bytes of files are kept; in memory where nothing else is said.
    pub files: Files,
    /// The certificate, where the server itself speaks TLS.
    pub tls: Option<Tls>,
    /// How long a company's own sign-in may take for an answer.
    pub provider_patience: Duration,
    /// To whom notifications go.
    pub notifications: Settings,
    /// Where the app is and where it asks, if that are two hosts.
    pub two_hosts: Option<TwoHosts>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            logins: LoginLimits::default(),
            request_timeout: Duration::from_mins(1),
            keep_alive: Duration::from_secs(15),
            streams_per_user: 20,
            head_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_mins(2),
            connections: 900,
            connections_per_network: 300,
            requests_per_minute: 1_200,
            behind_proxy: false,
            files: Files::memory(),
            tls: None,
            provider_patience: Duration::from_secs(10),
            notifications: Settings::default(),
            two_hosts: None,
        }
    }
}

/// What every request handler shares.
pub struct App {
    /// The database.
    pub storage: Arc<dyn Storage>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Wakes the boards.
    pub hub: Hub,
    /// Hashes and checks passwords.
    pub passwords: Passwords,
    /// The built app.
    pub web_app: WebApp,
    /// The id of the data set.
    pub epoch: EpochId,
    /// The limits.
    pub config: Config,
    pub(crate) metrics: Metrics,
    pub(crate) logins: Arc<Brake>,
    pub(crate) providers: Providers,
    pub(crate) pace: Mutex<Pace>,
    /// Other servers are to be told of it.
    pub(crate) pace_is_due: Notify,
    pub(crate) contacts: Contacts,
    pub(crate) cursor_key: CursorKey,
    pub(crate) rounds: Rounds,
    pub(crate) groups: Groups,
    pub(crate) warn_of_proxy: Once,
    /// Whether a phone has shown that it was told more of this data set than there is.
    pub(crate) has_older_data: AtomicBool,
    pub(crate) feeds: Feeds,
    pub(crate) streams: Places<UserId>,
    pub(crate) own_work: OwnWork,
    pub(crate) sign_ins: Places<String>,
    pub(crate) uploads: Turns,
    /// One at a time makes jobs of series, or ends one: nothing is made of what has just ended.
    pub(crate) series: tokio::sync::Mutex<()>,
}

impl App {
    /// Puts the parts together; gives a new data set its id.
    ///
    /// # Errors
    /// When the storage fails or the system gives no random numbers.
    pub async fn start(
        storage: Arc<dyn Storage>,
        clock: Arc<dyn Clock>,
        passwords: Passwords,
        web_app: WebApp,
        config: Config,
    ) -> Result<Arc<Self>, ServerError> {
        let epoch = ensure_epoch(storage.as_ref()).await?;
        let key = ensure_cursor_key(storage.as_ref()).await?;
        ensure_notification_key(storage.as_ref()).await?;
        let app = Self::with(storage, clock, passwords, web_app, config, (epoch, key));
        Ok(Arc::new(app))
    }

    pub(crate) fn with(
        storage: Arc<dyn Storage>,
        clock: Arc<dyn Clock>,
        passwords: Passwords,
        web_app: WebApp,
        config: Config,
        (epoch, cursor_key): (EpochId, CursorKey),
    ) -> Self {
        let metrics = Metrics::default();
        let storage: Arc<dyn Storage> = Arc::new(Timed::new(storage, metrics.clone()));
        Self {
            groups: Groups::new(Arc::clone(&storage), metrics.clone()),
            metrics,
            logins: Brake::new(Arc::clone(&storage), cursor_key.clone(), config.logins),
            storage,
            clock,
            hub: Hub::default(),
            passwords,
            web_app,
            epoch,
            providers: Providers::new(config.provider_patience),
            pace: Mutex::default(),
            pace_is_due: Notify::new(),
            contacts: Contacts::default(),
            cursor_key,
            rounds: Rounds::default(),
            warn_of_proxy: Once::new(),
            has_older_data: AtomicBool::new(false),
            feeds: Feeds::default(),
            streams: Places::default(),
            own_work: OwnWork::default(),
            sign_ins: Places::default(),
            uploads: Turns::default(),
            series: tokio::sync::Mutex::default(),
            config,
        }
    }
}

/// The id of a data set that no other has.
pub(crate) fn new_epoch() -> Result<EpochId, getrandom::Error> {
    Ok(EpochId(random_hex()?.chars().take(16).collect()))
}

/// What this data set's cursors are signed with; made at the first start.
async fn ensure_cursor_key(storage: &dyn Storage) -> Result<CursorKey, ServerError> {
    let mut tx = storage.write().await?;
    let secret = match tx.cursor_key().await? {
        Some(secret) => secret,
        None => {
            let secret = random_hex()?;
            tx.name_cursor_key(&secret).await?;
            tx.commit().await?;
            secret
        }
    };
    CursorKey::new(&secret).ok_or_else(|| StorageError::Damaged("cursor key").into())
}

/// By what browsers know this data set's server; made at the first start.
async fn ensure_notification_key(storage: &dyn Storage) -> Result<(), ServerError> {
    let mut tx = storage.write().await?;
    if tx.notification_key().await?.is_none() {
        tx.name_notification_key(&Key::new_secret()?).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn ensure_epoch(storage: &dyn Storage) -> Result<EpochId, ServerError> {
    let mut tx = storage.write().await?;
    if let Some(epoch) = tx.epoch().await? {
        return Ok(epoch);
    }
    let epoch = new_epoch()?;
    tx.name_epoch(&epoch).await?;
    tx.commit().await?;
    Ok(epoch)
}
