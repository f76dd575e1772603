//! What a phone sends: in order, lane by lane, and who may send it.

use super::core;
use crate::check::Check;
use crate::finding::Looked;
use crate::phone::{Pushed, create_job, with};
use crate::world::{DAY, World};
use serde_json::{Value, json};

const SECTION: &str = "Push";

pub(super) const CHECKS: &[Check] = &[
    core(
        "push.order",
        SECTION,
        "Mutations are decided in the order of the request, and answered in it.",
        order,
    ),
    core(
        "push.lane_stops",
        SECTION,
        "After a refusal the rest of that lane is left unanswered, and all other lanes go on.",
        lane_stops,
    ),
    core(
        "push.dependency",
        SECTION,
        "What depends on a refused mutation is left unanswered, in the same push and in a later one.",
        dependency,
    ),
    core(
        "push.dependency_unknown",
        SECTION,
        "What depends on a mutation that the server knows nothing of is decided.",
        dependency_unknown,
    ),
    core(
        "push.epoch",
        SECTION,
        "A push of another data set is `epoch_changed`, and nothing of it is looked at.",
        epoch,
    ),
    core(
        "push.other_user",
        SECTION,
        "A push of another user than the session's is `unauthorized`, and nothing of it is looked at.",
        other_user,
    ),
    core(
        "push.too_many",
        SECTION,
        "More than 64 mutations are `too_large`, and nothing of them is looked at.",
        too_many,
    ),
    core(
        "push.too_large",
        SECTION,
        "More than 256 KiB are `too_large`, and 64 mutations below that are not.",
        too_large,
    ),
    core(
        "push.not_rising",
        SECTION,
        "Mutations that are not in rising `seq` are `invalid` as a whole, and nothing of them is looked at.",
        not_rising,
    ),
    core(
        "push.malformed",
        SECTION,
        "A mutation that cannot be read is refused by itself, and the others are decided.",
        malformed,
    ),
    core(
        "push.unknown_op",
        SECTION,
        "An operation that the server does not know is `unknown_op`, and its id and `seq` do not count as used.",
        unknown_op,
    ),
    core(
        "push.newer_op",
        SECTION,
        "A mutation of a higher `op_version` than any server knows is `unknown_op`, whatever it holds.",
        newer_op,
    ),
    core(
        "push.future_clock",
        SECTION,
        "A time after the receipt is taken for the receipt, and one of years ago for 90 days before it.",
        future_clock,
    ),
    core(
        "push.words",
        "What operations mean",
        "A refusal that says why in the back end's own words says it in `message`: plain text, at most 500 characters.",
        words,
    ),
];

/// What a phone shows of a refusal's own words, in characters: what is longer it cuts off.
const MESSAGE_CHARS: usize = 500;

/// Nobody has to say any: codes are enough.
fn words(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let illegal = phone.step(world, &job, "paused");
    let (_, empty) = phone.note(world, &job, " ");
    let all = [illegal, empty];
    let pushed = phone.push(world, &all)?;
    let [illegal, empty] = &all;
    pushed.rejected(illegal, &["illegal_status"])?;
    pushed.rejected(empty, &["invalid"])?;
    for said in &pushed.verdicts {
        let is_plain = |text: &str| {
            text.chars().count() <= MESSAGE_CHARS && !text.chars().any(char::is_control)
        };
        match said.pointer("/reason/message") {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) if is_plain(text) => {}
            Some(_) => {
                return Err(pushed.reply.red(
                    "`message`: a text of at most 500 characters without control characters, or none",
                ));
            }
        }
    }
    Ok(())
}

fn order(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let steps = ["en_route", "started", "paused", "started"].map(|to| {
        let op = json!({ "op": "set_job_status", "job": job.id, "to": to });
        phone.change(world, ("job", &job.id), op)
    });
    let pushed = phone.push(world, &steps)?;
    let ids = |list: &[Value]| -> Vec<Value> {
        list.iter()
            .filter_map(|one| one.get("id").cloned())
            .collect()
    };
    if ids(&pushed.verdicts) != ids(&steps) {
        return Err(pushed
            .reply
            .red("a verdict for each mutation, in their order"));
    }
    for step in &steps {
        pushed.applied(step)?;
    }
    let pulled = phone.pull(world, None)?;
    let job = pulled.has("job", &job.id)?;
    match job.pointer("/record/status").and_then(Value::as_str) {
        Some("started") => Ok(()),
        _ => Err(pulled.red("the job as the last of the steps leaves it, started")),
    }
}

fn lane_stops(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let (job, other) = (world.job(&mut phone)?, world.job(&mut phone)?);
    let illegal = phone.step(world, &job, "paused");
    let behind = phone.step(world, &job, "en_route");
    let elsewhere = phone.step(world, &other, "en_route");
    let all = [illegal, behind, elsewhere];
    let pushed = phone.push(world, &all)?;
    let [illegal, behind, elsewhere] = &all;
    pushed.rejected(illegal, &["illegal_status"])?;
    pushed.unanswered(behind)?;
    pushed.applied(elsewhere)?;
    // What was left unanswered can still be sent.
    let later = phone.push(world, std::slice::from_ref(behind))?;
    later.applied(behind)
}

fn dependency(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let illegal = phone.step(world, &job, "paused");
    let (_, note) = phone.note(world, &job, "It waits.");
    let note = with(note, "depends_on", json!([illegal.get("id")]));
    let pushed = phone.push(world, &[illegal.clone(), note.clone()])?;
    pushed.rejected(&illegal, &["illegal_status"])?;
    pushed.unanswered(&note)?;
    let later = phone.push(world, std::slice::from_ref(&note))?;
    later.unanswered(&note)
}

fn dependency_unknown(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let (_, note) = phone.note(world, &job, "What it waits for is long ago.");
    let note = with(note, "depends_on", json!([world.id()]));
    phone
        .push(world, std::slice::from_ref(&note))?
        .applied(&note)
}

/// That `mutation` leaves no trace of the push that was refused as a whole: sent alone, it is decided.
fn left_alone(world: &mut World, phone: &crate::phone::Phone, mutation: &Value) -> Looked {
    let ask = phone.request(world, std::slice::from_ref(mutation));
    let pushed = Pushed::read(world.ask(&ask)?)?;
    match pushed.word(mutation) {
        "applied" => Ok(()),
        _ => Err(pushed
            .reply
            .red("`applied`: nothing was to be looked at before")),
    }
}

fn lacks_note(world: &mut World, phone: &crate::phone::Phone, note: &str) -> Looked {
    phone.pull(world, None)?.lacks("note", note)
}

fn epoch(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let (note, change) = phone.note(world, &job, "Of another data set.");
    let body = json!({
        "device": phone.device, "ack_below": 0, "epoch": "of-another-data-set", "mutations": [change],
    });
    let ask = phone.session.post("/api/v1/push", &body);
    world.ask(&ask)?.refused("epoch_changed")?;
    lacks_note(world, &phone, &note)?;
    left_alone(world, &phone, &change)
}

fn other_user(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let (note, change) = phone.note(world, &job, "Another user's.");
    let foreign = with(change.clone(), "user", world.id().into());
    let ask = phone.request(world, &[foreign]);
    world.ask(&ask)?.refused("unauthorized")?;
    lacks_note(world, &phone, &note)?;
    left_alone(world, &phone, &change)
}

fn too_many(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let mut all = Vec::new();
    let mut first = String::new();
    for _ in 0..65 {
        let (note, change) = phone.note(world, &job, "One of many.");
        if first.is_empty() {
            first = note;
        }
        all.push(change);
    }
    let ask = phone.request(world, &all);
    world.ask(&ask)?.refused("too_large")?;
    lacks_note(world, &phone, &first)
}

fn too_large(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let long = "x".repeat(9_000);
    let all: Vec<Value> = (0..40).map(|_| phone.note(world, &job, &long).1).collect();
    let ask = phone.request(world, &all);
    world.ask(&ask)?.refused("too_large")?;
    let many: Vec<Value> = (0..64)
        .map(|_| phone.note(world, &job, "short").1)
        .collect();
    let pushed = phone.push(world, &many)?;
    match many.iter().find(|change| pushed.word(change) != "applied") {
        None => Ok(()),
        Some(_) => Err(pushed.reply.red("64 mutations applied")),
    }
}

fn not_rising(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let (first, one) = phone.note(world, &job, "Before.");
    let (_, two) = phone.note(world, &job, "After.");
    let ask = phone.request(world, &[two, one]);
    world.ask(&ask)?.refused("invalid")?;
    lacks_note(world, &phone, &first)
}

fn malformed(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let (_, before) = phone.note(world, &job, "Before it.");
    let (_, wrong) = phone.note(world, &job, "Which cannot be read.");
    let wrong = with(wrong, "wall", "yesterday".into());
    let (_, after) = phone.note(world, &job, "After it.");
    let pushed = phone.push(world, &[before.clone(), wrong.clone(), after.clone()])?;
    pushed.applied(&before)?;
    pushed.rejected(&wrong, &["invalid"])?;
    pushed.applied(&after)
}

fn unknown_op(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let (_, note) = phone.note(world, &job, "With a known word.");
    let unknown = with(
        note.clone(),
        "op",
        json!({ "op": "conformance_teleport", "job": job.id }),
    );
    let pushed = phone.push(world, std::slice::from_ref(&unknown))?;
    pushed.rejected(&unknown, &["unknown_op"])?;
    phone
        .push(world, std::slice::from_ref(&note))?
        .applied(&note)
}

fn newer_op(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let id = world.id();
    let starts = world.now;
    let op = with(
        create_job(&id, starts),
        "title",
        json!({ "in": "another form" }),
    );
    let change = phone.change(world, ("job", &id), op);
    let change = with(change, "op_version", 999.into());
    let pushed = phone.push(world, std::slice::from_ref(&change))?;
    pushed.rejected(&change, &["unknown_op"])
}

fn future_clock(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let (ahead, one) = phone.note(world, &job, "By a clock that is a year ahead.");
    let one = with(one, "wall", (world.now + 365 * DAY).into());
    let (behind, two) = phone.note(world, &job, "By a clock that is ten years behind.");
    let two = with(two, "wall", (world.now - 3_650 * DAY).into());
    phone.push(world, &[one, two])?;
    let pulled = phone.pull(world, None)?;
    let now = world.now;
    let made_at = |note: &str| {
        let made_at = pulled.has("note", note)?.pointer("/record/made_at");
        Ok(made_at.and_then(Value::as_i64).unwrap_or_default())
    };
    if made_at(&ahead)? > now {
        return Err(pulled.red(format!(
            "`made_at` of the note {ahead} not after its receipt, {now}"
        )));
    }
    if made_at(&behind)? < now - 91 * DAY {
        return Err(pulled.red(format!(
            "`made_at` of the note {behind} at most 90 days before {now}"
        )));
    }
    Ok(())
}
