//! The server of the simulation does what the one behind HTTP does, and fails as told.

use super::*;
use crate::storage::postgres::cluster::new_database;
use afield_domain::{
    DeviceId, FieldEdit, FieldValue, Job, JobField, JobId, JobStatus, Note, NoteId, OP_VERSION, Op,
    Priority, Record, Role,
};
use afield_protocol::{Envelope, Mutation, PullResponse, PushRequest, PushResponse, Seq, Verdict};
use uuid::Uuid;

const NOON: Timestamp = Timestamp(1_795_248_000_000);
const DAY_MS: i64 = 86_400_000;

fn user(n: u128, role: Role) -> User {
    User {
        id: UserId(Uuid::from_u128(n)),
        name: format!("user {n}"),
        role,
    }
}

fn anna() -> User {
    user(1, Role::Technician)
}

fn dora() -> User {
    user(2, Role::Dispatcher)
}

fn job() -> Job {
    Job {
        id: JobId(Uuid::from_u128(100)),
        number: String::new(),
        title: "Boiler".into(),
        description: String::new(),
        priority: Priority::Normal,
        status: JobStatus::Scheduled,
        assignee: Some(anna().id),
        starts: NOON,
        ends: NOON,
        customer: None,
        organization: None,
        property: None,
        ..Job::BLANK
    }
}

/// A server with Anna's job, on each database.
fn on_both(check: impl Fn(&LocalServer)) {
    let (company, users) = (CompanyId(Uuid::from_u128(900)), [anna(), dora()]);
    let runtime = runtime(Builder::new_current_thread().enable_all()).unwrap();
    let address = runtime.block_on(new_database());
    for (database, server) in [
        ("SQLite", LocalServer::new(company, &users)),
        (
            "PostgreSQL",
            LocalServer::on_postgres(&address, company, &users),
        ),
    ] {
        println!("on {database}");
        let server = server.unwrap();
        begin(&server);
        check(&server);
    }
}

fn begin(server: &LocalServer) {
    server.reset("one", NOON).unwrap();
    let put = server.put(&Record::Job(job()), &dora()).unwrap();
    let Record::Job(job) = put.record else {
        panic!();
    };
    assert_eq!(job.number, "J-1001");
}

fn note(seq: u64) -> Mutation {
    let note = NoteId(Uuid::from_u128(500 + u128::from(seq)));
    Mutation {
        id: MutationId(Uuid::from_u128(700 + u128::from(seq))),
        device: DeviceId(Uuid::from_u128(9)),
        seq: Seq(seq),
        user: anna().id,
        lane: note.into(),
        depends_on: Vec::new(),
        replaces: Vec::new(),
        op_version: OP_VERSION,
        op: Op::AddNote {
            note,
            job: job().id,
            text: "wet".into(),
            files: Vec::new(),
        },
        base_rev: None,
        wall: NOON,
        clock_offset_ms: 0,
    }
}

fn request(epoch: &str, mutations: &[Mutation]) -> Vec<u8> {
    let request = PushRequest {
        device: DeviceId(Uuid::from_u128(9)),
        ack_below: Seq(0),
        epoch: Some(EpochId(epoch.into())),
        asks: Vec::new(),
        review: false,
        mutations: mutations.to_vec(),
    };
    serde_json::to_vec(&request).unwrap()
}

/// Pushes as Anna; the verdicts' names, or the error's code.
fn push(server: &LocalServer, epoch: &str, mutations: &[Mutation]) -> Vec<&'static str> {
    let answer = server.push(anna().id, &request(epoch, mutations));
    let envelope: Envelope<PushResponse> = serde_json::from_slice(&answer).unwrap();
    match envelope.reply {
        Reply::Ok(response) => {
            let verdicts = response.verdicts.iter();
            verdicts.map(|verdict| name(&verdict.verdict)).collect()
        }
        Reply::Error(_) | Reply::Unread => vec!["error"],
    }
}

fn name(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Applied { .. } => "applied",
        Verdict::Merged { .. } => "merged",
        Verdict::AlreadyApplied { .. } => "already",
        Verdict::Rejected { .. } => "rejected",
        Verdict::Retry { .. } => "retry",
        Verdict::Unknown => "unknown",
    }
}

fn notes(server: &LocalServer) -> usize {
    let records = server.records().unwrap();
    let is_note = |row: &&Versioned| matches!(row.record, Record::Note(Note { .. }));
    records.iter().filter(is_note).count()
}

#[test]
fn the_same_calls_give_the_same_bytes() {
    on_both(|server| {
        let run = || {
            begin(server);
            server.set_build("b1");
            let mutations = [note(1), note(2)];
            let first = server.push(anna().id, &request("one", &mutations));
            server.set_now(NOON.plus_ms(1));
            server.delete(job().id.into()).unwrap();
            let page = server.pull(anna().id, anna().id, None, Some(1), None, (None, false));
            (first, page, server.records().unwrap())
        };
        assert_eq!(run(), run());
    });
}

#[test]
fn errors_are_answered_as_behind_http() {
    on_both(|server| {
        let code = |answer: Vec<u8>| match serde_json::from_slice::<Envelope<()>>(&answer) {
            Ok(envelope) => match envelope.reply {
                Reply::Error(error) => serde_json::to_value(error.code).unwrap(),
                Reply::Ok(()) | Reply::Unread => serde_json::Value::Null,
            },
            Err(error) => panic!("{error}"),
        };
        let stranger = UserId(Uuid::from_u128(404));
        let notes = request("one", &[note(1)]);
        assert_eq!(code(server.push(stranger, &notes)), "unauthorized");
        assert_eq!(code(server.push(dora().id, &notes)), "unauthorized");
        assert_eq!(code(server.push(anna().id, b"{")), "invalid");
        let other = request("other", &[note(1)]);
        assert_eq!(code(server.push(anna().id, &other)), "epoch_changed");
        let many: Vec<Mutation> = (0..65).map(note).collect();
        let many = request("one", &many);
        assert_eq!(code(server.push(anna().id, &many)), "too_large");
        let large = vec![b' '; limits::PUSH_BYTES + 1];
        assert_eq!(code(server.push(anna().id, &large)), "too_large");
        let page = server.pull(anna().id, dora().id, None, None, None, (None, false));
        assert_eq!(code(page), "unauthorized");
        let page = server.pull(
            anna().id,
            anna().id,
            Some("c1.x"),
            None,
            None,
            (None, false),
        );
        assert_eq!(code(page), "cursor_expired");
    });
}

#[test]
fn commits_fail_as_told_and_nothing_is_answered_that_is_not_durable() {
    on_both(|server| {
        let batch = [note(1), note(2), note(3)];
        let ids: Vec<MutationId> = batch.iter().map(|mutation| mutation.id).collect();
        for (failure, told, stored) in [
            (Failure::NoBegin, vec!["retry"], 0),
            (Failure::BeforeCommit(1), vec!["retry"], 0),
            (Failure::AfterCommit(1), vec!["retry"], 3),
            // There is one commit for all of them.
            (Failure::BeforeCommit(2), vec!["applied"; 3], 3),
        ] {
            begin(server);
            server.fail(Some(failure));
            assert_eq!(push(server, "one", &batch), told, "{failure:?}");
            server.fail(None);
            let decided = server.was_decided(&ids).unwrap();
            assert_eq!(decided, ids.get(..stored).unwrap(), "{failure:?}");
            assert_eq!(notes(server), stored, "{failure:?}");
            let expected = ["applied"; 3];
            assert_eq!(push(server, "one", &batch), expected, "{failure:?}");
            assert_eq!(notes(server), 3, "{failure:?}");
        }
    });
}

#[test]
fn who_was_killed_and_a_busy_database_do_nothing_until_told_otherwise() {
    on_both(|server| {
        server.fail(Some(Failure::BeforeCommit(1)));
        for _ in 0..2 {
            assert_eq!(push(server, "one", &[note(1)]), ["retry"]);
        }
        server.fail(None);
        assert_eq!(push(server, "one", &[note(1)]), ["applied"]);
        server.fail(Some(Failure::NoBegin));
        for _ in 0..2 {
            assert_eq!(push(server, "one", &[note(2)]), ["retry"]);
        }
        server.reset("two", NOON).unwrap();
        assert_eq!(server.records().unwrap(), []);
        assert_eq!(push(server, "two", &[note(2)]), ["rejected"]);
    });
}

#[test]
fn a_backup_is_all_there_was_and_comes_back_under_another_epoch() {
    on_both(|server| {
        assert_eq!(push(server, "one", &[note(1)]), ["applied"]);
        let then = server.records().unwrap();
        server.backup().unwrap();
        assert_eq!(push(server, "one", &[note(2)]), ["applied"]);
        server.restore("two").unwrap();
        assert_eq!(server.records().unwrap(), then);
        assert_eq!(push(server, "one", &[note(2)]), ["error"]);
        let ids = [note(2).id, note(1).id];
        assert_eq!(server.was_decided(&ids).unwrap(), [note(1).id]);
        assert_eq!(push(server, "two", &[note(1), note(2)]), ["applied"; 2]);
        assert_eq!(notes(server), 2);
    });
}

#[test]
fn housekeeping_forgets_texts_that_were_acknowledged_and_nothing_else() {
    on_both(|server| {
        push(server, "one", &[note(1), note(2)]);
        let acknowledged = String::from_utf8(request("one", &[])).unwrap();
        let acknowledged = acknowledged.replace("\"ack_below\":0", "\"ack_below\":2");
        server.push(anna().id, acknowledged.as_bytes());
        let pruned = server.keep_house(NOON.plus_ms(31 * DAY_MS)).unwrap();
        assert_eq!(pruned.verdicts, 1);
        assert_eq!(
            push(server, "one", &[note(1), note(2)]),
            ["already", "applied"]
        );
        assert_eq!(notes(server), 2);
    });
}

#[test]
fn the_office_s_write_is_stamped_and_rights_are_those_of_now() {
    on_both(|server| {
        let Record::Job(known) = server.records().unwrap()[0].record.clone() else {
            panic!();
        };
        server.set_now(NOON.plus_ms(2));
        let office = Job {
            title: "Pump".into(),
            ..known.clone()
        };
        assert_eq!(server.put(&Record::Job(office), &dora()).unwrap().rev.0, 2);
        let edit = |seq: u64| Mutation {
            lane: job().id.into(),
            op: Op::EditJob {
                job: job().id,
                edits: vec![FieldEdit {
                    item: String::new(),
                    field: JobField::Title,
                    base: FieldValue::Text("Boiler".into()),
                    new: FieldValue::Text("Heater".into()),
                }],
                settles: None,
            },
            ..note(seq)
        };
        assert_eq!(push(server, "one", &[edit(1)]), ["merged"]);
        let kept = server
            .records()
            .unwrap()
            .into_iter()
            .find_map(|row| match row.record {
                Record::Conflict(conflict) => Some(conflict.their_name),
                _ => None,
            });
        assert_eq!(kept, Some(dora().name));
        // Handed over: what Anna's session knows of her rights does not help.
        let page = server.pull(anna().id, anna().id, None, None, None, (None, false));
        let page: Envelope<PullResponse> = serde_json::from_slice(&page).unwrap();
        assert!(matches!(page.reply, Reply::Ok(page) if page.changes.len() == 2));
        let nobodys = Job {
            assignee: None,
            ..known.clone()
        };
        server.put(&Record::Job(nobodys), &dora()).unwrap();
        assert_eq!(push(server, "one", &[note(2)]), ["rejected"]);
        server.set_user(&user(1, Role::Dispatcher)).unwrap();
        assert_eq!(push(server, "one", &[note(3)]), ["applied"]);
    });
}
