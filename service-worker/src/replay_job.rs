//! The engine in the worker.
//!
//! Owns when the worker replays. It is the same engine as the page's, over the same two databases,
//! under the same lock and lease.

use afield_platform::host::BrowserHost;
use afield_platform::remote::FetchRemote;
use afield_store::{IdbCache, IdbOutbox};
use afield_sync::{Engine, SyncReport, Trigger};
use wasm_bindgen::JsValue;

/// The engine over the browser's parts.
pub(crate) type WorkerEngine = Engine<IdbOutbox, IdbCache, FetchRemote, BrowserHost>;

fn text(error: impl std::fmt::Display) -> JsValue {
    JsValue::from_str(&error.to_string())
}

/// Opens the databases. Nothing is kept between events: the worker may be stopped at any time.
pub(crate) async fn open_engine() -> Result<WorkerEngine, JsValue> {
    Ok(Engine {
        outbox: IdbOutbox::open().await.map_err(text)?,
        cache: IdbCache::open().await.map_err(text)?,
        remote: FetchRemote,
        host: BrowserHost::new("worker"),
    })
}

/// One pass.
pub(crate) async fn replay(trigger: Trigger) -> Result<SyncReport, JsValue> {
    let engine = open_engine().await?;
    engine.run_sync(trigger).await.map_err(text)
}

/// The browser's Background Sync: failing the event makes the browser try again later.
pub(crate) async fn background_sync() -> Result<(), JsValue> {
    match replay(Trigger::BackgroundSync).await? {
        // A page is at it, or only the user can go on.
        SyncReport::Busy | SyncReport::SignedOut | SyncReport::SignInNeeded => Ok(()),
        report if report.is_done() => Ok(()),
        _ => Err(text("not everything was sent")),
    }
}
