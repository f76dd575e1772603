//! Board events: in order, resumable, ended when they should be.

use crate::client::Client;
use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use axum::body::{Body, BodyDataStream};
use axum::http::Request;
use futures::StreamExt as _;

/// Reads events from a response as they come.
struct Stream {
    body: BodyDataStream,
    text: String,
}

impl Stream {
    async fn open(client: &Client, path: &str, last_id: Option<u64>) -> Self {
        let mut request = Request::get(path);
        if let Some(id) = last_id {
            request = request.header("last-event-id", id.to_string());
        }
        let response = client.open(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        Self {
            body: response.into_body().into_data_stream(),
            text: String::new(),
        }
    }

    /// The next event's id and content; none when the stream has ended.
    async fn next(&mut self) -> Option<(u64, BoardEvent)> {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let event: String = self.text.drain(..end + 2).collect();
                let field = |name: &str| {
                    event
                        .lines()
                        .find_map(|line| line.strip_prefix(name))
                        .map(str::trim)
                };
                if let Some(data) = field("data:") {
                    let id = field("id:").unwrap().parse().unwrap();
                    return Some((id, serde_json::from_str(data).unwrap()));
                }
                continue;
            }
            let bytes = self.body.next().await?.unwrap();
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }
}

#[tokio::test]
async fn a_quiet_stream_says_at_once_that_it_is_open() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    let mut stream = Stream::open(&dora, paths::EVENTS, None).await;
    // Nothing happens, and nothing would be said for a quarter of a minute.
    let first = stream.body.next().await.unwrap().unwrap();
    assert_eq!(first.as_ref(), b": here\n\n");
}

#[tokio::test]
async fn each_change_arrives_in_order_with_the_job_as_it_is() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    let mut stream = Stream::open(&dora, paths::EVENTS, None).await;
    let mut phone = Phone::of(ANNA);
    let mut last = 0;
    for to in [JobStatus::EnRoute, JobStatus::Started, JobStatus::Finished] {
        assert_eq!(anna.push(&[phone.status(job, to)]).await, ["applied"]);
        let (id, event) = stream.next().await.unwrap();
        assert!(id > last);
        last = id;
        assert_eq!(event.activity.seq, id);
        assert_eq!(event.job.job.status, to);
        assert!(
            matches!(event.activity.what, ActivityKind::Status { to: shown, .. } if shown == to)
        );
    }
}

#[tokio::test]
async fn a_stream_goes_on_where_it_was_cut() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    let mut phone = Phone::of(ANNA);
    let notes: Vec<_> = (0..5).map(|n| phone.note(job, &n.to_string())).collect();
    anna.push(&notes).await;
    let texts = async |mut stream: Stream, count: usize| {
        let mut texts = Vec::new();
        for _ in 0..count {
            let (id, event) = stream.next().await.unwrap();
            let ActivityKind::Note { text } = event.activity.what else {
                panic!("{event:?}");
            };
            texts.push((id, text));
        }
        texts
    };
    let all = texts(Stream::open(&dora, "/api/v1/events?after=0", None).await, 5).await;
    assert_eq!(
        all.iter()
            .map(|(_, text)| text.as_str())
            .collect::<Vec<_>>(),
        ["0", "1", "2", "3", "4"]
    );
    let cut = all[2].0;
    let rest = texts(Stream::open(&dora, paths::EVENTS, Some(cut)).await, 2).await;
    assert_eq!(rest, all[3..]);
    // The header is the later word: a browser repeats the address when it connects again.
    let rest = texts(
        Stream::open(&dora, "/api/v1/events?after=0", Some(cut)).await,
        2,
    )
    .await;
    assert_eq!(rest, all[3..]);
}

#[tokio::test]
async fn another_company_s_board_stays_silent() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let (anna, dana) = (server.sign_in(ANNA).await, server.sign_in(DANA).await);
    let mut stream = Stream::open(&dana, "/api/v1/events?after=0", None).await;
    anna.push(&[Phone::of(ANNA).note(job, "wet")]).await;
    server.app.hub.end();
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn a_stream_ends_with_the_server_and_with_the_session() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let dora = server.sign_in(DORA).await;
    let mut stream = Stream::open(&dora, paths::EVENTS, None).await;
    dora.ask("DELETE", paths::SESSION, None).await;
    let anna = server.sign_in(ANNA).await;
    anna.push(&[Phone::of(ANNA).note(job, "wet")]).await;
    assert_eq!(stream.next().await, None);

    let ada = server.sign_in(ADA).await;
    let mut stream = Stream::open(&ada, paths::EVENTS, None).await;
    server.app.hub.end();
    assert_eq!(stream.next().await, None);
}
