//! What comes again: an answer that was lost, a copy that was kept back, another change under a used name.

use super::core;
use crate::check::Check;
use crate::finding::Looked;
use crate::phone::{Phone, Pushed, is, with};
use crate::world::{Job, World};
use serde_json::{Value, json};

const SECTION: &str = "Push";

pub(super) const CHECKS: &[Check] = &[
    core(
        "push.repeat",
        SECTION,
        "A mutation that comes again gets its stored verdict, byte for byte, and has no second effect.",
        repeat,
    ),
    core(
        "push.repeat_refused",
        SECTION,
        "A refused mutation that comes again gets the same refusal, also when it would be right by now.",
        repeat_refused,
    ),
    core(
        "push.other_payload",
        SECTION,
        "Another payload under a used id is `idempotency_mismatch`, has no effect, and takes nothing from the stored verdict.",
        other_payload,
    ),
    core(
        "push.field_order",
        SECTION,
        "The same payload with its fields in another order is the same payload.",
        field_order,
    ),
    core(
        "push.seq_reused",
        SECTION,
        "A used `seq` under another id is `sequence_reused`.",
        seq_reused,
    ),
    core(
        "push.late_copy",
        SECTION,
        "What comes after a later `seq` of its device and lane is `sequence_reused`, and is not remembered.",
        late_copy,
    ),
    core(
        "push.replaces_accepted",
        SECTION,
        "What is sent instead of an accepted mutation is `already_applied`, and writes nothing.",
        replaces_accepted,
    ),
    core(
        "push.replaces_undecided",
        SECTION,
        "What is sent instead of a mutation that was never decided uses its id and `seq`: its late copy has no effect.",
        replaces_undecided,
    ),
    core(
        "push.twice_at_once",
        SECTION,
        "The same push twice at the same time has one effect, and both get the same verdict.",
        twice_at_once,
    ),
];

/// The changes that a pull brings about the notes of a job.
fn notes_of(
    world: &mut World,
    phone: &Phone,
    job: &Job,
) -> Result<Vec<Value>, crate::finding::Stop> {
    let pulled = phone.pull(world, None)?;
    let changes = pulled.changes.into_iter().filter(|change| {
        let text = |path: &str| change.pointer(path).and_then(Value::as_str);
        is(change, "upsert")
            && text("/record/module") == Some("note")
            && text("/record/job") == Some(job.id.as_str())
    });
    Ok(changes.collect())
}

/// That the second answer is the first, byte for byte.
fn same_verdict(first: &Pushed, second: &Pushed) -> Looked {
    if first.raw() == second.raw() {
        return Ok(());
    }
    Err(second.reply.red(format!(
        "the verdicts as they were the first time: {}",
        first.raw()
    )))
}

fn repeat(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let (_, note) = phone.note(world, &job, "Once.");
    let step = phone.step(world, &job, "en_route");
    let both = [note, step];
    let first = phone.push(world, &both)?;
    for change in &both {
        first.applied(change)?;
    }
    let before = phone.pull(world, None)?;
    for _ in 0..2 {
        let again = phone.push(world, &both)?;
        same_verdict(&first, &again)?;
    }
    let notes = notes_of(world, &phone, &job)?;
    if notes.len() != 1 {
        return Err(first.reply.red_as(
            "one note, however often it is sent",
            json!(notes).to_string(),
        ));
    }
    let after = phone.pull(world, None)?;
    let rev = |pulled: &crate::phone::Pulled| {
        Ok::<_, crate::finding::Stop>(pulled.has("job", &job.id)?.get("rev").cloned())
    };
    if rev(&before)? != rev(&after)? {
        return Err(after.red("the job with the `rev` that it had before the repetition"));
    }
    Ok(())
}

fn repeat_refused(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let paused = phone.step(world, &job, "paused");
    let first = phone.push(world, std::slice::from_ref(&paused))?;
    first.rejected(&paused, &["illegal_status"])?;
    // With a later change of another lane the job becomes one that can be paused.
    let mut second = world.phone_of(phone.session.clone());
    let start = second.step(world, &job, "started");
    second
        .push(world, std::slice::from_ref(&start))?
        .applied(&start)?;
    let again = phone.push(world, std::slice::from_ref(&paused))?;
    same_verdict(&first, &again)
}

fn other_payload(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let (note, change) = phone.note(world, &job, "As it was.");
    let first = phone.push(world, std::slice::from_ref(&change))?;
    first.applied(&change)?;
    let op = json!({ "op": "add_note", "note": note, "job": job.id, "text": "Another text." });
    let other = with(change.clone(), "op", op);
    let pushed = phone.push(world, std::slice::from_ref(&other))?;
    pushed.rejected(&other, &["idempotency_mismatch"])?;
    let pulled = phone.pull(world, None)?;
    let stands = pulled.has("note", &note)?.pointer("/record/text").cloned();
    if stands != Some("As it was.".into()) {
        return Err(pulled.red("the note as it was first sent"));
    }
    let again = phone.push(world, std::slice::from_ref(&change))?;
    same_verdict(&first, &again)
}

fn field_order(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let (_, change) = phone.note(world, &job, "In whatever order.");
    let first = phone.push(world, std::slice::from_ref(&change))?;
    first.applied(&change)?;
    let body =
        json!({ "device": phone.device, "ack_below": 0, "epoch": world.epoch, "mutations": [] });
    let turned = turned(&change);
    let body = body
        .to_string()
        .replace("\"mutations\":[]", &format!("\"mutations\": [ {turned} ]"));
    let ask = phone
        .session
        .post("/api/v1/push", &Value::Null)
        .text("application/json", body);
    let again = Pushed::read(world.ask(&ask)?)?;
    same_verdict(&first, &again)
}

/// `value` as JSON with the fields of its objects in the opposite order, and with blanks.
fn turned(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().rev();
            let fields: Vec<String> = fields
                .map(|(name, value)| format!("{} : {}", json!(name), turned(value)))
                .collect();
            format!("{{ {} }}", fields.join(" , "))
        }
        other => other.to_string(),
    }
}

fn seq_reused(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let (_, first) = phone.note(world, &job, "The first at this place.");
    phone
        .push(world, std::slice::from_ref(&first))?
        .applied(&first)?;
    let (note, other) = phone.note(world, &job, "The second at this place.");
    let other = with(other, "seq", first.get("seq").cloned().unwrap_or_default());
    let pushed = phone.push(world, std::slice::from_ref(&other))?;
    pushed.rejected(&other, &["sequence_reused"])?;
    phone.pull(world, None)?.lacks("note", &note)
}

fn late_copy(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let early = phone.edit(world, &job, "title", "Conformance", "Kept back");
    let late = phone.edit(world, &job, "description", "", "Arrived first.");
    phone
        .push(world, std::slice::from_ref(&late))?
        .is(&late, &["applied", "merged"])?;
    let pushed = phone.push(world, std::slice::from_ref(&early))?;
    pushed.rejected(&early, &["sequence_reused"])?;
    let pulled = phone.pull(world, None)?;
    let title = pulled
        .has("job", &job.id)?
        .pointer("/record/title")
        .cloned();
    if title == Some("Kept back".into()) {
        return Err(pulled.red("the job without the change that came too late"));
    }
    Ok(())
}

fn replaces_accepted(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let (_, first) = phone.note(world, &job, "Accepted after all.");
    phone
        .push(world, std::slice::from_ref(&first))?
        .applied(&first)?;
    let (note, instead) = phone.note(world, &job, "Sent instead.");
    let instead = with(
        instead,
        "replaces",
        json!([{ "id": first.get("id"), "seq": first.get("seq") }]),
    );
    let pushed = phone.push(world, std::slice::from_ref(&instead))?;
    pushed.is(&instead, &["already_applied"])?;
    phone.pull(world, None)?.lacks("note", &note)
}

fn replaces_undecided(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let (kept_back, first) = phone.note(world, &job, "Kept back by the network.");
    let (note, instead) = phone.note(world, &job, "Sent instead.");
    let instead = with(
        instead,
        "replaces",
        json!([{ "id": first.get("id"), "seq": first.get("seq") }]),
    );
    phone
        .push(world, std::slice::from_ref(&instead))?
        .applied(&instead)?;
    let late = phone.push(world, std::slice::from_ref(&first))?;
    late.is(&first, &["rejected", "already_applied"])?;
    let pulled = phone.pull(world, None)?;
    pulled.has("note", &note)?;
    pulled.lacks("note", &kept_back)
}

fn twice_at_once(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let (_, note) = phone.note(world, &job, "Once, though sent twice.");
    let ask = phone.request(world, std::slice::from_ref(&note));
    let (one, other) = world.client.ask_both(&ask, &ask)?;
    let (one, other) = (Pushed::read(one)?, Pushed::read(other)?);
    // One of them may be told to wait, and asks again.
    let answered: Vec<&Pushed> = [&one, &other]
        .into_iter()
        .filter(|pushed| pushed.word(&note) != "retry" && pushed.verdict(&note).is_some())
        .collect();
    for pushed in &answered {
        pushed.applied(&note)?;
    }
    let again = phone.push(world, std::slice::from_ref(&note))?;
    again.applied(&note)?;
    for pushed in answered {
        same_verdict(pushed, &again)?;
    }
    let notes = notes_of(world, &phone, &job)?;
    if notes.len() != 1 {
        return Err(again.reply.red_as("one note", json!(notes).to_string()));
    }
    Ok(())
}
