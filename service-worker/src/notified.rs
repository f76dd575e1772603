//! What the worker does when a notification has come.
//!
//! Owns the pass that is made then, and where the words of this phone come from. How long is waited for either, and what
//! is shown without them, is the script's: it must show something even where none of this came.

use crate::replay_job::{open_engine, show_unsent, text};
use crate::words::plan_words;
use afield_domain::{JobId, Language, Record};
use afield_platform::{notifications, timer};
use afield_store::{IdbCache, IdbOutbox};
use afield_sync::driver::{Action, DriverState, Event, plan_wake};
use afield_sync::{CacheStore, Host, OutboxStore, Read, Reading, SyncReport};
use wasm_bindgen::JsValue;

/// So often a pass is tried while a page is at one: its own may have asked before the office's change.
const TRIES: u32 = 8;
/// Between two of them, in milliseconds.
const BETWEEN_MS: u32 = 500;

/// A pass without files: those have the browser's own Background Sync.
///
/// # Errors
/// Why none was made.
pub async fn pass() -> Result<(), JsValue> {
    let engine = open_engine().await?;
    let (_, actions) = plan_wake(DriverState::default(), Event::Notified, engine.host.now());
    for action in actions {
        let Action::Pass(trigger) = action else {
            continue;
        };
        for _ in 0..TRIES {
            if engine.run_sync(trigger).await.map_err(text)? != SyncReport::Busy {
                break;
            }
            timer::sleep_ms(BETWEEN_MS).await;
        }
    }
    show_unsent().await;
    Ok(())
}

/// What this phone can say of `job`, in the language of the tag `language`; nothing of a job that is not here.
///
/// # Errors
/// What is here cannot be read.
pub async fn words(job: &str, language: &str) -> Result<Option<String>, JsValue> {
    let Ok(job) = job.parse::<JobId>() else {
        return Ok(None);
    };
    let outbox = IdbOutbox::open().await.map_err(text)?;
    let meta = outbox.load(Read::Meta).await.map_err(text)?.meta;
    let cache = IdbCache::open().await.map_err(text)?;
    let found = cache.load_record(job.into()).await.map_err(text)?;
    let Some(Record::Job(job)) = found.map(|found| found.record) else {
        return Ok(None);
    };
    let language = Language::from_tag(language).unwrap_or_default();
    Ok(plan_words(&meta, &job, language, &now()))
}

fn now() -> Reading {
    afield_platform::host::BrowserHost::new("worker").reading()
}

/// The browser has given this device another address: the server is told of it, with what was wished for.
///
/// # Errors
/// It is not told.
pub async fn subscribe_anew(before: &str) -> Result<(), JsValue> {
    notifications::renew(before).await.map_err(text)
}
