//! Two servers on one PostgreSQL: what is written at one is heard at the other, whatever became of the words.
//!
//! No stream here looks by itself within the hour: what comes was heard.

use crate::client::Client;
use crate::cluster;
use crate::device::{counted, of_phones, tell};
use crate::events::{Said, Stream};
use crate::phone::Phone;
use crate::series;
use crate::support::*;
use crate::watching::figure;
use afield_domain::*;
use afield_protocol::*;
use afield_server::Config;
use afield_server::auth::shared_pace::share_pace;
use afield_server::elsewhere::run_listener;
use afield_server::series::make_ahead;
use axum::body::Body;
use axum::http::Request;
use futures::future::join_all;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// Two servers on one database.
pub(crate) struct Replicas {
    pub(crate) one: Server,
    pub(crate) other: Server,
    address: String,
    listeners: [JoinHandle<()>; 2],
}

impl Drop for Replicas {
    fn drop(&mut self) {
        for listener in &self.listeners {
            listener.abort();
        }
    }
}

impl Replicas {
    pub(crate) async fn start() -> Self {
        Self::start_with(Config::default()).await
    }

    async fn start_with(config: Config) -> Self {
        let address = cluster::new_database().await;
        let config = Config {
            keep_alive: Duration::from_hours(1),
            ..config
        };
        let one = Server::start_on(&address, config.clone()).await;
        let other = Server::start_beside(&address, config).await;
        let listeners = [&one, &other].map(|server| {
            let app = Arc::clone(&server.app);
            tokio::spawn(async move { run_listener(&app).await })
        });
        let replicas = Self {
            one,
            other,
            address,
            listeners,
        };
        replicas.hear(true).await;
        replicas
    }

    fn both(&self) -> [&Server; 2] {
        [&self.one, &self.other]
    }

    /// Waits until both say that they hear each other, or that they do not.
    async fn hear(&self, hear: bool) {
        let expected = Some(f64::from(u8::from(hear)));
        in_time(async {
            for server in self.both() {
                while figure(server, "afield_servers_heard").await != expected {
                    tokio::task::yield_now().await;
                }
            }
        })
        .await;
    }

    /// Runs a statement beside the database; in it stands the name for `{}`.
    async fn run(&self, sql: &str) {
        let (start, end) = self.address.split_once("/test_").unwrap();
        let (number, options) = end.split_once('?').unwrap();
        let sql = sql.replace("{}", &format!("test_{number}"));
        cluster::run(&format!("{start}/postgres?{options}"), &sql).await;
    }

    /// Waits until somebody waits for what somebody else has locked.
    async fn somebody_waits(&self) {
        let sql = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        in_time(async {
            while cluster::run(&self.address, sql).await == 0 {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    /// Cuts the lines of those who listen, and lets nobody in who is not in yet.
    async fn cut_listeners(&self) {
        self.run("ALTER DATABASE {} ALLOW_CONNECTIONS false").await;
        self.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = '{}' AND query LIKE 'LISTEN%'",
        )
        .await;
    }
}

async fn assign(dora: &Client, job: JobId, to: Option<UserId>, rev: u64) {
    let path = format!("{}/{job}", paths::ASSIGN);
    let body = json!({"assignee": to, "base_rev": rev});
    assert_eq!(dora.post(&path, body).await.status, 200);
}

#[tokio::test]
async fn what_is_done_at_one_is_heard_by_the_boards_and_phones_of_the_other() {
    let replicas = Replicas::start().await;
    let (one, other) = (&replicas.one, &replicas.other);
    let job = one.put_job(1, ANNA).await;
    let anna = one.sign_in(ANNA).await;
    let (dora, ben) = (other.sign_in(DORA).await, other.sign_in(BEN).await);
    let mut board = Stream::open(&dora, paths::EVENTS, None).await;
    let mut of_ben = Stream::open(&ben, paths::WAKE, None).await;
    anna.push(&[Phone::of(ANNA).note(job.id, "wet")]).await;
    assert_eq!(board.next().await.unwrap().activity.job, job.id);
    assign(&one.sign_in(DORA).await, job.id, Some(BEN), 1).await;
    assert_eq!(board.next().await.unwrap().activity.job, job.id);
    assert_eq!(of_ben.say().await, Some(Said::Pull));
    // What no activity tells of.
    let other_job = Job {
        title: "Pump".into(),
        ..job
    };
    one.put(NORDHAUS, &Record::Job(other_job)).await;
    assert_eq!(board.say().await, Some(Said::Reload));
}

#[tokio::test]
async fn a_write_that_is_taken_back_is_told_to_nobody_and_the_next_one_is() {
    let replicas = Replicas::start().await;
    let (one, other) = (&replicas.one, &replicas.other);
    let words = async || figure(other, "afield_servers_words_total").await.unwrap();
    let before = words().await;
    let mut tx = one.app.storage.write().await.unwrap();
    tx.next_seq(NORDHAUS).await.unwrap();
    drop(tx);
    let mut tx = one.app.storage.write().await.unwrap();
    tx.mark().await.unwrap();
    tx.next_seq(NORDHAUS).await.unwrap();
    tx.undo_marked().await.unwrap();
    tx.next_seq(HARBOR).await.unwrap();
    tx.next_seq(HARBOR).await.unwrap();
    tx.commit().await.unwrap();
    in_time(async {
        while words().await == before {
            tokio::task::yield_now().await;
        }
    })
    .await;
    // Words come in the order of the commits: the others would have been there before.
    assert_eq!(words().await, before + 1.0);
    // Nor does anybody hear what they have said.
    assert_eq!(figure(one, "afield_servers_words_total").await, Some(0.0));
}

#[tokio::test]
async fn an_open_page_hears_of_a_phone_that_has_told_another_server() {
    let replicas = Replicas::start().await;
    let anna = replicas.one.sign_in(ANNA).await;
    let dora = replicas.other.sign_in(DORA).await;
    let request = Request::get(paths::EVENTS).body(Body::empty()).unwrap();
    let mut body = dora.open(request).await.into_body().into_data_stream();
    // Of the first nobody knows what it told before: the page loads anew.
    tell(&anna, &counted(1, &[(1, 1, 0)], None)).await;
    let mut text = String::new();
    in_time(async {
        use futures::StreamExt as _;
        while !text.contains(RELOAD) {
            let bytes = body.next().await.unwrap().unwrap();
            text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    })
    .await;
    tell(&anna, &counted(1, &[(2, 1, 0)], None)).await;
    assert_eq!(of_phones(&mut body, 1).await, [vec![1, 2]]);
}

#[tokio::test]
async fn a_device_that_is_revoked_at_one_hears_nothing_more_at_the_other() {
    let replicas = Replicas::start().await;
    let (one, other) = (&replicas.one, &replicas.other);
    let job = one.put_job(1, BEN).await.id;
    let (anna, ben) = (other.sign_in(ANNA).await, other.sign_in(BEN).await);
    let mut of_anna = Stream::open(&anna, paths::WAKE, None).await;
    let mut of_ben = Stream::open(&ben, paths::WAKE, None).await;
    one.revoke(&anna).await;
    assert_eq!(of_anna.say().await, Some(Said::Pull));
    assert_eq!(of_anna.say().await, None);
    // Those whose sessions stand go on.
    let ben = one.sign_in(BEN).await;
    let told = ben.push(&[Phone::of(BEN).note(job, "wet")]).await;
    assert_eq!(told, ["applied"]);
    assert_eq!(of_ben.say().await, Some(Said::Pull));
}

#[tokio::test]
async fn what_is_said_while_nobody_can_listen_is_found_afterwards() {
    let replicas = Replicas::start().await;
    let (one, other) = (&replicas.one, &replicas.other);
    let job = one.put_job(1, ANNA).await.id;
    let (anna, dora) = (one.sign_in(ANNA).await, other.sign_in(DORA).await);
    let mut board = Stream::open(&dora, paths::EVENTS, None).await;
    // Who is in stays in.
    for server in replicas.both() {
        join_all((0..6).map(|_| server.app.storage.read())).await;
        join_all((0..3).map(|_| server.app.storage.write())).await;
    }
    replicas.cut_listeners().await;
    replicas.hear(false).await;
    anna.push(&[Phone::of(ANNA).note(job, "wet")]).await;
    replicas
        .run("ALTER DATABASE {} ALLOW_CONNECTIONS true")
        .await;
    // Of what was lost nobody knows what it was: the board hears of the note, or loads it anew.
    let said = board.say().await.unwrap();
    let is_found = match &said {
        Said::Event(event) => event.activity.job == job,
        said => *said == Said::Reload,
    };
    assert!(is_found, "{said:?}");
    replicas.hear(true).await;
}

#[tokio::test]
async fn a_series_that_is_ended_at_one_while_the_other_makes_its_jobs_gets_none_more() {
    let replicas = Replicas::start().await;
    let (one, other) = (&replicas.one, &replicas.other);
    let dora = one.sign_in(DORA).await;
    series::begin(&dora, &series::mondays(20))
        .await
        .ok::<Series>();
    let before = series::all_jobs(other).await.len();
    for server in replicas.both() {
        server.clock.advance(14 * DAY_MS);
    }
    // The end is under way when the other has seen that two days are due.
    let mut tx = one.app.storage.write().await.unwrap();
    let stored = tx.series(NORDHAUS, series::ID).await.unwrap().unwrap();
    let mut ended: serde_json::Value = serde_json::from_str(&stored).unwrap();
    ended["ended"] = "2026-12-08".into();
    let maker = tokio::spawn({
        let app = Arc::clone(&other.app);
        async move { make_ahead(&app).await }
    });
    replicas.somebody_waits().await;
    tx.put_series(NORDHAUS, series::ID, &ended.to_string())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(maker.await.unwrap().unwrap(), 0);
    assert_eq!(series::all_jobs(other).await.len(), before);
    // It stays ended, whatever the other had read of it.
    assert_eq!(make_ahead(&other.app).await.unwrap(), 0);
    let mut tx = one.app.storage.read().await.unwrap();
    let stored = tx.series(NORDHAUS, series::ID).await.unwrap().unwrap();
    assert!(stored.contains("2026-12-08"), "{stored}");
}

async fn try_sign_in(server: &Server, password: &str) -> u16 {
    let answer = server.nobody().try_sign_in(&email(ANNA), password).await;
    answer.status.as_u16()
}

#[tokio::test]
async fn whoever_guesses_at_several_servers_is_braked_as_at_one() {
    let replicas = Replicas::start().await;
    let (one, other) = (&replicas.one, &replicas.other);
    for server in [one, other, one, other, one] {
        assert_eq!(try_sign_in(server, "wrong").await, 401);
    }
    for server in replicas.both() {
        assert_eq!(try_sign_in(server, PASSWORD).await, 429);
        server.clock.advance(59_999);
        assert_eq!(try_sign_in(server, PASSWORD).await, 429);
        server.clock.advance(1);
    }
    for server in replicas.both() {
        assert_eq!(try_sign_in(server, PASSWORD).await, 200);
    }
    // Neither the mail address nor its hash, nor the network, stands there.
    let sql = "DELETE FROM sign_in_failures WHERE length(name) = 43 AND name ~ '^[A-Za-z0-9_-]+$'";
    assert_eq!(cluster::run(&replicas.address, sql).await, 10);
}

/// How many requests of this client the server takes, of `wanted`; it tells the other after each, as far as that is due.
async fn requests(server: &Server, client: &Client, name: &str, wanted: usize) -> usize {
    for taken in 0..wanted {
        if client.get(paths::SESSION).await.status == 429 {
            return taken;
        }
        share_pace(&server.app, name).await.unwrap();
    }
    wanted
}

#[tokio::test]
async fn a_session_that_asks_two_servers_is_held_as_at_one() {
    let config = Config {
        requests_per_minute: 50,
        ..Config::default()
    };
    let replicas = Replicas::start_with(config).await;
    let (one, other) = (&replicas.one, &replicas.other);
    let anna = one.sign_in(ANNA).await;
    let (ben, mut there) = (other.sign_in(BEN).await, other.nobody());
    there.cookie.clone_from(&anna.cookie);
    // Three of five at the first; at the second what is left, and a tenth that the first did not tell.
    assert_eq!(requests(one, &anna, "one", 34).await, 34);
    assert_eq!(requests(other, &there, "other", 50).await, 20);
    assert_eq!(requests(other, &ben, "other", 20).await, 20);
    // The first hears of it with its next step, which is a tenth.
    assert_eq!(requests(one, &anna, "one", 50).await, 1);
    for server in replicas.both() {
        server.clock.advance(60_000);
    }
    assert_eq!(requests(other, &there, "other", 50).await, 50);
    assert_eq!(requests(one, &anna, "one", 50).await, 5);

    // What cannot be told is counted alone, and told with the next step.
    for server in replicas.both() {
        server.clock.advance(60_000);
    }
    one.storage.set(crate::fragile::Mood::NoWrites);
    for _ in 0..30 {
        assert_eq!(anna.get(paths::SESSION).await.status, 200);
        let _ = share_pace(&one.app, "one").await;
    }
    assert_eq!(requests(other, &there, "other", 5).await, 5);
    one.storage.set(crate::fragile::Mood::Well);
    assert_eq!(requests(one, &anna, "one", 5).await, 5);
    assert_eq!(requests(other, &there, "other", 50).await, 10);
}

#[tokio::test]
async fn what_cannot_be_written_brakes_all_the_same() {
    let replicas = Replicas::start().await;
    let one = &replicas.one;
    one.storage.set(crate::fragile::Mood::NoWrites);
    for expected in [401, 401, 401, 401, 401, 429, 429] {
        assert_eq!(try_sign_in(one, "wrong").await, expected);
    }
}
