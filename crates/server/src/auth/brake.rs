//! The brake on guessing as all servers of a database hold it.
//!
//! Owns where failures are counted: here, at once and whatever the database does; and in the database, for all. Whoever is
//! braked here costs nothing more; a failure costs one small write, of which few are under way at a time. Must never keep
//! an address, hold anything while a password is checked, or let a failing write let somebody guess on.

use super::limiter::{Counted, LoginLimiter, LoginLimits, WINDOW_MS, wait_after};
use crate::pull::cursor::CursorKey;
use crate::storage::{Storage, Stored};
use afield_domain::Timestamp;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

/// Failures that are kept in the database: as many as one server keeps by itself, twice over.
const KEPT: u32 = 20_000;
/// Failures of one server that are being written at the same time; what comes beyond is counted here alone.
const NOTES: usize = 4;
/// What a limit may be at most to be looked for in the database.
const MOST: usize = 1_000;

/// Counts failures.
pub(crate) struct Brake {
    storage: Arc<dyn Storage>,
    key: CursorKey,
    limits: LoginLimits,
    here: Mutex<LoginLimiter>,
    notes: Arc<Semaphore>,
}

impl Brake {
    pub(crate) fn new(storage: Arc<dyn Storage>, key: CursorKey, limits: LoginLimits) -> Arc<Self> {
        Arc::new(Self {
            storage,
            key,
            limits,
            here: Mutex::new(LoginLimiter::new(limits)),
            notes: Arc::new(Semaphore::new(NOTES)),
        })
    }

    /// How many milliseconds to wait before the next attempt; none if it may be made at `now`.
    ///
    /// # Errors
    /// When the database cannot be read: who signs in needs it anyway.
    pub(crate) async fn wait(&self, keys: &[Counted], now: Timestamp) -> Stored<Option<u64>> {
        let here = self.here().wait(keys, now);
        if here.is_some() {
            return Ok(here);
        }
        let mut tx = self.storage.read().await?;
        let mut wait = None;
        for key in keys {
            let limit = self.limits.of(key);
            // Clocks of servers differ a little: what failed at another a moment ahead counts too.
            let between = (now.plus_ms(-WINDOW_MS), now.plus_ms(WINDOW_MS));
            if let Some(most) = asked_for(limit) {
                let times = tx.sign_in_failures(&self.name(key), between, most).await?;
                wait = wait.max(wait_after(&times, limit, now));
            }
        }
        Ok(wait)
    }

    /// Counts a failure at `now`, here at once. What is given ends when the others know too; it goes on without whoever
    /// waits for it.
    pub(crate) fn fail(
        self: &Arc<Self>,
        keys: &[Counted],
        now: Timestamp,
    ) -> Option<JoinHandle<()>> {
        self.here().fail(keys, now);
        let Ok(turn) = Arc::clone(&self.notes).try_acquire_owned() else {
            tracing::debug!("many sign-ins fail at once: one is counted by this server alone");
            return None;
        };
        let brake = Arc::clone(self);
        let names: Vec<String> = keys.iter().map(|key| self.name(key)).collect();
        Some(tokio::spawn(async move {
            let _turn = turn;
            if let Err(error) = brake.note(&names, now).await {
                tracing::warn!(%error, "a sign-in that failed is counted by this server alone");
            }
        }))
    }

    async fn note(&self, names: &[String], now: Timestamp) -> Stored<()> {
        let mut tx = self.storage.write().await?;
        tx.add_sign_in_failures(names, now, KEPT).await?;
        tx.commit().await
    }

    /// Under what it is kept: without the key of the data set nobody can tell whose it is.
    fn name(&self, key: &Counted) -> String {
        self.key.name(&match key {
            Counted::Account(account, address) => format!("account {account} {address}"),
            Counted::Address(address) => format!("address {address}"),
        })
    }

    fn here(&self) -> MutexGuard<'_, LoginLimiter> {
        self.here.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many failures are asked for to know whether there are so many; none where there is no such limit.
fn asked_for(limit: usize) -> Option<u32> {
    let is_meant = (1..=MOST).contains(&limit);
    u32::try_from(limit).ok().filter(|_| is_meant)
}
