//! The real program: ready line, kill -9 after a commit, taken port, unwritable folder, graceful end.

// The lints spare `#[test]` functions, but not their helpers.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod acme;
#[path = "../acme/directory.rs"]
mod acme_directory;
#[path = "../postgres/cluster.rs"]
mod cluster;
mod company;
mod conformance;
mod conformance_faults;
mod copy;
mod documents;
mod files_in_s3;
mod forms;
mod imports;
mod notifications;
mod operations;
mod own_sign_in;
mod postgres;
mod program;
#[allow(dead_code)] // Another program of tests needs more of it.
#[path = "../push_service/service.rs"]
mod push_service;
mod replicas;
#[allow(dead_code)] // Another program of tests needs more of it.
#[path = "../s3/server.rs"]
mod s3_server;
mod tls;
mod updates;
mod watching;

use program::{Server, check, field, output, program};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;

#[test]
fn a_verdict_survives_kill_9_right_after_the_commit() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path());
    let cookie = server.sign_in();
    let (_, me) = server.ask("GET /api/v1/session", &cookie, "");
    let (_, page) = server.ask("GET /api/v1/pull?limit=1", &cookie, "");
    let job = page.split_once("\"module\":\"job\"").unwrap().1;
    let (user, job) = (field(&me, "id"), field(job, "id"));
    let device = "00000000-0000-4000-8000-0000000000d1";
    let note = "00000000-0000-4000-8000-0000000000e1";
    let body = format!(
        r#"{{"device":"{device}","ack_below":0,"mutations":[{{"id":"00000000-0000-7000-8000-0000000000f1","device":"{device}","seq":1,"user":"{user}","lane":{{"module":"note","id":"{note}"}},"op_version":1,"op":{{"op":"add_note","note":"{note}","job":"{job}","text":"wet"}},"wall":1}}]}}"#
    );
    let verdicts = |answer: &str| answer.split_once("\"verdicts\"").unwrap().1.to_owned();
    let (_, first) = server.ask("POST /api/v1/push", &cookie, &body);
    server.kill();
    assert!(first.contains(r#""verdict":"applied""#), "{first}");

    // The same session, the same data set, the same verdict; one note.
    let server = Server::start(data.path());
    let (_, again) = server.ask("POST /api/v1/push", &cookie, &body);
    assert_eq!(verdicts(&first), verdicts(&again));
    assert_eq!(field(&first, "epoch"), field(&again, "epoch"));
    let (_, all) = server.ask("GET /api/v1/pull?limit=500", &cookie, "");
    assert_eq!(all.matches(note).count(), 1);
    server.kill();
}

#[test]
fn a_restored_data_set_has_another_id_and_phones_are_told_before_anything_is_looked_at() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path());
    let cookie = server.sign_in();
    let (_, health) = server.ask("GET /api/v1/health", "", "");
    let before = field(&health, "epoch").to_owned();
    let push = |server: &Server, cookie: &str, epoch: &str| {
        let body = format!(
            r#"{{"device":"00000000-0000-4000-8000-0000000000d1","ack_below":0,"epoch":"{epoch}","mutations":[]}}"#
        );
        server.ask("POST /api/v1/push", cookie, &body)
    };
    assert!(push(&server, &cookie, &before).1.contains("verdicts"));
    server.kill();

    let mut restored = program();
    restored.arg("restored").arg("--data").arg(data.path());
    let done = output(&mut restored);
    assert!(done.status.success(), "{done:?}");
    let server = Server::start(data.path());
    // Sessions that were ended after the backup are in it: all end.
    let (head, _) = push(&server, &cookie, &before);
    assert!(head.starts_with("HTTP/1.1 401"), "{head}");
    let cookie = server.sign_in();
    let (head, body) = push(&server, &cookie, &before);
    assert!(head.starts_with("HTTP/1.1 409"), "{head}");
    assert_eq!(field(&body, "code"), "epoch_changed");
    let now = field(&body, "epoch").to_owned();
    assert_ne!(now, before);
    assert!(push(&server, &cookie, &now).1.contains("verdicts"));
    server.kill();
}

#[test]
fn a_demo_runs_on_the_day_that_it_is_told_and_only_a_demo_does() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start_with(data.path(), &["--today", "2028-02-29"]);
    let (_, health) = server.ask("GET /api/v1/health", "", "");
    let time = health.split_once("\"server_time\":").unwrap().1;
    let time: i64 = time[..time.find([',', '}']).unwrap()].parse().unwrap();
    // Ten in the morning in Berlin, and whatever it took until here.
    let start = 1_835_427_600_000;
    assert!((start..start + 3_600_000).contains(&time), "{time}");
    let cookie = server.sign_in();
    let (_, page) = server.ask("GET /api/v1/pull?limit=500", &cookie, "");
    assert!(page.contains(r#""day":"2028-03-03""#), "{page}");
    server.kill();

    let mut real = program();
    real.args(["serve", "--port", "0", "--today", "2028-02-29", "--data"]);
    let refused = output(real.arg(data.path()));
    assert!(!refused.status.success());
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("--demo"), "{said}");
}

#[test]
fn what_a_person_can_put_right_is_one_line() {
    let data = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let file = data.path().join("file");
    std::fs::write(&file, "").unwrap();
    let data = data.path().to_str().unwrap();
    check(
        &["serve", "--port", &port, "--data", data],
        "is taken by another program",
    );
    check(
        &["serve", "--port", "0", "--data", file.to_str().unwrap()],
        "choose another with --data DIR",
    );
    check(
        &[
            "import",
            "nowhere.csv",
            "--format",
            "nyc-311",
            "--company",
            "x",
            "--data",
            data,
        ],
        "nothing was imported",
    );
    check(
        &[
            "company",
            "x",
            "--name",
            "X",
            "--zone",
            "Mars/Base",
            "--data",
            data,
        ],
        "there is no time zone Mars/Base",
    );
    check(
        &["restored", "--data", &format!("{data}/empty")],
        "put the backup there first",
    );
}

#[test]
fn a_second_server_on_the_same_data_is_refused_and_the_first_goes_on() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path());
    let folder = data.path().to_str().unwrap();
    for command in [&["serve", "--port", "0"][..], &["restored"]] {
        let arguments = [command, &["--data", folder]].concat();
        check(&arguments, "another server already serves the data");
    }
    let (head, _) = server.ask("GET /api/v1/health", "", "");
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    // However it ends, the next may begin.
    server.kill();
    Server::start(data.path()).kill();
}

#[cfg(unix)]
#[test]
fn nobody_else_on_the_machine_may_read_the_data() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    let data = tempfile::tempdir().unwrap();
    // Also where an older version has made the database.
    let file = data.path().join("afield.db");
    std::fs::write(&file, "").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let server = Server::start_with(data.path(), &["--tls"]);
    let files: Vec<_> = std::fs::read_dir(data.path()).unwrap().collect();
    assert!(files.len() >= 3, "{files:?}");
    for file in files {
        let file = file.unwrap();
        let about = file.metadata().unwrap();
        // Nobody else gets past a folder.
        let expected = if about.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(about.mode() & 0o777, expected, "{:?}", file.path());
    }
    server.kill();
}

#[cfg(unix)]
#[test]
fn sigterm_ends_event_streams_and_the_program_with_success() {
    let data = tempfile::tempdir().unwrap();
    let mut server = Server::start(data.path());
    let body = r#"{"email":"dora@nordhaus.example","password":"afield-demo"}"#;
    let (head, _) = server.ask("POST /api/v1/session", "", body);
    let cookie = head
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "))
        .unwrap();
    let cookie = cookie.split(';').next().unwrap();
    let mut stream = TcpStream::connect(&server.address).unwrap();
    let request = format!(
        "GET /api/v1/events HTTP/1.1\r\nhost: {}\r\ncookie: {cookie}\r\n\r\n",
        server.address
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut head = [0; 12];
    stream.read_exact(&mut head).unwrap();
    assert_eq!(&head, b"HTTP/1.1 200");
    let id = server.child.id().to_string();
    Command::new("kill").args(["-TERM", &id]).status().unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).unwrap();
    assert!(server.child.wait().unwrap().success());
    let mut said = String::new();
    server.out.read_to_string(&mut said).unwrap();
    assert!(
        said.contains("anna@nordhaus.example") && said.contains("afield-demo"),
        "{said}"
    );
}
