//! Group commit: pushes that wait at the same time become durable together.
//!
//! Owns the one open transaction that they share, who ends it, and how each hears of its end. Who comes first opens
//! it and lines up its end behind all who wait at that moment; each works in turn, in the order in which they came.
//! Must never look at what is done in it, nor let anybody answer before its end.

use crate::error::StorageError;
use crate::metrics::Metrics;
use crate::storage::{Storage, Stored, WriteTx};
use afield_planted::planted;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMutexGuard, watch};
use tokio::time::Instant;

/// Mutations after which a transaction is ended although others wait: nobody waits for more than so many.
const MOST: usize = 512;
/// How long it is open at most before nobody more is let in: what it has locked others wait for, also at other servers,
/// and who waits longer than [`PATIENCE`] is sent away.
const LONGEST: Duration = Duration::from_secs(1);
/// How long a push waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// The transaction that pushes share.
pub(crate) struct Groups {
    storage: Arc<dyn Storage>,
    metrics: Metrics,
    longest: Duration,
    open: Arc<Mutex<Option<Group>>>,
}

struct Group {
    tx: Box<dyn WriteTx>,
    mutations: usize,
    metrics: Metrics,
    began: Instant,
    longest: Duration,
    /// Whether it was committed, once it has ended.
    end: watch::Sender<Option<bool>>,
}

/// Somebody's turn in the open transaction. Dropped without [`Seat::leave`] it takes the whole transaction back: what
/// was done in it is not known to be whole.
pub(crate) struct Seat {
    /// None once the turn is given away.
    open: Option<OwnedMutexGuard<Option<Group>>>,
    is_first: bool,
    home: Arc<Mutex<Option<Group>>>,
}

impl Groups {
    pub(crate) fn new(storage: Arc<dyn Storage>, metrics: Metrics) -> Self {
        Self {
            storage,
            metrics,
            longest: LONGEST,
            open: Arc::default(),
        }
    }

    /// The same, whose transactions take in nobody more after `longest`.
    #[cfg(test)]
    pub(crate) fn open_for(self, longest: Duration) -> Self {
        Self { longest, ..self }
    }

    /// Waits for its turn; opens a transaction if none is open.
    ///
    /// # Errors
    /// When none can be begun, or the turn does not come.
    pub(crate) async fn join(&self) -> Stored<Seat> {
        let home = Arc::clone(&self.open);
        let mut open = match Arc::clone(&home).try_lock_owned() {
            Ok(open) => open,
            Err(_) => tokio::time::timeout(PATIENCE, Arc::clone(&home).lock_owned())
                .await
                .map_err(|_| StorageError::Backend("too many write at once".into()))?,
        };
        let is_first = open.is_none();
        if is_first {
            *open = Some(Group {
                tx: self.storage.write().await?,
                mutations: 0,
                metrics: self.metrics.clone(),
                began: Instant::now(),
                longest: self.longest,
                end: watch::Sender::new(None),
            });
        }
        Ok(Seat {
            open: Some(open),
            is_first,
            home,
        })
    }
}

impl Seat {
    /// The open transaction.
    ///
    /// # Errors
    /// None in practice: a seat has one.
    pub(crate) fn tx(&mut self) -> Stored<&mut dyn WriteTx> {
        match self.open.as_mut().and_then(|open| open.as_mut()) {
            Some(group) => Ok(group.tx.as_mut()),
            None => Err(StorageError::Backend("no transaction is open".into())),
        }
    }

    /// Gives the turn to the next after so many mutations; whether all that was done has become durable.
    pub(crate) async fn leave(mut self, mutations: usize) -> bool {
        let Some(mut open) = self.open.take() else {
            return false;
        };
        let Some(mut group) = open.take() else {
            return false;
        };
        group.mutations += mutations;
        let mut end = group.end.subscribe();
        if group.mutations >= MOST || group.began.elapsed() >= group.longest {
            group.end().await;
        } else {
            *open = Some(group);
            if self.is_first {
                tokio::spawn(end_group(Arc::clone(&self.home)));
            }
        }
        drop(open);
        let ended = end.wait_for(Option::is_some).await;
        ended.is_ok_and(|committed| *committed == Some(true))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some(open) = &mut self.open {
            // Whoever waits for its end hears that there is none.
            **open = None;
        }
    }
}

impl Group {
    async fn end(self) {
        let done = self.tx.commit().await;
        if let Err(error) = &done {
            tracing::error!(%error, cause = ?std::error::Error::source(error), "pushes could not be committed");
        }
        self.metrics.committed(self.mutations, self.began.elapsed());
        let is_done = planted!(CommitUnchecked: done.is_ok() => true);
        self.end.send_replace(Some(is_done));
    }
}

/// Ends the open transaction when all who wait now have had their turn.
async fn end_group(home: Arc<Mutex<Option<Group>>>) {
    let mut open = home.lock().await;
    if let Some(group) = open.take() {
        group.end().await;
    }
}
