//! Records and people for tests.

use crate::{
    Engine, Intent, LocalFile, MemoryCache, MemoryOutbox, OutboxEntry,
    testing::{ManualHost, ModelServer},
};
use afield_domain::{
    Attachment, AttachmentId, AttachmentKind, CompanyId, DeviceId, FieldEdit, FieldValue, Job,
    JobField, JobId, JobStatus, MutationId, Note, NoteId, OP_VERSION, Op, OperationMode, Priority,
    Record, RecordKey, Role, Timestamp, User, UserId, ZoneData,
};
use afield_protocol::{Company, Mutation, Seq, SessionInfo};
use uuid::Uuid;

/// Technician number `n`.
#[must_use]
pub fn technician(n: u128) -> User {
    User {
        id: UserId(Uuid::from_u128(n)),
        name: format!("Technician {n}"),
        role: Role::Technician,
    }
}

/// A session of `user`.
#[must_use]
pub fn session(user: &User) -> SessionInfo {
    SessionInfo {
        user: user.clone(),
        rights: Default::default(),
        company: Company {
            id: CompanyId(Uuid::from_u128(900)),
            name: "Nordhaus".into(),
            zone: ZoneData::new("Etc/UTC", &[]),
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
    }
}

/// Job number `n`'s id.
#[must_use]
pub fn job_id(n: u128) -> JobId {
    JobId(Uuid::from_u128(0x1000 + n))
}

/// Job number `n`, assigned to `assignee`.
#[must_use]
pub fn job(n: u128, assignee: &User, status: JobStatus) -> Record {
    Record::Job(Job {
        id: job_id(n),
        number: format!("J-{n}"),
        title: format!("Job {n}"),
        description: String::new(),
        priority: Priority::Normal,
        status,
        assignee: Some(assignee.id),
        starts: Timestamp(1_795_248_000_000),
        ends: Timestamp(1_795_251_600_000),
        customer: None,
        organization: None,
        property: None,
        ..Job::BLANK
    })
}

/// Note number `n` on job `on`.
#[must_use]
pub fn note(n: u128, on: u128, author: &User) -> Record {
    Record::Note(Note {
        id: NoteId(Uuid::from_u128(0x2000 + n)),
        job: job_id(on),
        author: author.id,
        author_name: author.name.clone(),
        text: format!("Note {n}"),
        made_at: Timestamp(1_795_248_000_000),
        files: Vec::new(),
    })
}

/// "Set job `n` to `to`."
#[must_use]
pub fn set(n: u128, to: JobStatus) -> Intent {
    Intent {
        op: Op::set_status(job_id(n), to),
        base_rev: None,
    }
}

/// "Change the title of job `n` from `base` to `new`."
#[must_use]
pub fn edit(n: u128, base: &str, new: &str) -> Intent {
    edit_field(n, JobField::Title, base, new)
}

/// "Change a field of job `n` from `base` to `new`."
#[must_use]
pub fn edit_field(n: u128, field: JobField, base: &str, new: &str) -> Intent {
    Intent {
        op: Op::EditJob {
            job: job_id(n),
            edits: vec![FieldEdit {
                item: String::new(),
                field,
                base: FieldValue::Text(base.into()),
                new: FieldValue::Text(new.into()),
            }],
            settles: None,
        },
        base_rev: None,
    }
}

/// "Make job `n`."
#[must_use]
pub fn create(n: u128) -> Intent {
    Intent {
        op: Op::CreateJob {
            job: job_id(n),
            title: format!("Found {n}"),
            description: String::new(),
            customer: None,
            property: None,
            priority: Priority::default(),
            starts: Timestamp(1_795_248_000_000),
            ends: Timestamp(1_795_251_600_000),
        },
        base_rev: None,
    }
}

/// "Add note `n` to job `on`."
#[must_use]
pub fn add(n: u128, on: u128) -> Intent {
    Intent {
        op: Op::AddNote {
            note: NoteId(Uuid::from_u128(0x2000 + n)),
            job: job_id(on),
            text: format!("Note {n}"),
            files: Vec::new(),
        },
        base_rev: None,
    }
}

/// The key of job `n`.
#[must_use]
pub fn job_key(n: u128) -> RecordKey {
    job_id(n).into()
}

/// The key of note `n`.
#[must_use]
pub fn note_key(n: u128) -> RecordKey {
    NoteId(Uuid::from_u128(0x2000 + n)).into()
}

/// Attachment number `n`'s id.
#[must_use]
pub fn attachment_id(n: u128) -> AttachmentId {
    AttachmentId(Uuid::from_u128(0x3000 + n))
}

/// File number `n` of technician 1 for job `of`, with these bytes.
#[must_use]
pub fn local_file(n: u128, of: u128, bytes: &[u8]) -> LocalFile {
    LocalFile {
        id: attachment_id(n),
        job: job_id(of),
        user: technician(1).id,
        name: format!("photo-{n}.jpg"),
        mime: "image/jpeg".into(),
        bytes: bytes.len() as u64,
        sha256: format!("{n:064x}"),
        chunks: crate::chunks_of(bytes).len() as u32,
        made_at: Timestamp(1_795_248_000_000),
        sending: Default::default(),
        is_copy: false,
    }
}

/// Attachment number `n` of technician 1 for job 1, as a record.
#[must_use]
pub fn attachment(n: u128) -> Attachment {
    let file = local_file(n, 1, &[]);
    let author = technician(1);
    Attachment {
        id: file.id,
        job: file.job,
        kind: AttachmentKind::Photo,
        name: file.name,
        mime: file.mime,
        bytes: file.bytes,
        sha256: file.sha256,
        width: 1,
        height: 1,
        thumbnail: String::new(),
        author: author.id,
        author_name: author.name,
        made_at: file.made_at,
        received_at: None,
    }
}

/// "Register that file."
#[must_use]
pub fn register(file: &LocalFile) -> Intent {
    Intent {
        op: Op::AddAttachment {
            attachment: file.id,
            job: file.job,
            kind: AttachmentKind::Photo,
            name: file.name.clone(),
            mime: file.mime.clone(),
            bytes: file.bytes,
            sha256: file.sha256.clone(),
            width: 40,
            height: 30,
            thumbnail: String::new(),
        },
        base_rev: None,
    }
}

/// An engine in memory.
pub type TestEngine = Engine<MemoryOutbox, MemoryCache, ModelServer, ManualHost>;

/// A device in memory at which nobody is signed in yet.
#[must_use]
pub fn device(n: u16, server: &ModelServer) -> TestEngine {
    Engine {
        outbox: MemoryOutbox::default(),
        cache: MemoryCache::default(),
        remote: server.clone(),
        host: ManualHost::new(n),
    }
}

/// Registers photo number `n` of job `on`.
#[must_use]
pub fn attach(n: u128, on: u128) -> Intent {
    register(&local_file(n, on, b"photo"))
}

/// Adds note number `n` with photo number `file` to job `on`.
#[must_use]
pub fn add_with_file(n: u128, on: u128, file: u128) -> Intent {
    let mut intent = add(n, on);
    if let Op::AddNote { files, .. } = &mut intent.op {
        files.push(attachment_id(file));
    }
    intent
}

/// The id of what [`entry`] makes.
#[must_use]
pub fn mutation_id(seq: u64) -> MutationId {
    MutationId(Uuid::from_u128(u128::from(seq)))
}

/// The entry at place `seq` in the outbox of technician 1, not yet sent. None for an operation of another
/// build.
#[must_use]
pub fn entry(seq: u64, intent: Intent) -> Option<OutboxEntry> {
    Some(OutboxEntry::new(Mutation {
        id: mutation_id(seq),
        device: DeviceId(Uuid::from_u128(1)),
        seq: Seq(seq),
        user: technician(1).id,
        lane: intent.op.target()?,
        depends_on: Vec::new(),
        replaces: Vec::new(),
        op_version: OP_VERSION,
        op: intent.op,
        base_rev: intent.base_rev,
        wall: Timestamp(0),
        clock_offset_ms: 0,
    }))
}
