//! Keeps the newest photos and files of the user's jobs on this phone, as many as fit.
//!
//! Owns when the engine is asked to fetch them: after each pass that ended well, unless the network is left to text, and
//! when a person asks.
//! What is fetched is the engine's plan. Must never keep anything that was captured from being sent.

use super::commands::Commands;
use super::engine::EngineHandle;
use super::known_files::known_files;
use super::live::Live;
use super::sync_status::SyncState;
use crate::chunk::{Work, chunk};
use crate::effect::Effect;
use crate::error::Trouble;
use crate::memo::Memo;
use afield_domain::AttachmentId;
use afield_platform::{storage, timer};
use afield_sync::FetchEnd;
use leptos::task::spawn_local;

/// How often, and after how many milliseconds, it is asked again whether what goes first has ended: as long as it is
/// until the next pass.
const TRIES: u32 = 60;
const WAIT_MS: u32 = 2_000;

chunk!(seldom: fn fetch_files(engine: EngineHandle, live: Live) -> Work<()> {
    Box::pin(async move {
        let known = live.projection.with_untracked(known_files);
        let room = free().await;
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

/// **Fetch now**: what is missing, on a slow network too, and these before the others. How it ended.
///
/// # Errors
/// The databases cannot be read or written.
pub async fn fetch_now(
    commands: Commands,
    before_others: &[AttachmentId],
) -> Result<FetchEnd, Trouble> {
    let known = commands.live.projection.with_untracked(known_files);
    let engine = commands.engine()?;
    let mut end = FetchEnd::Busy;
    for _ in 0..TRIES {
        end = engine
            .run_fetch_now(&known, free().await, before_others)
            .await?;
        if end != FetchEnd::Busy {
            break;
        }
        timer::sleep_ms(WAIT_MS).await;
    }
    Ok(end)
}

/// How much is free on this phone; none if it does not tell.
pub async fn free() -> Option<u64> {
    let usage = storage::estimate().await?;
    Some(usage.quota.saturating_sub(usage.used))
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
