//! What is done with a connection is decided like every other change: once, and the same for ever.

use crate::client::{Answer, Client};
use crate::merge::text;
use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use afield_server::Config;
use afield_server::web_app::WebApp;
use axum::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

/// A change that somebody waits for.
#[derive(Clone, Copy)]
enum Ask {
    Assign(Option<UserId>, u64),
    Answer(bool),
}

async fn ask(client: &Client, job: JobId, what: Ask, id: Option<u128>) -> Answer {
    let (path, mut body) = match what {
        Ask::Assign(to, rev) => (paths::ASSIGN, json!({"assignee": to, "base_rev": rev})),
        Ask::Answer(accept) => (paths::ACCEPTANCE, json!({"accept": accept})),
    };
    if let Some(id) = id {
        body["id"] = json!(Uuid::from_u128(id));
    }
    client.post(&format!("{path}/{job}"), body).await
}

/// A server with a job of Anna's that waits for her answer.
async fn asked() -> (Server, JobId) {
    let server = Server::start().await;
    let asked = Job {
        acceptance: Acceptance::Asked,
        ..job(1, Some(ANNA))
    };
    server.put(NORDHAUS, &Record::Job(asked.clone())).await;
    (server, asked.id)
}

/// Status and code; 200 and nothing if it was done.
fn told(answer: &Answer) -> (u16, Option<ErrorCode>) {
    let whole: Value = serde_json::from_str(&answer.body).unwrap();
    let is_done = whole["reply"].get("ok").is_some();
    let code = (!is_done).then(|| answer.error().code);
    (answer.status.as_u16(), code)
}

async fn activities(server: &Server) -> usize {
    let mut tx = server.app.storage.read().await.unwrap();
    tx.activity_after(NORDHAUS, 0, 100).await.unwrap().len()
}

#[tokio::test]
async fn a_repeated_request_after_a_lost_answer_gets_the_same_answer() {
    let done = (200, None);
    for (user, what, then) in [
        (DORA, Ask::Assign(Some(BEN), 1), Ask::Assign(None, 2)),
        (ANNA, Ask::Answer(true), Ask::Assign(Some(BEN), 2)),
        (ANNA, Ask::Answer(false), Ask::Assign(Some(BEN), 2)),
    ] {
        let (server, job) = asked().await;
        let (asker, dora) = (server.sign_in(user).await, server.sign_in(DORA).await);
        assert_eq!(told(&ask(&asker, job, what, Some(1)).await), done);
        let first = server.job(job).await;
        assert_eq!(told(&ask(&asker, job, what, Some(1)).await), done);
        assert_eq!(
            (server.job(job).await, activities(&server).await),
            (first, 1)
        );
        // Also when the job has moved on, and the server was started anew.
        assert_eq!(told(&ask(&dora, job, then, Some(2)).await), done);
        let moved = server.job(job).await;
        let folder = server.stop().await;
        let server = Server::start_in(folder, Config::default(), WebApp::embedded()).await;
        let asker = server.sign_in(user).await;
        assert_eq!(told(&ask(&asker, job, what, Some(1)).await), done);
        assert_eq!(
            (server.job(job).await, activities(&server).await),
            (moved, 2)
        );
    }
}

#[tokio::test]
async fn a_refusal_stands_as_well_and_another_id_is_judged_anew() {
    let (server, job) = asked().await;
    let dora = server.sign_in(DORA).await;
    let conflict = (409, Some(ErrorCode::Conflict));
    let what = Ask::Assign(Some(BEN), 7);
    assert_eq!(told(&ask(&dora, job, what, Some(1)).await), conflict);
    let seven = async || {
        let seen = server.record(NORDHAUS, job.into()).await.unwrap();
        seen.rev == Rev(7)
    };
    while !seven().await {
        let now = server.job(job).await;
        server.put(NORDHAUS, &Record::Job(now)).await;
    }
    assert_eq!(told(&ask(&dora, job, what, Some(1)).await), conflict);
    assert_eq!(told(&ask(&dora, job, what, Some(2)).await), (200, None));
    assert_eq!(
        activities(&server).await,
        1,
        "a refusal is for the asker only"
    );
}

#[tokio::test]
async fn an_id_is_one_change_s() {
    let (server, job) = asked().await;
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    let note = Phone::of(ANNA).note(job, "wet");
    assert_eq!(anna.push(std::slice::from_ref(&note)).await, ["applied"]);
    let assign = Ask::Assign(Some(BEN), 1);
    ask(&dora, job, assign, Some(1)).await.ok::<BoardJob>();
    let refused = (400, Some(ErrorCode::Invalid));
    for (client, what, id) in [
        (&dora, Ask::Assign(None, 1), 1),
        (&dora, Ask::Assign(Some(BEN), 2), 1),
        (&anna, Ask::Answer(true), 1),
        (&dora, assign, note.id.0.as_u128()),
    ] {
        assert_eq!(told(&ask(client, job, what, Some(id)).await), refused);
    }
    let ada = server.sign_in(ADA).await;
    let other = told(&ask(&ada, job, assign, Some(1)).await);
    assert_eq!(other, refused, "another user's request is another change");
    assert_eq!(server.job(job).await.assignee, Some(BEN));
}

#[tokio::test]
async fn a_page_of_the_version_before_has_no_id_and_is_served() {
    let (server, job) = asked().await;
    let dora = server.sign_in(DORA).await;
    let assign = Ask::Assign(Some(BEN), 1);
    assert_eq!(told(&ask(&dora, job, assign, None).await), (200, None));
    let again = told(&ask(&dora, job, assign, None).await);
    assert_eq!(
        again,
        (409, Some(ErrorCode::Conflict)),
        "it is another change"
    );
}

/// Ben leaves the company.
async fn let_go(server: &Server, user: UserId) {
    let sql = format!("UPDATE users SET active = false WHERE id = '{user}'");
    assert_eq!(run_sql(server.folder.path(), &sql).await, 1);
}

#[tokio::test]
async fn a_job_goes_only_to_an_active_user_of_the_company() {
    let (server, job) = asked().await;
    let dora = server.sign_in(DORA).await;
    let_go(&server, BEN).await;
    let nobody = UserId(Uuid::from_u128(404));
    let mut phone = Phone::of(DORA);
    for (n, user) in [(1, BEN), (2, TOM), (3, nobody)] {
        let assigned = ask(&dora, job, Ask::Assign(Some(user), 1), Some(n)).await;
        assert_eq!(told(&assigned), (404, Some(ErrorCode::NotFound)));
        phone.device = DeviceId(Uuid::from_u128(0xDD00 + n));
        let edit = phone.edit(
            0,
            job,
            FieldEdit {
                field: JobField::Assignee,
                item: String::new(),
                base: text(&ANNA.to_string()),
                new: text(&user.to_string()),
            },
        );
        assert_eq!(dora.push(&[edit]).await, ["not_found"]);
    }
    assert_eq!(server.job(job).await.assignee, Some(ANNA));
    let back = ask(&dora, job, Ask::Assign(None, 1), Some(9)).await;
    assert_eq!(told(&back), (200, None));
}

#[tokio::test]
async fn a_verdict_on_it_is_kept_for_a_month_and_its_effect_for_ever() {
    let (server, job) = asked().await;
    let dora = server.sign_in(DORA).await;
    let what = Ask::Assign(Some(BEN), 1);
    ask(&dora, job, what, Some(1)).await.ok::<BoardJob>();
    for (days, pruned) in [(29, 0), (2, 1)] {
        server.clock.advance(days * DAY_MS);
        let done = afield_server::maintenance::run_maintenance(&server.app).await;
        assert_eq!(done.unwrap().verdicts, pruned);
    }
    let dora = server.sign_in(DORA).await;
    assert_eq!(told(&ask(&dora, job, what, Some(1)).await), (200, None));
    assert_eq!(activities(&server).await, 1);
}

#[tokio::test]
async fn a_job_that_does_not_read_is_not_decided() {
    let (server, job) = asked().await;
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    run_sql(server.folder.path(), "UPDATE records SET data = '[]'").await;
    for (client, what) in [(&anna, Ask::Answer(true)), (&dora, Ask::Assign(None, 1))] {
        let answer = ask(client, job, what, Some(1)).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    }
}

#[tokio::test]
async fn the_place_of_a_new_job_is_not_another_customer_s() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    let customer = |n: u128| CustomerId(Uuid::from_u128(0x20 + n));
    for n in 1..=2 {
        let record = Record::Customer(Customer {
            id: customer(n),
            name: "Hansen".into(),
            phone: String::new(),
            email: String::new(),
            organization: None,
            archived: false,
        });
        server.put(NORDHAUS, &record).await;
    }
    let place = |n: u128, of: Option<CustomerId>| Property {
        archived: false,
        id: PropertyId(Uuid::from_u128(0x30 + n)),
        address: "Lindenallee 4".into(),
        city: String::new(),
        postcode: String::new(),
        access: String::new(),
        position: None,
        customer: of,
    };
    let mut phone = Phone::of(DORA);
    for (n, of, asked, expected) in [
        (1, Some(customer(1)), Some(customer(1)), "applied"),
        (2, Some(customer(2)), Some(customer(1)), "not_found"),
        (3, None, Some(customer(1)), "applied"),
        (4, Some(customer(2)), None, "applied"),
    ] {
        let place = place(n, of);
        server.put(NORDHAUS, &Record::Property(place.clone())).await;
        let create = phone.make(Op::CreateJob {
            job: JobId(Uuid::from_u128(0xC0 + n)),
            title: "Leak".into(),
            description: String::new(),
            customer: asked,
            property: Some(place.id),
            priority: Priority::default(),
            starts: at(NOON),
            ends: at(NOON),
        });
        assert_eq!(dora.push(&[create]).await, [expected], "{n}");
    }
}

#[tokio::test]
async fn what_the_database_takes_back_for_another_is_decided_anew_and_not_for_ever() {
    let (server, job) = asked().await;
    let dora = server.sign_in(DORA).await;
    server.storage.take_back(3);
    let assigned = ask(&dora, job, Ask::Assign(Some(BEN), 1), Some(1)).await;
    assert_eq!(told(&assigned), (200, None));
    assert_eq!(activities(&server).await, 1);
    server.storage.take_back(4);
    let busy = ask(&dora, job, Ask::Assign(Some(ANNA), 2), Some(2)).await;
    assert_eq!(busy.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(server.job(job).await.assignee, Some(BEN));
    // So is housekeeping.
    server.storage.take_back(1);
    let kept = afield_server::maintenance::run_maintenance(&server.app).await;
    assert!(kept.is_ok());
}
