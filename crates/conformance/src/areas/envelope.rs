//! Whether every reply is ours to read.

use super::core;
use crate::check::Check;
use crate::finding::{Finding, Looked, Stop};
use crate::http::{Ask, Reply};
use crate::schema::Schemas;
use crate::told::flaw;
use crate::world::World;

const SECTION: &str = "The envelope";

pub(super) const CHECKS: &[Check] = &[
    core(
        "envelope.errors",
        SECTION,
        "Every error is an envelope too: no session, no such route, a wrong method, a body that is no JSON.",
        errors,
    ),
    core(
        "envelope.time",
        SECTION,
        "`server_time` is the server's clock in whole milliseconds since 1970, and never goes back.",
        time,
    ),
    core(
        "envelope.epoch",
        SECTION,
        "`epoch` is the same for as long as the data are the same, whoever asks.",
        epoch,
    ),
    core(
        "envelope.schema",
        SECTION,
        "What a sign-in, a pull and a push answer has the form that docs/openapi.json gives it.",
        schema,
    ),
];

/// Looked at at the end of everything: see [`super::loss`].
pub(super) fn every_reply(world: &mut World) -> Looked {
    match world.strays.first() {
        None => Ok(()),
        Some(stray) => Err(Stop::Red(Box::new(stray.clone()))),
    }
}

fn errors(world: &mut World) -> Looked {
    let me = world.technician()?;
    for ask in [
        Ask::new("GET", "/api/v1/pull"),
        Ask::new("POST", "/api/v1/push").json(&serde_json::json!({})),
        me.get("/api/v1/there-is-no-such-route"),
        Ask::new("PUT", "/api/v1/push").header("cookie", &me.cookie),
        Ask::new("POST", "/api/v1/push")
            .header("cookie", &me.cookie)
            .text("application/json", "{\"device\":"),
        Ask::new("POST", "/api/v1/session").text("application/json", "[]"),
    ] {
        let reply = world.ask(&ask)?;
        if let Some(expected) = flaw(&reply) {
            return Err(reply.red(format!("an envelope with an error; {expected}")));
        }
        if reply.at("/reply/error").is_null() {
            return Err(reply.red("an error"));
        }
    }
    Ok(())
}

/// The years in which a server's clock can stand, in milliseconds: 2020 to 2120.
const YEARS: std::ops::Range<i64> = 1_577_836_800_000..4_733_510_400_000;

fn time(world: &mut World) -> Looked {
    let me = world.technician()?;
    let mut before = 0;
    for _ in 0..5 {
        let reply = world.ask(&me.get("/api/v1/session"))?;
        let Some(time) = reply
            .at("/server_time")
            .as_i64()
            .filter(|time| YEARS.contains(time))
        else {
            return Err(reply.red("`server_time`: milliseconds since 1970, of these years"));
        };
        if time < before {
            return Err(reply.red(format!(
                "a `server_time` of not less than {before}, which came before"
            )));
        }
        before = time;
    }
    Ok(())
}

fn epoch(world: &mut World) -> Looked {
    let me = world.technician()?;
    let first = world.ask(&Ask::new("GET", "/api/v1/session"))?;
    let second = world.ask(&me.get("/api/v1/session"))?;
    let third = world.ask(&me.get(format!("/api/v1/pull?user={}", me.user)))?;
    for reply in [second, third] {
        if reply.at("/epoch") != first.at("/epoch") || !reply.at("/epoch").is_string() {
            return Err(Stop::Red(Box::new(Finding {
                sent: reply.sent.clone(),
                expected: format!("the epoch of the reply before: {}", first.at("/epoch")),
                came: reply.shown(),
            })));
        }
    }
    Ok(())
}

fn schema(world: &mut World) -> Looked {
    let schemas = Schemas::read().map_err(Stop::not_tried)?;
    let account = world.setup.technician.clone();
    let (_, signed_in) = world.sign_in(&account)?;
    of_form(&schemas, "SessionInfo", &signed_in)?;
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let (_, note) = phone.note(world, &job, "Of the right form.");
    let step = phone.step(world, &job, "en_route");
    let illegal = phone.step(world, &job, "cancelled");
    let pushed = phone.push(world, &[note, step, illegal])?;
    of_form(&schemas, "PushResponse", &pushed.reply)?;
    let pulled = phone.pull(world, None)?;
    let mut pages = pulled.pages.iter();
    pages.try_for_each(|page| of_form(&schemas, "PullResponse", page))
}

fn of_form(schemas: &Schemas, name: &str, reply: &Reply) -> Looked {
    let ok = reply.ok()?;
    let Some(flaw) = schemas.flaw(name, ok) else {
        return Ok(());
    };
    let expected = format!(
        "{name} of docs/openapi.json: at reply.ok{} {}",
        flaw.at, flaw.expected
    );
    // The place itself, or what it stands in.
    let path = flaw.at.replace(['.', '['], "/").replace(']', "");
    let around = path.rsplit_once('/').map_or("", |(around, _)| around);
    let came = ok.pointer(&path).or_else(|| ok.pointer(around));
    Err(reply.red_as(expected, came.unwrap_or(ok).to_string()))
}
