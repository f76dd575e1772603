//! Opening a database at its version, and what an old tab that holds it does to that.
//!
//! Owns the upgrade: a store is only ever added, never removed, and every row stays. An upgrade
//! comes whole or not at all, whatever ends it.

use crate::fault::from_idb;
use crate::schema::{ENTRY_MARKS, OUTBOX_ENTRIES};
use afield_sync::StoreError;
use futures::channel::oneshot;
use futures::future::{Either, select};
use idb::event::VersionChangeEvent;
use idb::{
    Database, DatabaseEvent, Event, Factory, IndexParams, KeyPath, ObjectStoreParams, Request,
};
use js_sys::{Function, Promise};
use std::cell::Cell;
use std::future::{Future, IntoFuture};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::IdbDatabase;

/// How long an old tab may take to let go before the user is told.
const PATIENCE_MS: i32 = 2_000;

/// How long the browser may take to say anything at all.
const SILENCE_MS: i32 = 10_000;

/// How long a silent browser is left alone before it is asked again: each question waits in it until it speaks.
const FIRST_PAUSE_MS: i32 = 500;
const LONGEST_PAUSE_MS: i32 = 30_000;

#[wasm_bindgen]
extern "C" {
    /// The same in a page and in a worker.
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(then: &Function, milliseconds: i32);
}

/// Opens `name`, adding those of `stores` that it does not have.
///
/// # Errors
/// [`StoreError::Blocked`] if an old tab does not let go of it, [`StoreError::Newer`] if it is of a
/// newer version, [`StoreError::Silent`] if the browser says nothing.
pub(crate) async fn open(
    name: &str,
    version: u32,
    stores: &'static [&'static str],
) -> Result<IdbDatabase, StoreError> {
    let wrap = |error: idb::Error| from_idb(&error);
    let factory = Factory::new().map_err(wrap)?;
    let mut request = factory.open(name, Some(version)).map_err(wrap)?;
    let upgrading = Rc::new(Cell::new(false));
    let began = Rc::clone(&upgrading);
    request.on_upgrade_needed(move |event| {
        began.set(true);
        // Taken back whole: a version without its stores could never be opened again.
        if add_stores(&event, stores).is_err()
            && let Ok(request) = event.target()
            && let Some(upgrade) = request.transaction()
        {
            let _ = upgrade.abort();
        }
    });
    let (tell_blocked, blocked) = oneshot::channel();
    request.on_blocked(move |_| {
        let _ = tell_blocked.send(());
    });
    // A blocked open stays silent until the old tab lets go, which may be never; and some browsers never
    // answer at all. An upgrade takes as long as it takes.
    let waiting = select(blocked, elapsed(SILENCE_MS));
    let opened = match select(request.into_future(), waiting).await {
        Either::Left((opened, _)) => opened,
        Either::Right((Either::Left((Ok(()), _)), opening)) => {
            match select(opening, elapsed(PATIENCE_MS)).await {
                Either::Left((opened, _)) => opened,
                Either::Right((_, opening)) => {
                    spawn_local(close_late(opening));
                    return Err(StoreError::Blocked);
                }
            }
        }
        Either::Right((Either::Right(_), opening)) if !upgrading.get() => {
            spawn_local(close_late(opening));
            return Err(StoreError::Silent);
        }
        Either::Right((_, opening)) => opening.await,
    };
    let database = opened.map_err(wrap)?;
    let present = database.store_names();
    if stores
        .iter()
        .all(|store| present.iter().any(|name| name == store))
    {
        return Ok(database.into());
    }
    database.close();
    Err(StoreError::Corrupt("a store is missing".to_owned()))
}

/// An old tab that is just writing, and an old worker that is just being stopped, let go a moment
/// later: nobody need be told to close tabs for them.
fn elapsed(milliseconds: i32) -> JsFuture {
    let elapsed = Promise::new(&mut |resolve, _| set_timeout(&resolve, milliseconds));
    JsFuture::from(elapsed)
}

/// What `opening` comes to, if the browser says anything. What it comes to later is handed to `close`: nobody
/// would hear for it that a newer version wants in.
///
/// # Errors
/// [`StoreError::Silent`].
pub(crate) async fn in_time<T: 'static>(
    opening: impl Future<Output = T> + 'static,
    close: fn(T),
) -> Result<T, StoreError> {
    match select(Box::pin(opening), elapsed(SILENCE_MS)).await {
        Either::Left((opened, _)) => Ok(opened),
        Either::Right((_, opening)) => {
            spawn_local(async move { close(opening.await) });
            Err(StoreError::Silent)
        }
    }
}

/// Opens for as long as it takes: a browser that says nothing is asked again, less and less often, and
/// `on_silence` hears of it each time.
///
/// # Errors
/// As `open`, but for [`StoreError::Silent`].
pub async fn open_patiently<T>(
    open: impl AsyncFn() -> Result<T, StoreError>,
    on_silence: impl Fn(),
) -> Result<T, StoreError> {
    let mut pause = FIRST_PAUSE_MS;
    loop {
        match open().await {
            Err(StoreError::Silent) => on_silence(),
            ended => return ended,
        }
        let _ = elapsed(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE_MS);
    }
}

fn add_stores(event: &VersionChangeEvent, stores: &[&str]) -> Result<(), idb::Error> {
    let database = event.database()?;
    let present = database.store_names();
    for store in stores {
        if !present.iter().any(|name| name == store) {
            database.create_object_store(store, ObjectStoreParams::new())?;
        }
    }
    if stores.contains(&OUTBOX_ENTRIES) {
        add_marks(event)?;
    }
    Ok(())
}

/// The index over the outbox's entries, if it is not there yet. An entry has many marks.
fn add_marks(event: &VersionChangeEvent) -> Result<(), idb::Error> {
    let request = event.target()?;
    let Some(upgrade) = request.transaction() else {
        return Ok(());
    };
    let entries = upgrade.object_store(OUTBOX_ENTRIES)?;
    if entries.index_names().iter().any(|name| name == ENTRY_MARKS) {
        return Ok(());
    }
    let mut params = IndexParams::new();
    params.multi_entry(true);
    let path = KeyPath::new_single(ENTRY_MARKS);
    entries.create_index(ENTRY_MARKS, path, Some(params))?;
    Ok(())
}

/// A blocked open cannot be called back: it goes through when the old tab leaves. What it opens
/// would have no handlers, and would block the next upgrade in its turn.
async fn close_late(opening: impl Future<Output = Result<Database, idb::Error>>) {
    if let Ok(database) = opening.await {
        database.close();
    }
}
