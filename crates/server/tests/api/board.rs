//! The board: a company's day, and handing jobs over.

use crate::client::{Answer, Client};
use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use axum::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

async fn assign(client: &Client, job: JobId, to: Option<UserId>, rev: u64) -> Answer {
    let request = AssignRequest {
        assignee: to,
        base_rev: Rev(rev),
        id: None,
    };
    let path = format!("{}/{job}", paths::ASSIGN);
    client
        .post(&path, serde_json::to_value(request).unwrap())
        .await
}

#[tokio::test]
async fn a_day_is_the_company_s_day() {
    let server = Server::start().await;
    for (n, starts) in [
        (1, "2026-11-20T22:59:59Z"),
        (2, "2026-11-20T23:00:00Z"),
        (3, "2026-11-21T22:59:59Z"),
        (4, "2026-11-21T23:00:00Z"),
    ] {
        let moved = Job {
            starts: at(starts),
            ends: at(starts),
            ..job(n, Some(ANNA))
        };
        server.put(NORDHAUS, &Record::Job(moved)).await;
    }
    let dora = server.sign_in(DORA).await;
    for (path, day, jobs) in [
        ("/api/v1/board", "2026-11-21", vec!["J-2", "J-3"]),
        ("/api/v1/board?day=2026-11-20", "2026-11-20", vec!["J-1"]),
        ("/api/v1/board?day=2026-11-22", "2026-11-22", vec!["J-4"]),
    ] {
        let board: BoardResponse = dora.get(path).await.ok();
        assert_eq!(board.day, day);
        let numbers: Vec<_> = board
            .jobs
            .iter()
            .map(|job| job.job.number.as_str())
            .collect();
        assert_eq!(numbers, jobs, "{path}");
        let technicians: Vec<_> = board
            .technicians
            .iter()
            .map(|user| user.name.as_str())
            .collect();
        assert_eq!(technicians, ["Anna", "Ben"]);
    }
}

#[tokio::test]
async fn a_week_is_seven_of_the_company_s_days_also_when_the_clocks_change() {
    let server = Server::start().await;
    // The clocks of Berlin go back on the Sunday: that day has 25 hours.
    for (n, starts) in [
        (1, "2026-10-18T21:59:59Z"),
        (2, "2026-10-18T22:00:00Z"),
        (3, "2026-10-25T22:59:59Z"),
        (4, "2026-10-25T23:00:00Z"),
    ] {
        let moved = Job {
            starts: at(starts),
            ends: at(starts),
            ..job(n, Some(ANNA))
        };
        server.put(NORDHAUS, &Record::Job(moved)).await;
    }
    let dora = server.sign_in(DORA).await;
    let week: BoardResponse = dora.get("/api/v1/board?day=2026-10-19&days=7").await.ok();
    let numbers = week.jobs.iter().map(|job| job.job.number.as_str());
    assert_eq!(numbers.collect::<Vec<_>>(), ["J-2", "J-3"]);
    assert_eq!((week.day.as_str(), week.more_days), ("2026-10-19", 6));
    let one: BoardResponse = dora.get("/api/v1/board?day=2026-10-19&days=1").await.ok();
    assert_eq!((one.jobs.len(), one.more_days), (1, 0));
    for days in ["0", "8", "-1", "week"] {
        let answer = dora.get(&format!("/api/v1/board?days={days}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{days}");
    }
}

#[tokio::test]
async fn a_job_on_the_board_says_where_for_whom_and_what_came_last() {
    let server = Server::start().await;
    let customer = CustomerId(Uuid::from_u128(20));
    let property = PropertyId(Uuid::from_u128(30));
    let party = Record::Customer(Customer {
        id: customer,
        name: "Hansen & Co".into(),
        phone: String::new(),
        email: String::new(),
        organization: None,
        archived: false,
    });
    let place = Record::Property(Property {
        archived: false,
        id: property,
        address: "Lindenallee 4".into(),
        city: "Berlin".into(),
        postcode: String::new(),
        access: String::new(),
        position: Position::new(52.52, 13.4),
        customer: Some(customer),
    });
    server.put(NORDHAUS, &party).await;
    server.put(NORDHAUS, &place).await;
    let whole = Job {
        customer: Some(customer),
        property: Some(property),
        ..job(1, Some(ANNA))
    };
    server.put(NORDHAUS, &Record::Job(whole.clone())).await;
    server.clock.advance(1_000);
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let batch = [
        phone.status(whole.id, JobStatus::EnRoute),
        phone.note(whole.id, "wet"),
    ];
    assert_eq!(anna.push(&batch).await, ["applied", "applied"]);
    let board: BoardResponse = server.sign_in(DORA).await.get(paths::BOARD).await.ok();
    let shown = &board.jobs[0];
    assert_eq!(shown.address, "Lindenallee 4, Berlin");
    assert_eq!(shown.customer, "Hansen & Co");
    assert_eq!(shown.position, Position::new(52.52, 13.4));
    assert_eq!(
        (shown.notes, shown.rev, shown.job.status),
        (1, Rev(2), JobStatus::EnRoute)
    );
    assert_eq!(shown.updated_at, at(NOON).plus_ms(1_000));
    let kinds: Vec<_> = board
        .activity
        .iter()
        .map(|activity| activity.what.clone())
        .collect();
    let status = ActivityKind::Status {
        from: JobStatus::Scheduled,
        to: JobStatus::EnRoute,
        step: StepKind::Usual,
        reason: String::new(),
    };
    assert_eq!(kinds, [ActivityKind::Note { text: "wet".into() }, status]);
    assert_eq!(
        (
            board.activity[0].actor.as_str(),
            board.activity[0].job_number.as_str()
        ),
        ("Anna", "J-1")
    );
}

#[tokio::test]
async fn handing_a_job_over() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let dora = server.sign_in(DORA).await;
    let shown: BoardJob = assign(&dora, job, Some(BEN), 1).await.ok();
    assert_eq!((shown.job.assignee, shown.rev), (Some(BEN), Rev(2)));
    let stale = assign(&dora, job, Some(ANNA), 1).await;
    assert_eq!(
        (stale.status, stale.error().code),
        (StatusCode::CONFLICT, ErrorCode::Conflict)
    );
    let same: BoardJob = assign(&dora, job, Some(BEN), 2).await.ok();
    assert_eq!(same.rev, Rev(2));
    let nobody: BoardJob = assign(&dora, job, None, 2).await.ok();
    assert_eq!(nobody.job.assignee, None);
    let board: BoardResponse = dora.get(paths::BOARD).await.ok();
    let kinds: Vec<_> = board
        .activity
        .iter()
        .map(|activity| activity.what.clone())
        .collect();
    let to_nobody = ActivityKind::Assigned {
        to: None,
        to_name: String::new(),
    };
    let to_ben = ActivityKind::Assigned {
        to: Some(BEN),
        to_name: "Ben".into(),
    };
    assert_eq!(kinds, [to_nobody, to_ben]);
}

#[tokio::test]
async fn two_dispatchers_at_once_one_wins() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let (dora, ada) = (server.sign_in(DORA).await, server.sign_in(ADA).await);
    let answers = futures::join!(
        assign(&dora, job, Some(BEN), 1),
        assign(&ada, job, Some(DORA), 1)
    );
    let mut statuses = [answers.0.status, answers.1.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::CONFLICT]);
}

#[tokio::test]
async fn only_users_of_the_company_and_only_jobs_that_are_there() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let dora = server.sign_in(DORA).await;
    for (job, user) in [
        (job, TOM),
        (job, UserId(Uuid::from_u128(404))),
        (JobId(Uuid::from_u128(404)), BEN),
    ] {
        let answer = assign(&dora, job, Some(user), 1).await;
        assert_eq!(
            (answer.status, answer.error().code),
            (StatusCode::NOT_FOUND, ErrorCode::NotFound)
        );
    }
    let answer = dora
        .post(
            "/api/v1/assign/no-id",
            json!({"assignee": null, "base_rev": 1}),
        )
        .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(server.job(job).await.assignee, Some(ANNA));
}

#[tokio::test]
async fn which_role_may_ask_what() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let assign_path = format!("{}/{job}", paths::ASSIGN);
    let same = json!({"assignee": ANNA, "base_rev": 1});
    let push = json!({"device": Uuid::from_u128(1), "ack_below": 0, "mutations": []});
    // Nobody, technician, dispatcher, admin.
    let office_only = [401, 403, 200, 200];
    let everybody = [401, 200, 200, 200];
    let accept_path = format!("{}/{job}", paths::ACCEPTANCE);
    let accept = json!({"accept": true});
    let routes: [(&str, &str, Option<&Value>, [u16; 4]); 8] = [
        ("GET", paths::HEALTH, None, [200; 4]),
        ("GET", paths::SESSION, None, everybody),
        ("GET", paths::PULL, None, everybody),
        ("POST", paths::PUSH, Some(&push), everybody),
        ("GET", paths::BOARD, None, office_only),
        ("POST", &assign_path, Some(&same), office_only),
        // Whose job it is hears that nobody asks.
        ("POST", &accept_path, Some(&accept), [401, 409, 403, 403]),
        ("GET", paths::EVENTS, None, office_only),
    ];
    let clients = [
        server.nobody(),
        server.sign_in(ANNA).await,
        server.sign_in(DORA).await,
        server.sign_in(ADA).await,
    ];
    for (method, path, body, expected) in routes {
        for (client, expected) in clients.iter().zip(expected) {
            let status = if path == paths::EVENTS {
                let request = axum::http::Request::get(path).body(axum::body::Body::empty());
                client.open(request.unwrap()).await.status()
            } else {
                client.ask(method, path, body.cloned()).await.status
            };
            assert_eq!(status.as_u16(), expected, "{method} {path}");
        }
    }
}
