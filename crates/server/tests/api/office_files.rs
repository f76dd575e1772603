//! Files that the office attaches: registered like any other change, sent in pieces, on the phone when they are whole.

use crate::client::{Answer, Client};
use crate::support::*;
use crate::uploads::attachment;
use afield_domain::*;
use afield_protocol::*;
use axum::body::Body;
use axum::http::Request;
use serde_json::to_value;
use uuid::Uuid;

const PLAN: AttachmentId = AttachmentId(Uuid::from_u128(0xF7));

/// The registration of a plan of these bytes, as a change of its own with each `n`.
fn registered(n: u128, job: JobId, bytes: &[u8]) -> OfficeChange {
    let file = attachment(job, bytes);
    OfficeChange {
        id: MutationId(Uuid::from_u128(0xC700 + n)),
        op: Op::AddAttachment {
            attachment: PLAN,
            job,
            kind: AttachmentKind::File,
            name: "plan.dwg".into(),
            mime: "application/x-unheard-of".into(),
            bytes: file.bytes,
            sha256: file.sha256,
            width: 0,
            height: 0,
            thumbnail: String::new(),
        },
        base_rev: None,
    }
}

async fn change(client: &Client, job: JobId, change: &OfficeChange) -> Answer {
    let path = format!("{}/{job}", paths::JOBS);
    client.post(&path, to_value(change).unwrap()).await
}

/// A request for the plan's bytes; the status, and how many are there.
async fn tus(client: &Client, method: &str, at: usize, bytes: &[u8]) -> (u16, String) {
    let request = Request::builder()
        .method(method)
        .uri(format!("{}/{PLAN}", paths::FILES))
        .header("tus-resumable", "1.0.0")
        .header("upload-offset", at)
        .header("content-type", "application/offset+octet-stream");
    let body = Body::from(bytes.to_vec());
    let answer = client.send(request.body(body).unwrap()).await;
    let offset = answer.header("upload-offset").to_owned();
    (answer.status.as_u16(), offset)
}

fn files(answer: &Answer) -> Vec<Attachment> {
    let page: PullResponse = answer.ok();
    page.changes
        .into_iter()
        .filter_map(|change| match change {
            Change::Upsert(Versioned {
                record: Record::Attachment(file),
                ..
            }) => Some(file),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn a_file_of_the_office_is_on_the_phone_when_all_of_it_is_there() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    let bytes = b"the plan of the cellar";
    assert_eq!(tus(&dora, "HEAD", 0, b"").await.0, 404, "not known yet");
    // No answer came, and it is asked for again, as the same change and as another one.
    for n in [1, 1, 2] {
        let answer = change(&dora, job, &registered(n, job, bytes)).await;
        assert_eq!(answer.status, 200);
    }
    assert_eq!(
        tus(&dora, "HEAD", 0, b"").await,
        (200, "0".into()),
        "nothing is there"
    );
    assert_eq!(
        tus(&dora, "PATCH", 0, &bytes[..4]).await,
        (204, "4".into()),
        "a part of it"
    );
    let early = files(&anna.pull(None, 100).await);
    assert!(matches!(&early[..], [file] if file.received_at.is_none()));
    let path = format!("{}/{PLAN}", paths::FILES);
    assert_eq!(anna.get(&path).await.status, 404, "half a file is none");
    assert_eq!(dora.get(&path).await.status, 404, "for nobody");
    // The line broke: the server says where it goes on.
    assert_eq!(tus(&dora, "HEAD", 0, b"").await, (200, "4".into()));
    assert_eq!(
        tus(&dora, "PATCH", 4, &bytes[4..]).await,
        (204, "22".into())
    );
    let there = files(&anna.pull(None, 100).await);
    let [file] = &there[..] else {
        panic!("{there:?}");
    };
    assert!(file.received_at.is_some());
    assert_eq!((file.author, file.author_name.as_str()), (DORA, "Dora"));
    assert_eq!(anna.get(&path).await.body.as_bytes(), bytes);
    let told: OfficeJob = dora.get(&format!("{}/{job}", paths::JOBS)).await.ok();
    let attached = |one: &&Activity| matches!(&one.what, ActivityKind::Attached { name, .. } if name == "plan.dwg");
    let attached: Vec<_> = told.activity.iter().filter(attached).collect();
    assert!(matches!(attached[..], [one] if one.actor == "Dora"), "once");
}

#[tokio::test]
async fn it_keeps_to_the_limits_of_everybody_and_nobody_else_sends_its_bytes() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let dora = server.sign_in(DORA).await;
    let bytes = b"the plan of the cellar";
    let asked = registered(1, job, bytes);
    for (wrong, n) in [(0, 11), (limits::ATTACHMENT_BYTES + 1, 12)] {
        let mut asked = OfficeChange {
            id: MutationId(Uuid::from_u128(n)),
            ..asked.clone()
        };
        if let Op::AddAttachment { bytes, .. } = &mut asked.op {
            *bytes = wrong;
        }
        assert_eq!(
            change(&dora, job, &asked).await.error().code,
            ErrorCode::Invalid
        );
    }
    // To a job that is not there, and under an id that is another file's.
    let nowhere = JobId(Uuid::from_u128(404));
    let lost = registered(2, nowhere, bytes);
    assert_eq!(change(&dora, nowhere, &lost).await.status, 404);
    assert_eq!(change(&dora, job, &asked).await.status, 200);
    let other = registered(3, job, b"another plan");
    assert_eq!(change(&dora, job, &other).await.status, 403);
    for who in [ANNA, ADA, DANA] {
        let client = server.sign_in(who).await;
        assert_eq!(tus(&client, "HEAD", 0, b"").await.0, 404);
        assert_eq!(tus(&client, "PATCH", 0, bytes).await.0, 404);
    }
    assert_eq!(
        tus(&dora, "PATCH", 0, b"the plan of the attic?").await.0,
        460
    );
    assert_eq!(tus(&dora, "HEAD", 0, b"").await, (200, "0".into()));
}

#[tokio::test]
async fn what_was_begun_and_given_up_is_nowhere() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    let bytes = b"the plan of the cellar";
    change(&dora, job, &registered(1, job, bytes)).await;
    assert_eq!(tus(&dora, "PATCH", 0, &bytes[..9]).await.0, 204);
    let part = PLAN.into();
    let back = OfficeChange {
        id: MutationId(Uuid::from_u128(0xC7FF)),
        op: Op::Withdraw { part, job },
        base_rev: None,
    };
    assert_eq!(change(&dora, job, &back).await.status, 200);
    assert!(files(&anna.pull(None, 100).await).is_empty());
    assert_eq!(tus(&dora, "HEAD", 0, b"").await.0, 404);
    let told: OfficeJob = dora.get(&format!("{}/{job}", paths::JOBS)).await.ok();
    let has_it = |row: &Versioned| matches!(row.record, Record::Attachment(_));
    assert!(!told.records.iter().any(has_it));
}
