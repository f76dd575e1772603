//! What only the office or whoever runs a back end can do, asked for through a hook of the back end's own.
//!
//! Owns the words of the hook. An action is one JSON object, and so is its answer:
//!
//! | action | asked for | answer |
//! |---|---|---|
//! | `{"action":"give_job","to":USER,"title":TEXT,"starts":MS,"ends":MS}` | a new job of that user's | `{"done":true,"job":ID}` |
//! | `{"action":"assign","job":ID,"to":USER or null}` | the job is that user's, or nobody's | `{"done":true}` |
//! | `{"action":"delete","job":ID}` | the office deletes the job | `{"done":true}` |
//! | `{"action":"restart"}` | the back end is ended and begun again on its data | `{"done":true}`, with `url` if it is elsewhere now |
//! | `{"action":"lose_data"}` | its data are lost, or older ones put back; accounts stay | the same |
//!
//! What a back end does not offer it answers with `{"not_offered":"why"}`; then what needs it is not tried. Must never
//! take an action for done that was not said to be.

use crate::http::{Ask, Client};
use serde_json::Value;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

/// What became of an action.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    /// It is done; the whole answer.
    Done(Value),
    /// This back end has no such thing, and why.
    NotOffered(String),
}

/// Does what only the office can.
pub trait Office {
    /// Does `action`.
    ///
    /// # Errors
    /// When it should have been done and was not.
    fn ask(&mut self, action: &Value) -> Result<Asked, String>;
}

/// Offers nothing.
#[derive(Debug, Clone, Copy)]
pub struct NoOffice;

impl Office for NoOffice {
    fn ask(&mut self, _: &Value) -> Result<Asked, String> {
        Ok(Asked::NotOffered(
            "no hook for office actions was given".into(),
        ))
    }
}

/// A program that gets the action as a line on its standard input, and writes its answer.
#[derive(Debug, Clone)]
pub struct CommandOffice {
    /// The program and its arguments.
    pub command: Vec<String>,
}

impl Office for CommandOffice {
    fn ask(&mut self, action: &Value) -> Result<Asked, String> {
        let (program, arguments) = self.command.split_first().ok_or("the command is empty")?;
        let said = |error: std::io::Error| format!("{program}: {error}");
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(said)?;
        if let Some(mut input) = child.stdin.take() {
            // It may answer before it reads.
            let _ = writeln!(input, "{action}");
        }
        let done = child.wait_with_output().map_err(said)?;
        if !done.status.success() {
            return Err(format!("{program} ended with {}", done.status));
        }
        read(&done.stdout)
    }
}

/// An address that gets the action by `POST`.
pub struct UrlOffice {
    client: Client,
    path: String,
}

impl UrlOffice {
    /// The hook at `url`.
    ///
    /// # Errors
    /// When that is no address of plain HTTP.
    pub fn new(url: &str, patience: Duration) -> Result<Self, String> {
        let rest = url.strip_prefix("http://").unwrap_or_default();
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let client = Client::new(&format!("http://{host}"), patience);
        Ok(Self {
            client: client.map_err(|error| error.to_string())?,
            path: format!("/{path}"),
        })
    }
}

impl Office for UrlOffice {
    fn ask(&mut self, action: &Value) -> Result<Asked, String> {
        let reply = self
            .client
            .ask(&Ask::new("POST", self.path.as_str()).json(action));
        let reply = reply.map_err(|_| format!("no answer at {}", self.path))?;
        if reply.status != 200 {
            return Err(format!("{} answered HTTP {}", self.path, reply.status));
        }
        read(&reply.body)
    }
}

fn read(answer: &[u8]) -> Result<Asked, String> {
    let read: Value = serde_json::from_slice(answer).map_err(|error| {
        let text = String::from_utf8_lossy(answer);
        format!("the hook's answer is no JSON ({error}): {text}")
    })?;
    // With or without an envelope.
    let read = read.pointer("/reply/ok").cloned().unwrap_or(read);
    if let Some(why) = read.get("not_offered") {
        return Ok(Asked::NotOffered(
            why.as_str().unwrap_or_default().to_owned(),
        ));
    }
    match read.get("done") {
        Some(Value::Bool(true)) => Ok(Asked::Done(read)),
        _ => Err(format!(
            "the hook answered neither done nor not_offered: {read}"
        )),
    }
}
