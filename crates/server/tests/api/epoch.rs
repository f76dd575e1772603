//! The data set that a phone knows is compared before anything is looked at.

use crate::client::Answer;
use crate::phone::Phone;
use crate::support::*;
use crate::watching::ask;
use afield_domain::*;
use afield_protocol::*;
use axum::http::StatusCode;

async fn push_as(user: UserId, server: &Server, epoch: Option<&str>, note: &Mutation) -> Answer {
    let request = PushRequest {
        device: note.device,
        ack_below: Seq(0),
        epoch: epoch.map(|epoch| EpochId(epoch.into())),
        asks: Vec::new(),
        review: false,
        mutations: vec![note.clone()],
    };
    let body = serde_json::to_value(&request).unwrap();
    server.sign_in(user).await.post(paths::PUSH, body).await
}

#[tokio::test]
async fn a_phone_that_knows_another_data_set_is_told_and_nothing_is_looked_at() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let note = Phone::of(ANNA).note(job, "wet");
    let told = push_as(ANNA, &server, Some("before the backup"), &note).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    assert_eq!(told.error().code, ErrorCode::EpochChanged);
    assert_eq!(server.notes(NORDHAUS, job).await, 0);
    // Whose it is comes first: it is not this session's to send again.
    let told = push_as(BEN, &server, Some("before the backup"), &note).await;
    assert_eq!(told.error().code, ErrorCode::Unauthorized);
    let epoch = server.app.epoch.0.clone();
    let done = push_as(ANNA, &server, Some(&epoch), &note).await;
    assert_eq!(done.ok::<PushResponse>().verdicts.len(), 1);
    assert_eq!(server.notes(NORDHAUS, job).await, 1);
}

#[tokio::test]
async fn an_older_phone_that_says_nothing_of_it_is_served() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let note = Phone::of(ANNA).note(job, "wet");
    let done = push_as(ANNA, &server, None, &note).await;
    assert!(!done.body.contains("epoch_changed"));
    assert_eq!(server.notes(NORDHAUS, job).await, 1);
}

#[tokio::test]
async fn older_data_under_the_same_id_are_noticed_when_a_phone_comes() {
    let server = Server::start().await;
    server.put_job(1, ANNA).await;
    let anna = server.sign_in(ANNA).await;
    let cursor = anna.pull(None, 100).await.ok::<PullResponse>().cursor;
    let damaged = Cursor(format!("{}x", cursor.0));
    let foreign = server.sign_in(BEN).await;
    foreign.pull(Some(&cursor), 100).await;
    anna.pull(Some(&damaged), 100).await;
    anna.pull(Some(&cursor), 100).await.ok::<PullResponse>();
    assert_eq!(ask(&server, "/ready").await, (200, "ready\n".to_owned()));
    // As a file that is copied back does.
    run_sql(server.folder.path(), "UPDATE companies SET change_seq = 0").await;
    let told = anna.pull(Some(&cursor), 100).await;
    assert_eq!(told.error().code, ErrorCode::CursorExpired);
    let (status, text) = ask(&server, "/ready").await;
    assert_eq!(status, 200);
    assert!(text.contains("phones were told more"), "{text}");
}
