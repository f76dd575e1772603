//! The whole installation goes to PostgreSQL and back while phones are out with work.

use crate::cluster;
use crate::postgres::{Anna, block_on, new_database, notes, push, serve, verdicts};
use crate::program::{Server, Watch, check, field, output, program, run};
use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;
use std::path::Path;
use std::process::{Command, Stdio};
use std::str::FromStr as _;

/// Copies, and gives what is said.
fn copy(from: &str, to: &str) -> String {
    let done = output(program().args(["copy", "--from", from, "--to", to]));
    assert!(done.status.success(), "{done:?}");
    String::from_utf8(done.stdout).unwrap()
}

fn sqlite(folder: &Path) -> String {
    format!("sqlite:{}", folder.display())
}

fn epoch(server: &Server) -> String {
    let (_, health) = server.ask("GET /api/v1/health", "", "");
    field(&health, "epoch").to_owned()
}

/// What a phone is told from its cursor on, as one text, and the cursor that it has then.
fn pull(server: &Server, anna: &Anna, cursor: Option<String>) -> (String, String) {
    let (mut all, mut cursor) = (String::new(), cursor);
    loop {
        let after = cursor.map_or(String::new(), |cursor| format!("&cursor={cursor}"));
        let request = format!("GET /api/v1/pull?limit=5000{after}");
        let (head, page) = server.ask(&request, &anna.cookie, "");
        assert!(head.starts_with("HTTP/1.1 200"), "{head} {page}");
        all.push_str(&page);
        let next = field(&page, "cursor").to_owned();
        if !page.contains("\"more\":true") {
            return (all, next);
        }
        cursor = Some(next);
    }
}

#[test]
fn phones_with_unsent_work_go_on_after_a_move_there_and_back() {
    let folders = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let [first, last] = folders.each_ref().map(|folder| folder.path());
    let address = new_database();
    let server = Server::start(first);
    let anna = Anna::at(&server);
    let was = epoch(&server);
    // Of the first the phone heard; the second was done and the answer lost; the third had not left.
    let heard = push(&server, &anna, (1, 1)).unwrap();
    let lost = push(&server, &anna, (1, 2)).unwrap();
    let (_, cursor) = pull(&server, &anna, None);
    server.kill();

    let said = copy(&sqlite(first), &address);
    assert!(said.contains("hold the same"), "{said}");
    assert!(said.contains("same data set: phones go on"), "{said}");
    let refused = ["serve", "--port", "0", "--data", first.to_str().unwrap()];
    check(&refused, "were moved to test_");
    let server = serve(first, &address);
    assert_eq!(epoch(&server), was);
    for (n, told) in [(1, &heard), (2, &lost)] {
        let again = push(&server, &anna, (1, n)).unwrap();
        assert_eq!(verdicts(told), verdicts(&again));
    }
    let third = push(&server, &anna, (1, 3)).unwrap();
    let (page, cursor) = pull(&server, &anna, Some(cursor));
    assert!(page.contains("wet 000100000003"), "{page}");
    assert!(!page.contains("wet 000100000001"), "{page}");
    server.kill();

    copy(&address, &sqlite(last));
    let arguments = [&refused[..], &["--database", &address]].concat();
    check(&arguments, "were moved to");
    let server = Server::start(last);
    assert_eq!(epoch(&server), was);
    for (n, told) in [(1, &heard), (2, &lost), (3, &third)] {
        let again = push(&server, &anna, (1, n)).unwrap();
        assert_eq!(verdicts(told), verdicts(&again));
    }
    push(&server, &anna, (1, 4)).unwrap();
    let (page, _) = pull(&server, &anna, Some(cursor));
    assert!(page.contains("wet 000100000004"), "{page}");
    assert!(!page.contains("wet 000100000003"), "{page}");
    for n in 1..=4 {
        assert_eq!(notes(&server, &anna, (1, n)), 1, "note {n}");
    }
    server.kill();

    // Whoever wants what was left all the same has another data set, as does who puts back a backup of it.
    let file = first.join("backup.db");
    let file = file.to_str().unwrap();
    run(first, &["backup", file], "");
    let other = tempfile::tempdir().unwrap();
    let said = run(other.path(), &["restore", file], "");
    assert!(said.contains("Restored"), "{said}");
    assert_ne!(epoch(&Server::start(other.path())), was);
    let said = run(first, &["restored"], "");
    assert!(said.contains("has a new id"), "{said}");
    let server = Server::start(first);
    assert_ne!(epoch(&server), was);
    server.kill();
    let said = run(first, &["restored", "--database", &address], "");
    assert!(said.contains("has a new id"), "{said}");
    assert_ne!(epoch(&serve(first, &address)), was);
}

#[test]
fn a_copy_that_is_killed_leaves_its_source_served_and_its_target_refused_and_can_be_run_again() {
    let (data, address) = (tempfile::tempdir().unwrap(), new_database());
    let server = Server::start(data.path());
    let anna = Anna::at(&server);
    let told = push(&server, &anna, (1, 1)).unwrap();
    server.kill();
    // The tables are made, and one of them takes no row as long as this holds a lock.
    let list = ["user", "list", "--company", "x", "--database", &address];
    run(data.path(), &list, "");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let options = PgConnectOptions::from_str(&address).unwrap();
    let mut held = runtime.block_on(options.connect()).unwrap();
    let hold = sqlx::query("SELECT pg_advisory_lock(1)").execute(&mut held);
    runtime.block_on(hold).unwrap();
    let stop = "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = 0 AS \
                $$ BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END $$; \
                CREATE TRIGGER stop BEFORE INSERT ON records EXECUTE FUNCTION stop()";
    block_on(cluster::run(&address, stop));
    let from = sqlite(data.path());
    let arguments = ["copy", "--from", &from, "--to", &address];
    let mut child = program()
        .args(arguments)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let watch = Watch::begin(&child);
    let look = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'";
    while block_on(cluster::run(&address, look)) == 0 {
        assert!(child.try_wait().unwrap().is_none(), "it did not wait");
    }
    // Nobody serves what is being copied.
    let serve_it = [
        "serve",
        "--port",
        "0",
        "--data",
        data.path().to_str().unwrap(),
    ];
    check(&serve_it, "another server already serves");
    let mut kill = Command::new("kill");
    kill.args(["-KILL", &child.id().to_string()]);
    assert!(kill.status().unwrap().success());
    child.wait().unwrap();
    drop(watch);

    let there = [&serve_it[..], &["--database", &address]].concat();
    check(&there, "has not ended: run it again");
    let server = Server::start(data.path());
    let again = push(&server, &anna, (1, 1)).unwrap();
    assert_eq!(verdicts(&told), verdicts(&again));
    let told = push(&server, &anna, (1, 2)).unwrap();
    server.kill();

    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    block_on(cluster::run(&address, end));
    block_on(cluster::run(&address, "DROP FUNCTION stop() CASCADE"));
    copy(&from, &address);
    let server = serve(data.path(), &address);
    let again = push(&server, &anna, (1, 2)).unwrap();
    assert_eq!(verdicts(&told), verdicts(&again));
    for n in 1..=2 {
        assert_eq!(notes(&server, &anna, (1, n)), 1, "note {n}");
    }
}

#[test]
fn what_a_person_can_put_right_about_a_copy_is_one_line() {
    let (data, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (folder, nothing) = (sqlite(data.path()), sqlite(other.path()));
    let address = new_database();
    let refused = |from: &str, to: &str, expected: &str| {
        check(&["copy", "--from", from, "--to", to], expected);
    };
    refused("data", &address, "--from names no place");
    refused(&folder, "mysql://db.example/x", "--to names no place");
    refused(&folder, "postgres:", "AFIELD_DATABASE names none");
    refused(&folder, &nothing, "both are SQLite");
    refused(&address, &address, "both are PostgreSQL");
    refused(&nothing, &address, "there is no database in");
    let nobody = "postgres://anna:secret@localhost:1/afield";
    refused(nobody, &nothing, "does not answer");
    refused(&address, &nothing, "holds no data of Afield");

    let server = Server::start(data.path());
    refused(&folder, &address, "another server already serves");
    server.kill();
    let served = serve(other.path(), &address);
    refused(&folder, &address, "a server or a command is connected");
    served.kill();
    refused(&folder, &address, "holds data already");
    refused(&address, &folder, "holds data already");
    // None of it has kept anybody from anything.
    Server::start(data.path()).kill();
    serve(other.path(), &address).kill();
}

#[test]
fn a_backup_of_postgres_comes_back_into_an_empty_one_and_phones_send_again() {
    let (data, address, empty) = (tempfile::tempdir().unwrap(), new_database(), new_database());
    let file = data.path().join("backup.db");
    let file = file.to_str().unwrap();
    let server = serve(data.path(), &address);
    let (anna, was) = (Anna::at(&server), epoch(&server));
    push(&server, &anna, (1, 1)).unwrap();
    // While it is served.
    let said = run(data.path(), &["backup", file, "--database", &address], "");
    assert!(said.contains("Backed up to"), "{said}");
    push(&server, &anna, (1, 2)).unwrap();
    server.kill();

    let restore = ["restore", file, "--database"];
    let said = run(
        data.path(),
        &[&restore[..], &[address.as_str()]].concat(),
        "",
    );
    assert!(said.contains("holds data already"), "{said}");
    let said = run(data.path(), &[&restore[..], &[empty.as_str()]].concat(), "");
    assert!(said.contains("Restored"), "{said}");
    assert!(!data.path().join("restoring").exists());
    let server = serve(data.path(), &empty);
    assert_ne!(epoch(&server), was);
    let (head, _) = server.ask("GET /api/v1/session", &anna.cookie, "");
    assert!(head.starts_with("HTTP/1.1 401"), "{head}");
    let anna = Anna::at(&server);
    assert_eq!(notes(&server, &anna, (1, 2)), 0);
    for n in 1..=2 {
        push(&server, &anna, (1, n)).unwrap();
        assert_eq!(notes(&server, &anna, (1, n)), 1, "note {n}");
    }
    server.kill();

    // The same file is a backup for SQLite too.
    let folder = tempfile::tempdir().unwrap();
    let said = run(folder.path(), &["restore", file], "");
    assert!(said.contains("Restored"), "{said}");
    let server = Server::start(folder.path());
    let anna = Anna::at(&server);
    assert_eq!(notes(&server, &anna, (1, 1)), 1);
}
