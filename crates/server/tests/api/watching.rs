//! Who watches the server is told how it stands, at an address of its own.

use crate::fragile::Mood;
use crate::phone::Phone;
use crate::support::*;
use afield_server::watching::router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use serde_json::json;
use std::sync::Arc;
use tower::ServiceExt as _;

pub(crate) async fn ask(server: &Server, path: &str) -> (u16, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let answer = router(Arc::clone(&server.app))
        .oneshot(request)
        .await
        .unwrap();
    let status = answer.status().as_u16();
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

/// The value of that figure, with its labels.
pub(crate) async fn figure(server: &Server, name: &str) -> Option<f64> {
    let (status, text) = ask(server, "/metrics").await;
    assert_eq!(status, 200);
    assert!(text.ends_with("# EOF\n"), "{text}");
    let mut values = text
        .lines()
        .filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    values.next().map(|value| value.parse().unwrap())
}

#[tokio::test]
async fn what_phones_send_and_owe_is_counted() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let (wet, nowhere) = (
        phone.note(job, "wet"),
        phone.note(afield_domain::JobId(uuid::Uuid::from_u128(404)), "dry"),
    );
    anna.push(std::slice::from_ref(&wet)).await;
    anna.push(&[wet]).await;
    anna.push(&[nowhere]).await;
    for (kind, count) in [("applied", 1.0), ("repeated", 1.0), ("rejected", 1.0)] {
        let name = format!("afield_verdicts_total{{verdict=\"{kind}\"}}");
        assert_eq!(figure(&server, &name).await, Some(count), "{kind}");
    }
    let requests = "afield_requests_total{method=\"POST\",route=\"/api/v1/push\",status=\"200\"}";
    assert_eq!(figure(&server, requests).await, Some(3.0));
    assert_eq!(
        figure(&server, "afield_phones_unsent_changes").await,
        Some(0.0)
    );
    let report = json!({
        "device": phone.device, "user": ANNA, "unsent": 4, "files": 2, "parked": 1, "oldest": at(NOON).0 - 90_000,
    });
    assert_eq!(anna.post("/api/v1/device", report).await.status, 200);
    for (name, count) in [
        ("owing", 1.0),
        ("unsent_changes", 4.0),
        ("parked_changes", 1.0),
        ("waiting_files", 2.0),
        ("oldest_unsent_seconds", 90.0),
    ] {
        assert_eq!(
            figure(&server, &format!("afield_phones_{name}")).await,
            Some(count),
            "{name}"
        );
    }
    // Of an address that nobody knows, and of a method that somebody made up, no figure of its own is made.
    for (method, path) in [
        ("GET", "/api/v1/nope/1"),
        ("GET", "/api/v1/nope/2"),
        ("BREW", "/api/v1/push"),
    ] {
        server.nobody().ask(method, path, None).await;
    }
    let (_, text) = ask(&server, "/metrics").await;
    assert!(!text.contains("nope") && !text.contains("BREW"), "{text}");
    // Nobody's work, name or address.
    for word in ["wet", "anna", &ANNA.to_string(), &job.to_string()] {
        assert!(!text.to_lowercase().contains(word), "{word}");
    }
}

#[tokio::test]
async fn it_is_ready_as_long_as_it_can_write_and_does_not_end() {
    let server = Server::start().await;
    assert_eq!(ask(&server, "/ready").await, (200, "ready\n".into()));
    assert_eq!(ask(&server, "/health").await, (200, "ok\n".into()));
    server.storage.set(Mood::NoWrites);
    let (status, why) = ask(&server, "/ready").await;
    assert_eq!(status, 503);
    assert!(why.contains("the disk is full"), "{why}");
    // To start it anew would not help: it runs.
    assert_eq!(ask(&server, "/health").await.0, 200);
    server.storage.set(Mood::Well);
    assert_eq!(ask(&server, "/ready").await.0, 200);
    server.app.hub.end();
    assert_eq!(ask(&server, "/ready").await, (503, "ending\n".into()));
    assert_eq!(ask(&server, "/health").await.0, 200);
}
