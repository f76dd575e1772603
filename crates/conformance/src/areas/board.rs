//! The office's board: the day, its stream, and a job that is given to somebody.

use crate::check::{Check, Profile};
use crate::finding::{Looked, Stop};
use crate::http::{Ask, Event};
use crate::phone::Phone;
use crate::world::{DAY, Job, Session, World};
use serde_json::{Value, json};

const SECTION: &str = "Board";

const fn board(name: &'static str, must: &'static str, look: fn(&mut World) -> Looked) -> Check {
    Check {
        name,
        profile: Profile::Board,
        must,
        section: SECTION,
        look,
    }
}

pub(super) const CHECKS: &[Check] = &[
    board(
        "board.day",
        "The board has the jobs of the days that are asked for, each with its `rev`, and who there is.",
        day,
    ),
    board(
        "board.technician",
        "The board is the office's: a technician gets `forbidden`.",
        technician,
    ),
    board(
        "board.event",
        "What a phone has pushed comes over the stream, with an id `EPOCH.SEQ` that rises.",
        event,
    ),
    board(
        "board.resume",
        "A stream that begins with `Last-Event-ID` brings all that came after, or says `reload`.",
        resume,
    ),
    board(
        "board.other_epoch",
        "An id of another data set, as after a restored backup, is answered with `reload`.",
        other_epoch,
    ),
    board(
        "board.number_ahead",
        "An id above the server's own numbers, as after a restored backup, is answered with `reload`.",
        number_ahead,
    ),
    board(
        "board.assign",
        "A job is given to somebody by the `rev` that was seen, and a repeated request is answered as the first.",
        assign,
    ),
    board(
        "board.stale_assign",
        "A job that is another than was seen is a `conflict`, and stays whose it is.",
        stale_assign,
    ),
];

/// The day of the calendar at `time`, in universal time: `YYYY-MM-DD`.
fn date(time: i64) -> String {
    // By Howard Hinnant's "days from civil", the other way round.
    let z = time.div_euclid(DAY) + 719_468;
    let (era, doe) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

fn the_day(world: &World, office: &Session) -> Ask {
    // Whatever the company's zone, the present lies in these three days.
    let from = date(world.now - DAY);
    office.get(format!("/api/v1/board?day={from}&days=3"))
}

fn on_board<'v>(ok: &'v Value, job: &str) -> Option<&'v Value> {
    let mut jobs = ok.get("jobs")?.as_array()?.iter();
    jobs.find(|shown| shown.pointer("/job/id").and_then(Value::as_str) == Some(job))
}

fn day(world: &mut World) -> Looked {
    let office = world.dispatcher()?;
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let ask = the_day(world, &office);
    let reply = world.ask(&ask)?;
    let ok = reply.ok()?;
    let rev = on_board(ok, &job.id).and_then(|shown| shown.get("rev")?.as_i64());
    if rev != Some(job.rev) {
        let expected = format!("among `jobs` the job {} with the `rev` {}", job.id, job.rev);
        return Err(reply.red(expected));
    }
    let people = ok.get("technicians").and_then(Value::as_array);
    let is_me = |user: &Value| user.get("id").and_then(Value::as_str) == Some(&phone.session.user);
    if !people.is_some_and(|people| people.iter().any(is_me)) {
        return Err(reply.red("the technician among `technicians`"));
    }
    Ok(())
}

fn technician(world: &mut World) -> Looked {
    let me = world.technician()?;
    let ask = the_day(world, &me);
    world.ask(&ask)?.refused("forbidden")?;
    let events = me.get("/api/v1/events");
    world.ask(&events)?.refused("forbidden")
}

fn stream(office: &Session, heard: Option<&str>) -> Ask {
    let ask = office
        .get("/api/v1/events")
        .header("accept", "text/event-stream");
    match heard {
        Some(id) => ask.header("last-event-id", id),
        None => ask,
    }
}

/// Whether an event tells of that job.
fn tells_of(event: &Event, job: &Job) -> bool {
    let data: Value = serde_json::from_str(&event.data).unwrap_or_default();
    data.pointer("/activity/job").and_then(Value::as_str) == Some(&job.id)
}

fn is_reload(event: &Event) -> bool {
    let data: Value = serde_json::from_str(&event.data).unwrap_or_default();
    event.name.is_empty() && data.get("reload") == Some(&Value::Bool(true))
}

/// The data set and the number of an event's id.
fn parts(id: &str) -> Option<(String, u64)> {
    let (epoch, seq) = id.rsplit_once('.')?;
    Some((epoch.to_owned(), seq.parse().ok()?))
}

/// A step of a phone's, for the stream to tell of.
fn step(world: &mut World, phone: &mut Phone, job: &Job) -> Looked {
    let step = phone.step(world, job, "en_route");
    let pushed = phone.push(world, std::slice::from_ref(&step))?;
    pushed.applied(&step)
}

/// The id with which a stream begins, after which `then` happens while it is open; the event about `job` that it tells.
fn heard(world: &mut World, job: &Job, phone: &mut Phone) -> Result<(String, Event), Stop> {
    let office = world.dispatcher()?;
    let change = phone.step(world, job, "en_route");
    let push = phone.request(world, std::slice::from_ref(&change));
    let mut stream = world.client.open(&stream(&office, None))?;
    let first = stream.find("a first message with an id", |event| !event.id.is_empty())?;
    world.client.ask(&push)?;
    let event = stream.find("an event about the job of the push", |event| {
        tells_of(event, job)
    })?;
    Ok((first.id, event))
}

fn event(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let epoch = world.epoch.clone();
    let (first, event) = heard(world, &job, &mut phone)?;
    let (before, after) = (parts(&first), parts(&event.id));
    let rises = matches!((&before, &after), (Some((one, before)), Some((other, after)))
        if *one == epoch && one == other && before < after);
    if !rises {
        let office = world.dispatcher()?;
        let reply = world.ask(&the_day(world, &office))?;
        return Err(reply.red_as(
            format!("ids {epoch}.SEQ, the event's above the first one's"),
            format!("{first}, then {event:?}"),
        ));
    }
    Ok(())
}

fn resume(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let (job, later) = (world.job(&mut phone)?, world.job(&mut phone)?);
    let (first, _) = heard(world, &job, &mut phone)?;
    // The line is cut; meanwhile something happens.
    step(world, &mut phone, &later)?;
    let office = world.dispatcher()?;
    let mut stream = world.client.open(&stream(&office, Some(&first)))?;
    let told = |event: &Event| is_reload(event) || tells_of(event, &job);
    let event = stream.find("what came after that id, or reload", told)?;
    if is_reload(&event) {
        return Ok(());
    }
    stream.find("what came while the line was cut", |event| {
        tells_of(event, &later)
    })?;
    Ok(())
}

fn reloads(world: &mut World, heard: &str) -> Looked {
    let office = world.dispatcher()?;
    let mut stream = world.client.open(&stream(&office, Some(heard)))?;
    stream.find("the message {\"reload\":true}", is_reload)?;
    Ok(())
}

fn other_epoch(world: &mut World) -> Looked {
    reloads(world, "of-another-data-set.1")
}

fn number_ahead(world: &mut World) -> Looked {
    let office = world.dispatcher()?;
    let ask = the_day(world, &office);
    world.ask(&ask)?.ok()?;
    let ahead = format!("{}.{}", world.epoch, 4_000_000_000_u64);
    reloads(world, &ahead)
}

fn assign(world: &mut World) -> Looked {
    let office = world.dispatcher()?;
    let colleague = world.colleague()?;
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let body = json!({ "assignee": colleague.user, "base_rev": job.rev, "id": world.id() });
    let ask = office.post(format!("/api/v1/assign/{}", job.id), &body);
    for _ in 0..2 {
        let reply = world.ask(&ask)?;
        let assignee = reply.ok()?.pointer("/job/assignee").and_then(Value::as_str);
        if assignee != Some(&colleague.user) {
            return Err(reply.red("the job, whose `assignee` is the colleague"));
        }
    }
    let other =
        json!({ "assignee": phone.session.user, "base_rev": job.rev, "id": body.get("id") });
    let ask = office.post(format!("/api/v1/assign/{}", job.id), &other);
    world.ask(&ask)?.refused("invalid")
}

fn stale_assign(world: &mut World) -> Looked {
    let office = world.dispatcher()?;
    let colleague = world.colleague()?;
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    step(world, &mut phone, &job)?;
    let body = json!({ "assignee": colleague.user, "base_rev": job.rev, "id": world.id() });
    let ask = office.post(format!("/api/v1/assign/{}", job.id), &body);
    world.ask(&ask)?.refused("conflict")?;
    phone.pull(world, None)?.has("job", &job.id).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_its_day() {
        for (time, expected) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (1_835_427_600_000, "2028-02-29"),
            (1_795_248_000_000, "2026-11-21"),
        ] {
            assert_eq!(date(time), expected);
        }
    }

    #[test]
    fn an_id_names_its_data_set_whatever_dots_it_has() {
        assert_eq!(parts("e-1.2.41"), Some(("e-1.2".to_owned(), 41)));
        assert_eq!(parts("e-1.x"), None);
        assert_eq!(parts("41"), None);
    }
}
