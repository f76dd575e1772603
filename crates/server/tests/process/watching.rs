//! What the server says of itself: to its log, and at the address at which it is watched.

use crate::program::{Server, program};
use std::io::BufRead as _;
use std::path::Path;
use std::process::Stdio;

/// The head of the answer to a request that came through a proxy, and what the log says of it.
fn through_a_proxy(data: &Path, flags: &[&str]) -> (String, String) {
    let mut child = program()
        .env("AFIELD_LOG", "info")
        .args(["serve", "--port", "0", "--demo", "--data"])
        .arg(data)
        .args(flags)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let err = child.stderr.take().unwrap();
    let server = Server::ready(child);
    let forwarded = "x-forwarded-for: 192.0.2.1\r\nx-forwarded-proto: https\r\n";
    let (head, _) = server.ask("GET /api/v1/health", forwarded, "");
    server.ask("GET /api/v1/health", forwarded, "");
    server.kill();
    (head, std::io::read_to_string(err).unwrap())
}

#[test]
fn a_proxy_that_the_server_was_not_told_of_is_said_once_and_https_is_kept_behind_one() {
    let data = tempfile::tempdir().unwrap();
    let (head, log) = through_a_proxy(data.path(), &[]);
    assert_eq!(log.matches("--behind-proxy").count(), 1, "{log}");
    assert!(!head.contains("strict-transport-security"), "{head}");
    let (head, log) = through_a_proxy(data.path(), &["--behind-proxy"]);
    assert!(!log.contains("--behind-proxy"), "{log}");
    assert!(
        head.contains("strict-transport-security: max-age=31536000"),
        "{head}"
    );
}

#[test]
fn the_log_can_be_collected_and_names_a_request_as_its_answer_does() {
    let data = tempfile::tempdir().unwrap();
    let (head, log) = through_a_proxy(data.path(), &["--log-json"]);
    let (_, id) = head.split_once("x-request-id: ").unwrap();
    let id = id.lines().next().unwrap();
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let of_it = lines.iter().find(|line| line["fields"]["id"] == id);
    let of_it = of_it.unwrap_or_else(|| panic!("{id}\n{log}"));
    assert_eq!(of_it["level"], "INFO");
    assert_eq!(of_it["fields"]["message"], "request");
    assert_eq!(of_it["fields"]["status"], 200);
}

#[test]
fn it_is_watched_at_an_address_of_its_own_and_nowhere_else() {
    let data = tempfile::tempdir().unwrap();
    let mut server = Server::start_with(data.path(), &["--watch", "127.0.0.1:0"]);
    let mut line = String::new();
    server.out.read_line(&mut line).unwrap();
    let watched = line.trim().strip_prefix("It can be watched: http://");
    let watched = watched.unwrap_or_else(|| panic!("{line:?}"));
    let watched = watched.strip_suffix("/metrics").unwrap().to_owned();
    server.sign_in();
    let (head, page) = server.ask("GET /metrics", "", "");
    assert!(!page.contains("afield_requests"), "{head}");
    let served = std::mem::replace(&mut server.address, watched);
    let (_, text) = server.ask("GET /metrics", "", "");
    let signed_in =
        r#"afield_requests_total{method="POST",route="/api/v1/session",status="200"} 1"#;
    assert!(text.contains(signed_in), "{text}");
    assert!(server.ask("GET /ready", "", "").1.contains("ready"));
    // Nothing of the app stands there.
    let (head, _) = server.ask("GET /api/v1/session", "", "");
    assert!(head.starts_with("HTTP/1.1 404"), "{head}");
    server.address = served;
    server.kill();
}
