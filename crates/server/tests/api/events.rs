//! Board events: in order, resumable, ended when they should be.

use crate::client::Client;
use crate::import_support::{import, mapped};
use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use afield_server::import::Kind;
use axum::body::{Body, BodyDataStream};
use axum::http::Request;
use futures::StreamExt as _;

/// Reads events from a response as they come.
pub(crate) struct Stream {
    body: BodyDataStream,
    text: String,
    /// The id of the last message.
    id: String,
}

/// What a message says.
#[derive(Debug, PartialEq)]
pub(crate) enum Said {
    Event(Box<BoardEvent>),
    Reload,
    /// That there is something to pull.
    Pull,
    /// That the stream lives.
    Alive,
}

impl Stream {
    pub(crate) async fn open(client: &Client, path: &str, last_id: Option<&str>) -> Self {
        let mut request = Request::get(path);
        if let Some(id) = last_id {
            request = request.header("last-event-id", id);
        }
        Self::begin(client, request.body(Body::empty()).unwrap()).await
    }

    /// The stream that this request asks for.
    pub(crate) async fn begin(client: &Client, request: Request<Body>) -> Self {
        let response = client.open(request).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        Self {
            body: response.into_body().into_data_stream(),
            text: String::new(),
            id: String::new(),
        }
    }

    /// The id of the last message; empty before the first.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The next message that says something; none when the stream has ended.
    pub(crate) async fn say(&mut self) -> Option<Said> {
        // A stream that has nothing to say gives signs of life for ever.
        in_time(async {
            loop {
                match self.hear().await {
                    Some(Said::Alive) => {}
                    said => return said,
                }
            }
        })
        .await
    }

    /// The next message; none when the stream has ended.
    pub(crate) async fn hear(&mut self) -> Option<Said> {
        loop {
            if let Some(said) = self.listen().await? {
                return Some(said);
            }
        }
    }

    /// The next message, which may say nothing but its id; none when the stream has ended.
    pub(crate) async fn listen(&mut self) -> Option<Option<Said>> {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let message: String = self.text.drain(..end + 2).collect();
                let field = |name: &str| {
                    let mut lines = message.lines();
                    lines
                        .find_map(|line| line.strip_prefix(name))
                        .map(str::trim)
                };
                if let Some(id) = field("id:") {
                    id.clone_into(&mut self.id);
                }
                return Some(match field("data:") {
                    Some(_) if field("event:") == Some(ALIVE) => Some(Said::Alive),
                    Some(RELOAD) => Some(Said::Reload),
                    Some(PULL_NOW) => Some(Said::Pull),
                    Some(data) => {
                        let event: BoardEvent = serde_json::from_str(data).unwrap();
                        let seq = self.id.rsplit_once('.').unwrap().1;
                        assert_eq!(seq, event.activity.seq.to_string());
                        Some(Said::Event(Box::new(event)))
                    }
                    None => None,
                });
            }
            let bytes = in_time(self.body.next()).await?.unwrap();
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }

    /// The next event; none when the stream has ended.
    pub(crate) async fn next(&mut self) -> Option<BoardEvent> {
        match self.say().await? {
            Said::Event(event) => Some(*event),
            Said::Reload | Said::Pull | Said::Alive => panic!("told to load anew"),
        }
    }

    /// The texts of the next notes, each with the id of its event.
    async fn texts(&mut self, count: usize) -> Vec<(String, String)> {
        let mut texts = Vec::new();
        for _ in 0..count {
            let ActivityKind::Note { text } = self.next().await.unwrap().activity.what else {
                panic!("no note");
            };
            texts.push((self.id.clone(), text));
        }
        texts
    }
}

#[tokio::test]
async fn a_quiet_stream_says_at_once_that_it_is_open() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    let mut stream = Stream::open(&dora, paths::EVENTS, None).await;
    // Nothing happens, and nothing would be said for a quarter of a minute.
    let first = in_time(stream.body.next()).await.unwrap().unwrap();
    let epoch = &server.app.epoch.0;
    // With an id: should it be cut before anything happens, it goes on from here.
    let expected = format!(": here\nid: {epoch}.0\n\n");
    assert_eq!(std::str::from_utf8(&first).unwrap(), expected);
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
        let event = stream.next().await.unwrap();
        assert!(event.activity.seq > last);
        last = event.activity.seq;
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
    let all = Stream::open(&dora, "/api/v1/events?after=0", None)
        .await
        .texts(5)
        .await;
    let texts: Vec<_> = all.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, ["0", "1", "2", "3", "4"]);
    let cut = Some(all[2].0.as_str());
    let rest = Stream::open(&dora, paths::EVENTS, cut).await.texts(2).await;
    assert_eq!(rest, all[3..]);
    // The header is the later word: a browser repeats the address when it connects again.
    let rest = Stream::open(&dora, "/api/v1/events?after=0", cut)
        .await
        .texts(2)
        .await;
    assert_eq!(rest, all[3..]);
}

#[tokio::test]
async fn a_board_that_cannot_be_told_what_it_missed_loads_anew() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    let mut phone = Phone::of(ANNA);
    let notes: Vec<_> = (0..3).map(|n| phone.note(job, &n.to_string())).collect();
    anna.push(&notes).await;
    let mut stream = Stream::open(&dora, "/api/v1/events?after=0", None).await;
    let all = stream.texts(3).await;
    let epoch = &server.app.epoch.0;
    let seq = |id: &str| id.rsplit_once('.').unwrap().1.parse::<u64>().unwrap();
    let last = seq(&all[2].0);
    for id in [
        // Before the backup that was put back more had happened.
        format!("{epoch}.{}", last + 1),
        // As much, but in another data set.
        format!("another.{last}"),
        format!("another.{}", seq(&all[0].0)),
        // A page of the version before.
        last.to_string(),
        // What housekeeping has forgotten, or never was.
        format!("{epoch}.{}", seq(&all[0].0) - 1),
        "damaged".into(),
    ] {
        let mut stream = Stream::open(&dora, paths::EVENTS, Some(&id)).await;
        assert_eq!(stream.say().await, Some(Said::Reload), "{id}");
        // From here on it is told again, and a cut right now misses nothing.
        assert_eq!(stream.id, all[2].0, "{id}");
    }
    let mut stream = Stream::open(&dora, paths::EVENTS, Some(&all[2].0)).await;
    anna.push(&[phone.note(job, "after")]).await;
    assert_eq!(stream.texts(1).await[0].1, "after");
    // More than are told one by one.
    for _ in 0..3 {
        let many: Vec<_> = (0..60).map(|n| phone.note(job, &n.to_string())).collect();
        anna.push(&many).await;
    }
    let mut stream = Stream::open(&dora, paths::EVENTS, Some(&all[2].0)).await;
    assert_eq!(stream.say().await, Some(Said::Reload));
}

#[tokio::test]
async fn however_many_boards_watch_what_happens_is_read_once() {
    const BOARDS: usize = 200;
    let config = afield_server::Config {
        streams_per_user: BOARDS,
        ..afield_server::Config::default()
    };
    let server = Server::start_with(config, afield_server::web_app::WebApp::embedded()).await;
    let job = server.put_job(1, ANNA).await.id;
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    let mut streams = Vec::new();
    for _ in 0..BOARDS {
        streams.push(Stream::open(&dora, paths::EVENTS, None).await);
    }
    let mut phone = Phone::of(ANNA);
    let before = server.storage.reads();
    for n in 0..5 {
        anna.push(&[phone.note(job, &n.to_string())]).await;
        for stream in &mut streams {
            assert_eq!(stream.texts(1).await[0].1, n.to_string());
        }
    }
    // Those of the pushes themselves are among them.
    let reads = server.storage.reads() - before;
    assert!(reads < 40, "{reads} reads for 5 changes");
}

#[tokio::test]
async fn a_board_that_takes_nothing_is_told_to_load_anew_and_the_others_go_on() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    let mut slow = Stream::open(&dora, paths::EVENTS, None).await;
    let mut quick = Stream::open(&dora, paths::EVENTS, None).await;
    let mut phone = Phone::of(ANNA);
    let mut last = String::new();
    for n in 0..100 {
        anna.push(&[phone.note(job, &n.to_string())]).await;
        last = quick.texts(1).await[0].0.clone();
    }
    let mut told = Vec::new();
    while let Some(said) = slow.say().await {
        told.push(said);
    }
    assert_eq!(told.last(), Some(&Said::Reload), "and the stream has ended");
    assert!(told.len() < 100);
    // It comes back with the id that it was told, and nothing is between.
    let mut again = Stream::open(&dora, paths::EVENTS, Some(&slow.id)).await;
    while again.id != last {
        assert!(again.say().await.is_some());
    }
}

#[tokio::test]
async fn what_happens_while_a_stream_opens_is_in_it_or_was_before_it() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    let mut phone = Phone::of(ANNA);
    for n in 0..30 {
        let batch = [phone.note(job, &n.to_string())];
        // Both at once, with no board open before and none after.
        let (pushed, mut stream) =
            futures::join!(anna.push(&batch), Stream::open(&dora, paths::EVENTS, None));
        assert_eq!(pushed, ["applied"]);
        let loaded: BoardResponse = dora.get(paths::BOARD).await.ok();
        let is_it = |what: &ActivityKind| {
            *what
                == ActivityKind::Note {
                    text: n.to_string(),
                }
        };
        if !loaded.activity.iter().any(|known| is_it(&known.what)) {
            assert!(is_it(&stream.next().await.unwrap().activity.what));
        }
    }
}

#[tokio::test]
async fn an_import_is_one_word_to_load_anew() {
    let server = Server::start().await;
    server.put_job(1, ANNA).await;
    let dora = server.sign_in(DORA).await;
    let mut stream = Stream::open(&dora, paths::EVENTS, None).await;
    let visits: String = (0..600)
        .map(|n| format!("V-{n},Boiler,2026-11-21T08:00:00+01:00\n"))
        .collect();
    let format = || mapped(Kind::Jobs, "Ref=external_key,What=title,When=starts");
    let told = async |file: &str| {
        let report = import(&server, NORDHAUS, format(), file.as_bytes(), |_| ()).await;
        server
            .app
            .hub
            .notify(NORDHAUS, afield_server::events::Wrote::Told);
        let board: BoardResponse = dora.get(paths::BOARD).await.ok();
        let lines: Vec<ActivityKind> = board.activity.into_iter().map(|seen| seen.what).collect();
        (report.created, lines)
    };
    let file = format!("Ref,What,When\n{visits}");
    let (created, lines) = told(&file).await;
    let first = ActivityKind::Imported {
        created: 600,
        updated: 0,
    };
    assert_eq!(
        (created, lines),
        (600, vec![first.clone()]),
        "three transactions, one line"
    );
    assert_eq!(stream.say().await, Some(Said::Reload));
    let (_, lines) = told(&file).await;
    assert_eq!(
        lines,
        std::slice::from_ref(&first),
        "what changes nothing says nothing"
    );
    let (_, lines) = told(&file.replacen("Boiler", "Heater", 2)).await;
    let second = ActivityKind::Imported {
        created: 0,
        updated: 2,
    };
    assert_eq!(lines, [second, first]);
    // Whoever comes back with what was heard before is told to load anew as well.
    let mut late = Stream::open(&dora, "/api/v1/events?after=0", None).await;
    assert_eq!(late.say().await, Some(Said::Reload));
}

#[tokio::test]
async fn a_user_has_so_many_streams_and_gets_the_place_of_a_closed_one() {
    let config = afield_server::Config {
        streams_per_user: 2,
        ..afield_server::Config::default()
    };
    let server = Server::start_with(config, afield_server::web_app::WebApp::embedded()).await;
    let (dora, ada) = (server.sign_in(DORA).await, server.sign_in(ADA).await);
    let first = Stream::open(&dora, paths::EVENTS, None).await;
    let _second = Stream::open(&dora, paths::EVENTS, None).await;
    let refused = dora.get(paths::EVENTS).await;
    assert_eq!(
        (refused.status.as_u16(), refused.error().code),
        (429, ErrorCode::RateLimited)
    );
    let _other = Stream::open(&ada, paths::EVENTS, None).await;
    drop(first);
    let _third = Stream::open(&dora, paths::EVENTS, None).await;
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
