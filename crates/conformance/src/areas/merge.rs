//! Two who edit one job: what stands does not depend on who came first.

use super::core;
use crate::check::Check;
use crate::finding::{Looked, Stop};
use crate::phone::{Phone, Pulled, Pushed, with};
use crate::world::{Job, World};
use serde_json::{Value, json};

const SECTION: &str = "Merge";

pub(super) const CHECKS: &[Check] = &[
    core(
        "merge.disjoint",
        SECTION,
        "Edits of different fields both stand, and are no conflict.",
        disjoint,
    ),
    core(
        "merge.same_value",
        SECTION,
        "Who asks for what stands already meets nobody.",
        same_value,
    ),
    core(
        "merge.later_wins",
        SECTION,
        "Of two edits of one title the later one stands, in whatever order they arrive.",
        later_wins,
    ),
    core(
        "merge.ties",
        SECTION,
        "Of two edits of the same time the same one stands, in whatever order they arrive.",
        ties,
    ),
    core(
        "merge.conflict",
        SECTION,
        "What loses is kept: a record `conflict` with both values comes with the verdict `merged` and by pull.",
        conflict,
    ),
    core(
        "merge.settle",
        SECTION,
        "An edit that names a conflict in `settles` ends it: the conflict says `settled`, and the value stands.",
        settle,
    ),
];

/// Two devices of one user, and a job that both have seen as it is.
fn two(world: &mut World) -> Result<(Phone, Phone, Job), Stop> {
    let mut one = world.phone()?;
    let job = world.job(&mut one)?;
    let other = world.phone_of(one.session.clone());
    Ok((one, other, job))
}

fn send(world: &mut World, phone: &Phone, change: &Value) -> Result<Pushed, Stop> {
    let pushed = phone.push(world, std::slice::from_ref(change))?;
    pushed.is(change, &["applied", "merged", "already_applied"])?;
    Ok(pushed)
}

fn stands(pulled: &Pulled, job: &Job, field: &str, value: &str) -> Looked {
    let found = pulled
        .has("job", &job.id)?
        .pointer(&format!("/record/{field}"));
    if found.and_then(Value::as_str) == Some(value) {
        return Ok(());
    }
    Err(pulled.red(format!("the job with the {field} {value:?}")))
}

fn disjoint(world: &mut World) -> Looked {
    let (mut one, mut other, job) = two(world)?;
    let title = one.edit(world, &job, "title", "Conformance", "Boiler leaks");
    let text = other.edit(world, &job, "description", "", "Error E-14.");
    send(world, &one, &title)?;
    let pushed = send(world, &other, &text)?;
    if pushed.word(&text) != "applied" {
        return Err(pushed.reply.red("`applied`: they do not meet"));
    }
    let pulled = one.pull(world, None)?;
    stands(&pulled, &job, "title", "Boiler leaks")?;
    stands(&pulled, &job, "description", "Error E-14.")
}

fn same_value(world: &mut World) -> Looked {
    let (mut one, mut other, job) = two(world)?;
    let first = one.edit(world, &job, "title", "Conformance", "The same");
    let second = other.edit(world, &job, "title", "Conformance", "The same");
    send(world, &one, &first)?;
    let pushed = send(world, &other, &second)?;
    if pushed.word(&second) == "merged" {
        return Err(pushed
            .reply
            .red("`applied` or `already_applied`: there is nothing to merge"));
    }
    Ok(())
}

/// Two edits of a title, made at these times; the title that stands when they arrive in this order or the other.
fn title_after(world: &mut World, times: [i64; 2], turned: bool) -> Result<(String, Pulled), Stop> {
    let (mut one, mut other, job) = two(world)?;
    let first = one.edit(world, &job, "title", "Conformance", "The first title");
    let second = other.edit(world, &job, "title", "Conformance", "The second title");
    let [early, late] = times;
    let mut both = [
        (one, with(first, "wall", early.into())),
        (other, with(second, "wall", late.into())),
    ];
    if turned {
        both.reverse();
    }
    for (phone, change) in &both {
        send(world, phone, change)?;
    }
    let [(phone, _), _] = &both;
    let pulled = phone.pull(world, None)?;
    let title = pulled
        .has("job", &job.id)?
        .pointer("/record/title")
        .and_then(Value::as_str);
    Ok((title.unwrap_or_default().to_owned(), pulled))
}

fn later_wins(world: &mut World) -> Looked {
    world.technician()?;
    let times = [world.now - 60_000, world.now - 30_000];
    for turned in [false, true] {
        let (title, pulled) = title_after(world, times, turned)?;
        if title != "The second title" {
            let order = if turned { "first" } else { "last" };
            return Err(pulled.red(format!(
                "the later title, which arrived {order}: The second title"
            )));
        }
    }
    Ok(())
}

fn ties(world: &mut World) -> Looked {
    world.technician()?;
    let times = [world.now - 60_000; 2];
    let (one, _) = title_after(world, times, false)?;
    let (other, pulled) = title_after(world, times, true)?;
    if one == other {
        return Ok(());
    }
    Err(pulled.red(format!(
        "the title that stands when they arrive in the other order: {one}"
    )))
}

/// A conflict, by the phone that has lost: its id, and the job as it is then.
fn met(world: &mut World) -> Result<(Phone, Job, String), Stop> {
    let (mut one, mut other, mut job) = two(world)?;
    let first = one.edit(world, &job, "title", "Conformance", "Theirs");
    let second = other.edit(world, &job, "title", "Conformance", "Mine");
    let second = with(second, "wall", (world.now - 60_000).into());
    send(world, &one, &first)?;
    let pushed = send(world, &other, &second)?;
    pushed.is(&second, &["merged"])?;
    let records = pushed
        .verdict(&second)
        .and_then(|verdict| verdict.get("records")?.as_array().cloned());
    let records = records.unwrap_or_default();
    let conflict = records
        .iter()
        .filter_map(|record| record.get("record"))
        .find(|record| record.get("module").and_then(Value::as_str) == Some("conflict"));
    let Some(conflict) = conflict else {
        return Err(pushed
            .reply
            .red("a record of the module `conflict` among the records of the verdict"));
    };
    for (name, value) in [
        ("job", job.id.as_str()),
        ("field", "title"),
        ("base", "Conformance"),
        ("mine", "Mine"),
        ("theirs", "Theirs"),
        ("winner", "theirs"),
    ] {
        if conflict.get(name).and_then(Value::as_str) != Some(value) {
            return Err(pushed
                .reply
                .red(format!("a conflict whose `{name}` is {value}")));
        }
    }
    let id = conflict
        .get("id")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let pulled = other.pull(world, None)?;
    pulled.has("conflict", &id)?;
    stands(&pulled, &job, "title", "Theirs")?;
    let rev = pulled
        .has("job", &job.id)?
        .get("rev")
        .and_then(Value::as_i64);
    job.rev = rev.unwrap_or(job.rev);
    Ok((other, job, id))
}

fn conflict(world: &mut World) -> Looked {
    met(world).map(drop)
}

fn settle(world: &mut World) -> Looked {
    let (mut phone, job, conflict) = met(world)?;
    let edits = json!([{ "field": "title", "base": "Theirs", "new": "Mine" }]);
    let op = json!({ "op": "edit_job", "job": job.id, "edits": edits, "settles": conflict });
    let change = phone.change(world, ("job", &job.id), op);
    let change = with(change, "base_rev", job.rev.into());
    send(world, &phone, &change)?;
    let pulled = phone.pull(world, None)?;
    stands(&pulled, &job, "title", "Mine")?;
    let record = pulled.has("conflict", &conflict)?;
    match record
        .pointer("/record/settled/value")
        .and_then(Value::as_str)
    {
        Some("Mine") => Ok(()),
        _ => Err(pulled.red(format!(
            "the conflict {conflict} with `settled`, and the value that was chosen in it"
        ))),
    }
}
