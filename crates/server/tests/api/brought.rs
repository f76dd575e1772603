//! A technician's work that the office brings in out of a rescue file: as theirs, once, and with a trace of who did it.

use crate::client::{Answer, Client, short};
use crate::phone::Phone;
use crate::support::*;
use crate::uploads::attachment;
use afield_domain::*;
use afield_protocol::*;
use axum::body::Body;
use axum::http::Request;
use serde_json::to_value;
use uuid::Uuid;

const BYTES: &[u8] = b"a photo that was nowhere else";
const PHOTO: AttachmentId = AttachmentId(Uuid::from_u128(0xF9));

/// What stands on Anna's phone: a status, a note, a photo.
fn work(phone: &mut Phone, job: JobId) -> Vec<Mutation> {
    let file = attachment(job, BYTES);
    vec![
        phone.status(job, JobStatus::Started),
        phone.note(job, "wet"),
        phone.make(Op::AddAttachment {
            attachment: PHOTO,
            job,
            kind: AttachmentKind::Photo,
            name: "burner.jpg".into(),
            mime: file.mime,
            bytes: file.bytes,
            sha256: file.sha256,
            width: 1,
            height: 1,
            thumbnail: String::new(),
        }),
    ]
}

async fn try_bring(client: &Client, author: UserId, mutations: &[Mutation]) -> Answer {
    let request = PushRequest {
        device: mutations[0].device,
        ack_below: Seq(0),
        epoch: None,
        asks: Vec::new(),
        review: false,
        mutations: mutations.to_vec(),
    };
    let path = format!("{}?author={author}", paths::PUSH);
    client.post(&path, to_value(&request).unwrap()).await
}

async fn bring(client: &Client, author: UserId, mutations: &[Mutation]) -> Vec<String> {
    let response: PushResponse = try_bring(client, author, mutations).await.ok();
    let verdicts = response.verdicts.iter();
    verdicts.map(|told| short(&told.verdict)).collect()
}

/// A request for the photo's bytes, for `author` if there is one; the status.
async fn send(client: &Client, author: Option<UserId>, method: &str, bytes: &[u8]) -> u16 {
    let author = author.map_or(String::new(), |author| format!("?author={author}"));
    let request = Request::builder()
        .method(method)
        .uri(format!("{}/{PHOTO}{author}", paths::FILES))
        .header("tus-resumable", "1.0.0")
        .header("upload-offset", 0)
        .header("content-type", "application/offset+octet-stream");
    let request = request.body(Body::from(bytes.to_vec())).unwrap();
    client.send(request).await.status.as_u16()
}

/// What the office is told of the job: who did it, and who has brought it in.
async fn told(client: &Client, job: JobId) -> Vec<(String, String)> {
    let found: OfficeJob = client.get(&format!("{}/{job}", paths::JOBS)).await.ok();
    let activity = found.activity.into_iter();
    activity.map(|one| (one.actor, one.brought_by)).collect()
}

async fn set_active(server: &Server, user: UserId, active: bool) {
    let mut tx = server.app.storage.write().await.unwrap();
    let mut account = tx.account(&email(user)).await.unwrap().unwrap();
    account.active = active;
    tx.set_account(&account).await.unwrap();
    tx.commit().await.unwrap();
}

/// Who has brought in these mutations, as it is remembered for ever.
async fn remembered(server: &Server, mutations: &[Mutation]) -> Vec<(UserId, Option<UserId>)> {
    let ids: Vec<_> = mutations.iter().map(|mutation| mutation.id).collect();
    let mut tx = server.app.storage.read().await.unwrap();
    let rows = tx.mutations(NORDHAUS, &ids, None).await.unwrap();
    rows.iter().map(|row| (row.user, row.brought_by)).collect()
}

fn by(actor: &str, brought_by: &str) -> (String, String) {
    (actor.to_owned(), brought_by.to_owned())
}

#[tokio::test]
async fn it_is_the_technicians_and_says_who_brought_it_and_changes_nothing_a_second_time() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    let ada = server.sign_in(ADA).await;
    let work = work(&mut Phone::of(ANNA), job);
    assert_eq!(bring(&dora, ANNA, &work).await, ["applied"; 3]);
    assert_eq!(
        send(&dora, None, "PATCH", BYTES).await,
        404,
        "it is not hers"
    );
    assert_eq!(send(&dora, Some(ANNA), "HEAD", b"").await, 200);
    assert_eq!(send(&dora, Some(ANNA), "PATCH", BYTES).await, 204);
    let expected = vec![by("Anna", "Dora"); 3];
    assert_eq!(told(&dora, job).await, expected);
    let Some(Record::Attachment(photo)) = server
        .record(NORDHAUS, PHOTO.into())
        .await
        .map(|row| row.record)
    else {
        panic!("no photo");
    };
    assert_eq!((photo.author, photo.author_name.as_str()), (ANNA, "Anna"));
    assert!(photo.received_at.is_some());
    let step = server.job(job).await.steps.pop().unwrap();
    assert_eq!((step.by.as_str(), step.to), ("Anna", JobStatus::Started));
    // Once more, by somebody else, and in the end by the phone itself.
    assert_eq!(bring(&dora, ANNA, &work).await, ["applied"; 3]);
    assert_eq!(bring(&ada, ANNA, &work).await, ["applied"; 3]);
    assert_eq!(send(&ada, Some(ANNA), "HEAD", b"").await, 200);
    assert_eq!(anna.push(&work).await, ["applied"; 3]);
    assert_eq!(told(&dora, job).await, expected);
    let parts = server.notes(NORDHAUS, job).await;
    assert_eq!(parts, 2, "the note and the photo");
    assert_eq!(remembered(&server, &work).await, [(ANNA, Some(DORA)); 3]);
    // And the phone goes on behind it.
    let mut phone = Phone::of(ANNA);
    for _ in 0..3 {
        phone.note(job, "");
    }
    assert_eq!(anna.push(&[phone.note(job, "dry")]).await, ["applied"]);
    assert_eq!(told(&dora, job).await[0], by("Anna", ""));
}

#[tokio::test]
async fn what_the_phone_has_sent_itself_was_brought_in_by_nobody() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    let mut phone = Phone::of(ANNA);
    let first = [phone.note(job, "wet")];
    assert_eq!(anna.push(&first).await, ["applied"]);
    assert_eq!(bring(&dora, ANNA, &first).await, ["applied"]);
    assert_eq!(told(&dora, job).await, [by("Anna", "")]);
    assert_eq!(remembered(&server, &first).await, [(ANNA, None)]);
    // One's own work is one's own, whoever is named.
    let own = [phone.note(job, "dry")];
    assert_eq!(bring(&anna, ANNA, &own).await, ["applied"]);
    assert_eq!(told(&dora, job).await[0], by("Anna", ""));
}

#[tokio::test]
async fn it_is_judged_by_the_technicians_rights_of_now_and_the_phone_hears_the_same() {
    let server = Server::start().await;
    let job = server.put_job(1, BEN).await.id;
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    let note = [Phone::of(ANNA).note(job, "wet")];
    // Dora might write there; Anna may not, and it is Anna's note.
    assert_eq!(bring(&dora, ANNA, &note).await, ["forbidden"]);
    assert_eq!(anna.push(&note).await, ["forbidden"]);
    assert_eq!(server.notes(NORDHAUS, job).await, 0);
    assert_eq!(told(&dora, job).await, [by("Anna", "Dora")], "refused");
    assert_eq!(remembered(&server, &note).await, [(ANNA, Some(DORA))]);
}

#[tokio::test]
async fn who_brings_it_in_needs_the_right_too_and_the_technician_can_still_send_it() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    let ada = server.sign_in(ADA).await;
    let change = RightsChange::Right {
        role: Role::Dispatcher,
        right: Right::AddNote,
        given: false,
    };
    let change = to_value(change).unwrap();
    assert_eq!(ada.post(paths::RIGHTS, change).await.status, 200);
    let mut phone = Phone::of(ANNA);
    let notes = [phone.note(job, "wet"), phone.note(job, "dry")];
    assert_eq!(bring(&dora, ANNA, &notes[..1]).await, ["not_permitted"]);
    assert_eq!(server.notes(NORDHAUS, job).await, 0);
    assert_eq!(remembered(&server, &notes).await, [], "it stays undecided");
    assert_eq!(anna.push(&notes[..1]).await, ["applied"]);
    // What is decided is told again, whoever asks.
    assert_eq!(bring(&dora, ANNA, &notes[..1]).await, ["applied"]);
    // An admin lacks nothing.
    assert_eq!(bring(&ada, ANNA, &notes[1..]).await, ["applied"]);
    let both = [(ANNA, None), (ANNA, Some(ADA))];
    assert_eq!(remembered(&server, &notes).await, both);
}

#[tokio::test]
async fn the_work_of_somebody_who_has_left_is_brought_in_too() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    let work = work(&mut Phone::of(ANNA), job);
    set_active(&server, ANNA, false).await;
    assert_eq!(anna.push_raw(&work).await.status, 401);
    assert_eq!(bring(&dora, ANNA, &work).await, ["applied"; 3]);
    assert_eq!(bring(&dora, ANNA, &work).await, ["applied"; 3]);
    assert_eq!(send(&dora, Some(ANNA), "PATCH", BYTES).await, 204);
    assert_eq!(told(&dora, job).await, vec![by("Anna", "Dora"); 3]);
    assert_eq!(anna.push_raw(&work).await.status, 401, "still nobody");
    set_active(&server, ANNA, true).await;
    let anna = server.sign_in(ANNA).await;
    assert_eq!(anna.push(&work).await, ["applied"; 3]);
    let parts = server.notes(NORDHAUS, job).await;
    assert_eq!(parts, 2, "the note and the photo");
}

#[tokio::test]
async fn nobody_else_brings_anything_in_and_of_nobody_but_technicians() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let note = [Phone::of(ANNA).note(job, "wet")];
    let (forbidden, not_found) = (ErrorCode::Forbidden, ErrorCode::NotFound);
    for (who, author, expected) in [
        (BEN, ANNA, forbidden),
        (TOM, ANNA, forbidden),
        (DANA, ANNA, not_found),
        (DORA, UserId(Uuid::from_u128(404)), not_found),
        (DORA, TOM, not_found),
        (DORA, ADA, forbidden),
        (ADA, DORA, forbidden),
    ] {
        let client = server.sign_in(who).await;
        let mutations = note.clone().map(|note| Mutation {
            user: author,
            ..note
        });
        let answer = try_bring(&client, author, &mutations).await;
        assert_eq!(answer.error().code, expected, "{who} {author}");
    }
    let dora = server.sign_in(DORA).await;
    // Nor is the work of one brought in as another's.
    let answer = try_bring(&dora, BEN, &note).await;
    assert_eq!(answer.error().code, ErrorCode::Unauthorized);
    let path = format!("{}?author=anna", paths::PUSH);
    let answer = dora.post(&path, serde_json::json!({})).await;
    assert_eq!(answer.error().code, ErrorCode::Invalid);
    assert_eq!(server.notes(NORDHAUS, job).await, 0);
}

#[tokio::test]
async fn what_is_brought_in_is_no_word_of_the_phone() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let dora = server.sign_in(DORA).await;
    let note = [Phone::of(ANNA).note(job, "wet")];
    assert_eq!(bring(&dora, ANNA, &note).await, ["applied"]);
    let found: OfficeJob = dora.get(&format!("{}/{job}", paths::JOBS)).await.ok();
    assert_eq!(found.holder.and_then(|holder| holder.seen_at), None);
    let anna = server.sign_in(ANNA).await;
    anna.push(&note).await;
    let found: OfficeJob = dora.get(&format!("{}/{job}", paths::JOBS)).await.ok();
    assert!(found.holder.and_then(|holder| holder.seen_at).is_some());
}
