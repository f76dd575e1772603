//! A small projection for the tests of the view models. Must never be compiled into the app.

pub(crate) mod day_route;
pub(crate) mod records;

use afield_domain::{
    AttachmentId, CompanyId, Conflict, ConflictId, Customer, CustomerId, DeviceId, FieldEdit,
    FieldValue, Job, JobField, JobId, JobStatus, Module, MutationId, Note, NoteId, OP_VERSION, Op,
    OperationMode, Policy, Priority, Property, PropertyId, Record, Rejection, Rev, Role, Timestamp,
    User, UserId, Versioned, Winner, Zone, ZoneData,
};
use afield_protocol::{Company, Mutation, Seq, SessionInfo};
use afield_sync::view::Projection;
use afield_sync::{EntryState, OutboxEntry, OutboxMeta, OutboxView, SignedIn};
use uuid::Uuid;

/// Noon of a Friday, UTC.
pub(crate) const NOON: Timestamp = Timestamp(1_800_014_400_000);
const HOUR: i64 = 3_600_000;

pub(crate) fn user() -> User {
    User {
        id: UserId(Uuid::from_u128(1)),
        name: "Anna".into(),
        role: Role::Technician,
    }
}

/// A zone without summer time, an hour ahead of UTC, as the least TZif file there is.
pub(crate) fn one_hour_east() -> Zone {
    zone_of("CET-1")
}

/// Berlin's zone as it has been since 1996, with its summer time.
pub(crate) fn berlin() -> Zone {
    zone_of("CET-1CEST,M3.5.0,M10.5.0/3")
}

fn zone_of(rule: &str) -> Zone {
    let block: &[u8] =
        b"TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\x04\
        \0\0\x0e\x10\0\0CET\0";
    let tzif = [block, block, b"\n", rule.as_bytes(), b"\n"].concat();
    Zone::from_data(&ZoneData::new("CET", &tzif)).unwrap()
}

pub(crate) fn signed_in() -> SignedIn {
    SignedIn {
        info: SessionInfo {
            user: user(),
            rights: Default::default(),
            company: Company {
                id: CompanyId(Uuid::from_u128(2)),
                name: "Heat & Flow".into(),
                zone: ZoneData::new("UTC", &[]),
                contact_email: String::new(),
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
        },
        at: NOON,
    }
}

/// Job 0 was yesterday, 1 and 2 are today, 3 is tomorrow.
pub(crate) fn job(n: u128) -> Job {
    let starts = match n {
        0 => NOON.plus_ms(-24 * HOUR),
        3 => NOON.plus_ms(24 * HOUR),
        n => NOON.plus_ms(n as i64 * HOUR),
    };
    Job {
        id: JobId(Uuid::from_u128(100 + n)),
        number: format!("J-{n}"),
        title: "Boiler".into(),
        description: String::new(),
        priority: Priority::Normal,
        status: JobStatus::Scheduled,
        assignee: Some(user().id),
        starts,
        ends: starts.plus_ms(HOUR),
        customer: (n == 1).then_some(CustomerId(Uuid::from_u128(5))),
        organization: None,
        property: (n == 1).then_some(PropertyId(Uuid::from_u128(6))),
        ..Job::BLANK
    }
}

pub(crate) fn attachment_id(n: u128) -> AttachmentId {
    AttachmentId(Uuid::from_u128(800 + n))
}

pub(crate) fn versioned(record: Record) -> Versioned {
    Versioned {
        rev: Rev(1),
        record,
    }
}

pub(crate) fn projection() -> Projection {
    let mut projection = Projection::default();
    let jobs = (0..4).map(|n| versioned(Record::Job(job(n)))).collect();
    projection.set_module(Module::Job, jobs);
    let customer = Customer {
        id: CustomerId(Uuid::from_u128(5)),
        name: "Ada Berg".into(),
        phone: "+49 123".into(),
        email: String::new(),
        organization: None,
        archived: false,
    };
    let property = Property {
        archived: false,
        id: PropertyId(Uuid::from_u128(6)),
        address: "Mill Lane 4".into(),
        city: "Bruck".into(),
        postcode: String::new(),
        access: "Key at the bakery".into(),
        position: None,
        customer: Some(CustomerId(Uuid::from_u128(5))),
    };
    let note = Note {
        id: NoteId(Uuid::from_u128(50)),
        job: job(1).id,
        author: user().id,
        author_name: "Anna".into(),
        text: "Valve ordered".into(),
        made_at: NOON,
        files: Vec::new(),
    };
    projection.set_module(
        Module::Customer,
        vec![versioned(Record::Customer(customer))],
    );
    projection.set_module(
        Module::Property,
        vec![versioned(Record::Property(property))],
    );
    projection.set_module(Module::Note, vec![versioned(Record::Note(note))]);
    projection
}

pub(crate) fn with_outbox(entries: &[OutboxEntry]) -> Projection {
    let mut projection = projection();
    projection.set_outbox(&OutboxView {
        meta: OutboxMeta {
            session: Some(signed_in()),
            ..OutboxMeta::default()
        },
        entries: entries.to_vec(),
        ..OutboxView::default()
    });
    projection
}

pub(crate) fn entry(seq: u64, op: Op) -> OutboxEntry {
    OutboxEntry::new(Mutation {
        id: MutationId(Uuid::from_u128(1000 + u128::from(seq))),
        device: DeviceId(Uuid::from_u128(3)),
        seq: Seq(seq),
        user: user().id,
        lane: op.target().unwrap(),
        depends_on: Vec::new(),
        replaces: Vec::new(),
        op_version: OP_VERSION,
        op,
        base_rev: Some(Rev(1)),
        wall: NOON.plus_ms(seq as i64 * 1000),
        clock_offset_ms: 0,
    })
}

pub(crate) fn status_entry(seq: u64, job: JobId, to: JobStatus) -> OutboxEntry {
    entry(seq, Op::set_status(job, to))
}

pub(crate) fn note_entry(seq: u64, job: JobId) -> OutboxEntry {
    let note = NoteId(Uuid::from_u128(5000 + u128::from(seq)));
    let text = format!("Note {seq}");
    entry(
        seq,
        Op::AddNote {
            note,
            job,
            text,
            files: Vec::new(),
        },
    )
}

pub(crate) fn title_edit(base: &str, new: &str) -> FieldEdit {
    FieldEdit {
        item: String::new(),
        field: JobField::Title,
        base: FieldValue::Text(base.to_owned()),
        new: FieldValue::Text(new.to_owned()),
    }
}

pub(crate) fn edit_entry(seq: u64, job: JobId, edits: &[FieldEdit]) -> OutboxEntry {
    let edits = edits.to_vec();
    entry(
        seq,
        Op::EditJob {
            job,
            edits,
            settles: None,
        },
    )
}

/// Anna wrote "Pump" over what Dora had made "Valve" meanwhile.
pub(crate) fn conflict(n: u128, winner: Winner) -> Conflict {
    Conflict {
        id: ConflictId(Uuid::from_u128(9000 + n)),
        job: job(1).id,
        mutation: MutationId(Uuid::from_u128(1)),
        field: JobField::Title,
        item: String::new(),
        base: FieldValue::Text("Boiler".into()),
        mine: FieldValue::Text("Pump".into()),
        theirs: FieldValue::Text("Valve".into()),
        author: user().id,
        author_name: user().name,
        made_at: NOON,
        their_name: "Dora".into(),
        their_at: NOON.plus_ms(-60_000),
        winner,
        rule: Policy::LatestWins,
        at: NOON.plus_ms(n as i64 * 1000),
        settled: None,
    }
}

pub(crate) fn parked(mut entry: OutboxEntry, reason: Rejection) -> OutboxEntry {
    entry.state = EntryState::Parked {
        reason,
        at: NOON,
        rev: Some(Rev(1)),
    };
    entry
}
