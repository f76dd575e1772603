//! The records that the properties of operations are tried on, besides the job itself.

use crate::answers::{Question, QuestionKind};
use crate::ids::{
    AssetId, AttachmentId, ConflictId, CustomerId, JobId, MutationId, NoteId, PartId, PropertyId,
    SubmissionId, TaskId, TemplateId, UserId,
};
use crate::merge::{FieldValue, Policy, Winner};
use crate::record::{
    Asset, Attachment, AttachmentKind, Conflict, Customer, FormTemplate, JobField, Note, Part,
    PartKind, Property, Record, ServiceTask, Settlement, Submission, TaskStatus,
};
use crate::time::Timestamp;
use uuid::Uuid;

/// Ids of records that may be there, so that operations and records meet.
pub(super) fn id(n: u8) -> Uuid {
    Uuid::from_u128(u128::from(n))
}

fn question(item: &str, kind: QuestionKind) -> Question {
    Question::new(item, item, kind)
}

pub(super) fn questions() -> Vec<Question> {
    let sum = QuestionKind::Calculation {
        formula: "n + 1".into(),
        decimals: 2,
        unit: String::new(),
    };
    let number = QuestionKind::Number {
        min: None,
        max: Some("50".into()),
        unit: String::new(),
    };
    vec![
        question("ok", QuestionKind::YesNo),
        question("n", number),
        question("sum", sum),
        question("photo", QuestionKind::Photo),
    ]
}

fn attachment(n: u8) -> Attachment {
    Attachment {
        id: AttachmentId(id(n)),
        job: JobId(id(7)),
        kind: AttachmentKind::Photo,
        name: "a.jpg".into(),
        mime: "image/jpeg".into(),
        bytes: 3,
        sha256: "a".repeat(64),
        width: 1,
        height: 1,
        thumbnail: String::new(),
        author: UserId(id(1)),
        author_name: "Anna".into(),
        made_at: Timestamp(1),
        received_at: None,
    }
}

/// Two titles that met: in the job, or in another one.
fn conflict(n: u8, job: u8, is_settled: bool) -> Conflict {
    let text = |text: &str| FieldValue::Text(text.to_owned());
    Conflict {
        id: ConflictId(id(n)),
        job: JobId(id(job)),
        mutation: MutationId(id(n)),
        field: JobField::Title,
        item: String::new(),
        base: text("Tank"),
        mine: text("Pump"),
        theirs: text("Boiler"),
        author: UserId(id(1)),
        author_name: "Anna".into(),
        made_at: Timestamp(1),
        their_name: String::new(),
        their_at: Timestamp(0),
        winner: Winner::Theirs,
        rule: Policy::LatestWins,
        at: Timestamp(2),
        settled: is_settled.then(|| Settlement {
            by: "Ben".into(),
            at: Timestamp(3),
            value: text("Boiler"),
        }),
    }
}

/// What stands around the job.
pub(super) fn surroundings() -> Vec<Record> {
    let template = TemplateId(id(50));
    vec![
        Record::Conflict(conflict(90, 7, false)),
        Record::Conflict(conflict(91, 7, true)),
        Record::Conflict(conflict(92, 9, false)),
        Record::Property(Property {
            archived: false,
            id: PropertyId(id(35)),
            address: "Mill Lane 1".into(),
            city: String::new(),
            postcode: String::new(),
            access: String::new(),
            position: None,
            customer: None,
        }),
        Record::Attachment(attachment(40)),
        Record::Form(FormTemplate {
            id: template,
            name: "Form".into(),
            questions: questions(),
        }),
        Record::Task(ServiceTask {
            id: TaskId(id(60)),
            job: JobId(id(7)),
            place: 1,
            title: "Task".into(),
            status: TaskStatus::Open,
            asset: None,
            template: Some(template),
        }),
        Record::Asset(Asset {
            archived: false,
            id: AssetId(id(20)),
            name: "Heater".into(),
            model: String::new(),
            serial: String::new(),
            code: String::new(),
            location: String::new(),
            installed: String::new(),
            customer: None,
            property: None,
        }),
        Record::Part(Part {
            archived: false,
            id: PartId(id(21)),
            name: "Seal".into(),
            number: String::new(),
            kind: PartKind::Part,
            unit: String::new(),
            price: String::new(),
            description: String::new(),
        }),
        Record::Customer(Customer {
            id: CustomerId(id(30)),
            name: "Anna's".into(),
            phone: String::new(),
            email: String::new(),
            organization: None,
            archived: false,
        }),
        Record::Note(Note {
            id: NoteId(id(70)),
            job: JobId(id(7)),
            author: UserId(id(1)),
            author_name: "Anna".into(),
            text: "Done".into(),
            files: Vec::new(),
            made_at: Timestamp(1),
        }),
        Record::Submission(Submission {
            id: SubmissionId(id(80)),
            job: JobId(id(7)),
            task: None,
            template,
            answers: Vec::new(),
            author: UserId(id(1)),
            author_name: "Anna".into(),
            made_at: Timestamp(1),
        }),
    ]
}
