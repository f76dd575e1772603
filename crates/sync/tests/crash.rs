//! A crash between any two awaits: the future is dropped there, and the device starts again.
//!
//! Every store, remote and lock call yields once, so every await of the engine is a crash point.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)] // These are tests.

use afield_domain::{AttachmentId, JobStatus, Module, RecordKey, Timestamp, UserId, Versioned};
use afield_protocol::worker_message::Notice;
use afield_protocol::{Cursor, Envelope, Extent, PushRequest, PushResponse};
use afield_sync::pass::classify::TransportError;
use afield_sync::ports::{CacheOutcome, Knows, Page};
use afield_sync::testing::fixtures::{add, device, job, session, set, technician};
use afield_sync::testing::{ManualHost, ModelServer};
use afield_sync::{
    CacheBatch, CacheState, CacheStore, Engine, Host, OutboxPlan, OutboxStore, OutboxView, Read,
    Reading, Remote, StoreError, SyncError, Trigger,
};
use futures::executor::block_on;
use futures::task::noop_waker;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll};
use uuid::Uuid;

/// Wraps a port so that each call is pending once before it runs and once after.
#[derive(Clone)]
struct Stepped<T>(T);

async fn step() {
    let mut yielded = false;
    std::future::poll_fn(|_| {
        if std::mem::replace(&mut yielded, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

macro_rules! stepped {
    ($call:expr) => {{
        step().await;
        let result = $call.await;
        step().await;
        result
    }};
}

impl<O: OutboxStore> OutboxStore for Stepped<O> {
    async fn load(&self, read: Read) -> Result<OutboxView, StoreError> {
        stepped!(self.0.load(read))
    }
    async fn transact<T, F>(&self, read: Read, plan: F) -> Result<T, SyncError>
    where
        F: Fn(&OutboxView) -> Result<OutboxPlan<T>, SyncError>,
    {
        stepped!(self.0.transact(read, plan))
    }
}

impl<C: CacheStore> CacheStore for Stepped<C> {
    async fn load_state(&self) -> Result<CacheState, StoreError> {
        stepped!(self.0.load_state())
    }
    async fn load_record(&self, key: RecordKey) -> Result<Option<Versioned>, StoreError> {
        stepped!(self.0.load_record(key))
    }
    async fn load_module(&self, module: Module) -> Result<Vec<Versioned>, StoreError> {
        stepped!(self.0.load_module(module))
    }
    async fn apply(&self, batch: &CacheBatch) -> Result<CacheOutcome, StoreError> {
        stepped!(self.0.apply(batch))
    }
    async fn restage(&self, state: &CacheState) -> Result<(), StoreError> {
        stepped!(self.0.restage(state))
    }
    async fn reset(&self, state: &CacheState) -> Result<(), StoreError> {
        stepped!(self.0.reset(state))
    }
}

impl<R: Remote> Remote for Stepped<R> {
    async fn push(&self, request: &PushRequest) -> Result<Envelope<PushResponse>, TransportError> {
        stepped!(self.0.push(request))
    }
    async fn pull(
        &self,
        user: UserId,
        cursor: Option<&Cursor>,
        bytes: u64,
        extent: Option<&Extent>,
        knows: Knows,
    ) -> Result<Page, TransportError> {
        stepped!(self.0.pull(user, cursor, bytes, extent, knows))
    }
    async fn send_bytes(
        &self,
        id: AttachmentId,
        piece: Option<(u64, Vec<u8>)>,
    ) -> Result<u64, TransportError> {
        stepped!(self.0.send_bytes(id, piece))
    }
}

impl Host for Stepped<ManualHost> {
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
    async fn pause(&self, ms: u32) {
        self.0.pause(ms).await;
    }
    fn holder(&self) -> String {
        self.0.holder()
    }
    async fn try_lock(&self, name: &str) -> Option<Self::Lock> {
        stepped!(self.0.try_lock(name))
    }
    fn announce(&self, notice: Notice) {
        self.0.announce(notice);
    }
}

/// Polls `future` at most `steps` times, then drops it. Whether it ended.
fn run_for(steps: usize, future: impl Future) -> bool {
    let waker = noop_waker();
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    (0..steps).any(|_| future.as_mut().poll(&mut context).is_ready())
}

#[test]
fn a_crash_at_any_await_loses_nothing_and_doubles_nothing() {
    let anna = technician(1);
    let mut crash_points = 0;
    for steps in 0.. {
        let jobs = (1..=4).map(|n| job(n, &anna, JobStatus::Scheduled));
        let server = ModelServer::new(anna.clone(), jobs.collect());
        let plain = device(1, &server);
        block_on(plain.run_signed_in(&session(&anna))).unwrap();
        let intents = [
            set(1, JobStatus::EnRoute),
            add(1, 1),
            set(2, JobStatus::EnRoute),
            set(1, JobStatus::Started),
        ];
        block_on(plain.run_enqueue(&intents)).unwrap();
        let engine = Engine {
            outbox: Stepped(plain.outbox.clone()),
            cache: Stepped(plain.cache.clone()),
            remote: Stepped(server.clone()),
            host: Stepped(plain.host.clone()),
        };
        let ended = run_for(steps, engine.run_sync(Trigger::Start));
        // The device starts again: the lock died with its context, the databases did not.
        let report = block_on(plain.run_sync(Trigger::Start)).unwrap();
        assert!(
            report.is_done(),
            "after a crash at step {steps}: {report:?}"
        );
        let applied: Vec<u64> = server.applied().iter().map(|m| m.seq.0).collect();
        assert_eq!(applied, [1, 2, 3, 4], "after a crash at step {steps}");
        let view = block_on(plain.outbox.load(Read::All)).unwrap();
        assert!(view.entries.is_empty(), "after a crash at step {steps}");
        let jobs = block_on(plain.cache.load_module(Module::Job)).unwrap();
        assert_eq!(jobs.len(), 4, "after a crash at step {steps}");
        if ended {
            break;
        }
        crash_points += 1;
    }
    assert!(crash_points > 20, "only {crash_points} crash points");
}
