//! What a phone is to hold and what not: whose jobs, of which days, and what it is told when that changes.

use super::core;
use crate::check::Check;
use crate::finding::{Looked, Stop};
use crate::phone::{Pulled, pull};
use crate::world::{DAY, World};
use serde_json::json;

const SECTION: &str = "Pull";

pub(super) const CHECKS: &[Check] = &[
    core(
        "pull.own_jobs_only",
        SECTION,
        "A technician gets no job of a colleague's, nor what is part of it.",
        own_jobs_only,
    ),
    core(
        "pull.scope_out",
        SECTION,
        "A job that was taken away leaves with a `scope_out` of its own, and so does each of its parts.",
        scope_out,
    ),
    core(
        "pull.return",
        SECTION,
        "A job that was given back comes again, with its parts.",
        gives_back,
    ),
    core(
        "pull.tombstone",
        SECTION,
        "What is gone is told of by a `tombstone`.",
        tombstone,
    ),
    core(
        "pull.deleted_job",
        SECTION,
        "A job that the office deletes is told of by a `tombstone`.",
        deleted_job,
    ),
    core(
        "pull.window",
        SECTION,
        "A job beyond the company's days does not come, and one that somebody is at does, whatever its day.",
        window,
    ),
];

fn own_jobs_only(world: &mut World) -> Looked {
    let colleague = world.colleague()?;
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let (note, change) = phone.note(world, &job, "Nobody else's.");
    phone.push(world, &[change])?;
    let pulled = pull(world, &colleague, None, None)?;
    pulled.lacks("job", &job.id)?;
    pulled.lacks("note", &note)
}

fn scope_out(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let mut job = world.job(&mut phone)?;
    let (note, change) = phone.note(world, &job, "It leaves with its job.");
    phone
        .push(world, std::slice::from_ref(&change))?
        .applied(&change)?;
    let held = phone.pull(world, None)?;
    held.has("note", &note)?;
    job.rev = current_rev(&held, &job.id).unwrap_or(job.rev);
    world.assign(&job, None)?;
    let pulled = phone.pull(world, Some(&held.cursor))?;
    pulled.says("scope_out", "job", &job.id)?;
    pulled.says("scope_out", "note", &note)
}

fn current_rev(pulled: &Pulled, job: &str) -> Option<i64> {
    pulled.record("job", job)?.get("rev")?.as_i64()
}

fn gives_back(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let mut job = world.job(&mut phone)?;
    let (note, change) = phone.note(world, &job, "It comes again with its job.");
    phone
        .push(world, std::slice::from_ref(&change))?
        .applied(&change)?;
    let held = phone.pull(world, None)?;
    job.rev = current_rev(&held, &job.id).unwrap_or(job.rev);
    let job = world.assign(&job, None)?;
    let gone = phone.pull(world, Some(&held.cursor))?;
    gone.says("scope_out", "job", &job.id)?;
    world.assign(&job, Some(&phone.session.user))?;
    let pulled = phone.pull(world, Some(&gone.cursor))?;
    pulled.has("job", &job.id)?;
    pulled.has("note", &note).map(drop)
}

fn tombstone(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let (note, change) = phone.note(world, &job, "Taken back.");
    phone
        .push(world, std::slice::from_ref(&change))?
        .applied(&change)?;
    let held = phone.pull(world, None)?;
    held.has("note", &note)?;
    let op = json!({ "op": "withdraw", "part": { "module": "note", "id": note }, "job": job.id });
    let withdraw = phone.change(world, ("note", &note), op);
    let pushed = phone.push(world, std::slice::from_ref(&withdraw))?;
    if pushed.reason(&withdraw) == "unknown_op" {
        return Err(Stop::not_tried("the back end does not know `withdraw`"));
    }
    pushed.applied(&withdraw)?;
    let pulled = phone.pull(world, Some(&held.cursor))?;
    pulled.says("tombstone", "note", &note)
}

fn deleted_job(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let held = phone.pull(world, None)?;
    world.office(&json!({ "action": "delete", "job": job.id }))?;
    let pulled = phone.pull(world, Some(&held.cursor))?;
    pulled.says("tombstone", "job", &job.id)?;
    let step = phone.step(world, &job, "en_route");
    let pushed = phone.push(world, std::slice::from_ref(&step))?;
    pushed.rejected(&step, &["deleted", "not_found"])
}

fn window(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let later = world.now + 60 * DAY;
    let job = world.job_at(&mut phone, later)?;
    let pulled = phone.pull(world, None)?;
    pulled.lacks("job", &job.id)?;
    let step = phone.step(world, &job, "en_route");
    phone
        .push(world, std::slice::from_ref(&step))?
        .applied(&step)?;
    let pulled = phone.pull(world, Some(&pulled.cursor))?;
    pulled.has("job", &job.id).map(drop)
}
