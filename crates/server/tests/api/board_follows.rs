//! A board follows what another process writes: imports, and who there is.

use crate::client::Client;
use crate::events::{Said, Stream};
use crate::import_support::mapped;
use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use afield_server::clock::Clock;
use afield_server::import::*;
use afield_server::records::Fate;
use afield_server::storage::Storage;
use afield_server::web_app::WebApp;
use axum::body::Body;
use axum::http::Request;
use futures::StreamExt as _;
use std::sync::Arc;
use std::time::Duration;

/// A board that is open all the time.
struct Live {
    client: Client,
    stream: Stream,
    shown: BoardResponse,
}

impl Live {
    async fn open(client: Client) -> Self {
        let stream = Stream::open(&client, paths::EVENTS, None).await;
        let shown = client.get(paths::BOARD).await.ok();
        Self {
            client,
            stream,
            shown,
        }
    }

    /// Follows the stream until the board shows what one that is opened now does; gives how often it loaded anew.
    async fn catch_up(&mut self) -> usize {
        let mut loads = 0;
        loop {
            let fresh: BoardResponse = self.client.get(paths::BOARD).await.ok();
            if jobs_and_people(&self.shown) == jobs_and_people(&fresh) {
                return loads;
            }
            match self.stream.say().await.unwrap() {
                Said::Reload => {
                    loads += 1;
                    self.shown = self.client.get(paths::BOARD).await.ok();
                }
                said @ (Said::Pull | Said::Alive) => panic!("{said:?} is not for boards"),
                Said::Event(event) => {
                    let job = event.job;
                    self.shown.jobs.retain(|known| known.job.id != job.job.id);
                    self.shown.jobs.push(job);
                }
            }
        }
    }
}

fn jobs_and_people(board: &BoardResponse) -> (Vec<BoardJob>, Vec<User>) {
    let mut jobs = board.jobs.clone();
    jobs.sort_by_key(|job| job.job.id);
    (jobs, board.technicians.clone())
}

async fn import(storage: &dyn Storage, server: &Server, format: Format, text: &str) {
    let mut tx = storage.read().await.unwrap();
    let import = Import {
        company: tx.company(NORDHAUS).await.unwrap().unwrap(),
        format,
        dates: DateOptions::default(),
        shift: Shift::None,
        assignment: Assignment::Nobody,
        is_dry_run: false,
        by: "Import".into(),
    };
    drop(tx);
    let table = Table::read(text.as_bytes(), &TableOptions::default()).unwrap();
    let clock: &dyn Clock = server.clock.as_ref();
    run_import(storage, clock, &import, &table, &Rest)
        .await
        .unwrap();
}

async fn start() -> (Server, Arc<dyn Storage>) {
    let config = afield_server::Config {
        keep_alive: Duration::from_millis(20),
        ..afield_server::Config::default()
    };
    let server = Server::start_with(config, WebApp::embedded()).await;
    // As another program has it: nobody wakes the server's boards.
    let elsewhere = open(server.folder.path()).await;
    (server, elsewhere)
}

#[tokio::test]
async fn after_every_kind_of_import_a_live_board_shows_what_a_fresh_one_does() {
    const JOBS: &str =
        "T=external_key,What=title,When=starts,For=customer,Street=address,By=organization";
    const CUSTOMERS: &str = "Nr=external_key,Name=name,Street=address,By=organization";
    const ASSETS: &str = "Nr=external_key,What=name,Whose=customer";
    let (server, elsewhere) = start().await;
    let mut live = Live::open(server.sign_in(DORA).await).await;
    let customer = "Nr,Name,Street,By\nC1,Hansen,Wharf Road 30,\n";
    let job = "T,What,When,For,Street,By\nT1,Boiler,2026-11-21 13:00,Hansen,Wharf Road 30,\n";
    for (kind, map, text) in [
        (Kind::Customers, CUSTOMERS, customer),
        (Kind::Jobs, JOBS, job),
        (Kind::Assets, ASSETS, "Nr,What,Whose\nA1,Boiler,Hansen\n"),
        // What a job's line shows and no activity of a job tells of: its customer's name and house.
        (
            Kind::Customers,
            CUSTOMERS,
            "Nr,Name,Street,By\nC1,Hansen & Co,Wharf Road 31,Kiel\n",
        ),
        // And what of a job itself no activity told of: its number of the other system, customer, place.
        (
            Kind::Jobs,
            JOBS,
            "T,What,When,For,Street,By\nT1,Boiler,2026-11-21 13:00,Petersen,Quay 1,Kiel\n",
        ),
    ] {
        import(elsewhere.as_ref(), &server, mapped(kind, map), text).await;
        live.catch_up().await;
    }
    let shown = &live.shown.jobs;
    assert_eq!(shown.len(), 1);
    assert_eq!(
        (shown[0].customer.as_str(), shown[0].address.as_str()),
        ("Petersen", "Quay 1")
    );
}

#[tokio::test]
async fn a_board_learns_who_there_is_and_of_what_no_activity_tells() {
    let (server, elsewhere) = start().await;
    let job = server.put_job(1, ANNA).await;
    let mut live = Live::open(server.sign_in(DORA).await).await;
    let names = |live: &Live| -> Vec<String> {
        let people = live.shown.technicians.iter();
        people.map(|user| user.name.clone()).collect()
    };
    assert_eq!(names(&live), ["Anna", "Ben"]);
    for (active, role, expected) in [
        (false, Role::Technician, &["Anna"][..]),
        (true, Role::Technician, &["Anna", "Ben"]),
        (true, Role::Dispatcher, &["Anna"]),
    ] {
        let mut tx = elsewhere.write().await.unwrap();
        let mut ben = tx.account(&email(BEN)).await.unwrap().unwrap();
        (ben.active, ben.user.role) = (active, role);
        tx.set_account(&ben).await.unwrap();
        tx.commit().await.unwrap();
        assert!(live.catch_up().await > 0);
        assert_eq!(names(&live), expected);
    }
    // A write that nobody gave an activity, whatever made it.
    let moved = Job {
        title: "Stove".into(),
        ..job
    };
    server.put(NORDHAUS, &Record::Job(moved)).await;
    assert!(live.catch_up().await > 0);
    // What is known is not told again.
    for _ in 0..3 {
        assert_eq!(live.stream.hear().await, Some(Said::Alive));
    }
}

#[tokio::test]
async fn a_quiet_stream_says_that_it_lives_in_a_message_that_a_page_hears() {
    let (server, _) = start().await;
    let dora = server.sign_in(DORA).await;
    let request = Request::get(paths::EVENTS).body(Body::empty());
    let response = dora.open(request.unwrap()).await;
    let mut body = response.into_body().into_data_stream();
    in_time(body.next()).await.unwrap().unwrap();
    // It has no id of its own: what was heard last stays.
    let said = in_time(body.next()).await.unwrap().unwrap();
    let said = std::str::from_utf8(&said).unwrap();
    assert_eq!(said, "event: alive\ndata: {\"every_ms\":20}\n\n");
}

#[tokio::test]
async fn what_no_activity_tells_of_is_not_hidden_by_what_happens_after_it() {
    let (server, _) = start().await;
    let (boiler, other) = (server.put_job(1, ANNA).await, server.put_job(2, ANNA).await);
    let (anna, mut phone) = (server.sign_in(ANNA).await, Phone::of(ANNA));
    let steps = [JobStatus::Started, JobStatus::Finished];
    let steps: Vec<Mutation> = steps
        .map(|to| phone.status(boiler.id, to))
        .into_iter()
        .collect();
    anna.push(&steps).await;
    let mut live = Live::open(server.sign_in(DORA).await).await;
    // A step that the job has passed is in its history, and is no event.
    let passed = phone.status(boiler.id, JobStatus::EnRoute);
    let verdicts = anna.push(&[passed, phone.note(other.id, "wet")]).await;
    assert_eq!(verdicts, ["applied", "applied"]);
    live.catch_up().await;
}

#[tokio::test]
async fn an_event_about_a_job_that_is_gone_brings_no_job_back() {
    let (server, _) = start().await;
    let job = server.put_job(1, ANNA).await;
    let (anna, mut phone) = (server.sign_in(ANNA).await, Phone::of(ANNA));
    let mut live = Live::open(server.sign_in(DORA).await).await;
    server
        .write(NORDHAUS, &Record::Job(job.clone()), Fate::Deleted)
        .await;
    live.catch_up().await;
    assert!(live.shown.jobs.is_empty());
    let refused = anna.push(&[phone.note(job.id, "wet")]).await;
    assert_eq!(refused, ["deleted"]);
    loop {
        match live.stream.say().await.unwrap() {
            Said::Alive => {}
            said => {
                assert_eq!(said, Said::Reload);
                break;
            }
        }
    }
}
