//! A back end that ends and begins again, or has lost its data. These come last: nothing of before is left then.

use super::{core, envelope};
use crate::check::Check;
use crate::finding::Looked;
use crate::http::Ask;
use crate::phone::{Pushed, page};
use crate::world::World;
use serde_json::json;

pub(super) const CHECKS: &[Check] = &[
    core(
        "loss.restart",
        "The envelope",
        "A restart keeps the epoch, the sessions, the cursors, and every verdict byte for byte.",
        restart,
    ),
    core(
        "loss.epoch",
        "The envelope",
        "When data are lost or older ones put back the epoch is another, and phones of before are told `epoch_changed`.",
        lost,
    ),
    core(
        "envelope.every_reply",
        "The envelope",
        "Every reply that came while all this was looked at was an envelope, with the HTTP status of its code.",
        envelope::every_reply,
    ),
];

fn restart(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let (note, change) = phone.note(world, &job, "Before the restart.");
    let first = phone.push(world, std::slice::from_ref(&change))?;
    first.applied(&change)?;
    let before = world.epoch.clone();
    let cursor = phone.pull(world, None)?.cursor;
    world.begin_again("restart")?;
    let again = Pushed::read({
        let ask = phone.request(world, std::slice::from_ref(&change));
        world.ask(&ask)?
    })?;
    if again.reply.at("/epoch") != before.as_str() {
        return Err(again
            .reply
            .red(format!("the epoch of before the restart, {before}")));
    }
    if again.raw() != first.raw() {
        return Err(again.reply.red(format!(
            "the verdict of before the restart: {}",
            first.raw()
        )));
    }
    world
        .ask(&page(&phone.session, Some(&cursor), None))?
        .ok()?;
    phone.pull(world, None)?.has("note", &note).map(drop)
}

fn lost(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let job = world.job(&mut phone)?;
    let (_, change) = phone.note(world, &job, "Of before the loss.");
    phone
        .push(world, std::slice::from_ref(&change))?
        .applied(&change)?;
    let cursor = phone.pull(world, None)?.cursor;
    let before = world.epoch.clone();
    world.begin_again("lose_data")?;
    let reply = world.ask(&Ask::new("GET", "/api/v1/session"))?;
    if reply.at("/epoch") == before.as_str() {
        return Err(reply.red(format!("another epoch than before the loss, {before}")));
    }
    // The user signs in again on the same device, which knows the old data set.
    phone.session = world.technician()?;
    let body = json!({
        "device": phone.device, "ack_below": 0, "epoch": before, "mutations": [change],
    });
    let ask = phone.session.post("/api/v1/push", &body);
    world.ask(&ask)?.refused("epoch_changed")?;
    let reply = world.ask(&page(&phone.session, Some(&cursor), None))?;
    reply.refused_as(&["cursor_expired", "epoch_changed"])?;
    // Under the new epoch it is sent again, and decided: whether the loss took it or not.
    let pushed = phone.push(world, std::slice::from_ref(&change))?;
    pushed.is(&change, &["applied", "already_applied", "rejected"])
}
