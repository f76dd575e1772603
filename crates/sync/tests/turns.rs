//! The contexts of one device, two tabs and the worker, take turns: one pass at a time, whatever the browser does
//! with the lock.

#![allow(clippy::unwrap_used, clippy::panic)] // These are tests.

use afield_domain::JobStatus;
use afield_protocol::worker_message::Notice;
use afield_sync::outbox::batch::{BatchLimits, PassedOver};
use afield_sync::pass::replay::plan_send;
use afield_sync::pass::turn::{Turn, plan_take_lease};
use afield_sync::testing::ModelServer;
use afield_sync::testing::fixtures::{TestEngine, device, job, session, set, technician};
use afield_sync::{
    Host, Intent, LOCK, OutboxStore, Read, SyncError, SyncReport, Trigger, sync_status,
};
use futures::executor::block_on;

use JobStatus::{EnRoute, Finished, Paused, Scheduled, Started};

/// A device of technician 1, primed, and its server.
fn primed() -> (ModelServer, TestEngine) {
    let anna = technician(1);
    let jobs = (1..=4).map(|n| job(n, &anna, Scheduled)).collect();
    let server = ModelServer::new(anna.clone(), jobs);
    let page = device(1, &server);
    block_on(page.run_signed_in(&session(&anna))).unwrap();
    assert!(pass(&page).is_done());
    (server, page)
}

/// The worker, or another tab, of the same device.
fn sibling(page: &TestEngine, holder: &str) -> TestEngine {
    TestEngine {
        host: page.host.sibling(holder),
        ..page.clone()
    }
}

fn pass(engine: &TestEngine) -> SyncReport {
    block_on(engine.run_sync(Trigger::Asked)).unwrap()
}

fn save(engine: &TestEngine, intents: &[Intent]) {
    block_on(engine.run_enqueue(intents)).unwrap();
}

fn applied(server: &ModelServer) -> Vec<u64> {
    server.applied().iter().map(|m| m.seq.0).collect()
}

/// The first step of a pass, by one that has the lock or has not got it.
fn take_lease(engine: &TestEngine, has_lock: bool) -> Turn {
    let (now, holder) = (engine.host.now(), engine.host.holder());
    block_on(engine.outbox.transact(Read::All, |view| {
        Ok(plan_take_lease(
            view,
            Trigger::Asked,
            has_lock,
            &holder,
            now,
        ))
    }))
    .unwrap()
}

fn taken(engine: &TestEngine, has_lock: bool) -> u64 {
    match take_lease(engine, has_lock) {
        Turn::Taken(lease) => lease,
        other => panic!("no lease: {other:?}"),
    }
}

/// A later step of a pass under that lease.
fn send(engine: &TestEngine, lease: u64) -> Result<(), SyncError> {
    let now = engine.host.now();
    let sent = block_on(engine.outbox.transact(Read::All, |view| {
        plan_send(view, lease, BatchLimits::USUAL, &PassedOver::default(), now)
    }));
    sent.map(|_| ())
}

/// Two tabs and the worker of one device: however their steps interleave, one effect each.
#[test]
fn contexts_of_one_device_take_turns() {
    let (server, page) = primed();
    let worker = sibling(&page, "worker-1");
    save(&page, &[set(1, EnRoute), set(1, Started)]);
    save(
        &worker,
        &[set(1, Paused), set(1, Started), set(1, Finished)],
    );
    let (one, other) = block_on(futures::future::join(
        page.run_sync(Trigger::Asked),
        worker.run_sync(Trigger::BackgroundSync),
    ));
    assert!(one.unwrap().is_done());
    assert!(matches!(
        other,
        Ok(SyncReport::Busy | SyncReport::Passed { .. })
    ));
    assert_eq!(applied(&server), [1, 2, 3, 4, 5]);
    let view = block_on(page.outbox.load(Read::All)).unwrap();
    assert_eq!(sync_status(&view).unsent, 0);
}

#[test]
fn a_holder_that_lost_its_lease_writes_nothing_more() {
    let (server, page) = primed();
    save(&page, &[set(1, EnRoute)]);
    // The browser froze the page in the middle of a pass; its lock leaked and its lease went stale.
    let lock = block_on(page.host.try_lock(LOCK));
    assert!(lock.is_some());
    let stale = taken(&page, true);
    let worker = sibling(&page, "worker-1");
    assert_eq!(pass(&worker), SyncReport::Busy);
    page.host.advance(30_001);
    assert!(pass(&worker).is_done());
    assert_eq!(send(&page, stale), Err(SyncError::Fenced));
    assert_eq!(applied(&server), [1]);
}

/// A page has ended its pass and has yet to let the lock go: the worker, which did not get it, makes a pass. Whoever gets
/// the lock then waits for the worker.
#[test]
fn who_gets_the_lock_late_takes_no_lease_from_one_who_goes_without() {
    let (server, page) = primed();
    let [worker, other] = ["worker-1", "page-2"].map(|holder| sibling(&page, holder));
    save(&page, &[set(1, EnRoute)]);
    let lock = block_on(page.host.try_lock(LOCK));
    let lease = taken(&worker, false);
    assert_eq!(
        take_lease(&other, false),
        Turn::Busy,
        "neither has the lock"
    );
    drop(lock);
    assert_eq!(pass(&other), SyncReport::Busy);
    assert_eq!(send(&worker, lease), Ok(()));
    // The worker dies, and says nothing any more.
    page.host.advance(30_001);
    assert!(pass(&other).is_done());
    assert_eq!(send(&worker, lease), Err(SyncError::Fenced));
    assert_eq!(applied(&server), [1]);
}

/// Both have looked for the lock at once after a long quiet, and the one that did not get it is faster.
#[test]
fn who_has_the_lock_waits_for_one_who_was_faster_without() {
    let (server, page) = primed();
    let worker = sibling(&page, "worker-1");
    save(&page, &[set(1, EnRoute)]);
    page.host.advance(600_000);
    let lock = block_on(page.host.try_lock(LOCK));
    let lease = taken(&worker, false);
    assert_eq!(take_lease(&page, true), Turn::Busy);
    drop(lock);
    assert_eq!(send(&worker, lease), Ok(()));
    assert!(applied(&server).is_empty());
}

/// A browser lets go of a lock when its holder is gone: nobody waits for a dead one's lease.
#[test]
fn who_has_the_lock_does_not_wait_for_one_who_had_it() {
    let (server, page) = primed();
    save(&page, &[set(1, EnRoute)]);
    let dead = taken(&page, true);
    assert!(pass(&sibling(&page, "page-2")).is_done());
    assert_eq!(send(&page, dead), Err(SyncError::Fenced));
    assert_eq!(applied(&server), [1]);
}

/// A tab was closed between what it wrote and what it told of it: whoever comes next tells everybody to look.
#[test]
fn who_takes_over_from_a_dead_one_has_everybody_look_again() {
    let look = Notice::Records { keys: Vec::new() };
    for (dies, looks) in [(true, true), (false, false)] {
        let (_, page) = primed();
        let other = sibling(&page, "page-2");
        save(&page, &[set(1, EnRoute)]);
        if dies {
            taken(&page, true);
        } else {
            assert!(pass(&page).is_done());
        }
        let _ = page.host.take_notices();
        assert!(pass(&other).is_done());
        let told = page.host.take_notices();
        assert_eq!(told.contains(&look), looks, "dies: {dies}, {told:?}");
    }
}
