//! Pull: pages, cursors and the days, whatever is cut or changes meanwhile.

use crate::cache::Cache;
use crate::pull::with_job;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use axum::http::StatusCode;

#[tokio::test]
async fn the_days_move_on_at_midnight_in_the_company() {
    let server = Server::start().await;
    for (n, starts) in [(1, "2026-11-18T08:00:00Z"), (2, "2026-11-25T08:00:00Z")] {
        let starts = at(starts);
        let moved = Job {
            starts,
            ends: starts,
            ..job(n, Some(ANNA))
        };
        server.put(NORDHAUS, &Record::Job(moved)).await;
    }
    let mut anna = server.sign_in(ANNA).await;
    let mut cache = Cache::default();
    assert_eq!(cache.all(&anna, 10).await, ["+job 700001"]);
    server.clock.set(at("2026-11-21T22:59:59Z"));
    assert_eq!(cache.all(&anna, 10).await, [""; 0]);
    server.clock.set(at("2026-11-21T23:00:00Z"));
    assert_eq!(cache.all(&anna, 10).await, ["-job 700001", "+job 700002"]);
    // A week without the phone.
    server.clock.set(at("2026-11-29T08:00:00Z"));
    anna = server.sign_in(ANNA).await;
    assert_eq!(cache.all(&anna, 10).await, ["-job 700002"]);
    assert_eq!(cache.held(), [""; 0]);
}

#[tokio::test]
async fn a_priming_that_is_cut_goes_on_although_things_change() {
    let (server, first) = with_job().await;
    for n in 2..=6 {
        server.put_job(n, ANNA).await;
    }
    let anna = server.sign_in(ANNA).await;
    let mut cache = Cache::default();
    let page = cache.page(&anna, 3).await;
    assert!(page.more);
    assert_eq!(page.totals[0].count, 6);
    // Already sent, not yet sent, new, and gone.
    server
        .put(
            NORDHAUS,
            &Record::Job(Job {
                title: "new title".into(),
                ..first.clone()
            }),
        )
        .await;
    server
        .put(
            NORDHAUS,
            &Record::Job(Job {
                assignee: Some(BEN),
                ..job(2, None)
            }),
        )
        .await;
    server
        .put(
            NORDHAUS,
            &Record::Job(Job {
                assignee: Some(BEN),
                ..job(6, None)
            }),
        )
        .await;
    server.put_job(7, ANNA).await;
    let rest = cache.all(&anna, 3).await;
    assert!(rest.contains(&"-job 700002".to_owned()), "{rest:?}");
    assert_eq!(
        cache.held(),
        [
            "job 700001",
            "job 700003",
            "job 700004",
            "job 700005",
            "job 700007",
            "property 30",
            "customer 20",
            "organization 40",
            "note 90"
        ]
    );
    let Record::Job(shown) = &cache.records[&first.id.into()].record else {
        panic!();
    };
    assert_eq!(shown.title, "new title");
}

#[tokio::test]
async fn a_page_has_a_limit_in_bytes_too() {
    let server = Server::start().await;
    for n in 1..=30 {
        let long = Job {
            description: "x".repeat(limits::DESCRIPTION_CHARS),
            ..job(n, Some(ANNA))
        };
        server.put(NORDHAUS, &Record::Job(long)).await;
    }
    let anna = server.sign_in(ANNA).await;
    let mut cache = Cache::default();
    let first = cache.page(&anna, 500).await;
    assert!(first.more && first.changes.len() < 15);
    cache.all(&anna, 500).await;
    assert_eq!(cache.records.len(), 30);
    // A phone whose line is good asks for more.
    let path = format!("{}?bytes=1000000", paths::PULL);
    let page: PullResponse = anna.get(&path).await.ok();
    assert_eq!((page.changes.len(), page.more), (30, false));
    let path = format!("{}?bytes=50000&limit=5000", paths::PULL);
    let page: PullResponse = anna.get(&path).await.ok();
    assert_eq!((page.changes.len(), page.more), (3, true));
}

#[tokio::test]
async fn a_cursor_that_is_of_no_use_means_prime_again() {
    let (server, _) = with_job().await;
    let (anna, ben) = (server.sign_in(ANNA).await, server.sign_in(BEN).await);
    let page: PullResponse = anna.pull(None, 2).await.ok();
    let own = page.cursor.0;
    let mut tampered = own.clone().into_bytes();
    tampered[20] ^= 1;
    let tampered = String::from_utf8(tampered).unwrap();
    for cursor in [
        "x",
        "c2.",
        "c1.abc",
        "c2.%20",
        "c3.",
        "c3..",
        &own[..30],
        &tampered,
        &own.replace("c3.", "c2."),
        &own.replace("c3.", "c1."),
    ] {
        let answer = anna.get(&format!("{}?cursor={cursor}", paths::PULL)).await;
        assert_eq!(
            (answer.status, answer.error().code),
            (StatusCode::GONE, ErrorCode::CursorExpired),
            "{cursor}"
        );
    }
    let others = ben.get(&format!("{}?cursor={own}", paths::PULL)).await;
    assert_eq!(others.status, StatusCode::GONE);
    let fine = anna.get(&format!("{}?cursor={own}", paths::PULL)).await;
    assert_eq!(fine.status, StatusCode::OK);
    // A server restored from a backup is another data set.
    let (restored, _) = with_job().await;
    let anna = restored.sign_in(ANNA).await;
    let answer = anna.get(&format!("{}?cursor={own}", paths::PULL)).await;
    assert_eq!(answer.status, StatusCode::GONE);
    assert_eq!(
        anna.get(&format!("{}?cursor=", paths::PULL)).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_cursor_from_before_the_server_s_memory_means_prime_again() {
    let (server, job) = with_job().await;
    let anna = server.sign_in(ANNA).await;
    let mut cache = Cache::default();
    cache.all(&anna, 100).await;
    server
        .put(
            NORDHAUS,
            &Record::Job(Job {
                assignee: Some(BEN),
                ..job
            }),
        )
        .await;
    server.clock.advance(91 * DAY_MS);
    let pruned = afield_server::maintenance::run_maintenance(&server.app)
        .await
        .unwrap();
    assert_eq!((pruned.departures, pruned.sessions), (1, 1));
    let anna = server.sign_in(ANNA).await;
    let answer = anna.pull(cache.cursor.as_ref(), 100).await;
    assert_eq!(answer.error().code, ErrorCode::CursorExpired);
}
