//! What a phone fetches: all of it, nothing twice in another form, nothing skipped.

use super::core;
use crate::check::Check;
use crate::finding::{Looked, Stop};
use crate::phone::{Phone, Pulled, is, page, pull};
use crate::world::World;
use afield_protocol::{Change, PullResponse};
use serde_json::Value;
use std::collections::BTreeMap;

const SECTION: &str = "Pull";

pub(super) const CHECKS: &[Check] = &[
    core(
        "pull.totals",
        SECTION,
        "The first page of a priming tells how many records of each module it brings, and it brings as many.",
        totals,
    ),
    core(
        "pull.pages",
        SECTION,
        "A priming in small pages brings what one in large pages brings, none of more than `limit` changes.",
        pages,
    ),
    core(
        "pull.resume",
        SECTION,
        "A pull that was cut goes on from the last saved cursor, as often as it is asked.",
        resume,
    ),
    core(
        "pull.nothing_skipped",
        SECTION,
        "What is changed while a phone primes comes with that priming or with the next pull.",
        nothing_skipped,
    ),
    core(
        "pull.rev",
        SECTION,
        "A record's `rev` rises with every change of it, in verdicts and by pull alike.",
        rev,
    ),
    core(
        "pull.other_user",
        SECTION,
        "A pull for another user than the session's is `unauthorized`.",
        other_user,
    ),
    core(
        "pull.unknown_cursor",
        SECTION,
        "A cursor that the server does not know is `cursor_expired`, so that the phone primes again.",
        unknown_cursor,
    ),
    core(
        "pull.readable",
        "What a reader cannot read",
        "Everything that comes can be read by a phone.",
        readable,
    ),
];

/// A pull in parts that takes more pages than this does not end.
const MOST_PAGES: usize = 200;

/// How many changes a page may have for a priming to come in some `parts`: few requests, however much there is.
fn a_part(world: &mut World, phone: &Phone, parts: usize) -> Result<usize, Stop> {
    let held = phone.pull(world, None)?;
    Ok((held.changes.len() / parts).max(1))
}

fn counted(pulled: &Pulled) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for change in pulled.changes.iter().filter(|change| is(change, "upsert")) {
        let module = change.pointer("/record/module").and_then(Value::as_str);
        *counts
            .entry(module.unwrap_or_default().to_owned())
            .or_default() += 1;
    }
    counts
}

fn totals(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    world.job(&mut phone)?;
    let limit = a_part(world, &phone, 5)?;
    let pulled = pull(world, &phone.session, None, Some(limit))?;
    let Some((first, later)) = pulled.pages.split_first() else {
        return Err(pulled.red("a page"));
    };
    let told = first
        .at("/reply/ok/totals")
        .as_array()
        .cloned()
        .unwrap_or_default();
    let told: BTreeMap<String, u64> = told
        .iter()
        .filter_map(|total| {
            let count = total.get("count")?.as_u64()?;
            Some((total.get("module")?.as_str()?.to_owned(), count))
        })
        .filter(|(_, count)| *count > 0)
        .collect();
    let came = counted(&pulled);
    if told != came {
        return Err(first.red(format!("`totals` of what all pages bring: {came:?}")));
    }
    match later
        .iter()
        .find(|page| !page.at("/reply/ok/totals").is_null())
    {
        Some(page) => Err(page.red("`totals` with the first page only")),
        None => Ok(()),
    }
}

/// The records that a phone holds after these changes, each with its revision.
fn held(pulled: &Pulled) -> BTreeMap<String, Value> {
    let mut held = BTreeMap::new();
    for change in &pulled.changes {
        let key = change.get("record").or_else(|| change.get("key"));
        let text = |name| {
            key.and_then(|key| key.get(name)?.as_str())
                .unwrap_or_default()
        };
        let key = format!("{}.{}", text("module"), text("id"));
        match change.get("record") {
            Some(_) => held.insert(key, change.clone()),
            None => held.remove(&key),
        };
    }
    held
}

fn same(one: &Pulled, other: &Pulled) -> Looked {
    let (one, other_held) = (held(one), held(other));
    let mut differing = one
        .iter()
        .filter(|(key, change)| other_held.get(*key) != Some(change));
    if let Some((key, change)) = differing.next() {
        return Err(other.red(format!("{key} as another pull has brought it: {change}")));
    }
    match other_held.keys().find(|key| !one.contains_key(*key)) {
        Some(key) => Err(other.red(format!("no {key}, which another pull has not brought"))),
        None => Ok(()),
    }
}

fn pages(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let (_, note) = phone.note(world, &job, "One of several pages.");
    phone.push(world, &[note])?;
    let whole = phone.pull(world, None)?;
    let limit = (whole.changes.len() / 10).max(1);
    let cut = pull(world, &phone.session, None, Some(limit))?;
    for page in &cut.pages {
        let changes = page.at("/reply/ok/changes").as_array();
        if changes.is_some_and(|changes| changes.len() > limit) {
            return Err(page.red(format!("at most {limit} changes, as `limit` asks for")));
        }
    }
    same(&whole, &cut)
}

fn resume(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    world.job(&mut phone)?;
    let whole = phone.pull(world, None)?;
    let limit = (whole.changes.len() / 8).max(1);
    let mut pulled = Pulled::default();
    let mut cursor: Option<String> = None;
    loop {
        let ask = page(&phone.session, cursor.as_deref(), Some(limit));
        // The answer is lost; what is saved is the cursor of the page before.
        world.ask(&ask)?.ok()?;
        if !pulled.take(world.ask(&ask)?)? {
            return same(&whole, &pulled);
        }
        if pulled.pages.len() > MOST_PAGES {
            return Err(pulled.red("a pull that ends"));
        }
        cursor = Some(pulled.cursor.clone());
    }
}

fn nothing_skipped(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let jobs = [
        world.job(&mut phone)?,
        world.job(&mut phone)?,
        world.job(&mut phone)?,
    ];
    let mut titles = vec!["Conformance".to_owned(); jobs.len()];
    let limit = a_part(world, &phone, 12)?;
    let mut pulled = Pulled::default();
    let mut cursor: Option<String> = None;
    loop {
        let ask = page(&phone.session, cursor.as_deref(), Some(limit));
        let more = pulled.take(world.ask(&ask)?)?;
        cursor = Some(pulled.cursor.clone());
        if !more {
            break;
        }
        // What has come already: after the last page nothing is changed, for that would bring it anyway.
        let known: Vec<bool> = jobs
            .iter()
            .map(|job| pulled.record("job", &job.id).is_some())
            .collect();
        for ((job, title), _) in jobs
            .iter()
            .zip(&mut titles)
            .zip(known)
            .filter(|(_, known)| *known)
        {
            let new = format!("After page {}", pulled.pages.len());
            let edit = phone.edit(world, job, "title", title, &new);
            phone
                .push(world, std::slice::from_ref(&edit))?
                .applied(&edit)?;
            *title = new;
        }
        if pulled.pages.len() > MOST_PAGES {
            return Err(pulled.red("a priming that ends, though jobs change meanwhile"));
        }
    }
    let next = phone.pull(world, cursor.as_deref())?;
    pulled.changes.extend(next.changes);
    pulled.pages.extend(next.pages);
    for (job, title) in jobs.iter().zip(&titles) {
        let came = pulled.has("job", &job.id)?.pointer("/record/title");
        if came.and_then(Value::as_str) != Some(title) {
            let expected = format!("the job {} as it was changed last, {title}", job.id);
            return Err(pulled.red(expected));
        }
    }
    Ok(())
}

fn rev(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let mut job = world.job(&mut phone)?;
    let mut cursor = phone.pull(world, None)?.cursor;
    for to in ["en_route", "started", "paused"] {
        let step = phone.step(world, &job, to);
        let pushed = phone.push(world, std::slice::from_ref(&step))?;
        pushed.applied(&step)?;
        let rev = pushed.rev(&step, &job.id);
        let Some(rev) = rev.filter(|rev| *rev > job.rev) else {
            return Err(pushed
                .reply
                .red(format!("the job with a `rev` above {}", job.rev)));
        };
        let pulled = phone.pull(world, Some(&cursor))?;
        let came = pulled.has("job", &job.id)?;
        if came.get("rev").and_then(Value::as_i64) != Some(rev) {
            return Err(pulled.red(format!("the job with the `rev` of its verdict, {rev}")));
        }
        if came.pointer("/record/status").and_then(Value::as_str) != Some(to) {
            return Err(pulled.red(format!("the job as it is now, {to}")));
        }
        job.rev = rev;
        cursor = pulled.cursor;
    }
    Ok(())
}

fn other_user(world: &mut World) -> Looked {
    let me = world.technician()?;
    let other = world.id();
    let ask = me.get(format!("/api/v1/pull?user={other}"));
    world.ask(&ask)?.refused("unauthorized")
}

fn unknown_cursor(world: &mut World) -> Looked {
    let me = world.technician()?;
    let known = pull(world, &me, None, None)?.cursor;
    let mut changed = known;
    changed.push('x');
    for cursor in ["no-such-cursor", changed.as_str()] {
        let reply = world.ask(&page(&me, Some(cursor), None))?;
        reply.refused("cursor_expired")?;
    }
    Ok(())
}

fn readable(world: &mut World) -> Looked {
    let phone = world.phone()?;
    let pulled = phone.pull(world, None)?;
    for page in &pulled.pages {
        let text = page.at("/reply/ok").to_string();
        let read: PullResponse = serde_json::from_str(&text)
            .map_err(|error| page.red_as("a page that a phone can read", error.to_string()))?;
        let mut changes = read.changes.iter().enumerate();
        if let Some((place, Change::Unread(unread))) =
            changes.find(|(_, change)| matches!(change, Change::Unread(_)))
        {
            let change = page.at("/reply/ok/changes").get(place);
            let expected =
                format!("a change that a phone can read: it skips changes[{place}] ({unread:?})");
            return Err(page.red_as(expected, change.unwrap_or(&Value::Null).to_string()));
        }
    }
    Ok(())
}
