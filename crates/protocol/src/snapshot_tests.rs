//! Every wire type as it stands on the wire. The snapshots are the examples of docs/protocol.md;
//! an old one stays in `snapshots/` and must keep parsing.

use crate::*;
use afield_domain::*;
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;
use uuid::Uuid;

#[track_caller]
pub(crate) fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(name: &str, value: &T) {
    let json = serde_json::to_string_pretty(value).unwrap();
    let back: T = serde_json::from_str(&json).unwrap();
    assert_eq!(&back, value);
    insta::with_settings!({prepend_module_to_snapshot => false, snapshot_path => "../snapshots"}, {
        insta::assert_snapshot!(name, json);
    });
}

pub(crate) fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0000 + n)
}

pub(crate) fn job() -> Job {
    Job {
        id: JobId(uuid(7)),
        number: "J-1007".into(),
        title: "Boiler does not start".into(),
        description: "Error E-14 since the morning.".into(),
        priority: Priority::High,
        status: JobStatus::EnRoute,
        assignee: Some(UserId(uuid(1))),
        starts: Timestamp(1_795_248_000_000),
        ends: Timestamp(1_795_251_600_000),
        customer: Some(CustomerId(uuid(20))),
        organization: None,
        property: Some(PropertyId(uuid(30))),
        ..Job::BLANK
    }
}

pub(crate) fn conflict() -> Conflict {
    let mutation = MutationId(uuid(106));
    let text = |value: &str| FieldValue::Text(value.into());
    Conflict {
        id: ConflictId::of(mutation, JobField::Title, ""),
        job: JobId(uuid(7)),
        mutation,
        field: JobField::Title,
        item: String::new(),
        base: text("Boiler"),
        mine: text("Boiler leaks"),
        theirs: text("Boiler does not start"),
        author: UserId(uuid(1)),
        author_name: "Anna Berg".into(),
        made_at: Timestamp(1_795_248_100_000),
        their_name: "Dora Klein".into(),
        their_at: Timestamp(1_795_248_150_000),
        winner: Winner::Theirs,
        rule: Policy::LatestWins,
        at: Timestamp(1_795_248_200_000),
        settled: None,
    }
}

pub(crate) fn mutation(op: Op, seq: u64) -> Mutation {
    Mutation {
        id: MutationId(uuid(100 + u128::from(seq))),
        device: DeviceId(uuid(50)),
        seq: Seq(seq),
        user: UserId(uuid(1)),
        lane: op.target().unwrap(),
        depends_on: Vec::new(),
        replaces: Vec::new(),
        op_version: op.version(),
        op,
        base_rev: Some(Rev(3)),
        wall: Timestamp(1_795_248_100_000),
        clock_offset_ms: -250,
    }
}

pub(crate) fn envelope<T>(reply: Reply<T>) -> Envelope<T> {
    Envelope {
        afield: PROTOCOL_VERSION,
        epoch: EpochId("e-5f0c".into()),
        server_time: Timestamp(1_795_248_200_000),
        build: "b1c2d3".into(),
        reply,
    }
}

#[test]
fn push() {
    let to = JobStatus::EnRoute;
    let status = Op::set_status(JobId(uuid(7)), to);
    let note = Op::AddNote {
        note: NoteId(uuid(9)),
        job: JobId(uuid(7)),
        text: "Valve stuck.".into(),
        files: Vec::new(),
    };
    let edit = Op::EditJob {
        job: JobId(uuid(7)),
        edits: vec![FieldEdit {
            item: String::new(),
            field: JobField::Title,
            base: FieldValue::Text("Boiler".into()),
            new: FieldValue::Text("Boiler leaks".into()),
        }],
        settles: None,
    };
    let edit = Mutation {
        replaces: vec![Replaced {
            id: MutationId(uuid(103)),
            seq: Seq(3),
        }],
        depends_on: vec![MutationId(uuid(105))],
        ..mutation(edit, 6)
    };
    let create = Op::CreateJob {
        job: JobId(uuid(8)),
        title: "Valve drips".into(),
        description: String::new(),
        customer: Some(CustomerId(uuid(20))),
        property: None,
        priority: Priority::default(),
        starts: Timestamp(1_795_248_000_000),
        ends: Timestamp(1_795_251_600_000),
    };
    let request: PushRequest = PushRequest {
        device: DeviceId(uuid(50)),
        ack_below: Seq(4),
        epoch: Some(EpochId("e-5f0c".into())),
        asks: Vec::new(),
        review: false,
        mutations: vec![
            mutation(status, 4),
            mutation(note, 5),
            edit,
            mutation(create, 7),
        ],
    };
    check("push_request", &request);
    let record = Record::Job(job());
    let verdicts = [
        Verdict::Applied {
            records: vec![Versioned {
                rev: Rev(4),
                record,
            }],
        },
        Verdict::Merged {
            records: vec![Versioned {
                rev: Rev(1),
                record: Record::Conflict(conflict()),
            }],
        },
        Verdict::AlreadyApplied { records: vec![] },
        Verdict::Rejected {
            reason: Rejection::IllegalStatus {
                from: JobStatus::Cancelled,
                to,
            },
        },
        Verdict::Rejected {
            reason: Rejection::Invalid {
                field: "text".into(),
                problem: afield_domain::rejection::Problem::TooLong { max: 10_000 },
            },
        },
        Verdict::Retry { after_ms: 500 },
    ];
    let verdicts = verdicts
        .into_iter()
        .zip(4..)
        .map(|(verdict, n)| MutationVerdict::new(MutationId(uuid(100 + n)), verdict))
        .collect();
    check(
        "push_response",
        &envelope(Reply::Ok(PushResponse {
            verdicts,
            undecided: Vec::new(),
        })),
    );
}

#[test]
fn what_a_back_end_says_in_its_own_words() {
    let refused = |n, reason, message: &str| MutationVerdict {
        message: message.into(),
        ..MutationVerdict::new(MutationId(uuid(n)), Verdict::Rejected { reason })
    };
    let invalid = Rejection::Invalid {
        field: "schedule".into(),
        problem: afield_domain::rejection::Problem::Malformed,
    };
    let verdicts = vec![
        refused(0x68, invalid, "The order is closed in SAP."),
        refused(0x69, Rejection::Other, "Credit limit reached: 4711"),
    ];
    check(
        "push_worded",
        &envelope(Reply::Ok(PushResponse {
            verdicts,
            undecided: Vec::new(),
        })),
    );
}

#[test]
fn pull() {
    let records = [
        Record::Job(job()),
        Record::Customer(Customer {
            id: CustomerId(uuid(20)),
            name: "Hansen & Co".into(),
            phone: "+49 30 901820".into(),
            email: "house@hansen.example".into(),
            organization: Some(OrganizationId(uuid(40))),
            archived: false,
        }),
        Record::Organization(Organization {
            id: OrganizationId(uuid(40)),
            name: "Nordhaus".into(),
            phone: String::new(),
        }),
        Record::Property(Property {
            archived: false,
            id: PropertyId(uuid(30)),
            address: "Lindenallee 4".into(),
            city: "Berlin".into(),
            postcode: "10115".into(),
            access: "Key at the kiosk".into(),
            position: Position::new(52.53, 13.38),
            customer: Some(CustomerId(uuid(20))),
        }),
        Record::Note(Note {
            id: NoteId(uuid(9)),
            job: JobId(uuid(7)),
            author: UserId(uuid(1)),
            author_name: "Anna Berg".into(),
            text: "Valve stuck.".into(),
            made_at: Timestamp(1_795_248_100_000),
            files: Vec::new(),
        }),
        Record::Conflict(Conflict {
            settled: Some(Settlement {
                by: "Anna Berg".into(),
                at: Timestamp(1_795_248_190_000),
                value: FieldValue::Text("Boiler leaks".into()),
            }),
            ..conflict()
        }),
    ];
    let mut changes: Vec<Change> = records
        .into_iter()
        .map(|record| {
            Change::Upsert(Versioned {
                rev: Rev(1),
                record,
            })
        })
        .collect();
    changes.push(Change::Tombstone {
        key: NoteId(uuid(9)).into(),
    });
    changes.push(Change::ScopeOut {
        key: JobId(uuid(7)).into(),
    });
    let response = PullResponse {
        changes,
        cursor: Cursor("c1.7.42".into()),
        more: false,
        totals: vec![ModuleTotal {
            module: Module::Job,
            count: 1,
        }],
        left: Vec::new(),
        in_review: None,
        company: None,
    };
    check("pull_response", &envelope(Reply::Ok(response)));
}

#[test]
fn errors() {
    let error = ApiError {
        message: "too many requests".into(),
        retry_after_ms: Some(5_000),
        ..ApiError::of(ErrorCode::RateLimited)
    };
    check("error", &envelope::<()>(Reply::Error(error)));
    let newer: ApiError = serde_json::from_str(r#"{"code":"teapot","message":"short"}"#).unwrap();
    assert_eq!(newer.code, ErrorCode::Other);
    let error = ApiError {
        message: "the data was restored from a backup".into(),
        ..ApiError::of(ErrorCode::EpochChanged)
    };
    check("epoch_changed", &envelope::<()>(Reply::Error(error)));
    let error = ApiError {
        message: "no valid session: sign in".into(),
        sign_in_url: Some("/api/v1/sign-in/oidc?company=nordhaus".into()),
        sign_out_url: Some("/api/v1/sign-in/oidc/end?company=nordhaus".into()),
        ..ApiError::of(ErrorCode::Unauthorized)
    };
    check("error_unauthorized", &envelope::<()>(Reply::Error(error)));
}

#[test]
fn session() {
    let request = SignInRequest {
        email: "anna@example.com".into(),
        password: "secret".into(),
    };
    assert_eq!(format!("{request:?}"), "SignInRequest(..)");
    check("sign_in_request", &request);
    let info = SessionInfo {
        user: User {
            id: UserId(uuid(1)),
            name: "Anna Berg".into(),
            role: Role::Technician,
        },
        rights: Default::default(),
        company: Company {
            id: CompanyId(uuid(2)),
            name: "Nordhaus Service".into(),
            zone: ZoneData::new("Etc/UTC", b"TZif"),
            contact_email: "office@nordhaus.example".into(),
            expiry_hours: 24,
            refuses_open_questions: false,
            keeps_photo_details: false,
            mode: OperationMode::Offline,
            offers_offline: true,
            window_days: 3,
            photo_edge: 2048,
            files_budget_mb: 200,
            settings: 0,
        },
    };
    check("session_info", &envelope(Reply::Ok(info.clone())));
    let online = Company {
        mode: OperationMode::Online,
        offers_offline: false,
        ..info.company
    };
    let set = Company {
        window_days: 7,
        photo_edge: 1600,
        files_budget_mb: 50,
        settings: 2,
        ..online.clone()
    };
    check(
        "session_info_online",
        &envelope(Reply::Ok(SessionInfo {
            company: online,
            ..info
        })),
    );
    let page = PullResponse {
        changes: Vec::new(),
        cursor: Cursor("c1.7.42".into()),
        more: false,
        totals: Vec::new(),
        left: Vec::new(),
        in_review: None,
        company: Some(set),
    };
    check("pull_settings", &envelope(Reply::Ok(page)));
}

#[test]
fn worker_messages() {
    use worker_message::{FromWorker, Notice, ToWorker};
    let job = JobId(uuid(7));
    let to = JobStatus::EnRoute;
    let to_worker = vec![
        ToWorker::Enqueue {
            ops: vec![Op::set_status(job, to)],
        },
        ToWorker::Replay { asked: true },
        ToWorker::Activate,
        ToWorker::LetGo,
    ];
    check("to_worker", &to_worker);
    let from_worker = vec![
        FromWorker::Enqueued { count: 1 },
        FromWorker::Failed {
            message: "blocked".into(),
        },
        FromWorker::Done,
    ];
    check("from_worker", &from_worker);
    let notices = vec![
        Notice::Outbox { seqs: None },
        Notice::Records {
            keys: vec![job.into()],
        },
        Notice::SyncStarted,
        Notice::SyncEnded,
    ];
    check("notices", &notices);
    check("notices_of_drafts", &vec![Notice::Drafts]);
    assert_eq!(
        serde_json::from_str::<ToWorker>(r#"{"type":"sing"}"#).unwrap(),
        ToWorker::Unknown
    );
}

#[test]
fn what_stands_on_one_device_alone() {
    let report = DeviceReport {
        device: DeviceId(uuid(90)),
        user: UserId(uuid(1)),
        unsent: 3,
        files: 2,
        oldest: Some(Timestamp(1_795_248_000_000)),
        parked: 1,
        phone: Some(PhoneState {
            app: "0.1.0".into(),
            holds: Holds::All,
            ready: true,
            network: Network::Cellular,
            installed: true,
            persisted: Some(true),
            used_mb: Some(120),
            clock_min: -2,
        }),
        by_job: Some(ByJob {
            jobs: vec![
                JobOwed {
                    job: JobId(uuid(7)),
                    unsent: 2,
                    files: 2,
                },
                JobOwed {
                    job: JobId(uuid(8)),
                    unsent: 1,
                    files: 0,
                },
            ],
            more: 0,
        }),
        as_of: Some(Timestamp(1_795_248_199_000)),
        number: Some(12),
        heard: false,
    };
    check("device_report", &report);
    let told = PhoneTold {
        phone: UserId(uuid(1)),
        jobs: vec![JobId(uuid(7)), JobId(uuid(8))],
    };
    check("phone_told", &told);
    assert!(
        serde_json::to_string(&told)
            .unwrap()
            .starts_with(PHONE_TOLD)
    );
    let answer = DeviceAnswer {
        late: false,
        lost: Some(LostWork {
            unsent: 3,
            files: 2,
            oldest: Some(Timestamp(1_795_248_000_000)),
            told_at: Timestamp(1_795_251_600_000),
        }),
    };
    check("device_answer", &envelope(Reply::Ok(answer)));
    let left = [true, false].map(|cleared| ActivityKind::Left {
        unsent: 3,
        files: 2,
        told_at: Timestamp(1_795_251_600_000),
        cleared,
    });
    check("activity_left", &left.to_vec());
}
