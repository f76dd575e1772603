//! The wire types of what is done on a job: files, checklists, tasks, forms, parts, routes.

use crate::snapshot_tests::{check, envelope, job, mutation, uuid};
use crate::*;
use afield_domain::answers::{NO, Test};
use afield_domain::*;

const SHA: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

fn text(value: &str) -> FieldValue {
    FieldValue::Text(value.into())
}

fn answer(item: &str, value: FieldValue) -> Answer {
    Answer {
        item: item.into(),
        value,
    }
}

fn answers() -> Vec<Answer> {
    vec![
        answer("burner", text(NO)),
        answer("burner_photo", FieldValue::Files(vec![file()])),
        answer("flow", text("62.5")),
        answer("return", text("48")),
        answer("spread", text("14.5")),
        answer("sealing", text("Sweating")),
    ]
}

fn file() -> AttachmentId {
    AttachmentId(uuid(60))
}

fn edit(field: JobField, item: &str, base: FieldValue, new: FieldValue) -> FieldEdit {
    FieldEdit {
        field,
        item: item.into(),
        base,
        new,
    }
}

fn ops() -> Vec<Op> {
    let job = JobId(uuid(7));
    let task = TaskId(uuid(70));
    vec![
        Op::AddAttachment {
            attachment: file(),
            job,
            kind: AttachmentKind::Photo,
            name: "burner.jpg".into(),
            mime: "image/jpeg".into(),
            bytes: 184_320,
            sha256: SHA.into(),
            width: 2048,
            height: 1536,
            thumbnail: "/9j/4AAQSkZJRg==".into(),
        },
        Op::AddNote {
            note: NoteId(uuid(9)),
            job,
            text: "Burner is sooty.".into(),
            files: vec![file()],
        },
        Op::EditJob {
            job,
            edits: vec![
                edit(JobField::Answer, "safe", FieldValue::Nothing, text("yes")),
                edit(
                    JobField::Answer,
                    "before",
                    FieldValue::Nothing,
                    FieldValue::Files(vec![file()]),
                ),
                edit(
                    JobField::Asset,
                    &uuid(80).to_string(),
                    FieldValue::Nothing,
                    text(afield_domain::record::LINKED),
                ),
                edit(
                    JobField::Part,
                    &uuid(81).to_string(),
                    text("1"),
                    text("2.5"),
                ),
            ],
            settles: None,
        },
        Op::SetTaskStatus {
            task,
            job,
            to: TaskStatus::Done,
        },
        Op::SubmitForm {
            submission: SubmissionId(uuid(90)),
            job,
            task: Some(task),
            template: TemplateId(uuid(91)),
            answers: answers(),
        },
    ]
}

#[test]
fn push() {
    let mutations = ops()
        .into_iter()
        .zip(8..)
        .map(|(op, seq)| {
            // What names a file waits until the file is registered.
            let waits = seq == 9 || seq == 10 || seq == 12;
            Mutation {
                depends_on: waits.then_some(MutationId(uuid(108))).into_iter().collect(),
                ..mutation(op, seq)
            }
        })
        .collect();
    let request: PushRequest = PushRequest {
        device: DeviceId(uuid(50)),
        ack_below: Seq(8),
        epoch: Some(EpochId("e-5f0c".into())),
        asks: Vec::new(),
        review: false,
        mutations,
    };
    check("push_work", &request);
}

fn questions() -> Vec<Question> {
    let burner_is_dirty = Condition {
        item: "burner".into(),
        test: Test::any_of(&[NO]),
    };
    let number = || QuestionKind::Number {
        min: Some("0".into()),
        max: Some("110".into()),
        unit: "°C".into(),
    };
    vec![
        Question::new("measure", "Measure", QuestionKind::Heading),
        Question {
            required: true,
            fails: Some(Test::any_of(&[NO])),
            ..Question::new("burner", "Is the burner clean?", QuestionKind::YesNo)
        },
        Question {
            when: Some(burner_is_dirty),
            ..Question::new("burner_photo", "Photo of the burner", QuestionKind::Photo)
        },
        Question::new("flow", "Flow", number()),
        Question {
            fails: Some(Test {
                above: Some("70".into()),
                below: Some("20".into()),
                ..Test::default()
            }),
            ..Question::new("return", "Return", number())
        },
        Question::new(
            "spread",
            "Spread",
            QuestionKind::Calculation {
                formula: "flow - return".into(),
                decimals: 1,
                unit: "°C".into(),
            },
        ),
        Question::new(
            "sealing",
            "Sealing",
            QuestionKind::Choice {
                options: vec!["Tight".into(), "Sweating".into()],
            },
        ),
        Question::new("code", "Code on the boiler", QuestionKind::Barcode),
        Question::new("next", "Next inspection", QuestionKind::Date),
        Question::new("remark", "Remark", QuestionKind::Text),
        Question::new("signature", "Signature", QuestionKind::Signature),
    ]
}

fn whole_job() -> Job {
    Job {
        contract: Some(ContractId(uuid(82))),
        route: Some(RouteId(uuid(83))),
        follows: Some(JobId(uuid(6))),
        acceptance: Acceptance::Accepted,
        checklist: vec![Question {
            required: true,
            ..Question::new("safe", "Is the place safe to work at?", QuestionKind::YesNo)
        }],
        answers: vec![answer("safe", text("yes"))],
        assets: vec![AssetId(uuid(80))],
        parts: vec![PartLine {
            part: PartId(uuid(81)),
            quantity: "2.5".into(),
        }],
        steps: vec![StatusStep::usual(
            JobStatus::EnRoute,
            Timestamp(1_795_248_100_000),
            "Anna Berg",
        )],
        tasks_closed: true,
        ..job()
    }
}

fn things() -> Vec<Record> {
    let customer = Some(CustomerId(uuid(20)));
    vec![
        Record::Route(Route {
            id: RouteId(uuid(83)),
            name: "Anna Berg".into(),
            day: "2026-11-21".into(),
            start: "Depot, Lindenallee 1, Berlin".into(),
            position: Position::new(52.52, 13.405),
        }),
        Record::Asset(Asset {
            archived: false,
            id: AssetId(uuid(80)),
            name: "Gas boiler".into(),
            model: "Nordflamm Eco 24".into(),
            serial: "NF-204411".into(),
            code: "4006381333931".into(),
            location: "Boiler room, second cellar".into(),
            installed: "2014-09-03".into(),
            customer,
            property: Some(PropertyId(uuid(30))),
        }),
        Record::Contract(Contract {
            archived: false,
            id: ContractId(uuid(82)),
            number: "C-204".into(),
            name: "Full service".into(),
            covers: "All inspections, repairs and parts.".into(),
            from: "2024-01-01".into(),
            until: "2033-12-31".into(),
            response_hours: 4,
            visits: String::new(),
            customer,
        }),
        Record::Part(Part {
            archived: false,
            id: PartId(uuid(81)),
            name: "Working time".into(),
            number: "S-01".into(),
            kind: PartKind::Service,
            unit: "hour".into(),
            price: "89.00 €".into(),
            description: "By the quarter of an hour.".into(),
        }),
    ]
}

fn done() -> Vec<Record> {
    let made_at = Timestamp(1_795_248_100_000);
    vec![
        Record::Task(ServiceTask {
            id: TaskId(uuid(70)),
            job: JobId(uuid(7)),
            place: 1,
            title: "Inspect the boiler".into(),
            status: TaskStatus::Done,
            asset: Some(AssetId(uuid(80))),
            template: Some(TemplateId(uuid(91))),
        }),
        Record::Form(FormTemplate {
            id: TemplateId(uuid(91)),
            name: "Gas boiler inspection".into(),
            questions: questions(),
        }),
        Record::Attachment(Attachment {
            id: file(),
            job: JobId(uuid(7)),
            kind: AttachmentKind::Photo,
            name: "burner.jpg".into(),
            mime: "image/jpeg".into(),
            bytes: 184_320,
            sha256: SHA.into(),
            width: 2048,
            height: 1536,
            thumbnail: "/9j/4AAQSkZJRg==".into(),
            author: UserId(uuid(1)),
            author_name: "Anna Berg".into(),
            made_at,
            received_at: None,
        }),
        Record::Submission(Submission {
            id: SubmissionId(uuid(90)),
            job: JobId(uuid(7)),
            task: Some(TaskId(uuid(70))),
            template: TemplateId(uuid(91)),
            answers: answers(),
            author: UserId(uuid(1)),
            author_name: "Anna Berg".into(),
            made_at,
        }),
    ]
}

#[test]
fn pull() {
    let records = [vec![Record::Job(whole_job())], things(), done()];
    let changes = records
        .into_iter()
        .flatten()
        .map(|record| {
            Change::Upsert(Versioned {
                rev: Rev(1),
                record,
            })
        })
        .collect();
    let response = PullResponse {
        changes,
        cursor: Cursor("c1.7.43".into()),
        more: false,
        totals: Vec::new(),
        left: Vec::new(),
        in_review: None,
        company: None,
    };
    check("pull_work", &envelope(Reply::Ok(response)));
    let key = JobId(uuid(7)).into();
    let response = PullResponse {
        changes: vec![Change::ScopeOut { key }],
        cursor: Cursor("c1.7.44".into()),
        more: false,
        totals: Vec::new(),
        left: vec![LeftJob {
            job: JobId(uuid(7)),
            to: "Ben Krause".into(),
        }],
        in_review: None,
        company: None,
    };
    check("pull_left", &envelope(Reply::Ok(response)));
}

#[test]
fn board() {
    let kinds = [
        ActivityKind::Attached {
            name: "burner.jpg".into(),
            thumbnail: "/9j/4AAQSkZJRg==".into(),
            attachment: None,
        },
        ActivityKind::Task {
            title: "Inspect the boiler".into(),
            to: TaskStatus::Done,
        },
        ActivityKind::Submitted {
            form: "Gas boiler inspection".into(),
            failures: 1,
        },
        ActivityKind::Answered {
            accepted: false,
            reason: "On leave.".into(),
        },
    ];
    check("activity_work", &kinds.to_vec());
    let attached = ActivityKind::Attached {
        name: "boiler.jpg".into(),
        thumbnail: String::new(),
        attachment: Some(AttachmentId(uuid(8))),
    };
    check("activity_attached", &attached);
    let imported = ActivityKind::Imported {
        created: 240,
        updated: 3,
    };
    check("activity_imported", &vec![imported]);
    let request = AcceptanceRequest {
        accept: false,
        reason: "On leave.".into(),
        id: None,
    };
    check("acceptance_request", &request);
    let request = AcceptanceRequest {
        id: Some(MutationId(uuid(0x72))),
        ..request
    };
    check("acceptance_request_with_id", &request);
    let ops = vec![
        Op::AssignJob {
            job: JobId(uuid(7)),
            assignee: Some(UserId(uuid(3))),
        },
        Op::AnswerOffer {
            job: JobId(uuid(7)),
            accept: false,
            reason: "On leave.".into(),
        },
    ];
    check("ops_with_connection", &ops);
    let op = Op::SetJobStatus {
        job: JobId(uuid(7)),
        to: JobStatus::Finished,
        kind: StepKind::NotPossible,
        reason: "Nobody is at home.".into(),
    };
    check("op_not_possible", &op);
    let op = Op::Withdraw {
        part: NoteId(uuid(8)).into(),
        job: JobId(uuid(7)),
    };
    check("op_withdraw", &op);
    let op = Op::Create {
        record: Box::new(Record::Customer(Customer {
            id: CustomerId(uuid(9)),
            name: "Hansen".into(),
            phone: "040 1".into(),
            email: String::new(),
            organization: None,
            archived: false,
        })),
    };
    check("op_create", &op);
    let withdrawn = ActivityKind::Withdrawn {
        name: "burner.jpg".into(),
    };
    check("activity_withdrawn", &withdrawn);
    let step = StatusStep {
        kind: StepKind::NotPossible,
        reason: "Nobody is at home.".into(),
        ..StatusStep::usual(
            JobStatus::Finished,
            Timestamp(1_795_248_200_000),
            "Anna Berg",
        )
    };
    check("step_not_possible", &step);
    let told = ActivityKind::Status {
        from: JobStatus::EnRoute,
        to: JobStatus::Finished,
        step: StepKind::NotPossible,
        reason: "Nobody is at home.".into(),
    };
    check("activity_not_possible", &told);
}

#[test]
fn photos_before_and_after() {
    let job = JobId(uuid(7));
    let item = file().to_string();
    let op = Op::EditJob {
        job,
        edits: vec![edit(
            JobField::Photo,
            &item,
            FieldValue::Nothing,
            text("after"),
        )],
        settles: None,
    };
    check("op_photo", &op);
    let mark = PhotoMark {
        photo: file(),
        moment: PhotoMoment::After,
    };
    check("photo_mark", &mark);
}
