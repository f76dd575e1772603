//! A pull fetches the next page while it writes one, and asks for as much as comes quickly.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use afield_domain::{AttachmentId, JobStatus, Module, RecordKey, UserId, Versioned};
use afield_protocol::{Cursor, Envelope, Extent, PushRequest, PushResponse};
use afield_sync::ports::{CacheBatch, CacheOutcome, Knows, Page};
use afield_sync::testing::fixtures::{TestEngine, device, job, session, technician};
use afield_sync::testing::{ManualHost, ModelServer};
use afield_sync::{
    CacheState, CacheStore, Engine, MemoryCache, MemoryOutbox, Remote, StoreError, TransportError,
    Trigger,
};
use futures::executor::block_on;
use std::cell::RefCell;
use std::rc::Rc;
use std::task::Poll;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Seen {
    Asked(Option<Cursor>, u64),
    Written(CacheOutcome),
}

type Log = Rc<RefCell<Vec<Seen>>>;

/// One turn of the executor: whatever is begun beside a write is begun.
async fn turn() {
    let mut over = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut over, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// The server, whose pages weigh 200,000 bytes and take 100 milliseconds.
struct Line {
    server: ModelServer,
    host: ManualHost,
    log: Log,
}

impl Remote for Line {
    async fn push(&self, request: &PushRequest) -> Result<Envelope<PushResponse>, TransportError> {
        self.server.push(request).await
    }

    async fn pull(
        &self,
        user: UserId,
        cursor: Option<&Cursor>,
        bytes: u64,
        extent: Option<&Extent>,
        knows: Knows,
    ) -> Result<Page, TransportError> {
        let asked = Seen::Asked(cursor.cloned(), bytes);
        self.log.borrow_mut().push(asked);
        let page = self.server.pull(user, cursor, bytes, extent, knows).await?;
        self.host.advance(100);
        let bytes = 200_000;
        Ok(Page { bytes, ..page })
    }

    async fn send_bytes(
        &self,
        _: AttachmentId,
        _: Option<(u64, Vec<u8>)>,
    ) -> Result<u64, TransportError> {
        Err(TransportError::NoAnswer)
    }
}

/// A cache in which somebody else, who shares it, may write first.
struct Shared {
    inner: MemoryCache,
    other: RefCell<Option<TestEngine>>,
    log: Log,
}

impl CacheStore for Shared {
    async fn load_state(&self) -> Result<CacheState, StoreError> {
        self.inner.load_state().await
    }
    async fn load_record(&self, key: RecordKey) -> Result<Option<Versioned>, StoreError> {
        self.inner.load_record(key).await
    }
    async fn load_module(&self, module: Module) -> Result<Vec<Versioned>, StoreError> {
        self.inner.load_module(module).await
    }
    async fn apply(&self, batch: &CacheBatch) -> Result<CacheOutcome, StoreError> {
        turn().await;
        let other = self.other.take();
        if let Some(other) = other {
            other.run_sync(Trigger::Asked).await.unwrap();
        }
        let outcome = self.inner.apply(batch).await?;
        let written = match &outcome {
            CacheOutcome::Written(_) => CacheOutcome::Written(Vec::new()),
            other => other.clone(),
        };
        self.log.borrow_mut().push(Seen::Written(written));
        Ok(outcome)
    }
    async fn restage(&self, state: &CacheState) -> Result<(), StoreError> {
        self.inner.restage(state).await
    }
    async fn reset(&self, state: &CacheState) -> Result<(), StoreError> {
        self.inner.reset(state).await
    }
}

/// What is seen of two passes of a phone that has nine records to fetch, three in a page.
fn seen(other_is_first: bool) -> (Vec<Seen>, usize) {
    let anna = technician(1);
    let jobs = (1..=9).map(|n| job(n, &anna, JobStatus::Scheduled));
    let server = ModelServer::new(anna.clone(), jobs.collect());
    let log = Log::default();
    let cache = MemoryCache::default();
    let other = other_is_first.then(|| {
        let mut other = device(2, &server);
        other.cache = cache.clone();
        block_on(other.run_signed_in(&session(&anna))).unwrap();
        other
    });
    let host = ManualHost::new(1);
    let engine = Engine {
        outbox: MemoryOutbox::default(),
        cache: Shared {
            inner: cache.clone(),
            other: RefCell::new(other),
            log: Rc::clone(&log),
        },
        remote: Line {
            server,
            host: host.clone(),
            log: Rc::clone(&log),
        },
        host,
    };
    block_on(engine.run_signed_in(&session(&anna))).unwrap();
    for _ in 0..2 {
        assert!(block_on(engine.run_sync(Trigger::Asked)).unwrap().is_done());
    }
    let there = block_on(cache.load_module(Module::Job)).unwrap().len();
    (log.take(), there)
}

fn asked(seen: &[Seen]) -> Vec<(Option<&str>, u64)> {
    let asked = seen.iter().filter_map(|seen| match seen {
        Seen::Asked(cursor, bytes) => Some((cursor.as_ref().map(|c| c.0.as_str()), *bytes)),
        Seen::Written(_) => None,
    });
    asked.collect()
}

#[test]
fn the_next_page_is_fetched_while_one_is_written() {
    let (seen, there) = seen(false);
    let written = Seen::Written(CacheOutcome::Written(Vec::new()));
    let writes: Vec<usize> = (0..seen.len())
        .filter(|n| seen.get(*n) == Some(&written))
        .collect();
    assert_eq!(there, 9);
    // Asked, asked, written, asked, written, written; and once more in the second pass.
    assert_eq!(writes, [2, 4, 5, 7], "{seen:?}");
}

#[test]
fn a_page_is_as_large_as_comes_in_half_a_second_and_each_pull_begins_anew() {
    let (seen, _) = seen(false);
    let sizes: Vec<u64> = asked(&seen).into_iter().map(|(_, bytes)| bytes).collect();
    assert_eq!(sizes, [229_376, 1_000_000, 1_000_000, 229_376]);
}

#[test]
fn a_page_that_was_fetched_ahead_counts_only_where_the_cache_stands() {
    let (seen, there) = seen(true);
    assert_eq!(there, 9);
    assert!(
        seen.contains(&Seen::Written(CacheOutcome::CursorMoved)),
        "{seen:?}"
    );
    let asked = asked(&seen);
    let cursors: Vec<Option<&str>> = asked.iter().map(|(cursor, _)| *cursor).collect();
    let last = cursors.last().copied().flatten();
    // What was fetched after the first page is not written: the other one stood at the end by then.
    assert_eq!(cursors.len(), 4, "{seen:?}");
    assert_eq!(cursors.get(2).copied().flatten(), last);
    assert_ne!(cursors.get(1).copied().flatten(), last);
}
