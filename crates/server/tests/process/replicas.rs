//! Two servers whose database dies and comes back: what was answered is there, once, and both go on by themselves.

use crate::cluster::{self, Fragile};
use crate::postgres::{Anna, block_on, notes, push, verdicts};
use crate::program::Server;
use std::io::BufRead as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// A server, and where it is watched. It is killed when it runs for too long, and whoever waits for its word fails.
struct Watched {
    server: Server,
    watched: String,
}

impl Watched {
    fn start(data: &std::path::Path, address: &str) -> Self {
        let flags = ["--database", address, "--watch", "127.0.0.1:0"];
        let mut server = Server::start_with(data, &flags);
        let mut line = String::new();
        server.out.read_line(&mut line).unwrap();
        let watched = line.trim().strip_prefix("It can be watched: http://");
        let watched = watched.unwrap().strip_suffix("/metrics").unwrap();
        Self {
            watched: watched.to_owned(),
            server,
        }
    }

    fn asks(&self, path: &str) -> (String, String) {
        Server::ask_at(&self.watched, &format!("GET {path}"), "", "").unwrap()
    }

    /// Waits until it says that it is ready, or that it is not.
    fn until_ready(&self, ready: bool) {
        let status = if ready {
            "HTTP/1.1 200"
        } else {
            "HTTP/1.1 503"
        };
        while !self.asks("/ready").0.starts_with(status) {}
    }

    /// Waits until it hears the other again.
    fn until_heard(&self) {
        while !self.asks("/metrics").1.contains("afield_servers_heard 1") {}
    }
}

/// What a phone hears of its `n`th note, after however many attempts at one server and the other.
fn hear(servers: &[Watched; 2], anna: &Anna, (device, n): (u32, u32)) -> String {
    let attempts = device as usize..;
    let heard = attempts
        .map(|attempt| &servers[attempt % 2])
        .find_map(|at| {
            let heard = push(&at.server, anna, (device, n));
            if heard.is_none() {
                // A phone waits before it tries again; this one asks something that takes as long as the database does.
                at.asks("/ready");
            }
            heard
        });
    heard.unwrap()
}

/// What a phone hears of note after note, until it is over.
fn work(servers: &[Watched; 2], device: u32, over: &AtomicBool) -> (Anna, Vec<String>) {
    let anna = Anna::at(&servers[0].server);
    let mut told = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let n = u32::try_from(told.len()).unwrap() + 1;
        told.push(hear(servers, &anna, (device, n)));
    }
    (anna, told)
}

/// Ends the database in the middle of many pushes by `how`, and starts it again.
fn check(how: &str) {
    let database = Fragile::begin();
    let data = tempfile::tempdir().unwrap();
    let servers = [(); 2].map(|()| Watched::start(data.path(), &database.address()));
    let anna = Anna::at(&servers[0].server);
    let over = AtomicBool::new(false);
    let all: Vec<(u32, Anna, Vec<String>)> = thread::scope(|scope| {
        let (servers, over) = (&servers, &over);
        let devices = [1, 2, 3, 4].map(|device| {
            scope.spawn(move || {
                let (anna, told) = work(servers, device, over);
                (device, anna, told)
            })
        });
        while notes(&servers[1].server, &anna, (1, 5)) == 0 {}
        database.tell(how);
        for server in servers {
            server.until_ready(false);
        }
        database.tell("start");
        for server in servers {
            server.until_ready(true);
            server.until_heard();
        }
        over.store(true, Ordering::Relaxed);
        devices.map(|device| device.join().unwrap()).into()
    });
    let mut count = 0;
    for (device, anna, told) in &all {
        for (n, told) in (1..).zip(told) {
            let again = hear(&servers, anna, (*device, n));
            assert_eq!(verdicts(told), verdicts(&again), "{device} {n}");
            count += 1;
        }
    }
    // Each is there, and none twice.
    let sql = "SELECT 1 FROM records WHERE module = 'note' AND data::text LIKE '%\"wet 000%'";
    assert_eq!(block_on(cluster::run(&database.address(), sql)), count);
    for server in servers {
        server.server.kill();
    }
}

#[test]
fn a_database_that_is_killed_takes_nothing_that_was_answered_and_both_servers_go_on() {
    check("kill");
}

#[test]
fn a_database_that_is_stopped_at_once_takes_nothing_that_was_answered_and_both_servers_go_on() {
    check("stop");
}
