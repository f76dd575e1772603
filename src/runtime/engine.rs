//! The engine over the browser's ports, opened once.
//!
//! Owns the handle. Must never decide when a pass runs: that is `sync_driver`.

use afield_domain::Timestamp;
use afield_platform::host::BrowserHost;
use afield_platform::remote::FetchRemote;
use afield_store::{IdbCache, IdbOutbox};
use afield_sync::{Engine, Host, Reading, StoreError};
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

    /// Opens the databases.
    ///
    /// # Errors
    /// [`StoreError`]: nothing can be read or saved then.
    pub async fn open(self) -> Result<AppEngine, StoreError> {
        let engine = Engine {
            outbox: IdbOutbox::open().await?,
            cache: IdbCache::open().await?,
            remote: FetchRemote,
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
