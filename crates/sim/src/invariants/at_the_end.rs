//! What holds when the faults have stopped and time has passed.

use super::always::board_is_right;
use crate::company;
use crate::remote::line::behind_a_filter;
use crate::schedule::SPAN_MS;
use crate::twin::report_of;
use crate::world::{START_MS, World};
use afield_domain::answers::{complete, first_missing};
use afield_domain::{
    Actor, ApplyContext, Conflict, FieldEdit, JobId, MutationId, Op, Policy, Record, RecordKey,
    Rejection, User, Winner, apply_op,
};
use afield_protocol::{Company, Decide, Mutation};
use afield_sync::cache::scope::pinned_records;
use afield_sync::memory::OutboxRows;
use afield_sync::outbox::held::held_entries;
use afield_sync::testing::model::Model;
use afield_sync::{CacheState, EntryState, Holding, LocalFile, OutboxEntry, OutboxView, RECENT};
use std::collections::BTreeSet;

fn entries(device: &crate::device::Device) -> Vec<OutboxEntry> {
    device
        .outbox
        .peek(|outbox| outbox.readable().cloned().collect())
}

pub(super) fn the_outbox_drains(world: &World) -> Result<(), String> {
    for device in world.devices() {
        let entries = entries(device);
        let held = held_entries(&entries);
        let mut stopped = behind_a_filter(device.line.get(), &entries);
        stopped.extend(world.ledger.borrow().behind_damage(&entries));
        let stuck = entries.iter().find(|entry| {
            !entry.is_parked() && !held.contains(entry.seq()) && !stopped.contains(&entry.seq())
        });
        if let Some(entry) = stuck {
            return Err(format!(
                "seq {} of device {} is still {:?}",
                entry.seq().0,
                device.number,
                entry.state
            ));
        }
        let view = device.outbox.peek(OutboxRows::all);
        let status = afield_sync::sync_status(&view);
        let all = entries.len() + view.unreadable.len();
        if status.unsent + status.sealed != all || status.sign_in_needed {
            return Err(format!("device {} tells {status:?}", device.number));
        }
        if let Some(entry) = entries.iter().find(|entry| waits_for_a_place(entry, &view)) {
            return Err(format!(
                "seq {} of device {} still waits for a place in the order",
                entry.seq().0,
                device.number
            ));
        }
    }
    Ok(())
}

/// What a phone has told last is nothing when nothing stands on it any more.
pub(super) fn phones_are_known(world: &World) -> Result<(), String> {
    let server = world.server.borrow();
    for device in world.devices() {
        let now = device.outbox.peek(report_of);
        let Some(now) = now.filter(|now| (now.unsent, now.files) == (0, 0)) else {
            continue;
        };
        let told = server.told_by(now.user, now.device);
        let is_known = told.is_some_and(|told| (told.unsent, told.files) == (0, 0));
        if !is_known {
            return Err(format!(
                "device {} is empty and told {told:?}",
                device.number
            ));
        }
    }
    Ok(())
}

/// An own change that was refused for its place alone: it gets another one by itself.
fn waits_for_a_place(entry: &OutboxEntry, view: &OutboxView) -> bool {
    let user = view.meta.session.as_ref().map(afield_sync::SignedIn::user);
    let is_reused = |reason: &Rejection| *reason == Rejection::SequenceReused;
    matches!(&entry.state, EntryState::Parked { reason, .. } if is_reused(reason))
        && Some(entry.mutation.user) == user
}

/// What was refused for a right goes by itself when that is given back, and what lacked a field or an answer when nobody
/// asks for it any more.
pub(super) fn what_is_granted_goes(world: &World) -> Result<(), String> {
    let server = world.server.borrow();
    for device in world.devices() {
        let number = world.user_of(device.number).unwrap_or(0);
        let (user, told) = (server.user(number), server.session(number));
        for entry in entries(device) {
            let EntryState::Parked { reason, .. } = &entry.state else {
                continue;
            };
            let mutation = &entry.mutation;
            let hangs_on_rules =
                reason.rights_version().is_some() || *reason == Rejection::OpenQuestions;
            if !hangs_on_rules || mutation.user != user.id {
                continue;
            }
            let context = ApplyContext {
                rights: &told.rights,
                ..ApplyContext::local(Actor::from(&user), server.model.now)
            };
            let find = |key| server.model.record(key).map(|copy| &copy.record);
            if apply_op(context, &mutation.op, find).is_ok() {
                return Err(format!(
                    "seq {} of device {} waits with {reason:?}",
                    mutation.seq.0, device.number
                ));
            }
        }
    }
    Ok(())
}

/// Whoever is signed in works by what stands.
pub(super) fn settings_are_known(world: &World) -> Result<(), String> {
    let stands = world.server.borrow().company();
    for device in world.devices() {
        let meta = device.outbox.peek(OutboxRows::all).meta;
        let Some(session) = &meta.session else {
            continue;
        };
        let known = Company {
            name: stands.name.clone(),
            zone: stands.zone.clone(),
            ..session.info.company.clone()
        };
        if known != stands {
            let number = device.number;
            return Err(format!("device {number} knows {known:?}, not {stands:?}"));
        }
    }
    Ok(())
}

pub(super) fn converged(world: &World) -> Result<(), String> {
    let server = world.server.borrow();
    for device in world.devices() {
        let user = company::user(world.user_of(device.number).unwrap_or(0));
        let pinned = pinned_records(&entries(device));
        let (mut cached, state) = device
            .cache
            .peek(|cache| (cache.records.clone(), cache.state.clone()));
        let held = held(device, &server.model, &user, &state)?;
        for versioned in server.model.scope(&user) {
            let Some(key) = versioned.record.key() else {
                continue;
            };
            if !held.as_ref().is_none_or(|held| held.contains(&key)) && !key.module.is_of_schedule()
            {
                continue;
            }
            match cached.remove(&key) {
                Some(copy) if copy == *versioned => {}
                Some(copy) => {
                    return Err(format!(
                        "device {} has {key} at {:?}, the server at {:?}",
                        device.number, copy.rev, versioned.rev
                    ));
                }
                None => return Err(format!("device {} misses {key}", device.number)),
            }
        }
        if let Some(key) = cached.keys().find(|key| !pinned.contains(key)) {
            return Err(format!("device {} still has {key}", device.number));
        }
    }
    Ok(())
}

/// What a phone holds beside the schedule that is not to hold all: what hangs on the last records of its user, those
/// that are still theirs.
fn held(
    device: &crate::device::Device,
    model: &Model,
    user: &User,
    state: &CacheState,
) -> Result<Option<BTreeSet<RecordKey>>, String> {
    let meta = device.outbox.peek(OutboxRows::all).meta;
    let number = device.number;
    let is_whole = Holding::of(&meta).is_all();
    let Some(partial) = &state.partial else {
        return if is_whole {
            Ok(None)
        } else {
            Err(format!("device {number} holds all"))
        };
    };
    if is_whole {
        return Err(format!("device {number} does not hold all"));
    }
    let of_model = model.scope(user).filter_map(|copy| copy.record.key());
    let scope: BTreeSet<RecordKey> = of_model.collect();
    // Of more than stay nobody counts the last ones here.
    let is_full = meta.recent.keys.len() == RECENT;
    let (by, worked) = &*device.worked.borrow();
    let worked = worked.iter().filter(|_| !is_full && *by == Some(user.id));
    let mut theirs = worked.filter(|key| scope.contains(key));
    let missing = theirs.find(|key| !partial.kept.contains(key));
    if let Some(key) = missing {
        return Err(format!("device {number} does not hold what hangs on {key}"));
    }
    Ok(Some(model.held(partial.kept.iter().copied())))
}

/// Of all that came too late, from phones that have not been emptied or damaged since, and whose user is there: what
/// was accepted has left its phone, and what was declined stands there with the reason, or its author has decided.
pub(super) fn decisions_are_known(world: &World) -> Result<(), String> {
    let server = world.server.borrow();
    if let Some(review) = server.model.reviews.iter().find(|review| review.waits()) {
        let seq = review.mutation.seq.0;
        return Err(format!("seq {seq} still waits for the office"));
    }
    for device in world.devices() {
        let user = company::user(world.user_of(device.number).unwrap_or(0)).id;
        let entries = entries(device);
        let held = held_entries(&entries);
        let mut stopped = behind_a_filter(device.line.get(), &entries);
        stopped.extend(world.ledger.borrow().behind_damage(&entries));
        // Refused in a data set of before, it came to this one by a rescue file alone, with what waits for it: the phone
        // has not asked about either.
        let ledger = world.ledger.borrow();
        let was_sent_beside = |entry: &OutboxEntry| {
            let is_refused = entry.is_parked() && !entry.was_declined();
            is_refused && ledger.any_data.contains(&entry.mutation.device)
        };
        let beside = entries.iter().filter(|entry| was_sent_beside(entry));
        let beside: BTreeSet<MutationId> = beside.map(|entry| entry.mutation.id).collect();
        let was_beside = |entry: &OutboxEntry| {
            let root = held.root_of(entry.seq()).unwrap_or(entry.mutation.id);
            beside.contains(&root)
        };
        let may_know = |entry: &&OutboxEntry| !stopped.contains(&entry.seq()) && !was_beside(entry);
        for entry in entries.iter().filter(may_know) {
            let id = entry.mutation.id;
            let mut reviews = server.model.reviews.iter();
            let review = reviews.find(|review| review.mutation.id == id);
            let Some(review) = review.filter(|_| entry.mutation.user == user) else {
                continue;
            };
            let was_accepted = matches!(review.decided, Some(Decide::Accept { .. }));
            // One that was declined says it for what stands behind it; and a profile that was put back, from before it was
            // sent, has it behind what was refused then.
            if held.contains(entry.seq()) && !(was_accepted && entry.sent) {
                continue;
            }
            let is_declined = matches!(review.decided, Some(Decide::Decline { .. }));
            let is_told = matches!(&entry.state, EntryState::Parked { reason: Rejection::Declined { reason, .. }, .. } if !reason.is_empty());
            if !is_declined || !is_told {
                let seq = entry.seq().0;
                let (number, state) = (device.number, &entry.state);
                return Err(format!(
                    "seq {seq} of device {number} is {state:?}, not {:?}",
                    review.decided
                ));
            }
        }
    }
    Ok(())
}

pub(super) fn primed(world: &World) -> Result<(), String> {
    for device in world.devices() {
        let state = device.cache.peek(|cache| cache.state.clone());
        if !state.priming.is_done() || state.staging {
            return Err(format!("device {} is not primed", device.number));
        }
    }
    Ok(())
}

pub(super) fn server_is_model(world: &World) -> Result<(), String> {
    world.server.borrow_mut().check_records()
}

/// Every value that somebody entered and that was accepted stands in its field, was overwritten by
/// somebody who had seen it, or is in a conflict entry.
pub(super) fn losing_values_are_kept(world: &World) -> Result<(), String> {
    let server = world.server.borrow();
    let model = &server.model;
    for (place, mutation) in model.applied.iter().enumerate() {
        let Op::EditJob { job, edits, .. } = &mutation.op else {
            continue;
        };
        let later = model.applied.get(place + 1..).unwrap_or_default();
        for edit in edits.iter().filter(|edit| edit.base != edit.new) {
            if !is_accounted_for(model, *job, edit, mutation, later) {
                return Err(format!(
                    "seq {}: {:?} is nowhere to be found",
                    mutation.seq.0, edit.new
                ));
            }
        }
    }
    Ok(())
}

fn is_accounted_for(
    model: &Model,
    job: JobId,
    edit: &FieldEdit,
    mutation: &Mutation,
    later: &[Mutation],
) -> bool {
    let Some(Record::Job(record)) = model.record(job.into()).map(|copy| &copy.record) else {
        return true; // Deleted with everything in it.
    };
    let was_seen = later.iter().any(|later| match &later.op {
        Op::EditJob {
            job: other, edits, ..
        } if *other == job => edits.iter().any(|next| {
            (next.field, &next.item, &next.base) == (edit.field, &edit.item, &edit.new)
        }),
        _ => false,
    });
    let is_logged = |conflict: &Conflict| {
        conflict.job == job
            && (conflict.field, &conflict.item) == (edit.field, &edit.item)
            && ((conflict.mutation == mutation.id && conflict.mine == edit.new)
                || conflict.theirs == edit.new)
    };
    let logged = model.records().any(|copy| match &copy.record {
        Record::Conflict(conflict) => is_logged(conflict),
        _ => false,
    });
    record.value(edit.field, &edit.item) == edit.new || was_seen || logged
}

/// What is stored of a form is whole, with every calculation done by the server.
pub(super) fn forms_are_whole(world: &World) -> Result<(), String> {
    let server = world.server.borrow();
    for copy in server.model.records() {
        let Record::Submission(submission) = &copy.record else {
            continue;
        };
        let form = server.model.record(submission.template.into());
        let Some(Record::Form(form)) = form.map(|copy| &copy.record) else {
            return Err(format!("{} is of no form", submission.id));
        };
        let answers = &submission.answers;
        let done = complete(&form.questions, answers);
        if done.as_ref() != Ok(answers) || first_missing(&form.questions, answers).is_some() {
            return Err(format!("{answers:?} was stored, not {done:?}"));
        }
    }
    Ok(())
}

/// Whole and right, of everybody who is signed in, if the office knows of it.
pub(super) fn files_have_arrived(world: &World) -> Result<(), String> {
    let server = world.server.borrow();
    for device in world.devices() {
        let user = company::user(world.user_of(device.number).unwrap_or(0)).id;
        let (files, entries) = device.outbox.peek(|outbox| {
            let files: Vec<LocalFile> = outbox.files.values().cloned().collect();
            let makes = |entry: &OutboxEntry| entry.mutation.op.creates();
            (
                files,
                outbox
                    .entries
                    .values()
                    .filter_map(makes)
                    .collect::<Vec<_>>(),
            )
        });
        let ledger = world.ledger.borrow();
        let sent = |file: &&LocalFile| {
            file.user == user && !file.is_copy && !ledger.rotten.contains(&file.id)
        };
        for file in files.iter().filter(sent) {
            let known = server.model.record(file.id.into());
            let is_known = matches!(known.map(|copy| &copy.record),
                Some(Record::Attachment(attachment)) if attachment.author == user);
            let is_named = is_known && !entries.contains(&file.id.into());
            if is_named && !server.model.files.received.contains_key(&file.id) {
                return Err(format!(
                    "{} of device {} stands at {:?}",
                    file.id, device.number, file.sending
                ));
            }
        }
    }
    Ok(())
}

/// Of each file that was sent to its end: accepted, refused and told so, or behind what was refused; and every photo
/// that the office knows of and whose bytes are in the file.
pub(super) fn rescues_have_arrived(world: &World) -> Result<(), String> {
    let (server, ledger) = (world.server.borrow(), world.ledger.borrow());
    world.with_rescues(|files| {
        for file in files.iter().filter(|file| !file.is_forgotten) {
            let Some(told) = file.told.as_ref().filter(|told| told.stop.is_none()) else {
                return Err(format!("a rescue file of device {} is unsent", file.device));
            };
            // Of what was put back from a backup afterwards nobody who has sent it knows.
            if told.epoch != server.model.epoch {
                continue;
            }
            let left = told.sending.left();
            let (held, behind) = (held_entries(left), ledger.behind_damage(left));
            let mut stuck = left.iter().filter(|entry| !entry.is_parked());
            let stuck =
                stuck.find(|entry| !held.contains(entry.seq()) && !behind.contains(&entry.seq()));
            if let Some(entry) = stuck {
                return Err(format!("seq {} of a rescue file waits", entry.seq().0));
            }
            let missing = told.index.files.iter().find(|file| {
                let id = file.row.id;
                let known = server.model.record(id.into());
                let is_known = matches!(known.map(|copy| &copy.record),
                    Some(Record::Attachment(attachment)) if attachment.author == file.row.user);
                is_known
                    && file.is_whole()
                    && told.sending.knows(file)
                    && !ledger.rotten.contains(&id)
                    && !server.model.files.received.contains_key(&id)
            });
            if let Some(file) = missing {
                return Err(format!("{} of a rescue file has not arrived", file.row.id));
            }
        }
        Ok(())
    })
}

/// Requests of one phone in a minute, at most, on average: pushes and pulls of three tabs and a worker.
const REQUESTS_A_MINUTE: i64 = 12;

pub(super) fn requests_are_bounded(world: &World) -> Result<(), String> {
    let minutes = (world.sim.now() - START_MS).max(SPAN_MS) / 60_000;
    let phones = i64::try_from(world.devices().count()).unwrap_or(1);
    let most = minutes * phones * REQUESTS_A_MINUTE;
    let sent = world.ledger.borrow().requests;
    if sent > most.unsigned_abs() {
        return Err(format!("{sent} requests in {minutes} minutes"));
    }
    Ok(())
}

/// What it shows then was held against a fresh load when it fell quiet.
pub(super) fn board_is_live(world: &World) -> Result<(), String> {
    world.settle_board();
    if world.is_board_quiet() == Some(false) {
        return Err("the office's board still waits for something".to_owned());
    }
    board_is_right(world)
}

/// Of two changes of one field the later one stands, unless the office wins it.
pub(super) fn the_rules_decide(world: &World) -> Result<(), String> {
    let server = world.server.borrow();
    for copy in server.model.records() {
        let Record::Conflict(conflict) = &copy.record else {
            continue;
        };
        let later = match conflict.made_at.cmp(&conflict.their_at) {
            std::cmp::Ordering::Less => Winner::Theirs,
            std::cmp::Ordering::Greater => Winner::Mine,
            std::cmp::Ordering::Equal => continue,
        };
        if conflict.rule == Policy::LatestWins && conflict.winner != later {
            return Err(format!("the earlier change stands: {conflict:?}"));
        }
    }
    Ok(())
}
