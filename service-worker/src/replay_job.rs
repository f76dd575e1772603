//! The engine in the worker.
//!
//! Owns when the worker replays. It is the same engine as the page's, over the same two databases,
//! under the same lock and lease.

use afield_platform::host::BrowserHost;
use afield_platform::remote::FetchRemote;
use afield_platform::{api, badge};
use afield_store::{IdbCache, IdbOutbox};
use afield_sync::device_report::{PhoneFacts, run_count};
use afield_sync::driver::{Action, DriverState, Event, must_sync_again, plan_wake};
use afield_sync::{
    Engine, FileStore, FilesEnd, Host, OutboxStore, Read, SignedIn, StoreError, SyncReport,
    count_alone, sync_status,
};
use wasm_bindgen::JsValue;

/// The engine over the browser's parts.
pub(crate) type WorkerEngine = Engine<IdbOutbox, IdbCache, FetchRemote, BrowserHost>;

pub(crate) fn text(error: impl std::fmt::Display) -> JsValue {
    JsValue::from_str(&error.to_string())
}

/// Opens the databases. Nothing is kept between events: the worker may be stopped at any time.
pub(crate) async fn open_engine() -> Result<WorkerEngine, JsValue> {
    Ok(Engine {
        outbox: IdbOutbox::open().await.map_err(text)?,
        cache: IdbCache::open().await.map_err(text)?,
        remote: FetchRemote::default(),
        host: BrowserHost::new("worker"),
    })
}

/// The pass that `event` asks for, if it does, and files after it. A worker knows of none before it.
pub(crate) async fn run(event: Event) -> Result<Option<(SyncReport, FilesEnd)>, JsValue> {
    let engine = open_engine().await?;
    let (_, actions) = plan_wake(DriverState::default(), event, engine.host.now());
    for action in actions {
        // Timers do not outlive the event: the browser's own Background Sync is what comes again.
        if let Action::Pass(trigger) = action {
            let (report, files) = engine.run_sync_and_files(trigger, |_| {}).await;
            return Ok(Some((report.map_err(text)?, files.map_err(text)?)));
        }
    }
    Ok(None)
}

/// The browser's Background Sync, once or periodic: failing the event makes the browser try again later.
///
/// # Errors
/// Not everything was sent, or why nothing was.
pub async fn background_sync() -> Result<(), JsValue> {
    let report = run(Event::SyncEvent).await;
    // No page may be open that would do either.
    show_unsent().await;
    tell_office().await;
    let report = report?;
    if report.is_some_and(|(report, files)| must_sync_again(&report, files)) {
        return Err(text("not everything was sent"));
    }
    Ok(())
}

/// Tells the server what is still on this phone alone. How the phone is set up only a page knows. Should it fail, the
/// next page makes up for it.
pub(crate) async fn tell_office() {
    let Ok(outbox) = IdbOutbox::open().await else {
        return;
    };
    if let Ok(Some(mut report)) = run_count(&outbox, &PhoneFacts::default(), None).await {
        report.phone = None;
        let _ = api::report(&report).await;
    }
}

/// Shows on the app's icon how many changes and files are unsent.
pub(crate) async fn show_unsent() {
    let Ok(outbox) = IdbOutbox::open().await else {
        return;
    };
    if let (Ok(view), Ok(rows)) = (outbox.load(Read::All).await, outbox.load_files().await) {
        let user = view.meta.session.as_ref().map(SignedIn::user);
        let epoch = view.meta.epoch.as_ref();
        let files = user.map_or(0, |user| {
            count_alone(&rows.files, user, epoch, &view.entries)
        });
        badge::set(sync_status(&view).unsent + files);
    }
}

/// Who is signed in on this device.
///
/// # Errors
/// Nobody can tell: the outbox cannot be read.
pub(crate) async fn signed_in() -> Result<Option<String>, StoreError> {
    let meta = IdbOutbox::open().await?.load(Read::Meta).await?.meta;
    Ok(meta.session.map(|session| session.user().to_string()))
}
