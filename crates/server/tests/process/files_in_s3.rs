//! The program with its files in an S3: two servers that share a database and no folder.

use crate::cluster;
use crate::program::{Server, check, field, output, program};
use crate::s3_server::{BUCKET, Cut, KEY, S3Server, SECRET};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

const FILE: &str = "00000000-0000-4000-8000-0000000000f1";

fn new_database() -> String {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    runtime.block_on(cluster::new_database())
}

fn with_files(s3: &S3Server, arguments: &[&str], data: &Path) -> Command {
    let mut command = program();
    command
        .args(arguments)
        .arg("--data")
        .arg(data)
        .args(["--files-plain-http"])
        .env("AFIELD_FILES", format!("s3://{BUCKET}/afield"))
        .envs(s3.environment());
    command
}

fn serve(s3: &S3Server, data: &Path, flags: &[&str]) -> Server {
    let start = ["serve", "--port", "0", "--demo"];
    let mut command = with_files(s3, &[&start, flags].concat(), data);
    Server::ready(
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap(),
    )
}

/// A request about the file; the answer's head and body.
fn ask(server: &Server, request: &str, cookie: &str, headers: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(&server.address).unwrap();
    let text = format!(
        "{request} /api/v1/files/{FILE} HTTP/1.1\r\nhost: {}\r\nsec-fetch-site: same-origin\r\n\
         tus-resumable: 1.0.0\r\ncontent-length: {}\r\nconnection: close\r\n{cookie}{headers}\r\n{body}",
        server.address,
        body.len()
    );
    stream.write_all(text.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn append(server: &Server, cookie: &str, at: usize, body: &str) -> String {
    let headers =
        format!("content-type: application/offset+octet-stream\r\nupload-offset: {at}\r\n");
    ask(server, "PATCH", cookie, &headers, body)
}

/// Registers a file of these bytes as Anna's phone does.
fn register(server: &Server, cookie: &str, bytes: &str) {
    let (_, me) = server.ask("GET /api/v1/session", cookie, "");
    let (_, page) = server.ask("GET /api/v1/pull?limit=1", cookie, "");
    let job = page.split_once("\"module\":\"job\"").unwrap().1;
    let (user, job) = (field(&me, "id"), field(job, "id"));
    let hash = Sha256::digest(bytes);
    let hash = hash.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    });
    let device = "00000000-0000-4000-8000-0000000000d1";
    let length = bytes.len();
    let body = format!(
        r#"{{"device":"{device}","ack_below":0,"mutations":[{{"id":"00000000-0000-7000-8000-0000000000f1","device":"{device}","seq":1,"user":"{user}","lane":{{"module":"attachment","id":"{FILE}"}},"op_version":1,"op":{{"op":"add_attachment","attachment":"{FILE}","job":"{job}","kind":"file","name":"plan.txt","mime":"text/plain","bytes":{length},"sha256":"{hash}","width":0,"height":0,"thumbnail":""}},"wall":1}}]}}"#
    );
    let (_, answer) = server.ask("POST /api/v1/push", cookie, &body);
    assert!(answer.contains(r#""verdict":"applied""#), "{answer}");
}

#[test]
fn a_server_that_is_killed_in_an_upload_is_followed_by_another_on_another_disk() {
    let (s3, address) = (S3Server::start(), new_database());
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let flags = ["--database", address.as_str()];
    let (first, second) = (
        serve(&s3, here.path(), &flags),
        serve(&s3, there.path(), &flags),
    );
    let all: String = ('a'..='z').cycle().take(3_000).collect();
    let cookie = first.sign_in();
    register(&first, &cookie, &all);
    let (one, two) = (&all[..1_000], &all[1_000..2_000]);
    assert!(append(&first, &cookie, 0, one).starts_with("HTTP/1.1 204"));
    // The next piece goes to another.
    assert!(append(&second, &cookie, 1_000, two).starts_with("HTTP/1.1 204"));
    first.kill();
    drop(here);
    let asked = ask(&second, "HEAD", &cookie, "", "");
    assert!(asked.contains("upload-offset: 2000\r\n"), "{asked}");
    let done = append(&second, &cookie, 2_000, &all[2_000..]);
    assert!(done.contains("upload-offset: 3000\r\n"), "{done}");
    // And a third, that has nothing but the address of both.
    second.kill();
    drop(there);
    let elsewhere = tempfile::tempdir().unwrap();
    let third = serve(&s3, elsewhere.path(), &flags);
    let got = ask(&third, "GET", &cookie, "", "");
    assert!(
        got.starts_with("HTTP/1.1 200") && got.ends_with(&all),
        "{got}"
    );
    assert_eq!(s3.objects("afield").len(), 1);
    assert!(!elsewhere.path().join("uploads").exists());
}

#[test]
fn an_s3_that_is_gone_is_said_in_the_log_without_keys_and_text_is_served() {
    let s3 = S3Server::start();
    s3.cut(Some(Cut {
        after: 0,
        done: false,
    }));
    let data = tempfile::tempdir().unwrap();
    let start = ["serve", "--port", "0", "--demo"];
    let mut child = with_files(&s3, &start, data.path())
        // All that any library says too.
        .env("AFIELD_LOG", "trace")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Read while it runs: it waits for nobody's reading.
    let err = child.stderr.take().unwrap();
    let log = std::thread::spawn(move || std::io::read_to_string(err).unwrap());
    let server = Server::ready(child);
    let cookie = server.sign_in();
    register(&server, &cookie, "bytes");
    let answer = append(&server, &cookie, 0, "bytes");
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    s3.cut(None);
    let answer = append(&server, &cookie, 0, "bytes");
    assert!(answer.contains("upload-offset: 5\r\n"), "{answer}");
    server.kill();
    let log = log.join().unwrap();
    assert!(
        log.contains("photos and files stay on their phones"),
        "{log}"
    );
    assert!(log.contains("a file could not be read or written"));
    for secret in [KEY, SECRET] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None);
    }
}

#[test]
fn what_a_person_can_put_right_about_an_s3_is_one_line_without_keys() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().to_str().unwrap();
    for (address, expected) in [
        ("gs://bucket", "names neither"),
        ("s3://me:secret@bucket", "keys do not belong in it"),
        ("s3://b", "names no bucket"),
    ] {
        let arguments = ["serve", "--port", "0", "--data", folder, "--files", address];
        check(&arguments, expected);
        let said = output(program().args(arguments)).stderr;
        let said = String::from_utf8(said).unwrap();
        assert!(!said.contains("secret"), "{said}");
    }
    let s3 = S3Server::start();
    let mut refused = with_files(&s3, &["serve", "--port", "0"], data.path());
    let refused = output(refused.env("AWS_SECRET_ACCESS_KEY", "another-secret"));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("The keys must allow"), "{said}");
    assert!(!said.contains(KEY) && !said.contains("secret"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn files_lie_in_the_folder_that_is_named_and_a_backup_says_where() {
    let (data, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let folder = other.path().join("files-of-all");
    let place = folder.to_str().unwrap();
    let server = Server::start_with(data.path(), &["--files", place]);
    let cookie = server.sign_in();
    register(&server, &cookie, "bytes");
    assert!(append(&server, &cookie, 0, "bytes").contains("upload-offset: 5\r\n"));
    assert!(folder.join("files").is_dir() && !data.path().join("uploads").exists());
    let s3 = S3Server::start();
    let file = other.path().join("backup.db");
    let backup = ["backup", file.to_str().unwrap()];
    let said = output(&mut with_files(&s3, &backup, data.path())).stdout;
    let said = String::from_utf8(said).unwrap();
    let expected = format!("they are in s3://{BUCKET}/afield");
    assert!(said.contains(&expected), "{said}");
}
