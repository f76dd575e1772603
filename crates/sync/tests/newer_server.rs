//! A phone of this build against a server that says what it cannot read.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)] // These are tests.

use afield_domain::{AttachmentId, JobStatus, Module, Record, RecordKey, Timestamp, UserId};
use afield_protocol::worker_message::Notice;
use afield_protocol::{
    Change, Cursor, Envelope, Extent, PullResponse, PushRequest, PushResponse, Reply,
};
use afield_protocol::{UnreadChange, Verdict};
use afield_sync::SyncReport;
use afield_sync::ports::{Knows, Page};
use afield_sync::testing::fixtures::{edit, job, job_key, session, set, technician};
use afield_sync::testing::{ManualHost, ModelServer};
use afield_sync::{
    CacheState, CacheStore, Engine, Host, MemoryCache, MemoryOutbox, OutboxStore, Projection, Read,
    Reading, Remote, TransportError, Trigger,
};
use futures::executor::block_on;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use uuid::Uuid;

use JobStatus::{EnRoute, Paused, Scheduled};

/// What stands between phone and server: some records read as nothing.
#[derive(Clone)]
struct Newer {
    server: ModelServer,
    unreadable: Rc<RefCell<Vec<RecordKey>>>,
    whole: Rc<Cell<bool>>,
}

impl Newer {
    fn is_unreadable(&self, change: &Change) -> Option<UnreadChange> {
        let (key, gone) = match change {
            Change::Upsert(versioned) => (versioned.record.key()?, false),
            Change::Tombstone { key } | Change::ScopeOut { key } => (*key, true),
            Change::Unread(_) => return None,
        };
        self.unreadable
            .borrow()
            .contains(&key)
            .then(|| UnreadChange {
                module: key.module.name().to_owned(),
                id: key.id.to_string(),
                gone,
            })
    }

    fn garble<T>(&self, mut envelope: Envelope<T>) -> Envelope<T> {
        if self.whole.get() {
            envelope.reply = Reply::Unread;
        }
        envelope
    }
}

impl Remote for Newer {
    async fn push(&self, request: &PushRequest) -> Result<Envelope<PushResponse>, TransportError> {
        let mut envelope = self.server.push(request).await?;
        if let Reply::Ok(response) = &mut envelope.reply {
            for verdict in &mut response.verdicts {
                if let Verdict::Applied { records } | Verdict::Merged { records } =
                    &mut verdict.verdict
                {
                    let is_read = |key| !self.unreadable.borrow().contains(&key);
                    records.retain(|copy| copy.record.key().is_none_or(is_read));
                }
            }
        }
        Ok(self.garble(envelope))
    }

    async fn pull(
        &self,
        user: UserId,
        cursor: Option<&Cursor>,
        bytes: u64,
        extent: Option<&Extent>,
        knows: Knows,
    ) -> Result<Page, TransportError> {
        let mut page = self.server.pull(user, cursor, bytes, extent, knows).await?;
        if let Reply::Ok(PullResponse { changes, .. }) = &mut page.envelope.reply {
            for change in changes {
                if let Some(unread) = self.is_unreadable(change) {
                    *change = Change::Unread(unread);
                }
            }
        }
        page.envelope = self.garble(page.envelope);
        Ok(page)
    }

    async fn send_bytes(
        &self,
        _: AttachmentId,
        _: Option<(u64, Vec<u8>)>,
    ) -> Result<u64, TransportError> {
        Err(TransportError::NoAnswer)
    }
}

/// A host of a build that knows `version` of the records.
#[derive(Clone)]
struct Build(ManualHost, u32);

impl Host for Build {
    type Lock = <ManualHost as Host>::Lock;

    fn now(&self) -> Timestamp {
        self.0.now()
    }
    fn reading(&self) -> Reading {
        self.0.reading()
    }
    fn new_id(&self) -> Uuid {
        self.0.new_id()
    }
    fn chance(&self) -> f64 {
        self.0.chance()
    }
    fn records_version(&self) -> u32 {
        self.1
    }
    async fn pause(&self, ms: u32) {
        self.0.pause(ms).await;
    }
    fn holder(&self) -> String {
        self.0.holder()
    }
    async fn try_lock(&self, name: &str) -> Option<Self::Lock> {
        self.0.try_lock(name).await
    }
    fn announce(&self, notice: Notice) {
        self.0.announce(notice);
    }
}

type Phone = Engine<MemoryOutbox, MemoryCache, Newer, Build>;

fn newer(keys: &[RecordKey]) -> Newer {
    let anna = technician(1);
    let jobs = (1..=4).map(|n| job(n, &anna, Scheduled)).collect();
    Newer {
        server: ModelServer::new(anna, jobs),
        unreadable: Rc::new(RefCell::new(keys.to_vec())),
        whole: Rc::default(),
    }
}

fn phone(newer: &Newer) -> Phone {
    let phone = Engine {
        outbox: MemoryOutbox::default(),
        cache: MemoryCache::default(),
        remote: newer.clone(),
        host: Build(ManualHost::new(1), 1),
    };
    block_on(phone.run_signed_in(&session(&technician(1)))).unwrap();
    phone
}

/// The same phone after an update.
fn updated(phone: &Phone) -> Phone {
    let mut phone = phone.clone();
    phone.host.1 += 1;
    phone
}

fn sync(phone: &Phone) -> SyncReport {
    block_on(phone.run_sync(Trigger::Asked)).unwrap()
}

fn state(phone: &Phone) -> CacheState {
    block_on(phone.cache.load_state()).unwrap()
}

fn shown(phone: &Phone, n: u128) -> Option<JobStatus> {
    let mut projection = Projection::default();
    let jobs = block_on(phone.cache.load_module(Module::Job)).unwrap();
    projection.set_module(Module::Job, jobs);
    projection.set_outbox(&block_on(phone.outbox.load(Read::All)).unwrap());
    match projection.view(job_key(n))?.record {
        Record::Job(job) => Some(job.status),
        other => panic!("{other:?}"),
    }
}

fn paused(n: u128) -> Record {
    job(n, &technician(1), Paused)
}

#[test]
fn what_cannot_be_read_is_skipped_counted_and_fetched_after_an_update() {
    let newer = newer(&[job_key(2)]);
    let phone = phone(&newer);
    assert!(sync(&phone).is_done());
    let first = state(&phone);
    assert!(first.is_ready());
    assert_eq!((first.unread.count(), first.records_version), (1, 1));
    assert_eq!(first.priming.progress().0, 4, "it counts as received");
    assert_eq!(
        (shown(&phone, 1), shown(&phone, 2)),
        (Some(Scheduled), None)
    );
    // Another pass fetches nothing anew: the cursor has moved.
    assert!(sync(&phone).is_done());
    assert_eq!(state(&phone).unread, first.unread);
    newer.unreadable.borrow_mut().clear();
    let phone = updated(&phone);
    assert!(sync(&phone).is_done());
    assert_eq!(shown(&phone, 2), Some(Scheduled));
    let after = state(&phone);
    assert_eq!((after.unread.count(), after.records_version), (0, 2));
    // And only once.
    let cursor = after.cursor;
    assert!(sync(&phone).is_done());
    assert_eq!(state(&phone).cursor, cursor);
}

#[test]
fn a_record_that_can_no_longer_be_read_leaves_the_old_copy() {
    let newer = newer(&[]);
    let phone = phone(&newer);
    assert!(sync(&phone).is_done());
    newer.unreadable.borrow_mut().push(job_key(2));
    newer.server.put(paused(2));
    assert!(sync(&phone).is_done());
    assert_eq!(
        (shown(&phone, 2), state(&phone).unread.count()),
        (Some(Scheduled), 1)
    );
    // Also in a new generation of the cache, whatever it is fetched for.
    let still = updated(&phone);
    assert!(sync(&still).is_done());
    assert!(sync(&still).is_done());
    assert_eq!(
        (shown(&still, 2), state(&still).unread.count()),
        (Some(Scheduled), 1)
    );
    newer.unreadable.borrow_mut().clear();
    let reads = updated(&still);
    assert!(sync(&reads).is_done());
    assert_eq!(
        (shown(&reads, 2), state(&reads).unread.count()),
        (Some(Paused), 0)
    );
}

#[test]
fn an_old_copy_goes_when_its_record_goes() {
    let newer = newer(&[]);
    let phone = phone(&newer);
    assert!(sync(&phone).is_done());
    newer.unreadable.borrow_mut().push(job_key(2));
    newer.server.put(paused(2));
    let phone = updated(&phone);
    assert!(sync(&phone).is_done());
    assert_eq!(shown(&phone, 2), Some(Scheduled));
    newer.unreadable.borrow_mut().clear();
    newer.server.delete(job_key(2));
    assert!(sync(&phone).is_done());
    assert_eq!((shown(&phone, 2), state(&phone).unread.count()), (None, 0));
    assert!(state(&phone).leaving.is_empty());
}

#[test]
fn work_on_what_cannot_be_read_arrives_all_the_same() {
    let newer = newer(&[]);
    let phone = phone(&newer);
    assert!(sync(&phone).is_done());
    newer.unreadable.borrow_mut().push(job_key(1));
    block_on(phone.run_enqueue(&[set(1, EnRoute)])).unwrap();
    block_on(phone.run_enqueue(&[edit(2, "x", "y")])).unwrap();
    assert!(sync(&phone).is_done());
    assert_eq!(newer.server.applied().len(), 2);
    assert!(
        block_on(phone.outbox.load(Read::All))
            .unwrap()
            .entries
            .is_empty()
    );
    assert_eq!(state(&phone).unread.count(), 1);
}

#[test]
fn an_unreadable_answer_keeps_everything_and_tells_which_build_is_served() {
    let newer = newer(&[]);
    let phone = phone(&newer);
    assert!(sync(&phone).is_done());
    newer.whole.set(true);
    newer.server.set_build("next");
    block_on(phone.run_enqueue(&[set(1, EnRoute)])).unwrap();
    let before = state(&phone);
    assert!(!sync(&phone).is_done());
    let view = block_on(phone.outbox.load(Read::All)).unwrap();
    assert_eq!((view.entries.len(), &*view.meta.server_build), (1, "next"));
    assert!(view.meta.backoff.not_before.is_some());
    assert!(!view.meta.sign_in_needed);
    assert_eq!(state(&phone), before);
    newer.whole.set(false);
    assert!(sync(&phone).is_done());
    assert_eq!(newer.server.applied().len(), 1, "the same mutation, once");
    assert_eq!(shown(&phone, 1), Some(EnRoute));
}

#[test]
fn what_an_older_build_reads_after_a_newer_one_is_read_again() {
    let newer = newer(&[]);
    let old_tab = phone(&newer);
    let new_tab = updated(&old_tab);
    assert!(sync(&new_tab).is_done());
    assert_eq!(state(&new_tab).records_version, 2);
    // A tab of the build before is still open, and goes on where the newer one is.
    newer.unreadable.borrow_mut().push(job_key(2));
    newer.server.put(paused(2));
    assert!(sync(&old_tab).is_done());
    assert_eq!(state(&old_tab).records_version, 1);
    newer.unreadable.borrow_mut().clear();
    assert!(sync(&new_tab).is_done());
    assert_eq!(
        (shown(&new_tab, 2), state(&new_tab).records_version),
        (Some(Paused), 2)
    );
    // One that finds nothing new changes nothing.
    assert!(sync(&old_tab).is_done());
    assert_eq!(state(&old_tab).records_version, 2);
}
