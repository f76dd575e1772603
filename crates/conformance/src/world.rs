//! The back end as the checks see it: who is signed in, its clock, fresh ids, its office.
//!
//! Owns what all areas need. Must never decide what is right: that is each check's.

use crate::finding::{Finding, Stop};
use crate::http::{Ask, Client, Reply};
use crate::office::{Asked, Office};
use crate::setup::{Account, Setup};
use crate::told::flaw;
use serde_json::{Value, json};

/// A day, in milliseconds.
pub(crate) const DAY: i64 = 86_400_000;

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// The cookie, as it is sent.
    pub(crate) cookie: String,
    pub(crate) user: String,
}

impl Session {
    pub(crate) fn get(&self, path: impl Into<String>) -> Ask {
        Ask::new("GET", path).header("cookie", &self.cookie)
    }

    pub(crate) fn post(&self, path: impl Into<String>, body: &Value) -> Ask {
        Ask::new("POST", path)
            .header("cookie", &self.cookie)
            .json(body)
    }
}

/// A job that a check works on.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) rev: i64,
}

/// Who is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Technician,
    Colleague,
    Dispatcher,
}

/// The back end, and what is known of it.
pub(crate) struct World {
    pub(crate) client: Client,
    pub(crate) setup: Setup,
    office: Box<dyn Office>,
    sessions: Vec<(Who, Session)>,
    /// The server's clock, as it was last told.
    pub(crate) now: i64,
    /// The data set, as it was last told.
    pub(crate) epoch: String,
    /// Replies that were none, the first of them.
    pub(crate) strays: Vec<Finding>,
    random: u64,
    made: u64,
}

impl World {
    pub(crate) fn new(client: Client, setup: Setup, office: Box<dyn Office>, random: u64) -> Self {
        Self {
            client,
            setup,
            office,
            sessions: Vec::new(),
            now: 0,
            epoch: String::new(),
            strays: Vec::new(),
            random,
            made: 0,
        }
    }

    /// Asks, and takes note of what every reply says.
    pub(crate) fn ask(&mut self, ask: &Ask) -> Result<Reply, Stop> {
        let reply = self.client.ask(ask)?;
        self.note(ask, &reply);
        if reply.at("/reply/error/code") == "rate_limited" {
            return Err(Stop::not_tried(
                "the back end wants fewer requests: look again in a minute",
            ));
        }
        Ok(reply)
    }

    pub(crate) fn note(&mut self, ask: &Ask, reply: &Reply) {
        if let Some(time) = reply.at("/server_time").as_i64() {
            self.now = time;
        }
        if let Some(epoch) = reply.at("/epoch").as_str() {
            epoch.clone_into(&mut self.epoch);
        }
        let is_tus = ask.path.starts_with("/api/v1/files");
        if !is_tus && let Some(expected) = flaw(reply) {
            self.strays.push(Finding {
                sent: reply.sent.clone(),
                expected,
                came: reply.shown(),
            });
        }
    }

    /// An id that was never used: a UUIDv7 by the server's clock.
    pub(crate) fn id(&mut self) -> String {
        self.made += 1;
        let time = u64::try_from(self.now).unwrap_or_default();
        let random = self.random;
        format!(
            "{:08x}-{:04x}-7{:03x}-{:04x}-{:06x}{:06x}",
            (time >> 16) & 0xffff_ffff,
            time & 0xffff,
            (random >> 48) & 0xfff,
            0x8000 | (random >> 32) & 0x3fff,
            random & 0xff_ffff,
            self.made & 0xff_ffff,
        )
    }

    /// Signs somebody in, in a session of their own.
    pub(crate) fn sign_in(&mut self, account: &Account) -> Result<(Session, Reply), Stop> {
        let body = json!({ "email": account.email, "password": account.password });
        let reply = self.ask(&Ask::new("POST", "/api/v1/session").json(&body))?;
        let user = reply.ok()?.pointer("/user/id").and_then(Value::as_str);
        let cookie = reply
            .header("set-cookie")
            .split(';')
            .next()
            .unwrap_or_default();
        match user {
            Some(user) if cookie.contains('=') => {
                let session = Session {
                    cookie: cookie.to_owned(),
                    user: user.to_owned(),
                };
                Ok((session, reply.clone()))
            }
            _ => Err(reply.red("a session: `user.id`, and the cookie")),
        }
    }

    fn session(&mut self, who: Who) -> Result<Session, Stop> {
        if let Some((_, session)) = self.sessions.iter().find(|(is, _)| *is == who) {
            return Ok(session.clone());
        }
        let (account, name) = match who {
            Who::Technician => (Some(self.setup.technician.clone()), "technician"),
            Who::Colleague => (
                self.setup.colleague.clone(),
                "colleague (a second technician)",
            ),
            Who::Dispatcher => (self.setup.dispatcher.clone(), "dispatcher"),
        };
        let account = account.ok_or_else(|| Stop::not_tried(format!("no {name} was given")))?;
        let (session, _) = self.sign_in(&account)?;
        self.sessions.push((who, session.clone()));
        Ok(session)
    }

    pub(crate) fn technician(&mut self) -> Result<Session, Stop> {
        self.session(Who::Technician)
    }

    pub(crate) fn colleague(&mut self) -> Result<Session, Stop> {
        self.session(Who::Colleague)
    }

    pub(crate) fn dispatcher(&mut self) -> Result<Session, Stop> {
        self.session(Who::Dispatcher)
    }

    /// Has the office do something.
    pub(crate) fn office(&mut self, action: &Value) -> Result<Value, Stop> {
        match self.office.ask(action) {
            Ok(Asked::Done(answer)) => Ok(answer),
            Ok(Asked::NotOffered(why)) => Err(Stop::NotTried(format!(
                "it needs the office action {}: {why}",
                action.get("action").unwrap_or(&Value::Null)
            ))),
            Err(why) => Err(Stop::NotTried(format!("the hook failed: {why}"))),
        }
    }

    /// The back end ends and begins again, as `action` says; it may be elsewhere then.
    pub(crate) fn begin_again(&mut self, action: &str) -> Result<(), Stop> {
        let answer = self.office(&json!({ "action": action }))?;
        if let Some(url) = answer.get("url").and_then(Value::as_str) {
            let turned = self.client.turn_to(url);
            turned.map_err(|error| Stop::not_tried(error.to_string()))?;
        }
        if action == "lose_data" {
            self.sessions.clear();
        }
        Ok(())
    }

    /// Gives a job to somebody else, or to nobody: by the hook, or else by the board's own route.
    /// The job with its revision then.
    pub(crate) fn assign(&mut self, job: &Job, to: Option<&str>) -> Result<Job, Stop> {
        let after = |rev: Option<i64>| Job {
            id: job.id.clone(),
            // An assignment is one change of the job.
            rev: rev.unwrap_or(job.rev + 1),
        };
        let action = json!({ "action": "assign", "job": job.id, "to": to });
        let not_offered = match self.office(&action) {
            Err(stop @ Stop::NotTried(_)) => stop,
            done => return done.map(|_| after(None)),
        };
        let Ok(dispatcher) = self.dispatcher() else {
            return Err(not_offered);
        };
        let mut body = json!({ "base_rev": job.rev, "id": self.id() });
        if let (Some(to), Some(fields)) = (to, body.as_object_mut()) {
            fields.insert("assignee".into(), to.into());
        }
        let reply = self.ask(&dispatcher.post(format!("/api/v1/assign/{}", job.id), &body))?;
        if reply.at("/reply/error/code") == "not_found" {
            return Err(not_offered);
        }
        Ok(after(reply.ok()?.get("rev").and_then(Value::as_i64)))
    }
}
