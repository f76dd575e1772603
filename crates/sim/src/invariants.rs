//! What must be true, each a named function.
//!
//! The first group holds after every step, the second once the faults have stopped.

use crate::people;
use crate::world::World;
use afield_domain::Versioned;
use afield_protocol::{Seq, Verdict};
use afield_sync::batch::held_entries;
use afield_sync::{CacheStore, OutboxStore, OutboxView, Read};
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// A named invariant.
pub type Invariant = (&'static str, fn(&World) -> Result<(), String>);

/// After every step.
pub const ALWAYS: [Invariant; 4] = [
    ("nothing is seen to go wrong on the way", nothing_accused),
    ("no saved change is lost", no_saved_change_is_lost),
    ("one effect for each change", one_effect_each),
    ("a device's changes apply in their order", device_order),
];

/// When the faults have stopped and time has passed.
pub const AT_THE_END: [Invariant; 3] = [
    ("the outbox drains", the_outbox_drains),
    ("the phone shows what the server has", converged),
    ("ready for offline use", primed),
];

/// The stores in memory are never pending: one poll ends them.
fn now<T>(future: impl Future<Output = T>) -> Result<T, String> {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(value) => Ok(value),
        Poll::Pending => Err("a store in memory was pending".to_owned()),
    }
}

fn outbox(device: &crate::device::Device) -> Result<OutboxView, String> {
    now(device.outbox.load(Read::All))?.map_err(|error| error.to_string())
}

fn nothing_accused(world: &World) -> Result<(), String> {
    world.ledger.borrow().wrong.clone().map_or(Ok(()), Err)
}

fn no_saved_change_is_lost(world: &World) -> Result<(), String> {
    let mut present = BTreeSet::new();
    for device in world.devices() {
        let view = outbox(device)?;
        present.extend(view.entries.iter().map(|entry| entry.mutation.id));
    }
    let (ledger, server) = (world.ledger.borrow(), world.server.borrow());
    for (id, life) in &ledger.lives {
        let decided = matches!(
            server.verdicts.get(id),
            Some(Verdict::Applied { .. } | Verdict::Merged { .. } | Verdict::AlreadyApplied { .. })
        );
        if !decided && !life.reverted && !present.contains(id) {
            return Err(format!(
                "seq {} of device {} is neither in the outbox nor decided (said saved: {})",
                life.seq.0, life.device, life.said_saved
            ));
        }
    }
    Ok(())
}

fn one_effect_each(world: &World) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for mutation in &world.server.borrow().applied {
        if !seen.insert(mutation.id) {
            return Err(format!("seq {} was applied twice", mutation.seq.0));
        }
    }
    Ok(())
}

fn device_order(world: &World) -> Result<(), String> {
    let mut last: BTreeMap<_, Seq> = BTreeMap::new();
    for mutation in &world.server.borrow().applied {
        let before = last.insert((mutation.device, mutation.user), mutation.seq);
        if before.is_some_and(|before| before >= mutation.seq) {
            return Err(format!(
                "seq {} was applied after {before:?}",
                mutation.seq.0
            ));
        }
    }
    Ok(())
}

fn the_outbox_drains(world: &World) -> Result<(), String> {
    for device in world.devices() {
        let view = outbox(device)?;
        let held = held_entries(&view.entries);
        let stuck = view
            .entries
            .iter()
            .find(|entry| !entry.is_parked() && !held.contains_key(&entry.seq()));
        if let Some(entry) = stuck {
            return Err(format!(
                "seq {} of device {} is still {:?}",
                entry.seq().0,
                device.number,
                entry.state
            ));
        }
    }
    Ok(())
}

fn converged(world: &World) -> Result<(), String> {
    let server = world.server.borrow();
    for device in world.devices() {
        let user = people::user(world.user_of(device.number).unwrap_or(0));
        let view = outbox(device)?;
        let pinned = afield_sync::scope::pinned_records(&view.entries);
        let mut cached: BTreeMap<_, Versioned> = BTreeMap::new();
        for module in afield_domain::Module::ALL {
            let records = now(device.cache.load_module(module))?.map_err(|e| e.to_string())?;
            cached.extend(
                records
                    .into_iter()
                    .filter_map(|versioned| Some((versioned.record.key()?, versioned))),
            );
        }
        for versioned in server.scope(&user) {
            let Some(key) = versioned.record.key() else {
                continue;
            };
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

fn primed(world: &World) -> Result<(), String> {
    for device in world.devices() {
        let state = now(device.cache.load_state())?.map_err(|error| error.to_string())?;
        if !state.priming.is_done() {
            return Err(format!("device {} is not primed", device.number));
        }
    }
    Ok(())
}
