//! Work on a job as it arrives: checklists, assets, parts, files, notes with files.

use crate::client::{Client, short};
use crate::merge::text;
use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use uuid::Uuid;

pub(crate) const SHA: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

fn edit(field: JobField, item: &str, base: FieldValue, new: FieldValue) -> FieldEdit {
    FieldEdit {
        field,
        item: item.into(),
        base,
        new,
    }
}

fn answer(item: &str, base: FieldValue, new: &str) -> FieldEdit {
    edit(JobField::Answer, item, base, text(new))
}

/// A photo of `job`.
pub(crate) fn photo(n: u128, job: JobId) -> Op {
    Op::AddAttachment {
        attachment: AttachmentId(Uuid::from_u128(0x6000 + n)),
        job,
        kind: AttachmentKind::Photo,
        name: "burner.jpg".into(),
        mime: "image/jpeg".into(),
        bytes: 1_000,
        sha256: SHA.into(),
        width: 640,
        height: 480,
        thumbnail: "/9j/4AAQ".into(),
    }
}

fn file(n: u128) -> AttachmentId {
    AttachmentId(Uuid::from_u128(0x6000 + n))
}

fn asset(n: u128) -> Asset {
    Asset {
        archived: false,
        id: AssetId(Uuid::from_u128(0x8000 + n)),
        name: "Gas boiler".into(),
        model: String::new(),
        serial: String::new(),
        code: String::new(),
        location: String::new(),
        installed: String::new(),
        customer: None,
        property: None,
    }
}

/// A server with a job of Anna's that has a checklist.
async fn with_checklist() -> (Server, Job) {
    let server = Server::start().await;
    let job = Job {
        checklist: vec![
            Question::new("safe", "Is the place safe?", QuestionKind::YesNo),
            Question::new("remark", "Remark", QuestionKind::Text),
            Question::new("before", "Photo", QuestionKind::Photo),
        ],
        ..job(1, Some(ANNA))
    };
    server.put(NORDHAUS, &Record::Job(job.clone())).await;
    (server, job)
}

/// Pushes one operation; the verdict in short, such as `applied` or `invalid part`.
async fn push_op(client: &Client, phone: &mut Phone, op: Op) -> String {
    let answer: PushResponse = client.push_raw(&[phone.make(op)]).await.ok();
    match &answer.verdicts[0].verdict {
        Verdict::Rejected {
            reason: Rejection::Invalid { field, .. },
        } => format!("invalid {field}"),
        other => short(other),
    }
}

fn edits(job: JobId, edits: Vec<FieldEdit>) -> Op {
    Op::EditJob {
        job,
        edits,
        settles: None,
    }
}

#[tokio::test]
async fn two_phones_answer_different_questions_without_meeting_and_one_question_with() {
    let (server, job) = with_checklist().await;
    server.clock.advance(30 * 60_000);
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    let (mut annas, mut doras) = (Phone::of(ANNA), Phone::of(DORA));
    let safe = annas.edit(1, job.id, answer("safe", FieldValue::Nothing, "yes"));
    let remark = doras.edit(2, job.id, answer("remark", FieldValue::Nothing, " Key 4 "));
    assert_eq!(anna.push(&[safe]).await, ["applied"]);
    assert_eq!(dora.push(&[remark]).await, ["applied"]);
    let other = doras.edit(9, job.id, answer("safe", FieldValue::Nothing, "no"));
    let response: PushResponse = dora.push_raw(&[other]).await.ok();
    let Verdict::Merged { records } = &response.verdicts[0].verdict else {
        panic!("{response:?}");
    };
    let conflicts: Vec<&Conflict> = records
        .iter()
        .filter_map(|row| match &row.record {
            Record::Conflict(conflict) => Some(conflict),
            _ => None,
        })
        .collect();
    let [conflict] = conflicts.as_slice() else {
        panic!("{conflicts:?}");
    };
    assert_eq!(
        (conflict.field, conflict.item.as_str(), &conflict.theirs),
        (JobField::Answer, "safe", &text("yes"))
    );
    let now = server.job(job.id).await;
    assert_eq!(
        (
            now.value(JobField::Answer, "safe"),
            now.value(JobField::Answer, "remark")
        ),
        (text("no"), text("Key 4"))
    );
    let no_answer = answer("safe", text("no"), "maybe");
    let refused = push_op(&anna, &mut annas, edits(job.id, vec![no_answer])).await;
    assert_eq!(refused, "invalid safe");
}

#[tokio::test]
async fn only_an_asset_of_the_company_can_be_linked() {
    let (server, job) = with_checklist().await;
    server.put(NORDHAUS, &Record::Asset(asset(1))).await;
    server.put(HARBOR, &Record::Asset(asset(2))).await;
    // Another of her jobs has it, or her phone would not know of it.
    let other = Job {
        assets: vec![asset(1).id],
        ..self::job(2, Some(ANNA))
    };
    server.put(NORDHAUS, &Record::Job(other)).await;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let link = |n: u128| {
        let item = asset(n).id.to_string();
        let linked = text(afield_domain::record::LINKED);
        edits(
            job.id,
            vec![edit(JobField::Asset, &item, FieldValue::Nothing, linked)],
        )
    };
    for (n, expected) in [(1, "applied"), (2, "not_found"), (404, "not_found")] {
        assert_eq!(push_op(&anna, &mut phone, link(n)).await, expected);
        phone.device = DeviceId(Uuid::from_u128(0xDD00 + n));
    }
    assert_eq!(server.job(job.id).await.assets, [asset(1).id]);
    // What is gone can still be taken away.
    server
        .write(
            NORDHAUS,
            &Record::Asset(asset(1)),
            afield_server::records::Fate::Deleted,
        )
        .await;
    let item = asset(1).id.to_string();
    let unlink = edit(
        JobField::Asset,
        &item,
        text(afield_domain::record::LINKED),
        FieldValue::Nothing,
    );
    let op = edits(job.id, vec![unlink]);
    assert_eq!(push_op(&anna, &mut phone, op).await, "applied");
    assert_eq!(server.job(job.id).await.assets, []);
}

#[tokio::test]
async fn a_part_has_a_quantity() {
    let (server, job) = with_checklist().await;
    let part = Part {
        archived: false,
        id: PartId(Uuid::from_u128(0x8100)),
        name: "Pipe".into(),
        number: String::new(),
        kind: PartKind::Part,
        unit: "m".into(),
        price: String::new(),
        description: String::new(),
    };
    let item = part.id.to_string();
    let known = PartLine {
        part: part.id,
        quantity: "1".into(),
    };
    server.put(NORDHAUS, &Record::Part(part)).await;
    // Another of her jobs has it, or her phone would not know of it.
    let other = Job {
        parts: vec![known],
        ..self::job(2, Some(ANNA))
    };
    server.put(NORDHAUS, &Record::Job(other)).await;
    let anna = server.sign_in(ANNA).await;
    let mut base = FieldValue::Nothing;
    for (n, (quantity, expected, there)) in [
        (text("2.50"), "applied", Some("2.5")),
        (text("2,5"), "invalid part", Some("2.5")),
        (text("0"), "invalid part", Some("2.5")),
        (text("-1"), "invalid part", Some("2.5")),
        (text("3"), "applied", Some("3")),
        (FieldValue::Nothing, "applied", None),
    ]
    .into_iter()
    .enumerate()
    {
        // A refused edit holds its lane on its phone.
        let mut phone = Phone::of(ANNA);
        phone.device = DeviceId(Uuid::from_u128(0xDD00 + n as u128));
        let change = edit(JobField::Part, &item, base.clone(), quantity.clone());
        let got = push_op(&anna, &mut phone, edits(job.id, vec![change])).await;
        assert_eq!(got, expected, "{quantity:?}");
        let now = server.job(job.id).await;
        let lines: Vec<&str> = now
            .parts
            .iter()
            .map(|line| line.quantity.as_str())
            .collect();
        assert_eq!(lines, there.into_iter().collect::<Vec<_>>());
        base = now.value(JobField::Part, &item);
    }
}

#[tokio::test]
async fn a_file_is_registered_once_and_only_if_it_is_one() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let bens = server.put_job(2, BEN).await.id;
    let other = |change: fn(&mut Attachment)| {
        let mut attachment = Attachment {
            id: file(9),
            job,
            kind: AttachmentKind::Photo,
            name: "a.jpg".into(),
            mime: "image/jpeg".into(),
            bytes: 10,
            sha256: SHA.into(),
            width: 1,
            height: 1,
            thumbnail: String::new(),
            author: ANNA,
            author_name: String::new(),
            made_at: at(NOON),
            received_at: None,
        };
        change(&mut attachment);
        Op::AddAttachment {
            attachment: attachment.id,
            job: attachment.job,
            kind: attachment.kind,
            name: attachment.name,
            mime: attachment.mime,
            bytes: attachment.bytes,
            sha256: attachment.sha256,
            width: attachment.width,
            height: attachment.height,
            thumbnail: attachment.thumbnail,
        }
    };
    let too_large = |it: &mut Attachment| it.thumbnail = "A".repeat(8 * 1024 + 4);
    let cases: Vec<(Op, &str)> = vec![
        (photo(1, job), "applied"),
        // The phone asks again under another id, as after a backup was put back.
        (photo(1, job), "already"),
        (other(|it| it.id = file(1)), "already"),
        (
            other(|it| {
                it.id = file(1);
                it.sha256 = SHA.replace('9', "8");
            }),
            "forbidden",
        ),
        (other(|it| it.sha256 = SHA.to_uppercase()), "invalid sha256"),
        (
            other(|it| it.sha256 = SHA.chars().skip(1).collect()),
            "invalid sha256",
        ),
        (other(too_large), "invalid thumbnail"),
        (
            other(|it| it.thumbnail = "<svg>".into()),
            "invalid thumbnail",
        ),
        (other(|it| it.bytes = 0), "invalid bytes"),
        (
            other(|it| it.bytes = limits::ATTACHMENT_BYTES + 1),
            "invalid bytes",
        ),
        (other(|it| it.name = "  ".into()), "invalid name"),
        (photo(3, bens), "forbidden"),
        (photo(4, JobId(Uuid::from_u128(404))), "not_found"),
    ];
    let anna = server.sign_in(ANNA).await;
    for (n, (op, expected)) in (0..).zip(cases) {
        let mut phone = Phone::of(ANNA);
        phone.device = DeviceId(Uuid::from_u128(0xDD00 + n));
        let got = push_op(&anna, &mut phone, op).await;
        assert_eq!(got, expected, "case {n}");
    }
    let kept = server.record(NORDHAUS, file(1).into()).await.unwrap();
    let Record::Attachment(kept) = kept.record else {
        panic!("{kept:?}");
    };
    assert_eq!((kept.author, kept.author_name.as_str()), (ANNA, "Anna"));
    assert!(server.record(NORDHAUS, file(9).into()).await.is_none());
    let board: BoardResponse = server.sign_in(DORA).await.get(paths::BOARD).await.ok();
    let attached = ActivityKind::Attached {
        name: "burner.jpg".into(),
        thumbnail: "/9j/4AAQ".into(),
        attachment: Some(file(1)),
    };
    let shown = board.activity.iter().filter(|seen| seen.what == attached);
    assert_eq!(shown.count(), 1);
}

#[tokio::test]
async fn only_files_of_the_job_belong_to_a_note_or_an_answer() {
    let (server, job) = with_checklist().await;
    let second = server.put_job(2, ANNA).await.id;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let batch = [phone.make(photo(1, job.id)), phone.make(photo(2, second))];
    assert_eq!(anna.push(&batch).await, ["applied", "applied"]);
    let note = |n: u128, files: Vec<AttachmentId>| Op::AddNote {
        note: NoteId(Uuid::from_u128(0x900 + n)),
        job: job.id,
        text: String::new(),
        files,
    };
    let photos = |files| {
        let new = FieldValue::Files(files);
        let photo = edit(JobField::Answer, "before", FieldValue::Nothing, new);
        edits(job.id, vec![photo])
    };
    for (op, expected) in [
        (note(1, vec![file(1)]), "applied"),
        (note(2, vec![file(2)]), "not_found"),
        (note(3, vec![file(404)]), "not_found"),
        (note(4, Vec::new()), "invalid text"),
        (photos(vec![file(1)]), "applied"),
        (photos(vec![file(2)]), "not_found"),
    ] {
        assert_eq!(push_op(&anna, &mut phone, op).await, expected);
    }
}

#[tokio::test]
async fn a_batch_registers_a_file_and_uses_it_at_once() {
    let (server, job) = with_checklist().await;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let registered = phone.make(photo(1, job.id));
    let used = Mutation {
        depends_on: vec![registered.id],
        ..phone.make(Op::AddNote {
            note: NoteId(Uuid::from_u128(0x900)),
            job: job.id,
            text: String::new(),
            files: vec![file(1)],
        })
    };
    assert_eq!(anna.push(&[registered, used]).await, ["applied", "applied"]);
}
