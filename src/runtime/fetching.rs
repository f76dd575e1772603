//! Keeps the newest photos and files of the user's jobs on this phone, as many as fit.
//!
//! Owns when the engine is asked to fetch them: after each pass that ended well, unless the network is left to text.
//! What is fetched is the engine's plan. Must never keep anything that was captured from being sent.

use super::engine::EngineHandle;
use super::live::Live;
use super::sync_status::SyncState;
use crate::chunk::{Work, chunk};
use crate::effect::Effect;
use crate::memo::Memo;
use afield_domain::{Attachment, Module, Record};
use afield_platform::{storage, timer};
use afield_sync::FetchEnd;
use leptos::task::spawn_local;

/// How often, and after how many milliseconds, it is asked again whether what goes first has ended: as long as it is
/// until the next pass.
const TRIES: u32 = 60;
const WAIT_MS: u32 = 2_000;

chunk!(seldom: fn fetch_files(engine: EngineHandle, live: Live) -> Work<()> {
    Box::pin(async move {
        let known = known_files(live);
        let room = storage::estimate().await;
        let room = room.map(|usage| usage.quota.saturating_sub(usage.used));
        let Some(engine) = engine.get() else { return };
        // The pass that has just ended may be sending files.
        for _ in 0..TRIES {
            match engine.run_fetch(&known, room).await {
                Ok(FetchEnd::Busy) => timer::sleep_ms(WAIT_MS).await,
                Ok(_) => return,
                Err(error) => {
                    return leptos::logging::warn!("fetching photos and files ended early: {error}");
                }
            }
        }
    })
});

/// The photos and files that this phone's jobs name.
fn known_files(live: Live) -> Vec<Attachment> {
    live.projection.with_untracked(|all| {
        let files = all.views(Module::Attachment);
        let files = files.filter_map(|view| match view.record {
            Record::Attachment(file) => Some(file.clone()),
            _ => None,
        });
        files.collect()
    })
}

/// Fetches from now on. Once, in `app`.
pub fn keep_files_here(engine: EngineHandle, live: Live, sync: SyncState) {
    let synced = Memo::new(move |_| sync.status.with(|status| status.last_sync));
    Effect::new(move |_| {
        // With each pass anew.
        let is_synced = synced.get().is_some();
        let is_whole = sync.ready.get() && live.loaded.get();
        if !is_synced || !is_whole || sync.slow.get() {
            return;
        }
        spawn_local(async move {
            if let Ok(fetching) = fetch_files(engine, live).await {
                fetching.await;
            }
        });
    });
}
