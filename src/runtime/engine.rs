//! The engine over the browser's ports, opened once.
//!
//! Owns the handle. Must never decide when a pass runs: that is `sync_driver`.

use afield_domain::Timestamp;
use afield_platform::host::BrowserHost;
use afield_platform::remote::FetchRemote;
use afield_store::{IdbCache, IdbOutbox, open_patiently};
use afield_sync::{Engine, Host, Reading, StoreError};
use futures::future::join;
use leptos::prelude::*;

/// The engine of a page.
pub type AppEngine = Engine<IdbOutbox, IdbCache, FetchRemote, BrowserHost>;

/// The engine, once its databases are open.
#[derive(Debug, Clone, Copy)]
pub struct EngineHandle {
    host: StoredValue<BrowserHost, LocalStorage>,
    engine: StoredValue<Option<AppEngine>, LocalStorage>,
}

impl EngineHandle {
    /// A handle whose databases are still closed.
    #[must_use]
    pub fn new() -> Self {
        Self {
            host: StoredValue::new_local(BrowserHost::new("page")),
            engine: StoredValue::new_local(None),
        }
    }

    /// Opens the databases, for as long as it takes; `on_silence` hears whenever the browser says nothing.
    ///
    /// # Errors
    /// [`StoreError`]: nothing can be read or saved then.
    pub async fn open(self, on_silence: impl Fn()) -> Result<AppEngine, StoreError> {
        // Together, or one silence would be waited for after the other.
        let (outbox, cache) = join(
            open_patiently(IdbOutbox::open, &on_silence),
            open_patiently(IdbCache::open, &on_silence),
        )
        .await;
        let engine = Engine {
            outbox: outbox?,
            cache: cache?,
            remote: FetchRemote::default(),
            host: self.host.get_value(),
        };
        self.engine.set_value(Some(engine.clone()));
        Ok(engine)
    }

    /// The engine, if the databases are open.
    #[must_use]
    pub fn get(self) -> Option<AppEngine> {
        self.engine.get_value()
    }

    /// Whether the databases are open.
    #[must_use]
    pub fn is_open(self) -> bool {
        self.engine.with_value(Option::is_some)
    }

    /// Another pass waits for the one under way, or no longer.
    pub fn set_wanted(self, wanted: bool) {
        self.host.with_value(|host| host.set_wanted(wanted));
    }

    /// The device's clock.
    #[must_use]
    pub fn now(self) -> Timestamp {
        self.host.with_value(Host::now)
    }

    /// All clocks of this page.
    #[must_use]
    pub fn reading(self) -> Reading {
        self.host.with_value(Host::reading)
    }
}

impl Default for EngineHandle {
    fn default() -> Self {
        Self::new()
    }
}
