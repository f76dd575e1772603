//! Accepting and rejecting jobs: whose answer counts, once, and what follows from it.

use crate::cache::Cache;
use crate::client::{Answer, Client};
use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use axum::http::StatusCode;
use serde_json::json;
use uuid::Uuid;

async fn answer(client: &Client, job: JobId, accept: bool, reason: &str) -> Answer {
    let path = format!("{}/{job}", paths::ACCEPTANCE);
    let body = json!({"accept": accept, "reason": reason});
    client.post(&path, body).await
}

/// A server with a job of Anna's that waits for her answer.
async fn asked() -> (Server, Job) {
    let server = Server::start().await;
    let asked = Job {
        acceptance: Acceptance::Asked,
        ..job(1, Some(ANNA))
    };
    server.put(NORDHAUS, &Record::Job(asked.clone())).await;
    (server, asked)
}

async fn activity(server: &Server) -> Vec<ActivityKind> {
    let mut tx = server.app.storage.read().await.unwrap();
    let seen = tx.activity_after(NORDHAUS, 0, 100).await.unwrap();
    seen.into_iter().map(|activity| activity.what).collect()
}

#[tokio::test]
async fn an_accepted_job_stays_and_the_office_hears_of_it_once() {
    let (server, job) = asked().await;
    let anna = server.sign_in(ANNA).await;
    for _ in 0..2 {
        answer(&anna, job.id, true, "").await.ok::<()>();
    }
    let now = server.job(job.id).await;
    assert_eq!(
        (now.acceptance, now.assignee),
        (Acceptance::Accepted, Some(ANNA))
    );
    let accepted = ActivityKind::Answered {
        accepted: true,
        reason: String::new(),
    };
    assert_eq!(activity(&server).await, [accepted]);
    let late = answer(&anna, job.id, false, "").await;
    assert_eq!(late.error().code, ErrorCode::Conflict);
}

#[tokio::test]
async fn a_rejected_job_leaves_the_phone_until_the_office_asks_again() {
    let (server, job) = asked().await;
    let anna = server.sign_in(ANNA).await;
    let mut cache = Cache::default();
    cache.all(&anna, 50).await;
    assert_eq!(cache.records.len(), 1);
    // The first reply was lost on its way: the phone asks again.
    for _ in 0..2 {
        answer(&anna, job.id, false, " On leave. ").await.ok::<()>();
    }
    cache.all(&anna, 50).await;
    assert!(cache.records.is_empty(), "{:?}", cache.held());
    let now = server.job(job.id).await;
    assert_eq!((now.acceptance, now.assignee), (Acceptance::Rejected, None));
    let rejected = ActivityKind::Answered {
        accepted: false,
        reason: "On leave.".into(),
    };
    assert_eq!(activity(&server).await, [rejected]);
    // Nobody but her hears that it is done.
    let ben = answer(&server.sign_in(BEN).await, job.id, false, "").await;
    assert_eq!(ben.status, StatusCode::FORBIDDEN);
    let dora = server.sign_in(DORA).await;
    let path = format!("{}/{}", paths::ASSIGN, job.id);
    let again = json!({"assignee": BEN, "base_rev": 2});
    let shown: BoardJob = dora.post(&path, again).await.ok();
    assert_eq!(
        (shown.job.acceptance, shown.job.assignee),
        (Acceptance::Asked, Some(BEN))
    );
    let late = answer(&anna, job.id, false, "").await;
    assert_eq!(late.status, StatusCode::FORBIDDEN);
    // An edit of the assignee hands over as well.
    let ben = server.sign_in(BEN).await;
    answer(&ben, job.id, true, "").await.ok::<()>();
    let to = |user: UserId| FieldValue::Text(user.to_string());
    let edit = Phone::of(DORA).edit(
        0,
        job.id,
        FieldEdit {
            field: JobField::Assignee,
            item: String::new(),
            base: to(BEN),
            new: to(ANNA),
        },
    );
    assert_eq!(dora.push(&[edit]).await, ["applied"]);
    let now = server.job(job.id).await;
    assert_eq!(
        (now.acceptance, now.assignee),
        (Acceptance::Asked, Some(ANNA))
    );
}

#[tokio::test]
async fn only_who_is_asked_may_answer() {
    let (server, job) = asked().await;
    let plain = server.put_job(2, ANNA).await.id;
    let nowhere = JobId(Uuid::from_u128(404));
    for (user, job, status, code) in [
        (BEN, job.id, 403, ErrorCode::Forbidden),
        (DORA, job.id, 403, ErrorCode::Forbidden),
        (TOM, job.id, 404, ErrorCode::NotFound),
        (ANNA, nowhere, 404, ErrorCode::NotFound),
        (ANNA, plain, 409, ErrorCode::Conflict),
    ] {
        let client = server.sign_in(user).await;
        for accept in [true, false] {
            let refused = answer(&client, job, accept, "").await;
            let got = (refused.status.as_u16(), refused.error().code);
            assert_eq!(got, (status, code));
        }
    }
    let anna = server.sign_in(ANNA).await;
    let long = "x".repeat(limits::LINE_CHARS + 1);
    let refused = answer(&anna, job.id, false, &long).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let unsigned = answer(&server.nobody(), job.id, true, "").await;
    assert_eq!(unsigned.status, StatusCode::UNAUTHORIZED);
    let mut foreign = anna.clone();
    foreign.same_origin = false;
    let refused = answer(&foreign, job.id, true, "").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(server.job(job.id).await, job);
    assert_eq!(activity(&server).await, []);
}

#[tokio::test]
async fn a_job_that_nobody_had_to_accept_is_handed_over_as_before() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let path = format!("{}/{job}", paths::ASSIGN);
    let dora = server.sign_in(DORA).await;
    let body = json!({"assignee": BEN, "base_rev": 1});
    let shown: BoardJob = dora.post(&path, body).await.ok();
    assert_eq!(shown.job.acceptance, Acceptance::NotAsked);
}
