//! Every refusal that was decided stands in its user's log, with what was asked, why not, and what became of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)] // These are tests.

use afield_domain::{JobStatus, MutationId, Op, Rejection, Right, RightsChange, Role, User};
use afield_protocol::SessionInfo;
use afield_sync::testing::fixtures::{
    TestEngine, add, device, edit, job, session, set, technician,
};
use afield_sync::testing::{Fault, ModelServer};
use afield_sync::{
    Decision, EntryState, Intent, OutboxEntry, OutboxStore, Read, SyncError, Trigger,
};
use futures::executor::block_on;

fn server() -> ModelServer {
    let anna = technician(1);
    let jobs = (1..=5).map(|n| job(n, &anna, JobStatus::Scheduled));
    ModelServer::new(anna.clone(), jobs.collect())
}

fn hear(engine: &TestEngine, server: &ModelServer, user: &User) {
    let info = SessionInfo {
        rights: server.rights_of(Role::Technician),
        ..session(user)
    };
    block_on(engine.run_signed_in(&info)).unwrap();
}

fn primed(server: &ModelServer) -> TestEngine {
    let engine = device(1, server);
    hear(&engine, server, &technician(1));
    sync(&engine);
    engine
}

fn sync(engine: &TestEngine) {
    assert!(block_on(engine.run_sync(Trigger::Asked)).unwrap().is_done());
}

fn save(engine: &TestEngine, intents: &[Intent]) {
    block_on(engine.run_enqueue(intents)).unwrap();
}

fn note_right(given: bool) -> RightsChange {
    RightsChange::Right {
        role: Role::Technician,
        right: Right::AddNote,
        given,
    }
}

fn unsent(engine: &TestEngine) -> Vec<MutationId> {
    let view = block_on(engine.outbox.load(Read::All)).unwrap();
    view.entries.iter().map(|entry| entry.mutation.id).collect()
}

fn log(engine: &TestEngine) -> Vec<OutboxEntry> {
    block_on(engine.load_log()).unwrap()
}

/// What was decided, and how, of what was refused.
fn decisions(engine: &TestEngine) -> Vec<(u64, Decision)> {
    let lines = log(engine).into_iter();
    let refused = lines.filter(OutboxEntry::is_parked);
    refused
        .map(|line| (line.seq().0, line.decided.unwrap().decision))
        .collect()
}

#[test]
fn each_decision_leaves_a_line_and_an_open_refusal_none() {
    let server = server();
    let engine = primed(&server);
    let mut long = add(3, 3);
    if let Op::AddNote { text, .. } = &mut long.op {
        *text = "x".repeat(10_001);
    }
    save(
        &engine,
        &[
            add(1, 1),
            set(2, JobStatus::EnRoute),
            set(2, JobStatus::Started),
            long,
        ],
    );
    save(
        &engine,
        &[edit(4, "Job 4", "Pump"), edit(5, "Job 5", "Lamp")],
    );
    server.set_right(note_right(false));
    for n in [2, 4, 5] {
        server.put(job(n, &technician(2), JobStatus::Scheduled));
    }
    sync(&engine);
    let ids = unsent(&engine);
    assert_eq!((ids.len(), log(&engine)), (6, Vec::new()));

    block_on(engine.run_revert(ids[1], &ids)).unwrap();
    block_on(engine.run_resend(ids[3], Some(&add(3, 3).op))).unwrap();
    block_on(engine.run_resend(ids[5], None)).unwrap();
    server.set_right(note_right(true));
    hear(&engine, &server, &technician(1));
    sync(&engine);
    use Decision::{Corrected, Released, Reverted, SentAgain};
    let made = [(1, Released), (2, Reverted), (4, Corrected), (6, SentAgain)];
    assert_eq!(decisions(&engine), made);

    // Each says what was asked and why not.
    let line = &log(&engine)[0];
    assert_eq!(line.mutation.op, add(1, 1).op);
    assert!(matches!(
        &line.state,
        EntryState::Parked {
            reason: Rejection::NotPermitted { .. },
            ..
        }
    ));
    // What was sent again as it was is refused again, and that is another refusal; what nobody has decided is in no log.
    let waits = block_on(engine.outbox.load(Read::All)).unwrap().entries;
    let waits: Vec<&Op> = waits.iter().map(|entry| &entry.mutation.op).collect();
    assert_eq!(
        waits,
        [&edit(4, "Job 4", "Pump").op, &edit(5, "Job 5", "Lamp").op]
    );
}

/// A back end with reasons of its own: whatever its code, its words stay with what was refused and are in the log; what
/// is sent instead has none.
#[test]
fn the_words_of_a_refusal_stay_with_it_and_go_with_its_line() {
    let said = "The order is closed in SAP.";
    for reason in [Rejection::Other, Rejection::Deleted] {
        let server = server();
        let engine = primed(&server);
        save(&engine, &[add(1, 1)]);
        server.plan([Fault::Worded(reason.clone(), said.to_owned())]);
        sync(&engine);
        let entries = block_on(engine.outbox.load(Read::All)).unwrap().entries;
        assert_eq!(entries.len(), 1);
        assert!(entries[0].is_parked());
        assert_eq!(entries[0].message, said);
        let new = block_on(engine.run_resend(entries[0].mutation.id, None)).unwrap();
        assert_eq!(new.put[0].message, "");
        assert_eq!(log(&engine)[0].message, said);
        // Refused once more without a word, it says nothing of the words of before.
        server.plan([Fault::Worded(reason, String::new())]);
        sync(&engine);
        let entries = block_on(engine.outbox.load(Read::All)).unwrap().entries;
        assert!(entries[0].is_parked());
        assert_eq!(entries[0].message, "");
    }
}

#[test]
fn the_log_is_its_user_s_and_outlives_their_signing_out() {
    let server = server();
    let engine = primed(&server);
    save(&engine, &[set(1, JobStatus::EnRoute)]);
    server.put(job(1, &technician(2), JobStatus::Scheduled));
    sync(&engine);
    let ids = unsent(&engine);
    block_on(engine.run_revert(ids[0], &ids)).unwrap();
    block_on(engine.run_signed_out()).unwrap();
    assert_eq!(log(&engine), []);
    hear(&engine, &server, &technician(2));
    assert_eq!(log(&engine), []);
    let others = block_on(engine.run_bring_back(ids[0]));
    assert_eq!(others, Err(SyncError::SignedOut));
    hear(&engine, &server, &technician(1));
    assert_eq!(decisions(&engine), [(1, Decision::Reverted)]);
}

/// It needs nothing that a page remembers.
#[test]
fn another_page_brings_back_what_this_one_reverted_until_the_time_is_over() {
    let server = server();
    let engine = primed(&server);
    save(
        &engine,
        &[set(1, JobStatus::EnRoute), set(1, JobStatus::Started)],
    );
    save(&engine, &[set(2, JobStatus::EnRoute)]);
    for n in [1, 2] {
        server.put(job(n, &technician(2), JobStatus::Scheduled));
    }
    sync(&engine);
    let before = block_on(engine.outbox.load(Read::All)).unwrap().entries;
    let ids = unsent(&engine);
    for root in [ids[2], ids[0]] {
        block_on(engine.run_revert(root, &unsent(&engine))).unwrap();
    }
    assert_eq!(unsent(&engine), []);
    let mut other = device(2, &server);
    other.outbox = engine.outbox.clone();
    other.host.advance(9 * 60_000);
    block_on(other.run_bring_back(ids[0])).unwrap();
    let after = block_on(engine.outbox.load(Read::All)).unwrap().entries;
    assert_eq!(after, before[..2]);
    other.host.advance(60_000);
    let late = block_on(other.run_bring_back(ids[2]));
    assert_eq!(late, Err(SyncError::NoEntry));
    assert_eq!(decisions(&engine), [(3, Decision::Reverted)]);
}
