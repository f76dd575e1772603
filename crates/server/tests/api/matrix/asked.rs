//! The operations that the matrix asks for.

use super::BYTES;
use super::asks::Asks;
use crate::uploads::attachment;
use afield_domain::*;
use afield_protocol::{Decide, NewForm, ReviewDecision, SeriesRequest};
use axum::body::Body;
use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use uuid::Uuid;

const WORKBOOK: &[u8] = include_bytes!("../../data/xlsform/yes_or_no_question.xlsx");

/// Another title for `job`.
pub(super) fn titled(job: JobId) -> Op {
    let edit = FieldEdit {
        field: JobField::Title,
        item: String::new(),
        base: FieldValue::Text("Boiler".into()),
        new: FieldValue::Text("Boiler leaks".into()),
    };
    Op::EditJob {
        job,
        edits: vec![edit],
        settles: None,
    }
}

/// To give a job to Ben.
pub(super) fn to_ben() -> Value {
    json!({"assignee": crate::support::BEN, "base_rev": 1})
}

/// A decision about what came too late, where nothing did.
pub(super) fn no_review(job: JobId) -> Value {
    let decision = ReviewDecision {
        job,
        author: crate::support::ANNA,
        mutations: Vec::new(),
        decide: Decide::Accept { onto: None },
    };
    serde_json::to_value(decision).unwrap()
}

/// A new job.
pub(super) fn made(job: JobId) -> Op {
    Op::CreateJob {
        job,
        title: "Leak".into(),
        description: String::new(),
        customer: None,
        property: None,
        priority: Priority::Normal,
        starts: Timestamp(1_795_248_000_000),
        ends: Timestamp(1_795_251_600_000),
    }
}

/// A new job for nobody yet.
pub(super) fn planned(job: JobId) -> Op {
    Op::PlanJob {
        job,
        plan: Box::new(JobPlan {
            title: "Leak".into(),
            description: String::new(),
            priority: Priority::Normal,
            starts: Timestamp(1_795_248_000_000),
            ends: Timestamp(1_795_251_600_000),
            customer: None,
            property: None,
            contract: None,
            assignee: None,
            assets: Vec::new(),
            forms: Vec::new(),
            made: Vec::new(),
        }),
    }
}

/// A new job for somebody new.
pub(super) fn planned_for_new(job: JobId) -> Op {
    let customer = Customer {
        id: CustomerId(Uuid::from_u128(0xC000 + job.0.as_u128())),
        ..hansen()
    };
    let mut op = planned(job);
    if let Op::PlanJob { plan, .. } = &mut op {
        plan.customer = Some(customer.id);
        plan.made = vec![Record::Customer(customer)];
    }
    op
}

/// A new series: the new job, on the next two Saturdays.
pub(super) fn repeated() -> SeriesRequest {
    let Op::PlanJob { plan, .. } = planned(JobId(Uuid::nil())) else {
        panic!("another op");
    };
    SeriesRequest {
        id: MutationId(Uuid::from_u128(0x5E01)),
        plan: *plan,
        repeat: Repetition {
            every: Every::Weeks {
                count: 1,
                on: vec![5],
            },
            until: None,
            times: Some(2),
        },
    }
}

/// Its id.
pub(super) fn repeated_id() -> SeriesId {
    SeriesId(Uuid::from_u128(0x5E))
}

/// A customer of Nordhaus's.
pub(super) fn hansen() -> Customer {
    Customer {
        id: CustomerId(Uuid::from_u128(0xC0)),
        name: "Hansen".into(),
        phone: "040 1".into(),
        email: String::new(),
        organization: None,
        archived: false,
    }
}

/// A place of his.
pub(super) fn mole() -> Property {
    Property {
        id: PropertyId(Uuid::from_u128(0xD0)),
        address: "Mole 1".into(),
        city: String::new(),
        postcode: String::new(),
        access: String::new(),
        position: None,
        customer: Some(hansen().id),
        archived: false,
    }
}

/// How to get into `place`.
pub(super) fn unlocked(place: PropertyId) -> Op {
    Op::EditRecord {
        record: place.into(),
        edits: vec![RecordEdit {
            field: RecordField::Access,
            base: String::new(),
            new: "Key at the kiosk".into(),
        }],
        archived: None,
    }
}

/// Another number for `customer`.
pub(super) fn renumbered(customer: CustomerId) -> Op {
    Op::EditCustomer {
        customer,
        edits: vec![CustomerEdit {
            field: CustomerField::Phone,
            base: "040 1".into(),
            new: "040 2".into(),
        }],
        archived: None,
    }
}

/// A file for `job`.
pub(super) fn attached(job: JobId) -> Op {
    let file = attachment(job, BYTES);
    Op::AddAttachment {
        attachment: AttachmentId(Uuid::from_u128(0xF200 + (job.0.as_u128() & 0xFF))),
        job,
        kind: AttachmentKind::File,
        name: file.name,
        mime: file.mime,
        bytes: file.bytes,
        sha256: file.sha256,
        width: 0,
        height: 0,
        thumbnail: String::new(),
    }
}

/// A form of Nordhaus's.
pub(super) fn asked_form() -> FormTemplate {
    FormTemplate {
        id: TemplateId(Uuid::from_u128(0xF0)),
        name: "Gas, yearly".into(),
        questions: vec![Question::new("gas", "Is it tight?", QuestionKind::YesNo)],
    }
}

/// A new form of that id, or another version of one.
pub(super) fn new_form(id: u128, version_of: Option<TemplateId>) -> NewForm {
    let form = asked_form();
    NewForm {
        id: TemplateId(Uuid::from_u128(id)),
        name: form.name,
        version_of,
        questions: form.questions,
    }
}

/// A workbook that is brought in.
pub(super) fn workbook(path: &str) -> Request<Body> {
    Request::builder()
        .method("POST")
        .uri(format!("{path}?name=Weekly"))
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(WORKBOOK))
        .unwrap()
}

/// A request about the bytes of a file.
pub(super) fn tus(method: &str, path: &str, id: AttachmentId, with_bytes: bool) -> Request<Body> {
    let metadata = format!("attachment {}", STANDARD.encode(id.to_string()));
    let body = match with_bytes {
        true => Body::from(BYTES),
        false => Body::empty(),
    };
    Request::builder()
        .method(method)
        .uri(path)
        .header("sec-fetch-site", "same-origin")
        .header("tus-resumable", "1.0.0")
        .header("upload-length", BYTES.len())
        .header("upload-metadata", metadata)
        .header("upload-offset", 0)
        .header("content-type", "application/offset+octet-stream")
        .body(body)
        .unwrap()
}

/// Whether a revoked device is heard: it sends bytes of files of its user's.
pub(super) fn sends(asks: Asks) -> bool {
    matches!(asks, Asks::BeginFile | Asks::FileOffset | Asks::FileBytes)
}
