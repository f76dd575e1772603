//! A phone: its device, its order, what it sends and what it fetches.
//!
//! Owns how mutations and pulls are written. Must never judge an answer beyond its form.

use crate::finding::Stop;
use crate::http::{Ask, Reply};
use crate::world::{Job, Session, World};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::collections::HashMap;

/// A pull that brings more pages than this does not end.
const MOST_PAGES: usize = 2_000;

/// One device of one user.
#[derive(Debug, Clone)]
pub(crate) struct Phone {
    pub(crate) session: Session,
    pub(crate) device: String,
    seq: u64,
}

impl World {
    /// A device that nobody has heard of, of the technician's.
    pub(crate) fn phone(&mut self) -> Result<Phone, Stop> {
        let session = self.technician()?;
        Ok(self.phone_of(session))
    }

    pub(crate) fn phone_of(&mut self, session: Session) -> Phone {
        Phone {
            session,
            device: self.id(),
            seq: 0,
        }
    }

    /// A job of this phone's user, for now: made by its phone, or by the office where phones make none.
    pub(crate) fn job(&mut self, phone: &mut Phone) -> Result<Job, Stop> {
        let starts = self.now;
        self.job_at(phone, starts)
    }

    pub(crate) fn job_at(&mut self, phone: &mut Phone, starts: i64) -> Result<Job, Stop> {
        let id = self.id();
        let op = create_job(&id, starts);
        let made = phone.change(self, ("job", &id), op);
        let pushed = phone.push(self, std::slice::from_ref(&made))?;
        if pushed.reason(&made) == "unknown_op" {
            return self.given_job(phone, starts);
        }
        pushed.applied(&made)?;
        let rev = pushed.rev(&made, &id);
        Ok(Job {
            rev: rev.ok_or_else(|| {
                pushed
                    .reply
                    .red("`records` with the job that was made, and its `rev`")
            })?,
            id,
        })
    }

    fn given_job(&mut self, phone: &Phone, starts: i64) -> Result<Job, Stop> {
        let action = json!({
            "action": "give_job", "to": phone.session.user, "title": "Conformance",
            "starts": starts, "ends": starts + 3_600_000,
        });
        let answer = self.office(&action)?;
        let id = answer
            .get("job")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let pulled = phone.pull(self, None)?;
        let record = pulled.record("job", id);
        let rev = record.and_then(|change| change.get("rev")?.as_i64());
        let rev =
            rev.ok_or_else(|| Stop::not_tried("the job that the hook gave does not come by pull"))?;
        Ok(Job {
            id: id.to_owned(),
            rev,
        })
    }
}

impl Phone {
    /// A change that was just made on it.
    pub(crate) fn change(&mut self, world: &mut World, lane: (&str, &str), op: Value) -> Value {
        self.seq += 1;
        json!({
            "id": world.id(), "device": self.device, "seq": self.seq, "user": self.session.user,
            "lane": { "module": lane.0, "id": lane.1 },
            "op_version": 2, "op": op, "wall": world.now, "clock_offset_ms": 0,
        })
    }

    /// A change of the status of `job` that was seen as it is.
    pub(crate) fn step(&mut self, world: &mut World, job: &Job, to: &str) -> Value {
        let op = json!({ "op": "set_job_status", "job": job.id, "to": to });
        let change = self.change(world, ("job", &job.id), op);
        with(change, "base_rev", job.rev.into())
    }

    /// A note on `job`; its id beside the change.
    pub(crate) fn note(&mut self, world: &mut World, job: &Job, text: &str) -> (String, Value) {
        let note = world.id();
        let op = json!({ "op": "add_note", "note": note, "job": job.id, "text": text });
        let change = self.change(world, ("note", &note), op);
        (note, change)
    }

    /// An edit of one field of `job`.
    pub(crate) fn edit(
        &mut self,
        world: &mut World,
        job: &Job,
        field: &str,
        base: &str,
        new: &str,
    ) -> Value {
        let op = json!({ "op": "edit_job", "job": job.id, "edits": [{ "field": field, "base": base, "new": new }] });
        let change = self.change(world, ("job", &job.id), op);
        with(change, "base_rev", job.rev.into())
    }

    pub(crate) fn request(&self, world: &World, mutations: &[Value]) -> Ask {
        let body = json!({
            "device": self.device, "ack_below": 0, "epoch": world.epoch, "mutations": mutations,
        });
        self.session.post("/api/v1/push", &body)
    }

    /// Sends; what comes must be verdicts.
    pub(crate) fn push(&self, world: &mut World, mutations: &[Value]) -> Result<Pushed, Stop> {
        let ask = self.request(world, mutations);
        Pushed::read(world.ask(&ask)?)
    }

    /// Fetches all pages after `cursor`.
    pub(crate) fn pull(&self, world: &mut World, cursor: Option<&str>) -> Result<Pulled, Stop> {
        pull(world, &self.session, cursor, None)
    }
}

/// Fetches all pages after `cursor`, of at most `limit` changes each.
pub(crate) fn pull(
    world: &mut World,
    session: &Session,
    cursor: Option<&str>,
    limit: Option<usize>,
) -> Result<Pulled, Stop> {
    let mut pulled = Pulled::default();
    let mut cursor = cursor.map(str::to_owned);
    for _ in 0..MOST_PAGES {
        let reply = world.ask(&page(session, cursor.as_deref(), limit))?;
        let more = pulled.take(reply)?;
        cursor = Some(pulled.cursor.clone());
        if !more {
            return Ok(pulled);
        }
    }
    Err(pulled.red("a pull that ends: `more` is false at last"))
}

/// The request for one page.
pub(crate) fn page(session: &Session, cursor: Option<&str>, limit: Option<usize>) -> Ask {
    let mut path = format!("/api/v1/pull?user={}", session.user);
    if let Some(cursor) = cursor {
        path.push_str("&cursor=");
        path.push_str(&encoded(cursor));
    }
    if let Some(limit) = limit {
        path.push_str(&format!("&limit={limit}"));
    }
    session.get(path)
}

fn encoded(text: &str) -> String {
    let as_is = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    text.bytes()
        .map(|byte| match as_is(&byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}

pub(crate) fn create_job(id: &str, starts: i64) -> Value {
    json!({
        "op": "create_job", "job": id, "title": "Conformance", "description": "",
        "starts": starts, "ends": starts + 3_600_000,
    })
}

/// `value` with another `field`.
pub(crate) fn with(mut value: Value, field: &str, new: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.insert(field.to_owned(), new);
    }
    value
}

pub(crate) fn id_of(mutation: &Value) -> &str {
    mutation
        .get("id")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// What a push was answered.
#[derive(Debug, Clone)]
pub(crate) struct Pushed {
    pub(crate) reply: Reply,
    pub(crate) verdicts: Vec<Value>,
}

impl Pushed {
    pub(crate) fn read(reply: Reply) -> Result<Self, Stop> {
        let verdicts = reply.ok()?.get("verdicts").and_then(Value::as_array);
        let Some(verdicts) = verdicts.cloned() else {
            return Err(reply.red("`verdicts`: a list"));
        };
        Ok(Self { reply, verdicts })
    }

    pub(crate) fn verdict(&self, mutation: &Value) -> Option<&Value> {
        let mut verdicts = self.verdicts.iter();
        verdicts.find(|verdict| verdict.get("id").and_then(Value::as_str) == Some(id_of(mutation)))
    }

    pub(crate) fn word(&self, mutation: &Value) -> &str {
        let word = self
            .verdict(mutation)
            .and_then(|verdict| verdict.get("verdict")?.as_str());
        word.unwrap_or_default()
    }

    /// The code of the refusal, if it is one.
    pub(crate) fn reason(&self, mutation: &Value) -> &str {
        let code = self
            .verdict(mutation)
            .and_then(|verdict| verdict.pointer("/reason/code")?.as_str());
        code.unwrap_or_default()
    }

    /// The revision of a record that came with a verdict.
    pub(crate) fn rev(&self, mutation: &Value, id: &str) -> Option<i64> {
        self.record(mutation, id)?.get("rev")?.as_i64()
    }

    /// A record that came with a verdict, with its revision.
    pub(crate) fn record(&self, mutation: &Value, id: &str) -> Option<&Value> {
        let mut records = self.verdict(mutation)?.get("records")?.as_array()?.iter();
        records.find(|record| record.pointer("/record/id").and_then(Value::as_str) == Some(id))
    }

    pub(crate) fn is(&self, mutation: &Value, words: &[&str]) -> Result<(), Stop> {
        if words.contains(&self.word(mutation)) {
            return Ok(());
        }
        Err(self.reply.red(format!(
            "for {} one of the verdicts {words:?}",
            id_of(mutation)
        )))
    }

    pub(crate) fn applied(&self, mutation: &Value) -> Result<(), Stop> {
        self.is(mutation, &["applied"])
    }

    /// That it was refused for one of these reasons.
    pub(crate) fn rejected(&self, mutation: &Value, codes: &[&str]) -> Result<(), Stop> {
        let id = id_of(mutation);
        if self.word(mutation) == "rejected" && codes.contains(&self.reason(mutation)) {
            return Ok(());
        }
        Err(self.reply.red(format!(
            "for {id} the verdict `rejected` with one of the reasons {codes:?}"
        )))
    }

    /// That nothing was said of it.
    pub(crate) fn unanswered(&self, mutation: &Value) -> Result<(), Stop> {
        match self.verdict(mutation) {
            None => Ok(()),
            Some(_) => Err(self
                .reply
                .red(format!("no verdict for {}", id_of(mutation)))),
        }
    }

    /// The verdicts byte for byte.
    pub(crate) fn raw(&self) -> String {
        let read = || {
            let whole: HashMap<String, &RawValue> =
                serde_json::from_slice(&self.reply.body).ok()?;
            let reply: HashMap<String, &RawValue> =
                serde_json::from_str(whole.get("reply")?.get()).ok()?;
            let ok: HashMap<String, &RawValue> =
                serde_json::from_str(reply.get("ok")?.get()).ok()?;
            Some(ok.get("verdicts")?.get().to_owned())
        };
        read().unwrap_or_default()
    }
}

/// What one or more pages brought.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pulled {
    pub(crate) pages: Vec<Reply>,
    pub(crate) changes: Vec<Value>,
    pub(crate) cursor: String,
}

impl Pulled {
    /// Takes a page; whether more waits.
    pub(crate) fn take(&mut self, reply: Reply) -> Result<bool, Stop> {
        let ok = reply.ok()?;
        let (changes, cursor, more) = (ok.get("changes"), ok.get("cursor"), ok.get("more"));
        let (Some(Value::Array(changes)), Some(Value::String(cursor)), Some(Value::Bool(more))) =
            (changes, cursor, more)
        else {
            return Err(reply.red("`changes`: a list, `cursor`: a text, `more`: true or false"));
        };
        self.changes.extend(changes.iter().cloned());
        self.cursor.clone_from(cursor);
        let more = *more;
        self.pages.push(reply);
        Ok(more)
    }

    /// The last change about a record.
    pub(crate) fn last(&self, module: &str, id: &str) -> Option<&Value> {
        let is = |change: &&Value| {
            let key = change.get("record").or_else(|| change.get("key"));
            let text = |name| key.and_then(|key| key.get(name)?.as_str());
            (text("module"), text("id")) == (Some(module), Some(id))
        };
        self.changes.iter().rev().find(is)
    }

    /// The last upsert of a record, if nothing later takes it away.
    pub(crate) fn record(&self, module: &str, id: &str) -> Option<&Value> {
        self.last(module, id).filter(|change| is(change, "upsert"))
    }

    pub(crate) fn red(&self, expected: impl Into<String>) -> Stop {
        match self.pages.last() {
            Some(page) => page.red(expected),
            None => Stop::not_tried("nothing was pulled"),
        }
    }

    /// That a record came.
    pub(crate) fn has(&self, module: &str, id: &str) -> Result<&Value, Stop> {
        self.record(module, id)
            .ok_or_else(|| self.red(format!("an upsert of the {module} {id}")))
    }

    /// That the last word about a record is `word`.
    pub(crate) fn says(&self, word: &str, module: &str, id: &str) -> Result<(), Stop> {
        match self.last(module, id) {
            Some(change) if is(change, word) => Ok(()),
            _ => Err(self.red(format!("`{word}` for the {module} {id}"))),
        }
    }

    /// That a record did not come, or has gone.
    pub(crate) fn lacks(&self, module: &str, id: &str) -> Result<(), Stop> {
        match self.record(module, id) {
            None => Ok(()),
            Some(_) => Err(self.red(format!("no {module} {id}"))),
        }
    }
}

/// Whether a change is of that kind.
pub(crate) fn is(change: &Value, word: &str) -> bool {
    change.get("change").and_then(Value::as_str) == Some(word)
}
