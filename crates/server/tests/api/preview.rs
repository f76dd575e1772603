//! The office looks through a technician's app: it reads what that phone reads, and can do nothing.

use crate::client::{Answer, Client};
use crate::events::{Said, Stream};
use crate::phone::Phone;
use crate::pull::with_job;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use axum::body::Body;
use axum::http::Request;
use std::collections::BTreeMap;
use uuid::Uuid;

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// A request of `client` that looks through the app of `of`.
async fn look(client: &Client, of: &str, method: &str, path: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(paths::PREVIEW_OF, of)
        .header("content-type", "application/json");
    client.send(request.body(Body::from("{}")).unwrap()).await
}

fn keys(response: &PullResponse) -> Vec<RecordKey> {
    let key = |change: &Change| match change {
        Change::Upsert(versioned) => versioned.record.key().unwrap(),
        other => panic!("a phone that has nothing is sent {other:?}"),
    };
    response.changes.iter().map(key).collect()
}

#[tokio::test]
async fn it_reads_what_the_phone_would_and_the_office_is_told_how_much_that_is() {
    let (server, here) = with_job().await;
    let month = 31 * 86_400_000;
    for (n, by) in [(2, -month), (3, month), (4, 2 * month)] {
        let beside = Job {
            starts: here.starts.plus_ms(by),
            ends: here.ends.plus_ms(by),
            ..job(n, Some(ANNA))
        };
        server.put(NORDHAUS, &Record::Job(beside)).await;
    }
    let dora = server.sign_in(DORA).await;
    let of = ANNA.to_string();

    let who: SessionInfo = look(&dora, &of, "GET", paths::SESSION).await.ok();
    assert_eq!(who.user.id, ANNA);
    let path = format!("{}?limit=500&user={ANNA}", paths::PULL);
    let seen: PullResponse = look(&dora, &of, "GET", &path).await.ok();
    let people: People = server.sign_in(ADA).await.get(paths::PEOPLE).await.ok();
    let anna = people.people.iter().find(|person| person.user.id == ANNA);
    assert_eq!(anna.unwrap().seen_at, None, "she was not here");

    let own: PullResponse = server.sign_in(ANNA).await.get(&path).await.ok();
    assert_eq!(keys(&seen), keys(&own));
    assert!(!seen.more && !seen.changes.is_empty());

    let preview: Preview = dora.get(&format!("{}/{ANNA}", paths::PREVIEW)).await.ok();
    assert_eq!(preview.user.id, ANNA);
    let told: BTreeMap<Module, u64> = preview
        .records
        .iter()
        .map(|sum| (sum.module, sum.count))
        .collect();
    let mut counted = BTreeMap::new();
    for key in keys(&own) {
        *counted.entry(key.module).or_insert(0) += 1;
    }
    assert_eq!(told, counted);
    assert!(preview.records.iter().all(|sum| sum.bytes > sum.count));
    assert!(preview.from < preview.until);
    assert_eq!((preview.earlier, preview.later), (1, 2));
}

#[tokio::test]
async fn nothing_can_be_done_through_it_and_nothing_else_be_read() {
    let server = Server::start().await;
    let of = ANNA.to_string();
    for user in [DORA, ADA] {
        let office = server.sign_in(user).await;
        // Read in a test of its own: a stream does not end.
        let paths = afield_server::http::api_paths();
        for path in paths.into_iter().filter(|path| *path != paths::WAKE) {
            let at = path
                .split('/')
                .map(|part| match part {
                    "{module}" => "customer".to_owned(),
                    part if part.starts_with('{') => Uuid::from_u128(1).to_string(),
                    part => part.to_owned(),
                })
                .collect::<Vec<_>>()
                .join("/");
            for method in METHODS {
                let is_read = matches!(method, "GET" | "HEAD");
                let is_phones = path == paths::SESSION
                    || path == paths::PULL
                    || path == paths::HEALTH
                    || path.starts_with("/api/v1/files/");
                let status = look(&office, &of, method, &at).await.status.as_u16();
                if is_read && is_phones {
                    assert_ne!(status, 403, "{method} {path}");
                } else {
                    assert_eq!(status, 403, "{method} {path}");
                }
            }
        }
    }
    let still: SessionInfo = server.sign_in(DORA).await.get(paths::SESSION).await.ok();
    assert_eq!(still.user.id, DORA);
}

#[tokio::test]
async fn it_is_woken_as_that_phone_is_and_takes_nothing_of_its_streams() {
    let config = afield_server::Config {
        streams_per_user: 1,
        ..afield_server::Config::default()
    };
    let server = Server::start_with(config, afield_server::web_app::WebApp::embedded()).await;
    let job = server.put_job(1, ANNA).await.id;
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    let request = Request::get(paths::WAKE).header(paths::PREVIEW_OF, ANNA.to_string());
    let mut seen = Stream::begin(&dora, request.body(Body::empty()).unwrap()).await;
    let mut own = Stream::open(&anna, paths::WAKE, None).await;
    // Not by the phone of the stream itself, which is not told of what it has sent.
    let other = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    other.push(&[phone.note(job, "wet")]).await;
    for stream in [&mut seen, &mut own] {
        assert_eq!(stream.say().await, Some(Said::Pull));
    }
    for method in METHODS
        .into_iter()
        .filter(|method| !matches!(*method, "GET" | "HEAD"))
    {
        let refused = look(&dora, &ANNA.to_string(), method, paths::WAKE).await;
        assert!(refused.status.as_u16() >= 400, "{method}");
    }
    assert_eq!(dora.ask("DELETE", paths::SESSION, None).await.status, 200);
    other.push(&[phone.note(job, "dry")]).await;
    assert_eq!(seen.say().await, None);
}

#[tokio::test]
async fn it_is_the_offices_of_its_own_technicians_and_ends_with_its_session() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    let status = async |client: &Client, of: &str| {
        let answer = look(client, of, "GET", paths::PULL).await;
        answer.status.as_u16()
    };
    assert_eq!(status(&dora, &ANNA.to_string()).await, 200);
    for nobody in [DORA, ADA, TOM, UserId(Uuid::from_u128(404))] {
        assert_eq!(status(&dora, &nobody.to_string()).await, 404, "{nobody}");
    }
    assert_eq!(status(&dora, "anna").await, 400);
    let ben = server.sign_in(BEN).await;
    assert_eq!(status(&ben, &ANNA.to_string()).await, 403);
    assert_eq!(status(&ben, &BEN.to_string()).await, 403);
    let mut nobody = ben.clone();
    nobody.cookie = None;
    assert_eq!(status(&nobody, &ANNA.to_string()).await, 401);
    dora.ask("DELETE", paths::SESSION, None).await;
    assert_eq!(status(&dora, &ANNA.to_string()).await, 401);
}
