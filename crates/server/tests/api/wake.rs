//! Phones are told when there is something to pull.

use crate::client::Client;
use crate::events::{Said, Stream};
use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use serde_json::json;

async fn assign(dora: &Client, job: JobId, to: Option<UserId>, rev: u64) {
    let path = format!("{}/{job}", paths::ASSIGN);
    let body = json!({"assignee": to, "base_rev": rev});
    assert_eq!(dora.post(&path, body).await.status, 200);
}

#[tokio::test]
async fn who_gets_a_job_and_who_loses_one_is_woken() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let (anna, ben, dora) = (
        server.sign_in(ANNA).await,
        server.sign_in(BEN).await,
        server.sign_in(DORA).await,
    );
    let mut of_anna = Stream::open(&anna, paths::WAKE, None).await;
    let mut of_ben = Stream::open(&ben, paths::WAKE, None).await;
    assign(&dora, job, Some(BEN), 1).await;
    assert_eq!(of_anna.say().await, Some(Said::Pull));
    assert_eq!(of_ben.say().await, Some(Said::Pull));
    assign(&dora, job, None, 2).await;
    assert_eq!(of_ben.say().await, Some(Said::Pull));
}

/// It pulls after each push by itself.
#[tokio::test]
async fn a_phone_is_not_woken_for_what_it_has_sent_and_others_are() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let (anna, other, dora) = (
        server.sign_in(ANNA).await,
        server.sign_in(ANNA).await,
        server.sign_in(DORA).await,
    );
    let mut own = Stream::open(&anna, paths::WAKE, None).await;
    let mut of_other = Stream::open(&other, paths::WAKE, None).await;
    let mut phone = Phone::of(ANNA);
    for text in ["wet", "wetter"] {
        anna.push(&[phone.note(job, text)]).await;
        assert_eq!(of_other.say().await, Some(Said::Pull));
    }
    // What comes after its own work is told as ever.
    assign(&dora, job, Some(BEN), 1).await;
    assert_eq!(of_other.say().await, Some(Said::Pull));
    assert_eq!(own.say().await, Some(Said::Pull));
    server.app.hub.end();
    assert_eq!(own.say().await, None);
}

#[tokio::test]
async fn one_call_is_enough_for_all_that_waited() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    let mut slow = Stream::open(&anna, paths::WAKE, None).await;
    let mut board = Stream::open(&dora, paths::EVENTS, None).await;
    let mut phone = Phone::of(ANNA);
    let other = server.sign_in(ANNA).await;
    for n in 0..100 {
        other.push(&[phone.note(job, &n.to_string())]).await;
        assert!(board.next().await.is_some());
    }
    // More than a stream that nobody reads is kept for; and one that fell behind does not end.
    assert_eq!(slow.say().await, Some(Said::Pull));
    other.push(&[phone.note(job, "one more")]).await;
    assert_eq!(slow.say().await, Some(Said::Pull));
    server.app.hub.end();
    assert_eq!(slow.say().await, None);
}

#[tokio::test]
async fn a_session_that_is_over_hears_nothing_more() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    let mut stream = Stream::open(&anna, paths::WAKE, None).await;
    assert_eq!(anna.ask("DELETE", paths::SESSION, None).await.status, 200);
    assign(&dora, job, Some(BEN), 1).await;
    assert_eq!(stream.say().await, None);
}
