//! What holds after every step.

use crate::device::Device;
use crate::ledger::was_accepted;
use crate::world::World;
use crate::world::photo::{bytes_of, is_whole};
use crate::world::work::projection;
use afield_domain::{AttachmentId, FieldEdit, MutationId, Op, Record, Rev};
use afield_protocol::{Decide, Mutation, Seq};
use afield_sync::outbox::held::held_entries;
use afield_sync::testing::model::Model;
use afield_sync::testing::model::review::Review;
use afield_sync::{LocalFile, OutboxEntry, View};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn nothing_accused(world: &World) -> Result<(), String> {
    world.ledger.borrow().wrong.clone().map_or(Ok(()), Err)
}

pub(super) fn server_agrees(world: &World) -> Result<(), String> {
    world.server.borrow().wrong.clone().map_or(Ok(()), Err)
}

/// It is held against a fresh load whenever it falls quiet.
pub(super) fn board_is_right(world: &World) -> Result<(), String> {
    world.board_wrong().map_or(Ok(()), Err)
}

pub(super) fn no_saved_change_is_lost(world: &World) -> Result<(), String> {
    let (ledger, server) = (world.ledger.borrow(), world.server.borrow());
    let mut present = BTreeSet::new();
    for device in world.devices() {
        device.outbox.peek(|outbox| {
            present.extend(outbox.entries.values().map(|entry| entry.mutation.id));
            // What is kept is safe until the phone has heard of the other data set.
            if outbox.meta.epoch.as_ref() != Some(&server.model.epoch) {
                present.extend(outbox.kept.values().map(|kept| kept.mutation.id));
            }
        });
    }
    for (id, life) in &ledger.lives {
        let excused = life.reverts > 0 || life.undo_chosen || life.replaced || life.evicted;
        if !excused && !present.contains(id) && !was_accepted(server.model.verdict(*id)) {
            return Err(format!(
                "seq {} of device {} is neither in the outbox nor decided (said saved: {})",
                life.seq.0, life.device, life.said_saved
            ));
        }
    }
    Ok(())
}

/// What a phone shows as received waits at the server of that data set, or was decided there.
pub(super) fn reviews_are_kept(world: &World) -> Result<(), String> {
    let server = world.server.borrow();
    let model = &server.model;
    for device in world.devices() {
        let lost = device.outbox.peek(|outbox| {
            let is_of_model = outbox.meta.epoch.as_ref() == Some(&model.epoch);
            let mut entries = outbox.readable().filter(|_| is_of_model);
            let is_kept = |entry: &OutboxEntry| {
                let id = entry.mutation.id;
                model.reviews.iter().any(|review| review.mutation.id == id)
            };
            let lost = entries.find(|entry| entry.is_in_review() && !is_kept(entry));
            lost.map(OutboxEntry::seq)
        });
        if let Some(seq) = lost {
            let number = device.number;
            return Err(format!("seq {} of device {number} waits nowhere", seq.0));
        }
    }
    Ok(())
}

pub(super) fn one_effect_each(world: &World) -> Result<(), String> {
    let mut seen: BTreeSet<MutationId> = BTreeSet::new();
    for mutation in &world.server.borrow().model.applied {
        let replaced = mutation.replaces.iter().any(|old| seen.contains(&old.id));
        // From now on what it replaces has had its effect as well.
        seen.extend(mutation.replaces.iter().map(|old| old.id));
        if replaced || !seen.insert(mutation.id) {
            return Err(format!("seq {} was applied twice", mutation.seq.0));
        }
    }
    Ok(())
}

/// On one record always; over all of them as long as nothing of the device was ever refused, for what
/// is refused is held or decided again later; nor was stopped on the way and waited by itself. What is sent
/// again counts where its user first put it, but for a device that was put back, which has given its places
/// to other changes, a server that was restored, which has forgotten some of both, and what waited for the office.
pub(super) fn device_order(world: &World) -> Result<(), String> {
    let server = world.server.borrow();
    let ledger = world.ledger.borrow();
    let set_aside = &ledger.set_aside;
    let mut last: BTreeMap<_, Seq> = BTreeMap::new();
    let is_due = |mutation: &&Mutation| !ledger.any_data.contains(&mutation.device);
    for mutation in server.model.applied.iter().filter(is_due) {
        let refused =
            server.refused_to.contains(&mutation.device) || set_aside.contains(&mutation.device);
        let lane = Some(mutation.lane).filter(|_| refused);
        let key = (mutation.device, mutation.user, lane);
        // Sent again, it came behind what the office had before it or has accepted meanwhile: it has no place of before.
        let was_reviewed = |id: MutationId| {
            let mut reviews = server.model.reviews.iter();
            reviews.any(|review| review.mutation.id == id)
        };
        let mut replaced = mutation.replaces.iter().map(|old| old.id);
        if replaced.any(was_reviewed)
            || (!mutation.replaces.is_empty() && was_reviewed(mutation.id))
        {
            continue;
        }
        let first = if ledger.put_back.contains(&mutation.device) || server.was_restored {
            mutation.seq
        } else {
            mutation
                .replaces
                .first()
                .map_or(mutation.seq, |old| old.seq)
        };
        let before = last.insert(key, first);
        if before.is_some_and(|before| before >= first) {
            return Err(format!(
                "seq {} (first {}) was applied after {before:?}",
                mutation.seq.0, first.0
            ));
        }
    }
    Ok(())
}

pub(super) fn dependencies_first(world: &World) -> Result<(), String> {
    let (server, ledger) = (world.server.borrow(), world.ledger.borrow());
    let is_due = |mutation: &&Mutation| !ledger.any_data.contains(&mutation.device);
    for mutation in server.model.applied.iter().filter(is_due) {
        for id in &mutation.depends_on {
            // Of one that cannot be read nobody knows that something waits for it.
            let is_damaged = ledger.lives.get(id).is_some_and(|life| life.damaged);
            if !is_damaged
                && !was_left_out(&server.model, mutation, *id)
                && !was_accepted(server.model.verdict(*id))
            {
                return Err(format!(
                    "seq {} was applied without what it depends on",
                    mutation.seq.0
                ));
            }
        }
    }
    for device in world.devices() {
        let early = device.outbox.peek(completes_early);
        if let Some(seq) = early {
            return Err(format!("seq {} does not wait for its job's work", seq.0));
        }
    }
    Ok(())
}

/// Whether the office has accepted the end of a job without this one, which it was to wait for.
fn was_left_out(model: &Model, end: &Mutation, id: MutationId) -> bool {
    let mut all = model.reviews.iter();
    let is_it = |review: &Review| {
        review.mutation.id == id && matches!(review.decided, Some(Decide::Decline { .. }))
    };
    end.op.completes() && all.any(is_it)
}

/// A completion that was saved after something on its job, or its task, and does not wait for it.
fn completes_early(outbox: &afield_sync::memory::OutboxRows) -> Option<Seq> {
    let entries = || outbox.readable().map(|entry| &entry.mutation);
    let early = entries().find(|mutation| {
        let is_before = |other: &Mutation| {
            (mutation.op.completes() && other.op.job() == mutation.op.job())
                || (mutation.op.completes_task() && other.op.task() == mutation.op.task())
        };
        (mutation.op.completes() || mutation.op.completes_task())
            && entries().any(|other| {
                other.seq < mutation.seq
                    && is_before(other)
                    && other.user == mutation.user
                    && other.lane != mutation.lane
                    && !mutation.depends_on.contains(&other.id)
                    // A restored backup brings back what was done when the completion was saved.
                    && mutation.replaces.is_empty()
                    && !outbox.entries.get(&other.seq).is_some_and(|entry| entry.sent)
            })
    });
    early.map(|mutation| mutation.seq)
}

pub(super) fn unsent_is_shown(world: &World) -> Result<(), String> {
    for device in world.devices() {
        if device.outbox.peek(|outbox| outbox.entries.is_empty()) {
            continue;
        }
        let hidden = first_hidden(device);
        if let Some(seq) = hidden {
            return Err(format!(
                "seq {} of device {} is unsent and not on the screen",
                seq.0, device.number
            ));
        }
    }
    Ok(())
}

fn first_hidden(device: &Device) -> Option<Seq> {
    let (user, entries) = device.outbox.peek(|outbox| {
        let session = outbox.meta.session.as_ref();
        let entries: Vec<OutboxEntry> = outbox.readable().cloned().collect();
        (session.map(afield_sync::SignedIn::user), entries)
    });
    let held = held_entries(&entries);
    let open: Vec<&OutboxEntry> = entries
        .iter()
        .filter(|entry| {
            Some(entry.mutation.user) == user && !entry.is_parked() && !held.contains(entry.seq())
        })
        .collect();
    if open.is_empty() {
        return None;
    }
    let lanes: Vec<_> = open.iter().map(|entry| entry.mutation.lane).collect();
    let projection = projection(device, &lanes);
    let hidden = open.iter().enumerate().find(|(place, entry)| {
        let view = projection.view(entry.mutation.lane);
        // Only the last word on a record need be on the screen.
        let mut later = open.iter().skip(place + 1);
        let is_last = !later.any(|other| other.mutation.lane == entry.mutation.lane);
        is_last && !shows(view.as_ref(), &entry.mutation.op)
    });
    hidden.map(|(_, entry)| entry.seq())
}

fn shows(view: Option<&View>, op: &Op) -> bool {
    match (view.map(|view| &view.record), op) {
        (Some(Record::Job(job)), Op::SetJobStatus { to, .. }) => job.status == *to,
        (Some(Record::Job(job)), Op::EditJob { edits, .. }) => {
            // What settles a conflict may change nothing; then it shows nothing over a newer copy.
            let shows = |edit: &FieldEdit| {
                edit.base == edit.new || job.value(edit.field, &edit.item) == edit.new
            };
            edits.iter().all(shows)
        }
        (Some(Record::Task(task)), Op::SetTaskStatus { to, .. }) => task.status == *to,
        (
            Some(_),
            Op::AddNote { .. }
            | Op::CreateJob { .. }
            | Op::AddAttachment { .. }
            | Op::SubmitForm { .. },
        ) => true,
        // The record beneath is not here: not yet primed, or gone.
        (None, Op::SetJobStatus { .. } | Op::EditJob { .. } | Op::SetTaskStatus { .. }) => true,
        _ => false,
    }
}

/// From its verdict on, before the pull that names it and after, as long as nobody else has touched it.
pub(super) fn made_is_shown(world: &World) -> Result<(), String> {
    let server = world.server.borrow();
    let model = &server.model;
    for device in world.devices() {
        let user = device.outbox.peek(|outbox| {
            let session = outbox.meta.session.as_ref();
            session.map(afield_sync::SignedIn::user)
        });
        for (key, (maker, epoch)) in &*device.made.borrow() {
            let is_as_made = model.record(*key).is_some_and(|copy| copy.rev == Rev(1));
            let is_due = is_as_made && *epoch == model.epoch && user == Some(*maker);
            if is_due && projection(device, &[*key]).view(*key).is_none() {
                return Err(format!(
                    "{key} was made on device {} and is off the screen",
                    device.number
                ));
            }
        }
    }
    Ok(())
}

/// No phone takes a file for received that the server, of the same data set, has not received whole.
pub(super) fn received_is_there(world: &World) -> Result<(), String> {
    let server = world.server.borrow();
    let model = &server.model;
    for device in world.devices() {
        let wrong = device.outbox.peek(|outbox| {
            let mut files = outbox.files.values();
            let is_wrong = |file: &&LocalFile| {
                !file.is_copy
                    && !file.waits(Some(&model.epoch))
                    && !model.files.received.contains_key(&file.id)
            };
            files.find(is_wrong).map(|file| file.id)
        });
        if let Some(id) = wrong {
            return Err(format!("device {} calls {id} received", device.number));
        }
    }
    Ok(())
}

/// What the server has received are the bytes that were registered, and so is what was fetched from it.
pub(super) fn bytes_are_right(world: &World) -> Result<(), String> {
    let server = world.server.borrow();
    let files = &server.model.files;
    let is_wrong = |(id, bytes): &(&AttachmentId, &Vec<u8>)| files.right.get(id) != Some(*bytes);
    if let Some((id, _)) = files.received.iter().find(is_wrong) {
        return Err(format!("the server has received other bytes of {id}"));
    }
    let ledger = world.ledger.borrow();
    for device in world.devices() {
        let wrong = device.outbox.peek(|rows| {
            let copies = rows.files.values().filter(|file| file.is_copy);
            let mut copies = copies.filter(|file| !ledger.rotten.contains(&file.id));
            copies
                .find(|file| bytes_of(rows, file.id).as_ref() != files.right.get(&file.id))
                .map(|file| file.id)
        });
        if let Some(id) = wrong {
            return Err(format!("device {} has other bytes of {id}", device.number));
        }
    }
    Ok(())
}

/// The office knows of it and does not have it: its bytes are on the phone that took it, unless that has let them go for
/// a receipt, or was emptied.
pub(super) fn captured_bytes_stay(world: &World) -> Result<(), String> {
    let (ledger, server) = (world.ledger.borrow(), world.server.borrow());
    for (id, number) in &ledger.captured {
        let is_reviewed = || {
            let mut all = server.model.reviews.iter();
            all.any(|review| review.mutation.op.creates() == Some((*id).into()))
        };
        let is_due = (server.model.record((*id).into()).is_some() || is_reviewed())
            && !server.model.files.received.contains_key(id)
            && !ledger.dropped.contains(&(*number, *id));
        let mut devices = world.devices().filter(|device| device.number == *number);
        if is_due && !devices.any(|device| device.outbox.peek(|rows| is_whole(rows, *id))) {
            return Err(format!("the bytes of {id} are nowhere"));
        }
    }
    Ok(())
}
