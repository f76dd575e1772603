//! Operations and the records that they are tried on, drawn so that most of them meet.

use super::surroundings::{id, questions, surroundings};
use super::*;
use crate::answers::complete;
use crate::ids::{AssetId, UserId};
use crate::merge::FieldValue;
use crate::record::{
    Acceptance, Customer, CustomerEdit, CustomerField, Job, JobField, LINKED, Priority, Property,
    Record, RecordEdit, RecordField,
};
use crate::user::Role;
use proptest::prelude::*;
use proptest::sample::select;

fn actor() -> impl Strategy<Value = (u8, Role)> {
    (
        1u8..3,
        select(vec![Role::Technician, Role::Dispatcher, Role::Admin]),
    )
}

fn text() -> impl Strategy<Value = FieldValue> {
    let any = prop_oneof![
        select(vec![
            "yes", "high", "urgent", "3", "60", " Pump ", "Pump", "", LINKED
        ])
        .prop_map(str::to_owned),
        (1u8..4).prop_map(|n| id(n).to_string()),
    ];
    any.prop_map(FieldValue::Text)
}

fn value() -> impl Strategy<Value = FieldValue> {
    prop_oneof![
        Just(FieldValue::Nothing),
        text(),
        text(),
        (0i64..5, 0i64..5).prop_map(|(from, until)| FieldValue::Span {
            from: Timestamp(from),
            until: Timestamp(until),
        }),
        (40u8..42).prop_map(|n| FieldValue::Files(vec![AttachmentId(id(n))])),
    ]
}

/// A value that the field can have, most of the time.
fn fitting(field: JobField) -> BoxedStrategy<FieldValue> {
    let text = |texts: Vec<&'static str>| {
        select(texts)
            .prop_map(|text| FieldValue::Text(text.to_owned()))
            .boxed()
    };
    match field {
        JobField::Title | JobField::Description => text(vec!["Pump", " Pump ", "Boiler"]),
        JobField::Priority => text(vec!["low", "normal", "high"]),
        JobField::Schedule => (0i64..3, 3i64..6)
            .prop_map(|(from, until)| FieldValue::Span {
                from: Timestamp(from),
                until: Timestamp(until),
            })
            .boxed(),
        JobField::Assignee => (1u8..3)
            .prop_map(|n| FieldValue::Text(id(n).to_string()))
            .boxed(),
        JobField::Answer => text(vec!["yes", "no", "7", "07.50"]),
        JobField::Asset => text(vec![LINKED]),
        JobField::Part => text(vec!["1", "2.50"]),
        JobField::Photo => text(vec!["before", "after"]),
        JobField::Other => value().boxed(),
    }
}

fn edit(job: Job) -> impl Strategy<Value = FieldEdit> {
    let places = vec![
        (JobField::Title, String::new()),
        (JobField::Description, String::new()),
        (JobField::Priority, String::new()),
        (JobField::Schedule, String::new()),
        (JobField::Assignee, String::new()),
        (JobField::Answer, "ok".to_owned()),
        (JobField::Answer, "n".to_owned()),
        (JobField::Answer, "photo".to_owned()),
        (JobField::Asset, id(20).to_string()),
        (JobField::Part, id(21).to_string()),
        (JobField::Photo, id(40).to_string()),
        (JobField::Photo, id(41).to_string()),
        (JobField::Title, "item".to_owned()),
        (JobField::Other, String::new()),
    ];
    select(places).prop_flat_map(move |(field, item)| {
        let seen = job.value(field, &item);
        let base = prop_oneof![6 => Just(seen), 1 => value()];
        let new = prop_oneof![
            6 => fitting(field),
            2 => Just(FieldValue::Nothing),
            1 => value(),
        ];
        (base, new).prop_map(move |(base, new)| FieldEdit {
            field,
            item: item.clone(),
            base,
            new,
        })
    })
}

fn job() -> impl Strategy<Value = Job> {
    let acceptance = select(vec![
        Acceptance::NotAsked,
        Acceptance::Asked,
        Acceptance::Asked,
        Acceptance::Asked,
        Acceptance::Accepted,
        Acceptance::Rejected,
    ]);
    (
        select(JobStatus::ALL.to_vec()),
        proptest::option::of(1u8..3),
        select(vec!["Boiler", "Pump"]),
        acceptance,
        any::<bool>(),
    )
        .prop_map(|(status, assignee, title, acceptance, is_linked)| Job {
            id: JobId(id(7)),
            title: title.into(),
            status,
            priority: Priority::Normal,
            assignee: assignee.map(|n| UserId(id(n))),
            acceptance,
            checklist: questions(),
            assets: if is_linked {
                vec![AssetId(id(20))]
            } else {
                Vec::new()
            },
            ..Job::BLANK
        })
}

fn some_job() -> impl Strategy<Value = JobId> {
    prop_oneof![9 => Just(7u8), 1 => Just(8u8)].prop_map(|n| JobId(id(n)))
}

fn files() -> impl Strategy<Value = Vec<AttachmentId>> {
    prop_oneof![
        6 => Just(Vec::new()),
        3 => Just(vec![AttachmentId(id(40))]),
        1 => Just(vec![AttachmentId(id(41))]),
    ]
}

/// The answers that a phone sends: completed, where they can be.
fn answers() -> impl Strategy<Value = Vec<Answer>> {
    let answer = (select(vec!["ok", "n", "photo"]), value()).prop_map(|(item, value)| Answer {
        item: item.into(),
        value,
    });
    proptest::collection::vec(answer, 0..3)
        .prop_map(|answers| complete(&questions(), &answers).unwrap_or(answers))
}

/// A customer, or a place of one.
fn found(n: u8, name: &str, of: Option<u8>) -> Record {
    match of {
        None => Record::Customer(Customer {
            id: CustomerId(id(n)),
            name: name.into(),
            phone: String::new(),
            email: String::new(),
            organization: None,
            archived: false,
        }),
        Some(of) => Record::Property(Property {
            archived: false,
            id: PropertyId(id(n)),
            address: name.into(),
            city: String::new(),
            postcode: String::new(),
            access: String::new(),
            position: None,
            customer: Some(CustomerId(id(of))),
        }),
    }
}

/// Any operation. A new one without a row here fails [`every_operation_is_drawn`].
fn op(of: Job) -> impl Strategy<Value = Op> {
    prop_oneof![
        (
            some_job(),
            select(JobStatus::ALL.to_vec()),
            select(vec![
                StepKind::Usual,
                StepKind::NotPossible,
                StepKind::Reopened
            ]),
            select(vec!["", " Nobody is at home "]),
        )
            .prop_map(|(job, to, kind, reason)| Op::SetJobStatus {
                job,
                to,
                kind,
                reason: reason.into(),
            }),
        (
            70u8..72,
            some_job(),
            select(vec!["Done", " Done\n", "", "Leaks"]),
            files()
        )
            .prop_map(|(note, job, text, files)| Op::AddNote {
                note: NoteId(id(note)),
                job,
                text: text.into(),
                files,
            }),
        (
            some_job(),
            proptest::collection::vec(edit(of), 0..4),
            proptest::option::of(90u8..94)
        )
            .prop_map(|(job, edits, settles)| Op::EditJob {
                job,
                edits,
                settles: settles.map(|n| ConflictId(id(n))),
            }),
        (
            7u8..9,
            select(vec!["Boiler", " Boiler", ""]),
            proptest::option::of(30u8..32),
            proptest::option::weighted(0.3, 35u8..37),
            0i64..3,
            select(Priority::ALL.to_vec())
        )
            .prop_map(
                |(job, title, customer, property, ends, priority)| Op::CreateJob {
                    job: JobId(id(job)),
                    title: title.into(),
                    description: String::new(),
                    customer: customer.map(|n| CustomerId(id(n))),
                    property: property.map(|n| PropertyId(id(n))),
                    priority,
                    starts: Timestamp(1),
                    ends: Timestamp(ends),
                }
            ),
        (
            40u8..43,
            some_job(),
            select(vec![" a.jpg ", ""]),
            select(vec!["a", "b", "?"]),
            select(vec!["", "/9j/AA==", "no base64!"])
        )
            .prop_map(|(n, job, name, digit, thumbnail)| Op::AddAttachment {
                attachment: AttachmentId(id(n)),
                job,
                kind: AttachmentKind::Photo,
                name: name.into(),
                mime: "image/jpeg".into(),
                bytes: 3,
                sha256: digit.repeat(64),
                width: 1,
                height: 1,
                thumbnail: thumbnail.into(),
            }),
        (60u8..62, some_job(), select(TaskStatus::ALL.to_vec())).prop_map(|(task, job, to)| {
            Op::SetTaskStatus {
                task: TaskId(id(task)),
                job,
                to,
            }
        }),
        (
            80u8..82,
            some_job(),
            proptest::option::of(60u8..62),
            50u8..52,
            answers()
        )
            .prop_map(|(n, job, task, template, answers)| Op::SubmitForm {
                submission: SubmissionId(id(n)),
                job,
                task: task.map(|n| TaskId(id(n))),
                template: TemplateId(id(template)),
                answers,
            }),
        (
            7u8..9,
            select(vec!["Boiler", " Boiler", ""]),
            proptest::option::of(1u8..3),
            proptest::option::weighted(0.5, 30u8..33),
            proptest::option::weighted(0.3, 35u8..37),
            proptest::collection::vec(20u8..22, 0..2),
            proptest::collection::vec(prop_oneof![4 => Just(50u8), 1 => Just(51u8)], 0..3),
        )
            .prop_map(
                |(job, title, assignee, customer, property, assets, forms)| Op::PlanJob {
                    job: JobId(id(job)),
                    plan: Box::new(JobPlan {
                        title: title.into(),
                        description: String::new(),
                        priority: Priority::High,
                        starts: Timestamp(1),
                        ends: Timestamp(2),
                        customer: customer.map(|n| CustomerId(id(n))),
                        property: property.map(|n| PropertyId(id(n))),
                        contract: None,
                        assignee: assignee.map(|n| UserId(id(n))),
                        assets: assets.into_iter().map(|n| AssetId(id(n))).collect(),
                        forms: forms.into_iter().map(|n| TemplateId(id(n))).collect(),
                        // The last one is nobody's yet.
                        made: customer
                            .filter(|n| *n == 32)
                            .map(|n| found(n, "Ada", None))
                            .into_iter()
                            .collect(),
                    }),
                }
            ),
        (some_job(), proptest::option::of(1u8..3)).prop_map(|(job, assignee)| Op::AssignJob {
            job,
            assignee: assignee.map(|n| UserId(id(n))),
        }),
        (some_job(), any::<bool>(), select(vec!["", " no key "])).prop_map(
            |(job, accept, reason)| Op::AnswerOffer {
                job,
                accept,
                reason: reason.into(),
            }
        ),
        (
            prop_oneof![
                (70u8..72).prop_map(|n| RecordKey::from(NoteId(id(n)))),
                (40u8..42).prop_map(|n| RecordKey::from(AttachmentId(id(n)))),
            ],
            some_job()
        )
            .prop_map(|(part, job)| Op::Withdraw { part, job }),
        (
            30u8..33,
            select(vec!["Ada", " Ada ", ""]),
            proptest::option::weighted(0.5, 30u8..32)
        )
            .prop_map(|(n, name, of)| Op::Create {
                record: Box::new(found(n, name, of)),
            }),
        (
            30u8..32,
            select(vec!["Ada", " Ada ", ""]),
            select(vec!["Ada", "040 9", ""]),
            proptest::option::of(any::<bool>())
        )
            .prop_map(|(n, base, new, archived)| Op::EditCustomer {
                customer: CustomerId(id(n)),
                edits: vec![CustomerEdit {
                    field: CustomerField::Phone,
                    base: base.trim().into(),
                    new: new.into(),
                }],
                archived,
            }),
        (
            35u8..37,
            select(vec!["", "Key", "Other"]),
            select(vec!["", " Key ", "Ring"]),
            proptest::option::of(any::<bool>())
        )
            .prop_map(|(n, base, new, archived)| Op::EditRecord {
                record: PropertyId(id(n)).into(),
                edits: vec![RecordEdit {
                    field: RecordField::Access,
                    base: base.into(),
                    new: new.into(),
                }],
                archived,
            }),
    ]
}

/// Records, an operation on them and who asks.
pub(super) type Drawn = (Vec<Record>, Op, (u8, Role));

pub(super) fn case() -> impl Strategy<Value = Drawn> {
    (job(), actor()).prop_flat_map(|(job, actor)| {
        op(job.clone()).prop_map(move |op| {
            let mut records = surroundings();
            records.push(Record::Job(job.clone()));
            (records, op, actor)
        })
    })
}
