//! What the server does a second, over HTTP on this machine, with every fsync: priming, pages, pushes of many
//! devices with and without boards that watch, a drain, pushes beside an import; and what SQLite alone does with the same disk.
//!
//! `cargo run --release -p afield-server --example server_speed -- [limit|priming|pages|pushes|drain|import]`
//! The figures of one run are compared with each other only: machine and disk are what they are.

mod client;
mod data;
mod import;

use afield_domain::{Timestamp, UserId};
use afield_server::auth::password::{Cost, Passwords};
use afield_server::auth::token::sha256_hex;
use afield_server::clock::SystemClock;
use afield_server::serving::serve;
use afield_server::storage::sqlite::{Durability, SqliteStorage};
use afield_server::storage::{NewSession, Storage};
use afield_server::web_app::WebApp;
use afield_server::{App, Config};
use client::{Client, Result};
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// How long pushes are counted.
const SECONDS: u64 = 4;
const DEVICES: u128 = 10;
const STREAMS: usize = 200;
const NOTES: u64 = 500;

fn main() -> Result<()> {
    let wanted = std::env::args().nth(1);
    let is_wanted = |name: &str| wanted.as_deref().is_none_or(|wanted| wanted == name);
    if is_wanted("limit") {
        data::limit()?;
    }
    if is_wanted("priming") {
        for jobs in [500, 5_000, 50_000] {
            priming(jobs)?;
        }
    }
    if is_wanted("pages") {
        pages()?;
    }
    if is_wanted("pushes") {
        let (alone, watched) = (pushes(0)?, pushes(STREAMS)?);
        say(&format!(
            "with {STREAMS} streams {:.2} of the pushes without",
            watched / alone
        ))?;
    }
    if is_wanted("drain") {
        drain()?;
    }
    if is_wanted("import") {
        import::import()?;
    }
    Ok(())
}

fn say(text: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}

#[allow(clippy::disallowed_methods)] // Measured, not decided by.
fn now() -> Instant {
    Instant::now()
}

/// A server on a port of its own, with its data in a folder that goes with it.
struct Server {
    runtime: Runtime,
    address: SocketAddr,
    storage: Arc<SqliteStorage>,
    file: PathBuf,
    _folder: tempfile::TempDir,
}

impl Server {
    fn start() -> Result<Self> {
        let runtime = Runtime::new()?;
        let folder = tempfile::tempdir_in(".")?;
        let file = folder.path().join("afield.db");
        let (address, storage) = runtime.block_on(async {
            let storage = Arc::new(SqliteStorage::open(&file, Durability::Full).await?);
            data::add_people(storage.as_ref()).await?;
            let config = Config {
                streams_per_user: STREAMS + 1,
                requests_per_minute: u32::MAX,
                ..Config::default()
            };
            let app = App::start(
                Arc::clone(&storage) as Arc<dyn Storage>,
                Arc::new(SystemClock),
                Passwords::new(Cost::Full, 1)?,
                WebApp::embedded(),
                config,
            )
            .await?;
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
            let address = listener.local_addr()?;
            tokio::spawn(serve(app, listener, std::future::pending()));
            Ok::<_, client::Trouble>((address, storage))
        })?;
        Ok(Self {
            runtime,
            address,
            storage,
            file,
            _folder: folder,
        })
    }

    /// A device of the user, signed in.
    fn sign_in(&self, user: UserId, token: &str) -> Result<Client> {
        let session = NewSession {
            token_hash: sha256_hex(token.as_bytes()),
            company: data::COMPANY,
            user,
            label: String::new(),
            created: data::now(),
            expires: Timestamp(i64::MAX),
        };
        self.runtime.block_on(async {
            let mut tx = self.storage.write().await?;
            tx.add_session(&session).await?;
            tx.commit().await
        })?;
        Client::connect(self.address, token)
    }
}

/// A whole priming, with and without compression.
fn priming(jobs: u128) -> Result<()> {
    let server = Server::start()?;
    let records = server.runtime.block_on(data::fill(&server.storage, jobs))?;
    let mut client = server.sign_in(data::ANNA, "anna")?;
    for gzip in [false, true] {
        let (mut cursor, mut times, mut bytes) = (String::new(), Vec::new(), 0);
        loop {
            let began = now();
            let page = client.pull(&cursor, 500, gzip)?;
            times.push(began.elapsed());
            bytes += page.bytes;
            cursor = page.cursor;
            if !page.more {
                break;
            }
        }
        let all: Duration = times.iter().sum();
        let first = times.first().copied().unwrap_or_default();
        times.sort_unstable();
        let middle = times.get(times.len() / 2).copied().unwrap_or_default();
        say(&format!(
            "priming, gzip {gzip}: {records} records, {} pages, {} KB: {:.0} ms (first {:.1}, then p50 {:.1} a page), {:.1} us a record",
            times.len(),
            bytes / 1_000,
            ms(all),
            ms(first),
            ms(middle),
            ms(all) * 1e3 / records as f64,
        ))?;
    }
    Ok(())
}

/// A page of 250 of a priming of some five thousand records.
fn pages() -> Result<()> {
    let server = Server::start()?;
    let records = server
        .runtime
        .block_on(data::fill(&server.storage, 1_300))?;
    let mut client = server.sign_in(data::ANNA, "anna")?;
    for gzip in [false, true] {
        let mut times = Vec::new();
        for _ in 0..5 {
            let mut cursor = String::new();
            loop {
                let began = now();
                let page = client.pull(&cursor, 250, gzip)?;
                times.push(began.elapsed());
                cursor = page.cursor;
                if !page.more {
                    break;
                }
            }
        }
        times.sort_unstable();
        let at = |part: usize| {
            times
                .get(times.len() * part / 100)
                .copied()
                .unwrap_or_default()
        };
        say(&format!(
            "page of 250 of {records} records, gzip {gzip}: p50 {:.2} ms, p95 {:.2} ms, most {:.2} ms",
            ms(at(50)),
            ms(at(95)),
            ms(at(99)),
        ))?;
    }
    Ok(())
}

/// Pushes of one note each from ten devices, with so many boards that watch; how many a second.
fn pushes(streams: usize) -> Result<f64> {
    let server = Server::start()?;
    server.runtime.block_on(data::fill(&server.storage, 50))?;
    let mut boards = Vec::new();
    if streams > 0 {
        server.sign_in(data::DORA, "dora")?;
        for _ in 0..streams {
            boards.push(Client::connect(server.address, "dora")?.watch()?);
        }
    }
    let heard = Arc::new(AtomicU64::new(0));
    for mut board in boards {
        let heard = Arc::clone(&heard);
        std::thread::spawn(move || {
            while let Ok(count) = board.hear() {
                heard.fetch_add(count, Ordering::Relaxed);
            }
        });
    }
    let mut clients = Vec::new();
    for device in 0..DEVICES {
        clients.push(server.sign_in(data::ANNA, &format!("device {device}"))?);
    }
    let began = now();
    let threads: Vec<_> = (0..DEVICES)
        .zip(clients)
        .map(|(device, mut client)| {
            std::thread::spawn(move || -> Result<Vec<Duration>> {
                let mut times = Vec::new();
                while began.elapsed() < Duration::from_secs(SECONDS) {
                    let seq = times.len() as u64 + 1;
                    let body = data::push(device, seq, 1)?;
                    let began = now();
                    client.push(&body, 1)?;
                    times.push(began.elapsed());
                }
                Ok(times)
            })
        })
        .collect();
    let mut times = Vec::new();
    for thread in threads {
        times.extend(thread.join().map_err(|_| "a thread panicked")??);
    }
    let rate = times.len() as f64 / began.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |part: usize| {
        times
            .get(times.len() * part / 100)
            .copied()
            .unwrap_or_default()
    };
    say(&format!(
        "single pushes, {DEVICES} devices, {streams} streams: {rate:.0}/s, p50 {:.2} ms, p99 {:.2} ms; events heard {}",
        ms(at(50)),
        ms(at(99)),
        heard.load(Ordering::Relaxed),
    ))?;
    Ok(rate)
}

/// One device sends what it saved, in batches as large as they may be.
fn drain() -> Result<()> {
    let server = Server::start()?;
    server.runtime.block_on(data::fill(&server.storage, 50))?;
    let mut client = server.sign_in(data::ANNA, "anna")?;
    let mut spent = Duration::ZERO;
    let mut sent = 0;
    while sent < NOTES {
        let count = (NOTES - sent).min(64);
        let body = data::push(1, sent + 1, count)?;
        let began = now();
        client.push(&body, count)?;
        spent += began.elapsed();
        sent += count;
    }
    say(&format!(
        "drain of {NOTES} notes: {:.0} ms, {:.3} ms a change",
        ms(spent),
        ms(spent) / NOTES as f64,
    ))
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
