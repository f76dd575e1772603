//! Signing in and out, and who is asking.

use super::core;
use crate::check::Check;
use crate::finding::Looked;
use crate::http::{Ask, Reply};
use crate::setup::Account;
use crate::world::World;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

const SECTION: &str = "Session";

pub(super) const CHECKS: &[Check] = &[
    core(
        "session.cookie",
        SECTION,
        "The session is a cookie that no script reads, no other site sends and no plain line carries: HttpOnly, Secure, SameSite, Path=/, no Domain.",
        cookie,
    ),
    core(
        "session.info",
        SECTION,
        "Sign-in and `GET` name user and company alike, with the zone's rules.",
        info,
    ),
    core(
        "session.wrong_password",
        SECTION,
        "A wrong password is `unauthorized` and gives no session.",
        wrong_password,
    ),
    core(
        "session.none",
        SECTION,
        "Without a session, or with one that nobody has begun, everything is `unauthorized`.",
        none,
    ),
    core(
        "session.foreign_origin",
        SECTION,
        "A write that another site's page makes with the user's cookie is refused, and nothing of it is stored.",
        foreign_origin,
    ),
    core(
        "session.sign_out",
        SECTION,
        "After signing out the cookie is worth nothing, and signing out again is fine.",
        sign_out,
    ),
];

fn cookie(world: &mut World) -> Looked {
    let account = world.setup.technician.clone();
    let (_, reply) = world.sign_in(&account)?;
    let cookie = reply.header("set-cookie").to_owned();
    let mut parts = cookie.split(';').map(str::trim);
    let named = parts.next().unwrap_or_default();
    let flags: Vec<String> = parts.map(str::to_ascii_lowercase).collect();
    let has = |flag: &str| flags.iter().any(|there| there == flag);
    let is_same_site = has("samesite=strict") || has("samesite=lax");
    let has_domain = flags.iter().any(|flag| flag.starts_with("domain"));
    let is_right = has("httponly") && has("secure") && has("path=/") && is_same_site && !has_domain;
    if is_right && named.starts_with("__Host-") {
        return Ok(());
    }
    Err(reply.red_as(
        "a cookie `__Host-…` with HttpOnly, Secure, SameSite=Strict (or Lax), Path=/ and no Domain",
        cookie,
    ))
}

fn info(world: &mut World) -> Looked {
    let account = world.setup.technician.clone();
    let (me, signed_in) = world.sign_in(&account)?;
    let asked = world.ask(&me.get("/api/v1/session"))?;
    for reply in [&signed_in, &asked] {
        check_info(reply)?;
    }
    if signed_in.ok()? == asked.ok()? {
        return Ok(());
    }
    Err(asked.red(format!("what the sign-in told: {}", signed_in.text())))
}

fn check_info(reply: &Reply) -> Looked {
    let ok = reply.ok()?;
    let text = |path: &str| ok.pointer(path).and_then(Value::as_str);
    for path in ["/user/name", "/company/name", "/company/zone/name"] {
        if text(path).is_none_or(str::is_empty) {
            return Err(reply.red(format!("a text at {path}")));
        }
    }
    for path in ["/user/id", "/company/id"] {
        if !text(path).is_some_and(is_uuid) {
            return Err(reply.red(format!("a UUID at {path}")));
        }
    }
    if text("/user/role") != Some("technician") {
        return Err(reply.red("the role `technician` of who was given as technician"));
    }
    let rules = text("/company/zone/tzif").and_then(|text| BASE64_STANDARD.decode(text).ok());
    if !rules.is_some_and(|rules| rules.starts_with(b"TZif")) {
        return Err(reply.red("`company.zone.tzif`: a TZif file in base64 (without it phones reckon in universal time)"));
    }
    Ok(())
}

pub(super) fn is_uuid(text: &str) -> bool {
    let groups = text.split('-').map(str::len);
    groups.eq([8, 4, 4, 4, 12])
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

fn wrong_password(world: &mut World) -> Looked {
    let account = Account {
        password: format!("not {}", world.id()),
        ..world.setup.technician.clone()
    };
    let body = json!({ "email": account.email, "password": account.password });
    let reply = world.ask(&Ask::new("POST", "/api/v1/session").json(&body))?;
    reply.refused("unauthorized")?;
    let cookie = reply.header("set-cookie");
    let begins_session = cookie
        .split(';')
        .next()
        .and_then(|named| named.split_once('='))
        .is_some_and(|(_, value)| !value.is_empty());
    if begins_session {
        return Err(reply.red("no session"));
    }
    Ok(())
}

fn none(world: &mut World) -> Looked {
    let me = world.technician()?;
    let name = me.cookie.split('=').next().unwrap_or_default();
    let made_up = format!("{name}={:064x}", 0x00c0_ffee);
    let pull = format!("/api/v1/pull?user={}", me.user);
    let push = json!({ "device": world.id(), "ack_below": 0, "mutations": [] });
    for cookie in [None, Some(made_up)] {
        for ask in [
            Ask::new("GET", "/api/v1/session"),
            Ask::new("GET", pull.as_str()),
            Ask::new("POST", "/api/v1/push").json(&push),
        ] {
            let ask = match &cookie {
                None => ask,
                Some(cookie) => ask.header("cookie", cookie),
            };
            world.ask(&ask)?.refused("unauthorized")?;
        }
    }
    Ok(())
}

fn foreign_origin(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let (note, change) = phone.note(world, &job, "From elsewhere.");
    let ask = phone.request(world, &[change]);
    let foreign = ask
        .clone()
        .header("sec-fetch-site", "cross-site")
        .header("origin", "https://elsewhere.example");
    world.ask(&foreign)?.refused("forbidden")?;
    let pulled = phone.pull(world, None)?;
    pulled.lacks("note", &note)
}

fn sign_out(world: &mut World) -> Looked {
    let account = world.setup.technician.clone();
    let (me, _) = world.sign_in(&account)?;
    let out = Ask::new("DELETE", "/api/v1/session").header("cookie", &me.cookie);
    world.ask(&out)?.ok()?;
    let after = world.ask(&me.get(format!("/api/v1/pull?user={}", me.user)))?;
    after.refused("unauthorized")?;
    world.ask(&out)?.ok().map(drop)
}
