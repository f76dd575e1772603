//! Two companies on one server: another company's id answers like one that does not exist.

use crate::client::Answer;
use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use serde_json::{Value, json};
use uuid::Uuid;

const MARKER: &str = "ONLY-FOR-HARBOR";

/// Harbor has a job with everything on it, each text marked.
async fn with_harbor() -> (Server, Job) {
    let server = Server::start().await;
    let customer = Customer {
        id: CustomerId(Uuid::from_u128(20)),
        name: MARKER.into(),
        phone: MARKER.into(),
        email: MARKER.into(),
        organization: None,
        archived: false,
    };
    let theirs = Job {
        title: MARKER.into(),
        number: MARKER.into(),
        customer: Some(customer.id),
        ..job(1, Some(TOM))
    };
    server.put(HARBOR, &Record::Customer(customer)).await;
    server.put(HARBOR, &Record::Job(theirs.clone())).await;
    let tom = server.sign_in(TOM).await;
    let note = Phone::of(TOM).note(theirs.id, MARKER);
    assert_eq!(tom.push(&[note]).await, ["applied"]);
    (server, theirs)
}

/// The answer without what differs by chance.
fn plain(answer: &Answer) -> Value {
    let mut value: Value = serde_json::from_str(&answer.body).unwrap();
    value["status"] = json!(answer.status.as_u16());
    value
}

#[tokio::test]
async fn every_route_answers_for_another_company_s_ids_as_for_ids_of_nobody() {
    let (server, theirs) = with_harbor().await;
    let nowhere = JobId(Uuid::from_u128(404));
    for user in [ANNA, DORA, ADA] {
        let client = server.sign_in(user).await;
        for path in [paths::PULL, paths::BOARD, paths::SESSION] {
            let answer = client.get(path).await;
            assert!(!answer.body.contains(MARKER), "{path}");
        }
        let ask = async |job: JobId| {
            let path = format!("{}/{job}", paths::ASSIGN);
            let body = json!({"assignee": user, "base_rev": 1});
            plain(&client.post(&path, body).await)
        };
        assert_eq!(ask(theirs.id).await, ask(nowhere).await);
        let accept = async |job: JobId| {
            let path = format!("{}/{job}", paths::ACCEPTANCE);
            plain(&client.post(&path, json!({"accept": true})).await)
        };
        assert_eq!(accept(theirs.id).await, accept(nowhere).await);
        let push = async |job: JobId, device: u128| {
            let mut phone = Phone::of(user);
            phone.device = DeviceId(Uuid::from_u128(device));
            let batch = [phone.note(job, "x"), phone.status(job, JobStatus::EnRoute)];
            client.push(&batch).await
        };
        assert_eq!(push(theirs.id, 1).await, push(nowhere, 2).await);
    }
    let mut tx = server.app.storage.read().await.unwrap();
    assert_eq!(tx.activity_after(HARBOR, 0, 100).await.unwrap().len(), 1);
    assert_eq!(tx.activity_after(NORDHAUS, 0, 100).await.unwrap().len(), 0);
    drop(tx);
    let shown = server.record(HARBOR, theirs.id.into()).await.unwrap();
    assert_eq!(shown.record, Record::Job(theirs));
}

#[tokio::test]
async fn the_same_ids_in_two_companies_do_not_meet() {
    let (server, theirs) = with_harbor().await;
    // The same job id, mutation id, device, place in order, and note id.
    server
        .put(
            NORDHAUS,
            &Record::Job(Job {
                number: "J-1".into(),
                title: "ours".into(),
                assignee: Some(ANNA),
                customer: None,
                ..theirs.clone()
            }),
        )
        .await;
    let anna = server.sign_in(ANNA).await;
    let twin = Mutation {
        user: ANNA,
        ..Phone::of(TOM).note(theirs.id, "ours")
    };
    assert_eq!(anna.push(&[twin]).await, ["applied"]);
    assert_eq!(server.notes(NORDHAUS, theirs.id).await, 1);
    assert_eq!(server.notes(HARBOR, theirs.id).await, 1);
    let pulled = anna.get(paths::PULL).await;
    assert!(!pulled.body.contains(MARKER));
    // A cursor of the other company's user is of no use.
    let tom = server.sign_in(TOM).await;
    let page: PullResponse = tom.pull(None, 500).await.ok();
    assert_eq!(
        anna.pull(Some(&page.cursor), 500).await.error().code,
        ErrorCode::CursorExpired
    );
}
