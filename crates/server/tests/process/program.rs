//! The program, started and asked as a person and a phone do.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// How long a program may run, on a machine that does much else.
const PATIENCE: Duration = Duration::from_mins(10);

/// Kills a program that runs on and on: who waits for its answer or its end fails instead of waiting for ever.
pub(crate) struct Watch {
    /// Dropped when there is nothing to watch any more.
    _over: Sender<()>,
}

impl Watch {
    pub(crate) fn begin(child: &Child) -> Self {
        let id = child.id().to_string();
        let (sender, over) = channel();
        std::thread::spawn(move || {
            if over.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                let _ = Command::new("kill").args(["-KILL", &id]).status();
            }
        });
        Self { _over: sender }
    }
}

pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) address: String,
    /// Kept open: the program prints while it runs.
    pub(crate) out: BufReader<std::process::ChildStdout>,
    _watch: Watch,
}

impl Drop for Server {
    fn drop(&mut self) {
        // A test that fails leaves none behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    pub(crate) fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    pub(crate) fn start_with(data: &Path, flags: &[&str]) -> Self {
        let child = program()
            .args(["serve", "--port", "0", "--demo", "--data"])
            .arg(data)
            .args(flags)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self::ready(child)
    }

    /// A server that was just started, as soon as it says that it is ready.
    pub(crate) fn ready(mut child: Child) -> Self {
        let watch = Watch::begin(&child);
        let out = BufReader::new(child.stdout.take().unwrap());
        let mut server = Self {
            child,
            address: String::new(),
            out,
            _watch: watch,
        };
        let mut line = String::new();
        server.out.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("Afield is ready: http");
        let address = address.map(|rest| rest.trim_start_matches('s').trim_start_matches("://"));
        server.address = address.unwrap_or_else(|| panic!("{line:?}")).to_owned();
        server
    }

    pub(crate) fn ask(&self, request: &str, headers: &str, body: &str) -> (String, String) {
        self.try_ask(request, headers, body).unwrap()
    }

    /// As [`Server::ask`]; nothing if the server is gone before it has answered.
    pub(crate) fn try_ask(
        &self,
        request: &str,
        headers: &str,
        body: &str,
    ) -> Option<(String, String)> {
        Self::ask_at(&self.address, request, headers, body)
    }

    /// As [`Server::try_ask`], of whoever listens at that address.
    pub(crate) fn ask_at(
        address: &str,
        request: &str,
        headers: &str,
        body: &str,
    ) -> Option<(String, String)> {
        let mut stream = TcpStream::connect(address).ok()?;
        let length = body.len();
        let text = format!(
            "{request} HTTP/1.1\r\nhost: {address}\r\nsec-fetch-site: same-origin\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
        );
        stream.write_all(text.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        Some((head.to_owned(), body.to_owned()))
    }

    pub(crate) fn sign_in(&self) -> String {
        self.sign_in_as("anna@nordhaus.example", "afield-demo")
    }

    pub(crate) fn sign_in_as(&self, email: &str, password: &str) -> String {
        let body = format!(r#"{{"email":"{email}","password":"{password}"}}"#);
        let (head, body) = self.ask("POST /api/v1/session", "", &body);
        let cookie = head
            .lines()
            .find_map(|line| line.strip_prefix("set-cookie: "));
        let cookie = cookie.unwrap_or_else(|| panic!("{head} {body}"));
        format!("cookie: {}\r\n", cookie.split(';').next().unwrap())
    }

    pub(crate) fn kill(mut self) {
        // SIGKILL: no chance to tidy up.
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_afield-server"));
    command.env("AFIELD_LOG", "off");
    for name in ["AFIELD_DATABASE", "AFIELD_FILES"] {
        command.env_remove(name);
    }
    // Whatever this machine uses of Amazon's is not the tests'.
    let amazons = |name: &String| name.starts_with("AWS_");
    for name in std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()) {
        if amazons(&name) {
            command.env_remove(name);
        }
    }
    command
}

/// The JSON value after `"name":` in `text`, if it is a string.
pub(crate) fn field<'a>(text: &'a str, name: &str) -> &'a str {
    let start = text.split_once(&format!("\"{name}\":\"")).unwrap().1;
    start.split_once('"').unwrap().0
}

/// Runs a command on the data in `folder`, with `input` on its standard input; gives what it says.
pub(crate) fn run(folder: &Path, arguments: &[&str], input: &str) -> String {
    let mut child = program()
        .args(arguments)
        .arg("--data")
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _watch = Watch::begin(&child);
    // It may refuse before it reads.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let done = child.wait_with_output().unwrap();
    let said = if done.status.success() {
        done.stdout
    } else {
        done.stderr
    };
    String::from_utf8(said).unwrap()
}

/// What a program has said when it has ended.
pub(crate) fn output(command: &mut Command) -> Output {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _watch = Watch::begin(&child);
    child.wait_with_output().unwrap()
}

#[track_caller]
pub(crate) fn check(arguments: &[&str], expected: &str) {
    let done = output(program().args(arguments));
    let error = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(1), "{error}");
    assert!(
        error.contains(expected) && error.lines().count() == 1,
        "{error}"
    );
}
