//! What a phone of another build may push: every place of every pushed snapshot gets in turn what this
//! server cannot know. Each such batch is answered, and whatever does not wait for the strange mutation is
//! decided as if it had been like the others.

use crate::testing::LocalServer;
use afield_domain::{
    CompanyId, JobStatus, MutationId, Question, QuestionKind, Record, Role, TaskStatus, Timestamp,
    User, UserId,
};
use afield_protocol::strange::{files, places, strange};
use afield_protocol::{
    Change, Envelope, ErrorCode, Mutation, PullResponse, PushResponse, Reply, Verdict,
};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Where the batch as a whole may be refused, and how.
const WHOLE_MAY_FAIL: &[(&str, &[ErrorCode])] = &[
    ("device", &[ErrorCode::Invalid]),
    ("ack_below", &[ErrorCode::Invalid]),
    ("epoch", &[ErrorCode::Invalid, ErrorCode::EpochChanged]),
    ("mutations", &[ErrorCode::Invalid]),
    // Without an id there is no telling which one it is, and out of order none may be decided.
    ("mutations.*", &[ErrorCode::Invalid]),
    ("mutations.*.id", &[ErrorCode::Invalid]),
    ("mutations.*.seq", &[ErrorCode::Invalid]),
];

const NOON: Timestamp = Timestamp(1_795_248_000_000);

fn snapshot(name: &str) -> Value {
    let mut files = files("snapshots", "snap").unwrap().into_iter();
    files.find(|(file, _)| file == name).unwrap().1
}

fn user(id: u128, role: Role) -> User {
    User {
        id: UserId(Uuid::from_u128(id)),
        name: "Anna Berg".to_owned(),
        role,
    }
}

fn anna() -> User {
    user(0x01930000_0000_7000_8000_000000000001, Role::Technician)
}

/// The records that the snapshots tell of, the jobs as they are before the work.
fn records() -> Vec<Record> {
    let mut records = Vec::new();
    for name in ["pull_response", "pull_work"] {
        let page: Envelope<PullResponse> = serde_json::from_value(snapshot(name)).unwrap();
        let Reply::Ok(page) = page.reply else {
            panic!("{name}");
        };
        for change in page.changes {
            let Change::Upsert(copy) = change else {
                continue;
            };
            // What the pushed mutations make themselves.
            match copy.record {
                Record::Note(_) | Record::Attachment(_) | Record::Submission(_) => {}
                Record::Job(mut job) => {
                    job.status = JobStatus::Scheduled;
                    job.assignee = Some(anna().id);
                    // The pushed work answers it with a photo; no snapshot of a job asks it.
                    job.checklist
                        .push(Question::new("before", "Before", QuestionKind::Photo));
                    records.push(Record::Job(job));
                }
                Record::Task(mut task) => {
                    task.status = TaskStatus::Open;
                    records.push(Record::Task(task));
                }
                other => records.push(other),
            }
        }
    }
    records
}

const EPOCH: &str = "e-5f0c";

/// A server that knows the records, and goes back to this before each push.
fn begin() -> LocalServer {
    let company = CompanyId(Uuid::from_u128(0x01930000_0000_7000_8000_000000000002));
    let server = LocalServer::new(company, &[anna(), user(9, Role::Dispatcher)]).unwrap();
    server.reset(EPOCH, NOON).unwrap();
    for record in records() {
        server.put(&record, &user(9, Role::Dispatcher)).unwrap();
    }
    server.backup().unwrap();
    server
}

fn push(server: &LocalServer, body: &Value) -> Reply<PushResponse> {
    server.restore(EPOCH).unwrap();
    let answer = server.push(anna().id, &serde_json::to_vec(body).unwrap());
    let envelope: Envelope<PushResponse> = serde_json::from_slice(&answer).unwrap();
    envelope.reply
}

/// The verdicts in short: the reason of a refusal with its field, else whether it has an effect.
fn in_short(response: &PushResponse) -> BTreeMap<MutationId, String> {
    let word = |verdict: &Verdict| match verdict {
        Verdict::Applied { .. } | Verdict::Merged { .. } => "done".to_owned(),
        Verdict::AlreadyApplied { .. } => "already".to_owned(),
        Verdict::Rejected { reason } => reason.to_string(),
        Verdict::Retry { .. } | Verdict::Unknown => panic!("{verdict:?}"),
    };
    let verdicts = response.verdicts.iter();
    verdicts.map(|one| (one.id, word(&one.verdict))).collect()
}

/// Whether `other` waits for `touched` or may see what it does: same lane, or told to come after it.
fn waits(all: &[Mutation], touched: usize, other: usize) -> bool {
    let (Some(first), Some(second)) = (all.get(touched), all.get(other)) else {
        return false;
    };
    let waits_for = |one: &Mutation| {
        let index = all.iter().position(|known| known.id == one.id);
        second.depends_on.contains(&one.id) && index.is_some_and(|index| waits(all, touched, index))
    };
    touched == other
        || first.lane == second.lane
        || second.depends_on.contains(&first.id)
        || all.iter().any(waits_for)
}

fn check(server: &LocalServer, name: &str) -> usize {
    let json = snapshot(name);
    let all: Vec<Mutation> = serde_json::from_value(json["mutations"].clone()).unwrap();
    let Reply::Ok(whole) = push(server, &json) else {
        panic!("{name}");
    };
    let whole = in_short(&whole);
    assert_eq!(whole.len(), all.len(), "{name}: {whole:?}");
    let done = whole.values().filter(|word| *word == "done").count();
    assert!(done + 1 >= all.len(), "{name}: {whole:?}");
    let mut checked = 0;
    for (pointer, path) in places(&json) {
        for body in strange(&json, &pointer) {
            checked += 1;
            let at = format!("{name}: {path}: {body}");
            let response = match push(server, &body) {
                Reply::Ok(response) => in_short(&response),
                Reply::Error(error) => {
                    let mut listed = WHOLE_MAY_FAIL.iter().filter(|(place, _)| *place == path);
                    assert!(
                        listed.any(|(_, codes)| codes.contains(&error.code))
                            && !error.message.is_empty(),
                        "{at}: {error:?}"
                    );
                    continue;
                }
                Reply::Unread => panic!("{at}"),
            };
            let touched: Option<usize> = pointer
                .strip_prefix("/mutations/")
                .and_then(|rest| rest.split('/').next()?.parse().ok());
            for (index, mutation) in all.iter().enumerate() {
                let told = response.get(&mutation.id);
                match touched {
                    // Decided, or refused with a reason: it is answered in any case.
                    Some(touched) if touched == index => assert!(
                        told.is_some() || waits_for_another(&all, index),
                        "{at}: not answered"
                    ),
                    Some(touched) if waits(&all, touched, index) => {}
                    // The number that it says to replace may be that of another one.
                    Some(_) if path.starts_with("mutations.*.replaces") => {}
                    Some(_) => assert_eq!(told, whole.get(&mutation.id), "{at}"),
                    None => {}
                }
            }
        }
    }
    checked
}

/// Whether one before it in the batch may hold it.
fn waits_for_another(all: &[Mutation], index: usize) -> bool {
    (0..index).any(|before| waits(all, before, index))
}

#[test]
fn nothing_strange_in_any_place_of_a_push_keeps_the_others_from_being_decided() {
    let server = begin();
    let checked: usize = ["push_request", "push_work"]
        .iter()
        .map(|name| check(&server, name))
        .sum();
    assert!(checked > 1_500, "only {checked}");
}
