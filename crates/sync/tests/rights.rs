//! What was refused for a right, or for a field that is empty: it waits, is asked of nobody again and again, and goes by
//! itself once the phone hears that it may.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)] // These are tests.

use afield_domain::{
    JobStatus, Op, Priority, Rejection, Requirable, Rev, Right, RightsChange, Role, SubmissionId,
    TemplateId, Timestamp, Versioned,
};
use afield_protocol::SessionInfo;
use afield_sync::outbox::release;
use afield_sync::testing::ModelServer;
use afield_sync::testing::fixtures::{
    TestEngine, add, create, device, edit, entry, job, job_id, job_key, session, technician,
};
use afield_sync::{
    EntryState, Intent, OutboxStore, Read, SignedIn, SyncReport, Trigger, sync_status,
};
use futures::executor::block_on;
use std::slice;
use uuid::Uuid;

fn server() -> ModelServer {
    let anna = technician(1);
    let jobs = (1..=4)
        .map(|n| job(n, &anna, JobStatus::Scheduled))
        .collect();
    ModelServer::new(anna, jobs)
}

/// What the server tells of Anna now.
fn told(server: &ModelServer) -> SessionInfo {
    SessionInfo {
        rights: server.rights_of(Role::Technician),
        ..session(&technician(1))
    }
}

fn hear(engine: &TestEngine, server: &ModelServer) {
    block_on(engine.run_signed_in(&told(server))).unwrap();
}

fn primed(server: &ModelServer) -> TestEngine {
    let engine = device(1, server);
    hear(&engine, server);
    assert!(sync(&engine).is_done());
    engine
}

fn sync(engine: &TestEngine) -> SyncReport {
    block_on(engine.run_sync(Trigger::Asked)).unwrap()
}

fn save(engine: &TestEngine, intents: &[Intent]) {
    block_on(engine.run_enqueue(intents)).unwrap();
}

fn reasons(engine: &TestEngine) -> Vec<Rejection> {
    let view = block_on(engine.outbox.load(Read::All)).unwrap();
    let parked = view
        .entries
        .into_iter()
        .filter_map(|entry| match entry.state {
            EntryState::Parked { reason, .. } => Some(reason),
            _ => None,
        });
    parked.collect()
}

fn unsent(engine: &TestEngine) -> usize {
    let view = block_on(engine.outbox.load(Read::AllAndAcknowledged)).unwrap();
    sync_status(&view).unsent
}

fn right(right: Right, given: bool) -> RightsChange {
    RightsChange::Right {
        role: Role::Technician,
        right,
        given,
    }
}

#[test]
fn what_was_refused_for_a_right_waits_alone_and_goes_once_the_phone_hears_that_it_is_back() {
    let server = server();
    let engine = primed(&server);
    save(&engine, &[edit(1, "Job 1", "Pump"), add(1, 2)]);
    server.set_right(right(Right::EditTitle, false));
    assert!(sync(&engine).is_done());
    // The note is another lane's: it has arrived.
    assert_eq!(server.applied().len(), 1);
    let waits = reasons(&engine);
    assert!(
        matches!(
            waits.as_slice(),
            [Rejection::NotPermitted {
                right: Right::EditTitle,
                ..
            }]
        ),
        "{waits:?}"
    );
    // The phone still believes that it may, and then hears that it may not: nothing is tried again.
    let pushes = server.pushes().len();
    assert!(sync(&engine).is_done());
    hear(&engine, &server);
    assert!(sync(&engine).is_done());
    assert_eq!(server.pushes().len(), pushes);
    // Another right is news, and not of this.
    server.set_right(right(Right::AddNote, false));
    hear(&engine, &server);
    assert!(sync(&engine).is_done());
    assert_eq!(server.pushes().len(), pushes);

    server.set_right(right(Right::EditTitle, true));
    assert!(sync(&engine).is_done());
    assert_eq!(server.pushes().len(), pushes, "it has not heard of it yet");
    hear(&engine, &server);
    assert!(sync(&engine).is_done());
    assert_eq!((unsent(&engine), server.applied().len()), (0, 2));
}

#[test]
fn a_right_that_is_taken_again_meanwhile_costs_one_try() {
    let server = server();
    let engine = primed(&server);
    server.set_right(right(Right::AddNote, false));
    save(&engine, &[add(1, 1)]);
    assert!(sync(&engine).is_done());
    server.set_right(right(Right::AddNote, true));
    hear(&engine, &server);
    server.set_right(right(Right::AddNote, false));
    let pushes = server.pushes().len();
    for _ in 0..3 {
        assert!(sync(&engine).is_done());
    }
    // What the phone has heard is older than what the second try was refused by.
    assert_eq!(server.pushes().len(), pushes + 1);
    assert_eq!(reasons(&engine).len(), 1);
    server.set_right(right(Right::AddNote, true));
    hear(&engine, &server);
    assert!(sync(&engine).is_done());
    assert_eq!(unsent(&engine), 0);
}

#[test]
fn a_field_that_must_be_filled_in_holds_the_new_job_until_it_is_or_need_not_be() {
    let server = server();
    let engine = primed(&server);
    let create = |n, description: &str| Intent {
        op: Op::CreateJob {
            job: job_id(n),
            title: "Leak".into(),
            description: description.into(),
            customer: None,
            property: None,
            priority: Priority::Normal,
            starts: Timestamp(1),
            ends: Timestamp(2),
        },
        base_rev: None,
    };
    let required = |required| RightsChange::Required {
        field: Requirable::Description,
        required,
    };
    save(&engine, &[create(50, ""), add(2, 50), create(51, "")]);
    server.set_right(required(true));
    assert!(sync(&engine).is_done());
    assert_eq!((reasons(&engine).len(), unsent(&engine)), (2, 3));
    // Filled in and saved, the first goes under the same job, and what waits for it behind it.
    let view = block_on(engine.outbox.load(Read::All)).unwrap();
    let first = view.entries[0].mutation.id;
    let whole = create(50, "Wet wall").op;
    block_on(engine.run_resend(first, Some(&whole))).unwrap();
    assert!(sync(&engine).is_done());
    assert_eq!((server.applied().len(), unsent(&engine)), (2, 1));
    // Nobody asks for it any more: the other one goes as it is.
    server.set_right(required(false));
    hear(&engine, &server);
    assert!(sync(&engine).is_done());
    assert_eq!((server.applied().len(), unsent(&engine)), (3, 0));
}

/// Found by the simulation (seed 39992): the server was put back to before a job was made here, and a field of new jobs
/// must be filled in meanwhile. To the phone the job is one that leaves.
#[test]
fn what_somebody_made_themselves_goes_again_also_where_the_data_set_was_put_back() {
    let anna = technician(1);
    let refused = |intent| {
        let mut refused = entry(1, intent).unwrap();
        refused.state = EntryState::Parked {
            reason: Rejection::FieldRequired {
                field: Requirable::Description,
                version: 4,
            },
            at: Timestamp(0),
            rev: None,
        };
        refused
    };
    let copy = |n| Versioned {
        rev: Rev(1),
        record: job(n, &anna, JobStatus::Scheduled),
    };
    let is_released = |intent, version| {
        let mut info = session(&anna);
        info.rights.version = version;
        let at = Timestamp(0);
        let signed_in = SignedIn { info, at };
        release::is_released(&refused(intent), &[copy(9)], &[job_key(9)], &signed_in, at)
    };
    assert!(is_released(create(9), 5), "newer rights");
    assert!(!is_released(create(9), 4), "the same rights");
    // One that has left may only be of another day than phones hold: the server is asked, once for each grant.
    assert!(is_released(edit(9, "Job 9", "x"), 5), "newer rights");
    assert!(!is_released(edit(9, "Job 9", "x"), 4), "the same rights");
}

/// Found by the simulation (seed 2004): the form's template had left with the jobs that showed it.
#[test]
fn what_is_granted_goes_also_where_the_phone_cannot_judge_it_any_more() {
    let anna = technician(1);
    let form = Intent {
        op: Op::SubmitForm {
            submission: SubmissionId(Uuid::from_u128(1)),
            job: job_id(9),
            task: None,
            template: TemplateId(Uuid::from_u128(2)),
            answers: Vec::new(),
        },
        base_rev: None,
    };
    let mut refused = entry(1, form).unwrap();
    refused.state = EntryState::Parked {
        reason: Rejection::NotPermitted {
            right: Right::SubmitForm,
            version: 4,
        },
        at: Timestamp(0),
        rev: Some(Rev(1)),
    };
    let copy = Versioned {
        rev: Rev(1),
        record: job(9, &anna, JobStatus::Scheduled),
    };
    let is_released = |version| {
        let mut info = session(&anna);
        info.rights.version = version;
        let at = Timestamp(0);
        let signed_in = SignedIn { info, at };
        release::is_released(&refused, slice::from_ref(&copy), &[], &signed_in, at)
    };
    assert!(is_released(5), "newer rights: the server is asked");
    assert!(!is_released(4), "the same rights: once for each grant");
}
