//! Has the browser go on in a new log before this page or worker first writes.
//!
//! Chromium writes every database of the app into one log. A browser that is killed while it writes leaves the beginning
//! of a record there. Its next start takes that for the end, and goes on behind it; the start after that finds a damaged
//! record, and Chromium then throws away **all** databases of the app, the unsent work with them, without a word
//! (leveldb #1287). Deleting a database makes it write what is in the log elsewhere and begin another one. What was
//! killed while that is done, at a start, is all that is left of it. ADR 0103.
//!
//! Must never touch a database of the app.

use crate::opening;
use idb::Factory;
use js_sys::Reflect;
use std::cell::Cell;

/// Exists for a moment.
const NAME: &str = "afield-new-log";

thread_local! {
    static DONE: Cell<bool> = const { Cell::new(false) };
}

/// Before the first write of each page and worker; who comes while it is done does it as well, rather than write before
/// it. Where it fails, the next write tries again; a log that stays is what there was before.
pub(crate) async fn begin_new_log() {
    if DONE.get() || !has_one_log() {
        return;
    }
    if let Ok(made) = opening::open(NAME, 1, &[]).await {
        made.close();
        // The browser has heard of it before it hears of the write that is waiting.
        let _ = Factory::new().and_then(|factory| factory.delete(NAME));
        DONE.set(true);
    }
}

/// Chrome, Edge, Samsung's and their like; not what bears these names on an iPhone.
fn has_one_log() -> bool {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into());
    let agent = navigator.and_then(|navigator| Reflect::get(&navigator, &"userAgent".into()));
    let agent = agent.ok().and_then(|agent| agent.as_string());
    agent.is_some_and(|agent| agent.contains("Chrome/"))
}
