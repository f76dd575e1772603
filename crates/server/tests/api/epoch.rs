//! The data set that a phone knows is compared before anything is looked at.

use crate::client::Answer;
use crate::phone::Phone;
use crate::support::*;
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
