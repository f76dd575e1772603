//! The demo: there at the first start, the same at the second, and with jobs today a week later.

use crate::cache::Cache;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use afield_server::clock::Clock as _;
use afield_server::demo::{PASSWORD, ensure_demo, sign_ins};
use std::collections::HashSet;

async fn start(server: &Server) {
    let hash = server.app.passwords.hash(PASSWORD).unwrap();
    let storage = server.app.storage.as_ref();
    ensure_demo(storage, server.clock.as_ref(), &hash)
        .await
        .unwrap();
}

async fn board(server: &Server, email: &str) -> BoardResponse {
    let mut client = server.nobody();
    client.cookie = client.try_sign_in(email, PASSWORD).await.cookie();
    client.get(paths::BOARD).await.ok()
}

#[tokio::test]
async fn a_demo_has_jobs_today_at_every_start() {
    let server = Server::start().await;
    start(&server).await;
    let first = board(&server, "dora@nordhaus.example").await;
    assert!(
        (24..=30).contains(&first.jobs.len()),
        "{}",
        first.jobs.len()
    );
    assert_eq!(first.technicians.len(), 3);
    assert!(first.jobs.iter().all(|job| job.job.number.starts_with("J-")
        && !job.address.is_empty()
        && !job.customer.is_empty()));
    let harbor = board(&server, "dana@harbor.example").await;
    assert!((8..=10).contains(&harbor.jobs.len()));
    start(&server).await;
    assert_eq!(board(&server, "dora@nordhaus.example").await, first);
    for days in [1, 7] {
        server.clock.advance(days * DAY_MS);
        start(&server).await;
        let later = board(&server, "dora@nordhaus.example").await;
        assert!(later.jobs.len() >= 12, "{}", later.jobs.len());
        assert_ne!(later.day, first.day);
    }
}

/// Days and hours at which something about the calendar is special: what each has is checked for many
/// more of them next to the demo.
const MOMENTS: [&str; 5] = [
    NOON,
    // Sundays: in Berlin half an hour before an hour is left out, and within the one that comes twice.
    "2027-03-28T00:30:00Z",
    "2027-10-31T01:30:00Z",
    // The new year has begun in Berlin and not in New York.
    "2027-12-31T23:30:00Z",
    "2028-02-29T22:59:00Z",
];

#[tokio::test]
async fn a_technician_finds_something_of_every_kind() {
    for moment in MOMENTS {
        let server = Server::start().await;
        server.clock.set(at(moment));
        start(&server).await;
        find_every_kind(&server).await;
    }
}

async fn find_every_kind(server: &Server) {
    for email in ["anna@nordhaus.example", "tom@harbor.example"] {
        let mut client = server.nobody();
        client.cookie = client.try_sign_in(email, PASSWORD).await.cookie();
        let mut cache = Cache::default();
        cache.all(&client, 500).await;
        let count = |module| {
            cache
                .records
                .keys()
                .filter(|key| key.module == module)
                .count()
        };
        assert_eq!(count(Module::Route), 7, "{email}");
        for module in Module::ALL {
            // No bytes of pictures are shipped, and nobody has edited anything yet.
            let is_empty = matches!(module, Module::Attachment | Module::Conflict);
            assert_eq!(count(module) == 0, is_empty, "{email} {}", module.name());
        }
        let jobs: Vec<&Job> = cache
            .records
            .values()
            .filter_map(|versioned| match &versioned.record {
                Record::Job(job) => Some(job),
                _ => None,
            })
            .collect();
        let asked = jobs
            .iter()
            .filter(|job| job.acceptance == Acceptance::Asked);
        assert!(asked.clone().count() > 0, "{email}");
        assert!(asked.into_iter().all(|job| job.starts > server.clock.now()));
        let follow_ups = jobs.iter().filter(|job| job.follows.is_some());
        assert_eq!(follow_ups.count(), 1, "{email}");
        // None is a part of another one: what is looked for by its number is found once.
        let lengths: HashSet<usize> = jobs.iter().map(|job| job.number.len()).collect();
        assert_eq!(lengths.len(), 1, "{email}");
    }
}

#[tokio::test]
async fn every_demo_account_signs_in() {
    let server = Server::start().await;
    start(&server).await;
    assert_eq!(sign_ins().len(), 7);
    for account in sign_ins() {
        let info: SessionInfo = server
            .nobody()
            .try_sign_in(account.email, PASSWORD)
            .await
            .ok();
        assert_eq!(
            (info.user.role, info.company.name.as_str()),
            (account.role, account.company)
        );
    }
}
