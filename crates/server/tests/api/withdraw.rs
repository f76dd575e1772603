//! A technician takes back what they wrote or took: it leaves every phone, and the board says so.

use crate::cache::Cache;
use crate::client::{Client, short};
use crate::phone::Phone;
use crate::support::*;
use crate::work::photo;
use afield_domain::*;
use afield_protocol::*;
use uuid::Uuid;

const FILE: AttachmentId = AttachmentId(Uuid::from_u128(0x6001));

fn withdraw(part: impl Into<RecordKey>, job: JobId) -> Op {
    Op::Withdraw {
        part: part.into(),
        job,
    }
}

async fn push(client: &Client, phone: &mut Phone, op: Op) -> String {
    let answer: PushResponse = client.push_raw(&[phone.make(op)]).await.ok();
    short(&answer.verdicts[0].verdict)
}

/// A server with a job of Anna's and a note and a photo of hers on it.
async fn with_work() -> (Server, Job, NoteId, Client, Phone) {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let written = phone.note(job.id, "Wrong job");
    let Op::AddNote { note, .. } = written.op else {
        panic!("it writes notes");
    };
    let taken = phone.make(photo(1, job.id));
    assert_eq!(anna.push(&[written, taken]).await, ["applied", "applied"]);
    (server, job, note, anna, phone)
}

#[tokio::test]
async fn what_is_taken_back_leaves_every_phone_and_the_board_says_so() {
    let (server, job, note, anna, mut phone) = with_work().await;
    let mut cache = Cache::default();
    cache.all(&anna, 10).await;
    assert_eq!(cache.held().len(), 3);
    for part in [RecordKey::from(note), FILE.into()] {
        let op = withdraw(part, job.id);
        assert_eq!(push(&anna, &mut phone, op.clone()).await, "applied");
        // Another device that had it on its screen.
        assert_eq!(push(&anna, &mut phone, op).await, "already");
    }
    cache.all(&anna, 10).await;
    assert_eq!(cache.held(), ["job 700001"]);
    let mut fresh = Cache::default();
    fresh.all(&anna, 10).await;
    assert_eq!(fresh.held(), ["job 700001"]);
    let mut tx = server.app.storage.read().await.unwrap();
    let told = tx.activity_after(NORDHAUS, 0, 100).await.unwrap();
    let told: Vec<&ActivityKind> = told.iter().map(|line| &line.what).collect();
    let withdrawn = |name: &str| ActivityKind::Withdrawn { name: name.into() };
    for expected in [withdrawn(""), withdrawn("burner.jpg")] {
        assert!(told.contains(&&expected), "{told:?}");
    }
    // What happened stays in the list of what happened.
    let wrote = ActivityKind::Note {
        text: "Wrong job".into(),
    };
    assert!(told.contains(&&wrote));
}

#[tokio::test]
async fn nobody_takes_back_what_is_not_theirs() {
    let (server, job, note, _, _) = with_work().await;
    let bens = server.put_job(2, BEN).await;
    let (ben, mut his) = (server.sign_in(BEN).await, Phone::of(BEN));
    let (tom, mut toms) = (server.sign_in(TOM).await, Phone::of(TOM));
    let (dora, mut hers) = (server.sign_in(DORA).await, Phone::of(DORA));
    for part in [RecordKey::from(note), FILE.into()] {
        let op = withdraw(part, job.id);
        assert_eq!(push(&ben, &mut his, op.clone()).await, "forbidden");
        assert_eq!(push(&tom, &mut toms, op.clone()).await, "not_found");
        assert_eq!(push(&dora, &mut hers, op).await, "forbidden");
        // Through a job of his own.
        his.device = DeviceId(Uuid::from_u128(part.id.as_u128() + 0xBE));
        toms.device = DeviceId(Uuid::from_u128(part.id.as_u128() + 0x70));
        hers.device = DeviceId(Uuid::from_u128(part.id.as_u128() + 0xD0));
        let op = withdraw(part, bens.id);
        assert_eq!(push(&ben, &mut his, op).await, "not_found");
        his.device = DeviceId(Uuid::from_u128(part.id.as_u128() + 0xBF));
    }
    let record = server.record(NORDHAUS, note.into()).await;
    assert!(record.is_some());
}
