//! A clock that is wrong, and is set: what was done keeps its time, and what is shown stays.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)] // These are tests.

use afield_domain::JobStatus::{EnRoute, Scheduled};
use afield_domain::Timestamp;
use afield_sync::testing::ModelServer;
use afield_sync::testing::fixtures::{TestEngine, add, device, job, session, set, technician};
use afield_sync::{Host, Intent, OutboxMeta, OutboxStore, Read, Trigger, is_expired};
use futures::executor::block_on;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;
/// The server's clock at the contact.
const HEARD: Timestamp = Timestamp(1_795_248_000_000);

/// A phone whose clock is off by `skew`, right after a contact.
fn primed(skew: i64) -> TestEngine {
    let anna = technician(1);
    let jobs = (1..=2).map(|n| job(n, &anna, Scheduled)).collect();
    let mut engine = device(1, &ModelServer::new(anna.clone(), jobs));
    engine.host.set_clock(skew);
    engine.host = engine.host.sibling("page-1");
    block_on(engine.run_signed_in(&session(&anna))).unwrap();
    assert!(block_on(engine.run_sync(Trigger::Asked)).unwrap().is_done());
    engine
}

/// How long after the contact that was done, as the server will hear.
fn dated(engine: &TestEngine, intent: Intent) -> i64 {
    let written = block_on(engine.run_enqueue(&[intent])).unwrap();
    written.put[0].mutation.made_at().since(HEARD)
}

fn meta(engine: &TestEngine) -> OutboxMeta {
    block_on(engine.outbox.load(Read::Meta)).unwrap().meta
}

/// Offline; an hour of work, the clock is set, another hour: in the page that was there at the contact, and
/// in one that was opened since, as after a reload or a restart of the phone.
#[test]
fn setting_the_clock_moves_nothing_that_is_done_afterwards() {
    for skew in [0, -2 * DAY, 2 * DAY, -3 * HOUR] {
        for jump in [0, -skew, HOUR, -HOUR, DAY, -DAY, YEAR, -YEAR] {
            for is_reloaded in [false, true] {
                let case = format!("off by {skew}, set by {jump}, {is_reloaded}");
                let mut engine = primed(skew);
                engine.host.advance(HOUR / 2);
                if is_reloaded {
                    engine.host = engine.host.sibling("page-2");
                }
                engine.host.advance(HOUR / 2);
                assert_eq!(dated(&engine, set(1, EnRoute)), HOUR, "{case}");
                engine.host.set_clock(jump);
                engine.host.advance(HOUR);
                assert_eq!(dated(&engine, add(1, 1)), 2 * HOUR, "{case}");
                assert!(
                    !is_expired(&meta(&engine), &engine.host.reading()),
                    "{case}"
                );
            }
        }
    }
}

/// A phone that was off, or had no page open, when its clock was set.
#[test]
fn a_clock_that_was_set_meanwhile_is_taken_within_bounds() {
    for (what, skew, jump, away, expected, expired) in [
        ("nothing", 0, 0, HOUR, HOUR, false),
        ("a working day", 0, 0, 9 * HOUR, 9 * HOUR, false),
        ("more than a day", 0, 0, 25 * HOUR, 25 * HOUR, true),
        ("100 days", 0, 0, 100 * DAY, 100 * DAY, true),
        ("a clock of a year ago", 0, -YEAR, HOUR, 0, false),
        ("set right", -2 * DAY, 2 * DAY, HOUR, HOUR, false),
        ("set right from ahead", 2 * DAY, -2 * DAY, HOUR, HOUR, false),
        ("wrong as before", -2 * DAY, 0, HOUR, HOUR, false),
    ] {
        let mut engine = primed(skew);
        engine.host.set_clock(jump);
        engine.host.advance(away);
        engine.host = engine.host.sibling("page-2");
        assert_eq!(dated(&engine, set(1, EnRoute)), expected, "{what}");
        let now = engine.host.reading();
        assert_eq!(is_expired(&meta(&engine), &now), expired, "{what}");
    }
}

/// The next contact mends what nobody could know.
#[test]
fn after_a_contact_everything_is_dated_by_it() {
    let mut engine = primed(0);
    engine.host.set_clock(-YEAR);
    engine.host = engine.host.sibling("page-2");
    engine.host.advance(HOUR);
    assert_eq!(
        dated(&engine, set(1, EnRoute)),
        0,
        "never before the contact"
    );
    assert!(block_on(engine.run_sync(Trigger::Asked)).unwrap().is_done());
    engine.host.advance(HOUR);
    // The model's clock stands still.
    assert_eq!(dated(&engine, add(1, 1)), HOUR);
}

/// What a build wrote that knew no steady clock is read as it meant it.
#[test]
fn a_contact_of_an_older_build_counts() {
    let engine = primed(-3 * HOUR);
    let mut meta = meta(&engine);
    meta.contact = None;
    engine.host.advance(HOUR);
    let now = engine.host.reading();
    assert_eq!(meta.server_now(&now).since(HEARD), HOUR);
    // For the age the shorter account counts: the clock may have been set right.
    engine.host.advance(DAY + 3 * HOUR);
    assert!(is_expired(&meta, &engine.host.reading()));
    assert_eq!(OutboxMeta::default().offset_ms(&now), 0);
}
