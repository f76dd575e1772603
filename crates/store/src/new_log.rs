//! Has the browser go on in a new log before this page or worker first writes.
//!
//! Chromium writes every database of the app into one log. A browser that is killed while it writes leaves the beginning
//! of a record there. Its next start takes that for the end, and goes on behind it; the start after that finds a damaged
//! record, and Chromium then throws away **all** databases of the app, the unsent work with them, without a word
//! (leveldb #1287). Deleting a database makes it write what is in the log elsewhere and begin another one. What was
//! killed while that is done, at a start, is all that is left of it. ADR 0103.
//!
//! Must never keep a write back for longer than it takes to lose patience, and never touch a database of the app.

use crate::opening::elapsed;
use futures::future::select;
use idb::Factory;
use js_sys::Reflect;
use std::cell::Cell;
use std::pin::pin;

/// Exists for a moment.
const NAME: &str = "afield-new-log";
/// How long a browser may take: a few milliseconds are usual.
const PATIENCE_MS: i32 = 1_000;

thread_local! {
    static BEGUN: Cell<bool> = const { Cell::new(false) };
}

/// Once in each page and worker.
pub(crate) async fn begin_new_log() {
    if !BEGUN.replace(true) && has_one_log() {
        // A log that stays is what there was before.
        let _ = select(pin!(make_and_delete()), elapsed(PATIENCE_MS)).await;
    }
}

async fn make_and_delete() -> Result<(), idb::Error> {
    let factory = Factory::new()?;
    factory.open(NAME, None)?.await?.close();
    factory.delete(NAME)?.await
}

/// Chrome, Edge, Samsung's and their like; not what bears these names on an iPhone.
fn has_one_log() -> bool {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into());
    let agent = navigator.and_then(|navigator| Reflect::get(&navigator, &"userAgent".into()));
    let agent = agent.ok().and_then(|agent| agent.as_string());
    agent.is_some_and(|agent| agent.contains("Chrome/"))
}
