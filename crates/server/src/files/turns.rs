//! One request at a time for each upload; the newest has the word.
//!
//! Owns who is at an upload. A phone whose line broke asks again while the old request still waits for bytes that will
//! never come: the old one is told to store what it has and to end. Must never hold a turn without a request.

use afield_domain::AttachmentId;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Notify, OwnedMutexGuard};

/// Who is at which upload.
#[derive(Debug, Default)]
pub(crate) struct Turns(Arc<Mutex<HashMap<AttachmentId, Arc<Upload>>>>);

#[derive(Debug, Default)]
struct Upload {
    /// Requests that are at it or wait for it.
    asking: AtomicUsize,
    turn: Arc<tokio::sync::Mutex<()>>,
    newcomer: Notify,
}

/// The one who is at an upload, until it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    _held: OwnedMutexGuard<()>,
    asking: Asking,
}

impl Turns {
    /// Tells whoever is at the upload to end, and waits for it.
    pub(crate) async fn take(&self, id: AttachmentId) -> Turn {
        let asking = Asking::new(&self.0, id);
        asking.upload.newcomer.notify_waiters();
        let held = Arc::clone(&asking.upload.turn).lock_owned().await;
        Turn {
            _held: held,
            asking,
        }
    }
}

impl Turn {
    /// Whether another request waits for this one to end.
    pub(crate) fn is_over(&self) -> bool {
        self.asking.upload.asking.load(Ordering::SeqCst) > 1
    }

    /// Waits until another request wants the turn.
    pub(crate) async fn over(&self) {
        let come = self.asking.upload.newcomer.notified();
        // Whoever came before this was waited for is counted.
        if !self.is_over() {
            come.await;
        }
    }
}

/// A request that is at an upload or waits for it; the upload is forgotten with its last one.
#[derive(Debug)]
struct Asking {
    all: Arc<Mutex<HashMap<AttachmentId, Arc<Upload>>>>,
    id: AttachmentId,
    upload: Arc<Upload>,
}

impl Asking {
    fn new(all: &Arc<Mutex<HashMap<AttachmentId, Arc<Upload>>>>, id: AttachmentId) -> Self {
        let mut uploads = all.lock().unwrap_or_else(PoisonError::into_inner);
        let upload = Arc::clone(uploads.entry(id).or_default());
        upload.asking.fetch_add(1, Ordering::SeqCst);
        Self {
            all: Arc::clone(all),
            id,
            upload,
        }
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        let mut uploads = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if self.upload.asking.fetch_sub(1, Ordering::SeqCst) == 1 {
            uploads.remove(&self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::time::timeout;
    use uuid::Uuid;

    const FILE: AttachmentId = AttachmentId(Uuid::from_u128(1));
    const OTHER: AttachmentId = AttachmentId(Uuid::from_u128(2));
    /// Who would wait for ever fails.
    const PATIENCE: Duration = Duration::from_mins(3);

    #[tokio::test]
    async fn the_newest_ends_the_one_before_and_others_are_left_alone() {
        let turns = Arc::new(Turns::default());
        let first = turns.take(FILE).await;
        let other = turns.take(OTHER).await;
        assert!(!first.is_over() && !other.is_over());
        let second = tokio::spawn({
            let turns = Arc::clone(&turns);
            async move { turns.take(FILE).await }
        });
        timeout(PATIENCE, first.over()).await.unwrap();
        assert!(first.is_over());
        drop(first);
        let second = timeout(PATIENCE, second).await.unwrap().unwrap();
        assert!(!second.is_over());
        drop((second, other));
        assert!(turns.0.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn one_who_gives_up_waiting_leaves_nothing() {
        let turns = Turns::default();
        let first = turns.take(FILE).await;
        let waited = timeout(Duration::ZERO, turns.take(FILE)).await;
        assert!(waited.is_err() && !first.is_over());
        drop(first);
        assert!(turns.0.lock().unwrap().is_empty());
    }
}
