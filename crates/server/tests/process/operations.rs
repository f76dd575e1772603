//! What is done on the machine: people, backups, a proxy in front.

use crate::program::{Server, Watch, check, field, output, program, run};
use std::path::{Path, PathBuf};
use std::process::Stdio;

#[test]
fn people_are_added_from_the_command_line() {
    let data = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str], input: &str| run(data.path(), arguments, input);
    let company = [
        "company",
        "spree",
        "--name",
        "Spree Lifts",
        "--zone",
        "Europe/Berlin",
    ];
    let user = [
        "user",
        "Eva@Spree.example",
        "--company",
        "spree",
        "--name",
        "Eva",
        "--role",
        "admin",
    ];
    assert_eq!(run(&company, ""), "Added the company spree.\n");
    assert!(run(&company, "").contains("already"));
    assert!(run(&user, "short\n").contains("fewer than 8 characters"));
    assert_eq!(
        run(&user, "long enough\n"),
        "Added eva@spree.example to spree.\n"
    );
    assert!(run(&user, "long enough\n").contains("already"));
    let server = Server::start(data.path());
    let body = r#"{"email":"eva@spree.example","password":"long enough"}"#;
    let (head, _) = server.ask("POST /api/v1/session", "", body);
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    server.kill();
}

const ANNA: &str = "anna@nordhaus.example";

fn status(server: &Server, cookie: &str) -> String {
    let (head, _) = server.ask("GET /api/v1/session", cookie, "");
    head.split(' ').nth(1).unwrap().to_owned()
}

/// Whether the sign-in is refused.
fn is_kept_out(server: &Server, password: &str) -> bool {
    let body = format!(r#"{{"email":"{ANNA}","password":"{password}"}}"#);
    let (head, _) = server.ask("POST /api/v1/session", "", &body);
    head.starts_with("HTTP/1.1 401")
}

#[test]
fn what_a_user_may_do_changes_at_once_while_the_server_runs() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path());
    let say = |arguments: &[&str], input: &str| run(data.path(), arguments, input);
    let first = server.sign_in();
    assert_eq!(status(&server, &first), "200");
    say(&["user", "disable", " Anna@Nordhaus.example "], "");
    assert_eq!(status(&server, &first), "401");
    assert!(is_kept_out(&server, "afield-demo"));
    let list = say(&["user", "list", "--company", "nordhaus"], "");
    let line = list.lines().find(|line| line.contains(ANNA)).unwrap();
    assert!(
        line.contains("technician") && line.contains("disabled"),
        "{line}"
    );
    say(&["user", "enable", ANNA], "");
    // What was ended stays ended.
    assert_eq!(status(&server, &first), "401");
    let second = server.sign_in();
    assert_eq!(status(&server, &second), "200");

    say(&["user", "role", ANNA, "dispatcher"], "");
    assert_eq!(status(&server, &second), "401");
    let third = server.sign_in();
    let (head, _) = server.ask("GET /api/v1/board", &third, "");
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");

    assert!(say(&["user", "password", ANNA], "short\n").contains("nothing was changed"));
    assert_eq!(status(&server, &third), "200");
    say(&["user", "password", ANNA], "another one\n");
    assert_eq!(status(&server, &third), "401");
    assert!(is_kept_out(&server, "afield-demo"));
    assert_eq!(
        status(&server, &server.sign_in_as(ANNA, "another one")),
        "200"
    );
    let (_, before) = server.ask(
        "GET /api/v1/session",
        &server.sign_in_as(ANNA, "another one"),
        "",
    );
    assert!(!before.contains("refuses_open_questions"), "{before}");
    say(
        &["company", "set", "nordhaus", "--open-questions", "refuse"],
        "",
    );
    let (_, after) = server.ask(
        "GET /api/v1/session",
        &server.sign_in_as(ANNA, "another one"),
        "",
    );
    assert!(
        after.contains(r#""refuses_open_questions":true"#),
        "{after}"
    );
    assert!(!after.contains("keeps_photo_details"), "{after}");
    // One rule is set, the other stays.
    say(
        &["company", "set", "nordhaus", "--photo-details", "keep"],
        "",
    );
    let (_, after) = server.ask(
        "GET /api/v1/session",
        &server.sign_in_as(ANNA, "another one"),
        "",
    );
    for rule in ["refuses_open_questions", "keeps_photo_details"] {
        assert!(after.contains(&format!(r#""{rule}":true"#)), "{after}");
    }
    // Left out as long as they are what is usual.
    for usual in ["\"mode\"", "offers_offline"] {
        assert!(!after.contains(usual), "{after}");
    }
    let modes = ["--mode", "online", "--offline-feature", "off"];
    say(&[&["company", "set", "nordhaus"][..], &modes].concat(), "");
    let (_, after) = server.ask(
        "GET /api/v1/session",
        &server.sign_in_as(ANNA, "another one"),
        "",
    );
    for set in [r#""mode":"online""#, r#""offers_offline":false"#] {
        assert!(after.contains(set), "{after}");
    }
    server.kill();

    let folder = data.path().to_str().unwrap();
    for command in [
        &[
            "company",
            "set",
            "nowhere",
            "--open-questions",
            "refuse",
            "--data",
            folder,
        ][..],
        &["user", "disable", "nobody@example.com", "--data", folder][..],
        &["user", "list", "--company", "nowhere", "--data", folder],
        &["user", "enable", ANNA, "--data", "/nowhere/at/all"],
    ] {
        check(command, "nothing was changed");
    }
}

fn note_id(n: u32) -> String {
    format!("00000000-0000-4000-8000-0000000000e{n}")
}

/// Adds a note to a job of Anna's; the number names both.
fn note(server: &Server, cookie: &str, n: u32) -> String {
    let (_, me) = server.ask("GET /api/v1/session", cookie, "");
    let (_, page) = server.ask("GET /api/v1/pull?limit=1", cookie, "");
    let job = page.split_once("\"module\":\"job\"").unwrap().1;
    let (user, job) = (field(&me, "id"), field(job, "id"));
    let device = "00000000-0000-4000-8000-0000000000d1";
    let note = note_id(n);
    let body = format!(
        r#"{{"device":"{device}","ack_below":0,"mutations":[{{"id":"00000000-0000-7000-8000-0000000000f{n}","device":"{device}","seq":{n},"user":"{user}","lane":{{"module":"note","id":"{note}"}},"op_version":1,"op":{{"op":"add_note","note":"{note}","job":"{job}","text":"wet"}},"wall":1}}]}}"#
    );
    let (_, answer) = server.ask("POST /api/v1/push", cookie, &body);
    assert!(answer.contains(r#""verdict":"applied""#), "{answer}");
    note
}

fn epoch(server: &Server) -> String {
    let (_, health) = server.ask("GET /api/v1/health", "", "");
    field(&health, "epoch").to_owned()
}

#[test]
fn a_backup_is_made_while_the_server_runs_and_put_back_under_another_id() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let file = folder.path().join("backup.db");
    let path = file.to_str().unwrap();
    let server = Server::start(&data);
    let cookie = server.sign_in();
    let before = note(&server, &cookie, 1);
    let said = run(&data, &["backup", path], "");
    let files = data.join("uploads/files");
    let beside = format!("copy the folder {} after it.", files.display());
    assert!(
        said.starts_with(&format!("Backed up to {path}.\n")),
        "{said}"
    );
    assert!(said.contains(&beside), "{said}");
    let after = note(&server, &cookie, 2);
    let was = epoch(&server);
    let folder_text = data.to_str().unwrap();
    check(
        &["backup", path, "--data", folder_text],
        "nothing was written",
    );
    check(
        &["restore", path, "--data", folder_text],
        "another server already serves the data",
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        assert_eq!(file.metadata().unwrap().mode() & 0o777, 0o600);
    }
    // Killed: what was written last is beside the database's file.
    server.kill();

    let damaged = folder.path().join("damaged.db");
    std::fs::write(&damaged, &std::fs::read(&file).unwrap()[..20_000]).unwrap();
    check(
        &["restore", damaged.to_str().unwrap(), "--data", folder_text],
        "is not a whole backup; nothing was changed",
    );
    let said = run(&data, &["restore", path], "");
    assert!(
        said.contains("is kept as") && said.contains("Restored"),
        "{said}"
    );
    let server = Server::start(&data);
    assert_ne!(epoch(&server), was);
    assert_eq!(status(&server, &cookie), "401");
    assert_eq!(notes(&server), vec![before.clone()]);
    server.kill();

    // What was replaced was replaced whole, and can be put back in its turn.
    let kept = std::fs::read_dir(&data)
        .unwrap()
        .map(|file| file.unwrap().path());
    let is_kept = |file: &std::path::PathBuf| file.to_str().unwrap().contains(".replaced-");
    let kept: Vec<_> = kept.filter(is_kept).collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    let elsewhere = folder.path().join("elsewhere");
    run(&elsewhere, &["restore", kept[0].to_str().unwrap()], "");
    let server = Server::start(&elsewhere);
    assert_eq!(notes(&server), [before, after]);
    server.kill();
}

/// Which of the notes 1 and 2 there are.
fn notes(server: &Server) -> Vec<String> {
    let (_, all) = server.ask("GET /api/v1/pull?limit=500", &server.sign_in(), "");
    let names = [1, 2].map(note_id);
    names.into_iter().filter(|id| all.contains(id)).collect()
}

/// A server that was killed: the note 1 is in the backup, 2 only in the log beside the database.
fn killed_after_a_backup(folder: &Path) -> (PathBuf, PathBuf) {
    let (data, file) = (folder.join("data"), folder.join("backup.db"));
    let server = Server::start(&data);
    let cookie = server.sign_in();
    note(&server, &cookie, 1);
    run(&data, &["backup", file.to_str().unwrap()], "");
    note(&server, &cookie, 2);
    server.kill();
    let log = data.join("afield.db-wal").metadata().unwrap();
    assert!(log.len() > 0);
    (data, file)
}

#[test]
fn what_lies_beside_a_database_that_was_moved_away_is_not_taken_for_the_backup_s() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = killed_after_a_backup(folder.path());
    std::fs::rename(data.join("afield.db"), folder.path().join("moved.db")).unwrap();
    let said = run(&data, &["restore", file.to_str().unwrap()], "");
    assert!(said.contains("is kept as"), "{said}");
    let kept = std::fs::read_dir(&data).unwrap().filter(|file| {
        let name = file.as_ref().unwrap().file_name();
        let name = name.to_str().unwrap();
        name.contains(".replaced-") && name.ends_with("-wal")
    });
    assert_eq!(kept.count(), 1);
    let server = Server::start(&data);
    assert_eq!(notes(&server), [note_id(1)]);
    server.kill();
}

#[test]
fn a_backup_that_was_put_back_by_hand_is_not_mixed_with_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = killed_after_a_backup(folder.path());
    let (place, log) = (data.join("afield.db"), data.join("afield.db-wal"));
    let folder_text = data.to_str().unwrap();
    // As `backup` wrote it, it says itself that it has no log.
    std::fs::copy(&file, &place).unwrap();
    for command in [&["restored"][..], &["serve", "--port", "0"]] {
        let arguments = [command, &["--data", folder_text]].concat();
        check(&arguments, "afield.db-wal");
    }
    // A database that was in use says nothing; it is newer than the log.
    let other = folder.path().join("other");
    run(&other, &["restore", file.to_str().unwrap()], "");
    Server::start(&other).kill();
    std::fs::copy(other.join("afield.db"), &place).unwrap();
    let open = std::fs::File::options().append(true).open(&place).unwrap();
    let logged = log.metadata().unwrap().modified().unwrap();
    let later = logged + std::time::Duration::from_secs(1);
    open.set_modified(later).unwrap();
    check(&["restored", "--data", folder_text], "is older than");
    std::fs::remove_file(&log).unwrap();
    let set = |days| ["company", "set", "nordhaus", "--keep-files-days", days];
    run(&data, &set("90"), "");
    let said = run(&data, &["restored"], "");
    assert!(said.contains("new id"), "{said}");
    // Nothing goes by what was set before the phones have been here.
    let command = format!(
        "afield-server {} --keep-files-days 90",
        "company set nordhaus"
    );
    assert!(said.contains(&command), "{said}");
    let said = run(&data, &["restored"], "");
    assert!(!said.contains("keep-files-days"), "{said}");
}

#[test]
fn data_that_are_used_are_not_exchanged_and_those_that_are_exchanged_are_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let text = data.to_str().unwrap();
    let company = [
        "company",
        "spree",
        "--name",
        "Spree",
        "--zone",
        "Europe/Berlin",
        "--data",
        text,
    ];
    run(&data, &company[..6], "");
    let file = folder.path().join("backup.db");
    let path = file.to_str().unwrap();
    // No server was there yet: it has no id, and is a backup all the same.
    run(&data, &["backup", path], "");
    let used = std::fs::File::open(data.join(".used")).unwrap();
    used.lock_shared().unwrap();
    for command in [&["restore", path][..], &["restored"]] {
        let arguments = [command, &["--data", text]].concat();
        check(&arguments, "another command still uses the data");
    }
    let list = run(&data, &["user", "list", "--company", "spree"], "");
    assert_eq!(list, "");
    used.unlock().unwrap();
    used.lock().unwrap();
    let again = folder.path().join("again.db");
    for command in [
        &["user", "list", "--company", "spree"][..],
        &["backup", again.to_str().unwrap()],
        &[
            "company",
            "havel",
            "--name",
            "Havel",
            "--zone",
            "Europe/Berlin",
        ],
        &["serve", "--port", "0"],
    ] {
        let arguments = [command, &["--data", text]].concat();
        check(&arguments, "put back from a backup");
    }
    used.unlock().unwrap();
    let said = run(&data, &["restore", path], "");
    assert!(said.contains("Restored"), "{said}");
}

#[test]
fn accounts_that_a_restore_changes_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = killed_after_a_backup(folder.path());
    run(&data, &["user", "disable", ANNA], "");
    let said = run(&data, &["restore", file.to_str().unwrap()], "");
    let named: Vec<&str> = said.lines().filter(|line| line.contains('@')).collect();
    assert_eq!(named, [format!("  {ANNA}")], "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_backup_has_the_name_that_was_asked_for_or_none() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    Server::start(&data).kill();
    let name = std::ffi::OsStr::from_bytes(b"b\xff.db");
    let mut backup = program();
    backup.current_dir(folder.path()).arg("backup").arg(name);
    let done = output(backup.args(["--data", "data"]));
    assert!(!done.status.success());
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(said.contains("not UTF-8"), "{said}");
    let mut backup = program();
    backup.current_dir(folder.path());
    let done = output(backup.args(["backup", "b.db", "--data", "data"]));
    assert!(done.status.success(), "{done:?}");
    let files = std::fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["b.db", "data"]);
}

#[test]
fn what_was_copied_is_no_backup_unless_it_reads_as_a_whole_database_of_ours() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    // SQLite takes an empty file for a database without anything in it, and copies it.
    std::fs::write(data.join("afield.db"), "").unwrap();
    let file = folder.path().join("backup.db");
    let arguments = ["backup", file.to_str().unwrap(), "--data"];
    check(
        &[&arguments[..], &[data.to_str().unwrap()]].concat(),
        "there is no backup",
    );
    let left = std::fs::read_dir(folder.path()).unwrap();
    let left: Vec<_> = left.map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left, ["data"]);
}

#[cfg(unix)]
#[test]
fn an_import_keeps_its_data_from_being_exchanged_until_it_has_ended() {
    use std::io::Read as _;
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = killed_after_a_backup(folder.path());
    let report = folder.path().join("report.csv");
    let made = std::process::Command::new("mkfifo").arg(&report).status();
    assert!(made.unwrap().success());
    // More is to be looked at than a pipe holds: the import ends only when somebody reads.
    let rows = "T,Pump,never\n".repeat(5_000);
    let jobs = folder.path().join("jobs.csv");
    std::fs::write(&jobs, format!("Ticket,What,When\n{rows}")).unwrap();
    let mut import = program()
        .arg("import")
        .arg(&jobs)
        .args(["--company", "nordhaus", "--map"])
        .arg("Ticket=external_key,What=title,When=starts")
        .arg("--report")
        .arg(&report)
        .arg("--data")
        .arg(&data)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let watch = Watch::begin(&import);
    // An import that ends without a word opens the pipe for nobody: then this does.
    let pipe = report.clone();
    let ended = std::thread::spawn(move || {
        let status = import.wait();
        drop(watch);
        let opened = std::fs::File::options().read(true).write(true).open(pipe);
        drop(opened);
        status
    });
    let mut reader = std::fs::File::open(&report).unwrap();
    let text = data.to_str().unwrap();
    check(
        &["restore", file.to_str().unwrap(), "--data", text],
        "another command still uses the data",
    );
    reader.read_to_end(&mut Vec::new()).unwrap();
    assert!(ended.join().unwrap().unwrap().success());
    let said = run(&data, &["restore", file.to_str().unwrap()], "");
    assert!(said.contains("Restored"), "{said}");
}
