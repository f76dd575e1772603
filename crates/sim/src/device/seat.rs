//! The engine's ports as a phone offers them to one of its contexts.
//!
//! Owns how long each call takes and how it fails. Must never do what the stores in memory do.

use super::{Device, untold, watch};
use crate::executor::{ContextId, OUTSIDE};
use crate::fault::Fault;
use afield_domain::{AttachmentId, Module, RecordKey, Timestamp, Versioned};
use afield_protocol::worker_message::Notice;
use afield_sync::cache::rules::key_of_change;
use afield_sync::ports::CacheOutcome;
use afield_sync::{
    CacheBatch, CacheState, CacheStore, FileRows, FileStore, Host, LocalFile, OutboxPlan,
    OutboxStore, OutboxView, OutboxWrite, Read, Reading, StoreError, SyncError,
};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use uuid::Uuid;

/// The phone as one context sees it: outbox, cache and host at once.
#[derive(Clone)]
pub struct Seat {
    /// The phone.
    pub device: Rc<Device>,
    /// The context.
    pub context: ContextId,
    /// The version of the records that its build knows: a tab keeps its build until it ends.
    pub records_version: u32,
    /// Whether its driver wants another pass.
    pub wanted: Rc<Cell<bool>>,
}

impl OutboxStore for Seat {
    async fn load(&self, read: Read) -> Result<OutboxView, StoreError> {
        self.device.sim.pause(0, 3).await;
        self.device.check_connection(self.context)?;
        let view = self.device.outbox.load(read).await;
        self.device.sim.pause(0, 2).await;
        view
    }

    async fn transact<T, F>(&self, read: Read, plan: F) -> Result<T, SyncError>
    where
        F: Fn(&OutboxView) -> Result<OutboxPlan<T>, SyncError>,
    {
        let device = &self.device;
        device.sim.pause(0, 3).await;
        device.check_connection(self.context)?;
        let before = device.outbox.peek(Clone::clone);
        let wrote = Cell::new(false);
        let written = device
            .outbox
            .transact(read, |view| {
                let plan = plan(view)?;
                let grows = plan
                    .writes
                    .iter()
                    .any(|write| matches!(write, OutboxWrite::Put(entry) if !entry.sent));
                if grows && device.full.get() {
                    return Err(SyncError::Store(StoreError::Quota));
                }
                wrote.set(!plan.writes.is_empty());
                Ok(plan)
            })
            .await;
        if matches!(written, Err(SyncError::Store(StoreError::Quota))) {
            device.strike(Fault::Quota);
        }
        if wrote.get() {
            watch::outbox_write(device, self.context, &before);
            let mut untold = device.untold.borrow_mut();
            let now = device.sim.now();
            device
                .outbox
                .peek(|after| untold.outbox_written(&before, after, now));
        }
        // From here on the write is durable, and nobody knows yet.
        self.end_if_doomed();
        device.sim.pause(0, 4).await;
        if device.is_unheard(self.context) {
            device.strike(Fault::CommitUnheard);
            return Err(StoreError::Closed.into());
        }
        written
    }
}

impl FileStore for Seat {
    async fn put_chunk(
        &self,
        id: AttachmentId,
        number: u32,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        self.device.sim.pause(0, 4).await;
        self.device.check_connection(self.context)?;
        if self.device.is_too_full(bytes.len()) {
            self.device.strike(Fault::Quota);
            return Err(StoreError::Quota);
        }
        let put = self.device.outbox.put_chunk(id, number, bytes).await;
        self.device.sim.pause(0, 40).await;
        put
    }

    async fn load_file(&self, id: AttachmentId) -> Result<Option<LocalFile>, StoreError> {
        self.device.outbox.load_file(id).await
    }

    async fn load_files(&self) -> Result<FileRows, StoreError> {
        self.device.outbox.load_files().await
    }

    async fn load_bytes(&self, id: AttachmentId) -> Result<Option<Vec<u8>>, StoreError> {
        self.device.outbox.load_bytes(id).await
    }

    async fn load_chunk(
        &self,
        id: AttachmentId,
        number: u32,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.device.sim.pause(0, 2).await;
        self.device.check_connection(self.context)?;
        self.device.outbox.load_chunk(id, number).await
    }

    async fn load_chunk_owners(&self) -> Result<Vec<AttachmentId>, StoreError> {
        self.device.sim.pause(0, 2).await;
        self.device.check_connection(self.context)?;
        self.device.outbox.load_chunk_owners().await
    }

    async fn drop_received(&self, id: AttachmentId) -> Result<(), StoreError> {
        self.device.sim.pause(0, 2).await;
        self.device.check_connection(self.context)?;
        let before = self.device.outbox.peek(Clone::clone);
        let dropped = self.device.outbox.drop_received(id).await;
        self.device.file_dropped(id, &before);
        dropped
    }

    async fn drop_chunks(&self, id: AttachmentId) -> Result<(), StoreError> {
        self.device.sim.pause(0, 4).await;
        self.device.check_connection(self.context)?;
        self.device.outbox.drop_chunks(id).await
    }
}

impl CacheStore for Seat {
    async fn load_state(&self) -> Result<CacheState, StoreError> {
        self.device.sim.pause(0, 2).await;
        self.device.check_connection(self.context)?;
        self.device.cache.load_state().await
    }

    async fn load_record(&self, key: RecordKey) -> Result<Option<Versioned>, StoreError> {
        self.device.sim.pause(0, 2).await;
        self.device.cache.load_record(key).await
    }

    async fn load_module(&self, module: Module) -> Result<Vec<Versioned>, StoreError> {
        self.device.sim.pause(0, 4).await;
        self.device.cache.load_module(module).await
    }

    async fn apply(&self, batch: &CacheBatch) -> Result<CacheOutcome, StoreError> {
        let device = &self.device;
        device.sim.pause(0, 6).await;
        device.check_connection(self.context)?;
        let mut before = Vec::new();
        for key in batch.changes.iter().filter_map(key_of_change) {
            before.push((key, device.cache.load_record(key).await?));
        }
        let state = device.cache.load_state().await?;
        let pins = watch::pins_there(device, batch);
        let shown = device.cache.peek(|cache| cache.records.clone());
        let outcome = device.cache.apply(batch).await;
        self.cache_written(&shown);
        watch::pins_hold(device, batch, &pins);
        if matches!(outcome, Ok(CacheOutcome::Written(_) | CacheOutcome::Staged)) {
            watch::unread_is_kept(device, batch, &shown);
        }
        watch::cursor_goes_on(device);
        for (key, old) in before {
            let new = device.cache.load_record(key).await?;
            if let (Some(old), Some(new)) = (old, new)
                && new.rev < old.rev
                && !state.staging
            {
                let accusation = format!("{key} went back from {:?} to {:?}", old.rev, new.rev);
                device.ledger.borrow_mut().accuse(accusation);
            }
        }
        if device.sim.draw(|chance| chance.percent(40)) {
            device.flush();
        }
        self.end_if_doomed();
        device.sim.pause(0, 6).await;
        outcome
    }

    async fn restage(&self, state: &CacheState) -> Result<(), StoreError> {
        self.device.sim.pause(0, 6).await;
        self.device.check_connection(self.context)?;
        let shown = self.device.cache.peek(|cache| cache.records.clone());
        self.device.cache.restage(state).await?;
        self.cache_written(&shown);
        self.device.cursors.borrow_mut().clear();
        self.device.sim.pause(0, 3).await;
        Ok(())
    }

    async fn reset(&self, state: &CacheState) -> Result<(), StoreError> {
        self.device.sim.pause(0, 6).await;
        self.device.check_connection(self.context)?;
        watch::reset_spares(&self.device, state);
        // Who signs in or out does this as well, in a page that is drawn anew: it is not counted as untold.
        self.device.cache.reset(state).await?;
        self.device.cursors.borrow_mut().clear();
        self.device.made.borrow_mut().clear();
        self.device.sim.pause(0, 3).await;
        Ok(())
    }
}

impl Seat {
    /// The tab is closed now if it is doomed, and if it has something to tell.
    fn end_if_doomed(&self) {
        let device = &self.device;
        let has_more = !device.untold.borrow().is_empty();
        if has_more && device.doomed.borrow_mut().remove(&self.context) {
            device.forget_quiet();
            device.ended.borrow_mut().insert(self.context);
            device.sim.kill(self.context);
        }
    }

    /// The cache was written; `before` is what was there.
    fn cache_written(&self, before: &BTreeMap<RecordKey, Versioned>) {
        let device = &self.device;
        let (mut untold, now) = (device.untold.borrow_mut(), device.sim.now());
        device
            .cache
            .peek(|after| untold.cache_written(before, &after.records, now));
    }
}

/// A held lock.
pub struct HeldLock {
    device: Rc<Device>,
    name: String,
    context: ContextId,
}

impl Drop for HeldLock {
    fn drop(&mut self) {
        let device = &self.device;
        if device.leaks.get() {
            return;
        }
        let (name, context) = (self.name.clone(), self.context);
        let is_late = device.unlocks_late.get() && device.sim.draw(|chance| chance.percent(30));
        if !is_late {
            return device.unlock(&name, context);
        }
        device.strike(Fault::LateUnlock);
        let device = Rc::clone(device);
        device.sim.clone().spawn(OUTSIDE, async move {
            device.sim.pause(1, 3_000).await;
            device.unlock(&name, context);
        });
    }
}

impl Host for Seat {
    type Lock = HeldLock;

    fn now(&self) -> Timestamp {
        self.device.clock()
    }

    fn reading(&self) -> Reading {
        self.device.reading(self.context)
    }

    fn new_id(&self) -> Uuid {
        let high = self.device.sim.draw(|chance| chance.below(u64::MAX));
        Uuid::from_u64_pair(high, self.device.sim.fresh())
    }

    fn chance(&self) -> f64 {
        self.device.sim.draw(crate::chance::Chance::unit)
    }

    fn records_version(&self) -> u32 {
        self.records_version
    }

    async fn pause(&self, ms: u32) {
        let sim = &self.device.sim;
        sim.sleep_until(sim.now() + i64::from(ms)).await;
    }

    fn holder(&self) -> String {
        format!("{}", self.context.0)
    }

    async fn try_lock(&self, name: &str) -> Option<HeldLock> {
        self.device.sim.pause(0, 2).await;
        let mut locks = self.device.locks.borrow_mut();
        if locks.contains_key(name) {
            return None;
        }
        locks.insert(name.to_owned(), self.context);
        Some(HeldLock {
            device: Rc::clone(&self.device),
            name: name.to_owned(),
            context: self.context,
        })
    }

    fn is_wanted(&self) -> bool {
        self.wanted.get()
    }

    fn announce(&self, notice: Notice) {
        self.device.untold.borrow_mut().hear(&notice);
        if notice == Notice::SyncEnded {
            untold::all_is_told(&self.device);
        }
    }
}
