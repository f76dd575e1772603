//! What operations mean: steps of the day, limits of texts, rights as of now.

use super::core;
use crate::check::Check;
use crate::finding::{Looked, Stop};
use crate::phone::{Phone, with};
use crate::world::{Job, World};
use serde_json::{Value, json};

const SECTION: &str = "What operations mean";

pub(super) const CHECKS: &[Check] = &[
    core(
        "meaning.status",
        SECTION,
        "A technician may take each step of the table, and any other is `illegal_status`.",
        status,
    ),
    core(
        "meaning.passed_step",
        SECTION,
        "A step that the job has passed is accepted from whoever saw it earlier, and the job stays where it is.",
        passed_step,
    ),
    core(
        "meaning.note_limits",
        SECTION,
        "A note of 10,000 characters is stored as it is; one more, or none, is `invalid` and names the field `text`.",
        note_limits,
    ),
    core(
        "meaning.title_limits",
        SECTION,
        "A title of 200 characters is stored; one more, or none, is `invalid` and names the field `title`.",
        title_limits,
    ),
    core(
        "meaning.not_theirs",
        SECTION,
        "A job that is a colleague's, or that there is not, is nobody's to change.",
        not_theirs,
    ),
    core(
        "meaning.rights_now",
        SECTION,
        "A change is judged by the rights of its arrival: a job that was taken away meanwhile is `forbidden` or `not_found`.",
        rights_now,
    ),
    core(
        "meaning.used_id",
        SECTION,
        "A note under an id that stands for another note changes nothing.",
        used_id,
    ),
];

/// Every status, with the steps that a technician may take from there and a way to it.
const STEPS: [(&str, &[&str], &[&str]); 5] = [
    ("scheduled", &["en_route", "started"], &[]),
    ("en_route", &["started", "scheduled"], &["en_route"]),
    ("started", &["finished", "paused"], &["started"]),
    ("paused", &["started", "finished"], &["started", "paused"]),
    ("finished", &[], &["started", "finished"]),
];

const ALL: [&str; 6] = [
    "scheduled",
    "en_route",
    "started",
    "paused",
    "finished",
    "cancelled",
];

fn job_at(world: &mut World, phone: &mut Phone, way: &[&str]) -> Result<Job, Stop> {
    let mut job = world.job(phone)?;
    for to in way {
        step(world, phone, &mut job, to)?;
    }
    Ok(job)
}

fn step(world: &mut World, phone: &mut Phone, job: &mut Job, to: &str) -> Looked {
    let step = phone.step(world, job, to);
    let pushed = phone.push(world, std::slice::from_ref(&step))?;
    pushed.applied(&step)?;
    let rev = pushed.rev(&step, &job.id);
    job.rev = rev.ok_or_else(|| pushed.reply.red("`records` with the job as it is now"))?;
    Ok(())
}

fn status(world: &mut World) -> Looked {
    for (from, may, way) in STEPS {
        let mut phone = world.phone()?;
        let job = job_at(world, &mut phone, way)?;
        for to in ALL
            .into_iter()
            .filter(|to| !may.contains(to) && *to != from)
        {
            let step = phone.step(world, &job, to);
            let pushed = phone.push(world, std::slice::from_ref(&step))?;
            pushed.rejected(&step, &["illegal_status"])?;
        }
        for to in may {
            let mut phone = world.phone()?;
            let mut job = job_at(world, &mut phone, way)?;
            step(world, &mut phone, &mut job, to)?;
        }
    }
    Ok(())
}

fn passed_step(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let seen = world.job(&mut phone)?;
    let mut job = seen.clone();
    step(world, &mut phone, &mut job, "started")?;
    // A second device of the same user, which saw the job as it was.
    let mut slow = world.phone_of(phone.session.clone());
    let passed = slow.step(world, &seen, "en_route");
    let pushed = slow.push(world, std::slice::from_ref(&passed))?;
    pushed.is(&passed, &["applied", "already_applied", "merged"])?;
    let pulled = phone.pull(world, None)?;
    match pulled
        .has("job", &job.id)?
        .pointer("/record/status")
        .and_then(Value::as_str)
    {
        Some("started") => Ok(()),
        _ => Err(pulled.red("the job where it was, started")),
    }
}

/// That a change was refused for what one field holds.
fn invalid(world: &mut World, phone: &Phone, change: &Value, field: &str) -> Looked {
    let pushed = phone.push(world, std::slice::from_ref(change))?;
    pushed.rejected(change, &["invalid"])?;
    let named = pushed
        .verdict(change)
        .and_then(|verdict| verdict.pointer("/reason/field")?.as_str());
    if named != Some(field) {
        return Err(pushed
            .reply
            .red(format!("a reason whose `field` is {field}")));
    }
    Ok(())
}

fn note_limits(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    // Characters, not bytes, and as they are.
    let text = "ä\"\\\n🔧".repeat(2_000);
    let (note, change) = phone.note(world, &job, &text);
    phone
        .push(world, std::slice::from_ref(&change))?
        .applied(&change)?;
    let pulled = phone.pull(world, None)?;
    let stored = pulled.has("note", &note)?.pointer("/record/text");
    if stored.and_then(Value::as_str) != Some(text.as_str()) {
        return Err(pulled.red(format!("the text of the note {note} as it was sent")));
    }
    for text in ["x".repeat(10_001), String::new()] {
        let (_, change) = phone.note(world, &job, &text);
        invalid(world, &phone, &change, "text")?;
    }
    Ok(())
}

fn title_limits(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let mut job = world.job(&mut phone)?;
    let longest = "ä".repeat(200);
    let change = phone.edit(world, &job, "title", "Conformance", &longest);
    let pushed = phone.push(world, std::slice::from_ref(&change))?;
    pushed.applied(&change)?;
    job.rev = pushed.rev(&change, &job.id).unwrap_or(job.rev);
    for title in ["ä".repeat(201), String::new()] {
        let mut phone = world.phone()?;
        let change = phone.edit(world, &job, "title", &longest, &title);
        invalid(world, &phone, &change, "title")?;
    }
    Ok(())
}

fn not_theirs(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let nowhere = Job {
        id: world.id(),
        rev: 1,
    };
    let (_, change) = phone.note(world, &nowhere, "On no job.");
    let pushed = phone.push(world, std::slice::from_ref(&change))?;
    pushed.rejected(&change, &["not_found", "forbidden"])?;
    let colleague = world.colleague()?;
    let job = world.job(&mut phone)?;
    let mut other = world.phone_of(colleague);
    let step = other.step(world, &job, "en_route");
    let (_, note) = other.note(world, &job, "On a colleague's job.");
    for change in [step, note] {
        let pushed = other.push(world, std::slice::from_ref(&change))?;
        pushed.rejected(&change, &["forbidden", "not_found"])?;
    }
    Ok(())
}

fn rights_now(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let step = phone.step(world, &job, "en_route");
    world.assign(&job, None)?;
    let pushed = phone.push(world, std::slice::from_ref(&step))?;
    pushed.rejected(&step, &["forbidden", "not_found"])
}

fn used_id(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let (note, change) = phone.note(world, &job, "The first.");
    phone
        .push(world, std::slice::from_ref(&change))?
        .applied(&change)?;
    let op = json!({ "op": "add_note", "note": note, "job": job.id, "text": "The second." });
    let (_, other) = phone.note(world, &job, "");
    let other = with(other, "op", op);
    let other = with(other, "lane", json!({ "module": "note", "id": note }));
    let pushed = phone.push(world, std::slice::from_ref(&other))?;
    pushed.is(&other, &["rejected", "already_applied"])?;
    let pulled = phone.pull(world, None)?;
    match pulled
        .has("note", &note)?
        .pointer("/record/text")
        .and_then(Value::as_str)
    {
        Some("The first.") => Ok(()),
        _ => Err(pulled.red("the note as it was first sent")),
    }
}
