//! The program on PostgreSQL: every command with `--database`, and two servers that share one.

use crate::cluster;
use crate::program::{Server, check, field, output, program, run};
use std::path::Path;
use std::process::Command;
use std::sync::Barrier;
use std::thread;

/// Does in a database of the tests what the tests themselves have no runtime for.
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(work)
}

pub(crate) fn new_database() -> String {
    block_on(cluster::new_database())
}

pub(crate) fn serve(data: &Path, address: &str) -> Server {
    Server::start_with(data, &["--database", address])
}

#[test]
fn what_is_done_from_the_command_line_is_in_the_database_and_not_in_the_folder() {
    let (data, address) = (tempfile::tempdir().unwrap(), new_database());
    let command = |arguments: &[&str], input: &str| {
        let arguments = [arguments, &["--database", &address]].concat();
        run(data.path(), &arguments, input)
    };
    let said = command(
        &[
            "company",
            "harbor",
            "--name",
            "H",
            "--zone",
            "Europe/Berlin",
        ],
        "",
    );
    assert!(said.contains("Added the company harbor"), "{said}");
    let said = command(
        &[
            "company",
            "harbor",
            "--name",
            "H",
            "--zone",
            "Europe/Berlin",
        ],
        "",
    );
    assert!(said.contains("there is a company harbor already"), "{said}");
    for (email, role) in [("ada@h.example", "admin"), ("anna@h.example", "technician")] {
        let said = command(
            &[
                "user",
                email,
                "--company",
                "harbor",
                "--name",
                "A",
                "--role",
                role,
            ],
            "long enough\n",
        );
        assert!(said.contains("Added"), "{said}");
    }
    let said = command(&["company", "set", "harbor", "--window-days", "7"], "");
    assert!(said.contains("7 days"), "{said}");
    let file = data.path().join("jobs.csv");
    std::fs::write(&file, "what,when\nBoiler,2026-11-21 09:00\n").unwrap();
    let import = [
        "import",
        file.to_str().unwrap(),
        "--company",
        "harbor",
        "--map",
        "what=title,when=starts",
    ];
    let dry = command(&[&import[..], &["--dry-run"]].concat(), "");
    assert!(dry.contains("nothing was written"), "{dry}");
    let said = command(&import, "");
    assert!(said.contains("1 imported"), "{said}");
    // Where everybody on the machine reads no command line.
    let mut list = program();
    list.args(["user", "list", "--company", "harbor", "--data"])
        .arg(data.path())
        .env("AFIELD_DATABASE", &address);
    let listed = String::from_utf8(output(&mut list).stdout).unwrap();
    assert!(listed.contains("anna@h.example"), "{listed}");
    assert!(!data.path().join("afield.db").exists());
}

#[test]
fn what_a_person_can_put_right_about_a_database_is_one_line_without_the_password() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().to_str().unwrap();
    let foreign = new_database();
    block_on(cluster::run(&foreign, "CREATE TABLE invoices (id INTEGER)"));
    for (address, expected) in [
        (
            "postgres://anna:secret@localhost:1/afield",
            "does not answer",
        ),
        ("postgres://anna:secret@localhost", "names none"),
        ("mysql://anna:secret@localhost/afield", "does not read"),
        (&foreign, "tables of another program (invoices)"),
    ] {
        for command in [
            &["serve", "--port", "0"][..],
            &["user", "list", "--company", "x"],
        ] {
            let arguments = [command, &["--data", folder, "--database", address]].concat();
            check(&arguments, expected);
            let said = output(program().args(&arguments)).stderr;
            let said = String::from_utf8(said).unwrap();
            assert!(!said.contains("secret"), "{said}");
        }
    }
    let file = data.path().join("x");
    let backup = ["backup", file.to_str().unwrap(), "--data", folder];
    let database = ["--database", foreign.as_str()];
    check(&[&backup[..], &database].concat(), "another program");
    assert!(!file.exists());
    std::fs::write(&file, "no backup").unwrap();
    let restore = ["restore", file.to_str().unwrap(), "--data", folder];
    check(&[&restore[..], &database].concat(), "another program");
}

/// A push of one note of Anna's, the `n`th of her device of that number; what is answered, if she hears it.
pub(crate) fn push(server: &Server, anna: &Anna, (device, n): (u32, u32)) -> Option<String> {
    let tail = format!("{device:04x}{n:08x}");
    let device = format!("00000000-0000-4000-8000-00000000{device:04x}");
    let (user, job) = (&anna.user, &anna.job);
    let body = format!(
        r#"{{"device":"{device}","ack_below":0,"mutations":[{{"id":"00000000-0000-7000-8000-{tail}","device":"{device}","seq":{n},"user":"{user}","lane":{{"module":"note","id":"00000000-0000-4000-8000-{tail}"}},"op_version":1,"op":{{"op":"add_note","note":"00000000-0000-4000-8000-{tail}","job":"{job}","text":"wet {tail}"}},"wall":1}}]}}"#
    );
    let answer = server.try_ask("POST /api/v1/push", &anna.cookie, &body)?.1;
    let is_whole = answer.contains(r#""verdict":"applied""#) && answer.ends_with('}');
    is_whole.then_some(answer)
}

/// How often the note is there.
pub(crate) fn notes(server: &Server, anna: &Anna, (device, n): (u32, u32)) -> usize {
    let (_, all) = server.ask("GET /api/v1/pull?limit=5000", &anna.cookie, "");
    all.matches(&format!("wet {device:04x}{n:08x}\"")).count()
}

/// What Anna pushes with.
pub(crate) struct Anna {
    pub(crate) cookie: String,
    user: String,
    job: String,
}

impl Anna {
    pub(crate) fn at(server: &Server) -> Self {
        let cookie = server.sign_in();
        let (_, me) = server.ask("GET /api/v1/session", &cookie, "");
        let (_, page) = server.ask("GET /api/v1/pull?limit=1", &cookie, "");
        let job = page.split_once("\"module\":\"job\"").unwrap().1;
        Self {
            user: field(&me, "id").to_owned(),
            job: field(job, "id").to_owned(),
            cookie,
        }
    }
}

pub(crate) fn verdicts(answer: &str) -> &str {
    answer.split_once("\"verdicts\"").unwrap().1
}

#[test]
fn two_servers_on_one_database_do_a_thing_once_and_see_what_the_other_did() {
    let (data, address) = (tempfile::tempdir().unwrap(), new_database());
    let servers = [serve(data.path(), &address), serve(data.path(), &address)];
    let anna = Anna::at(&servers[0]);
    for n in 1..20 {
        // The same push at the same time to both: a phone that did not hear of the first.
        let start = Barrier::new(2);
        let [one, other] = thread::scope(|scope| {
            let pushes = servers.each_ref().map(|server| {
                let (start, anna) = (&start, &anna);
                scope.spawn(move || {
                    start.wait();
                    push(server, anna, (1, n)).unwrap()
                })
            });
            pushes.map(|push| push.join().unwrap())
        });
        assert_eq!(verdicts(&one), verdicts(&other));
        for server in &servers {
            assert_eq!(notes(server, &anna, (1, n)), 1, "note {n}");
        }
    }
}

#[test]
fn a_server_that_is_killed_in_the_middle_takes_nothing_with_it() {
    let (data, address) = (tempfile::tempdir().unwrap(), new_database());
    let (first, second) = (serve(data.path(), &address), serve(data.path(), &address));
    let anna = Anna::at(&first);
    let id = first.child.id().to_string();
    // Four devices push one after the other until nobody answers: what they heard of each.
    let told: Vec<(u32, Vec<String>)> = thread::scope(|scope| {
        let (server, anna) = (&first, &anna);
        let devices = [1, 2, 3, 4].map(|device| {
            scope.spawn(move || {
                let told = (1..).map_while(|n| push(server, anna, (device, n)));
                (device, told.collect())
            })
        });
        while notes(&second, anna, (1, 5)) == 0 {}
        let mut kill = Command::new("kill");
        assert!(kill.args(["-KILL", &id]).status().unwrap().success());
        devices.map(|device| device.join().unwrap()).into()
    });
    drop(first);
    for (device, told) in told {
        // And one that was under way when it was killed.
        let last = u32::try_from(told.len()).unwrap() + 1;
        for n in 1..=last {
            let again = push(&second, &anna, (device, n)).unwrap();
            if let Some(told) = told.get(n as usize - 1) {
                assert_eq!(verdicts(told), verdicts(&again));
            }
            assert_eq!(notes(&second, &anna, (device, n)), 1, "note {n}");
        }
    }
}

#[test]
fn a_restored_database_has_another_id() {
    let (data, address) = (tempfile::tempdir().unwrap(), new_database());
    let epoch = |server: &Server| {
        let (_, health) = server.ask("GET /api/v1/health", "", "");
        field(&health, "epoch").to_owned()
    };
    let server = serve(data.path(), &address);
    let (cookie, before) = (server.sign_in(), epoch(&server));
    server.kill();
    let said = run(data.path(), &["restored", "--database", &address], "");
    assert!(said.contains("The data set has a new id"), "{said}");
    let server = serve(data.path(), &address);
    assert_ne!(epoch(&server), before);
    let (head, _) = server.ask("GET /api/v1/session", &cookie, "");
    assert!(head.starts_with("HTTP/1.1 401"), "{head}");
}
