//! What an all-seeing observer checks with every write to an outbox.

use super::Device;
use super::clocks::times_are_right;
use crate::executor::ContextId;
use afield_domain::{Module, RecordKey, Rejection, Versioned};
use afield_protocol::{Change, Seq};
use afield_sync::cache::rules::key_of_change;
use afield_sync::cache::scope::pinned_records;
use afield_sync::cache::unread::UnreadRecord;
use afield_sync::memory::{CacheRows, OutboxRows};
use afield_sync::{CacheBatch, CacheState, EntryState, OutboxEntry};
use std::collections::{BTreeMap, BTreeSet};

/// A transaction of `context` has written; `before` is what was there.
pub(super) fn outbox_write(device: &Device, context: ContextId, before: &OutboxRows) {
    device.outbox.peek(|after| {
        let mut ledger = device.ledger.borrow_mut();
        if after.meta.lease.number < before.meta.lease.number {
            ledger.accuse("the lease's number fell");
        }
        if after.meta.last_seq < before.meta.last_seq {
            ledger.accuse("the last seq fell");
        }
        if let Some(entry) = fenced_write(context, before, after) {
            ledger.accuse(format!(
                "seq {} was moved by a context that has lost the lease",
                entry.seq().0
            ));
        }
        let (old, new) = (&before.meta.lease, &after.meta.lease);
        if old.heartbeat.is_some() && new.number > old.number && new.heartbeat.is_none() {
            // Somebody has signed in: whoever was at it has lost the lease, and writes nothing more down.
            device.is_quiet_unsure.set(true);
        }
        if let Some(what) = robbed(device, before, after) {
            ledger.accuse(what);
        }
        if after.entries.values().any(OutboxEntry::is_aside) {
            ledger.set_aside.extend(after.meta.device);
        }
        if let Some(entry) = parked_unheard(device, before, after) {
            ledger.accuse(format!(
                "seq {} was parked without a verdict",
                entry.seq().0
            ));
        }
        if let Some(entry) = thawed(before, after) {
            ledger.accuse(format!("seq {} changed after it was sent", entry.seq().0));
        }
        if let Some(seq) = left_no_line(before, after) {
            ledger.accuse(format!(
                "seq {} was refused and decided, and is in no log",
                seq.0
            ));
        }
        if let Err(what) = times_are_right(device, context, before, after) {
            ledger.accuse(what);
        }
        ledger.observe(device.number, after.entries.values());
    });
    shows_what_was_acknowledged(device, before);
}

/// An entry that was put on the wire, parked or taken off the wire by a context without the lease.
fn fenced_write<'a>(
    context: ContextId,
    before: &'a OutboxRows,
    after: &'a OutboxRows,
) -> Option<&'a OutboxEntry> {
    // Giving the lease to another user ends it without a holder: that write is nobody's replay.
    let holder = &after.meta.lease.holder;
    if *holder == context.0.to_string() {
        return None;
    }
    let is_in_flight = |entry: &OutboxEntry| matches!(entry.state, EntryState::InFlight { .. });
    let put = after.entries.values().find(|entry| {
        let old = before.entries.get(&entry.seq());
        let moved = old.is_none_or(|old| old.state != entry.state);
        moved
            && (is_in_flight(entry) || entry.is_parked())
            && old.is_some_and(|old| old.state != entry.state)
    });
    let removed = before
        .entries
        .values()
        .find(|entry| is_in_flight(entry) && !after.entries.contains_key(&entry.seq()));
    put.or(removed)
}

/// The lease was taken from a holder that is awake and waits for an answer.
fn robbed(device: &Device, before: &OutboxRows, after: &OutboxRows) -> Option<String> {
    let (old, new) = (&before.meta.lease, &after.meta.lease);
    let is_taken = new.holder != old.holder && new.number > old.number && old.heartbeat.is_some();
    let waiting = device.waiting.borrow();
    let is_holder = |context: &&ContextId| context.0.to_string() == old.holder;
    let holder = waiting.iter().find(is_holder)?;
    // A frozen holder, one without a database, and a clock that has jumped are another matter.
    (is_taken && device.is_turn_sure())
        .then(|| format!("the lease was taken from {holder:?}, which waits for an answer"))
}

/// An entry that was parked although no server has refused it.
fn parked_unheard<'a>(
    device: &Device,
    before: &OutboxRows,
    after: &'a OutboxRows,
) -> Option<&'a OutboxEntry> {
    let refused = device.told_refused.borrow();
    after.entries.values().find(|entry| {
        let was_parked = before
            .entries
            .get(&entry.seq())
            .is_some_and(OutboxEntry::is_parked);
        entry.is_parked() && !was_parked && !refused.contains(&entry.mutation.id)
    })
}

/// A refusal that was decided, or a line of the log that went, and is neither in the log nor back: so few are made here
/// that all of them stay. One that was refused for its place alone gets another by itself.
fn left_no_line(before: &OutboxRows, after: &OutboxRows) -> Option<Seq> {
    let is_told = |entry: &OutboxEntry| match &entry.state {
        EntryState::Parked { reason, .. } => *reason != Rejection::SequenceReused,
        EntryState::Pending | EntryState::InFlight { .. } => false,
    };
    let known = before.entries.values().chain(before.log.values());
    let mut refused = known.filter(|entry| is_told(entry));
    let lost = refused.find(|entry| {
        let is_it = |other: &OutboxEntry| other.mutation.id == entry.mutation.id;
        let is_back = after.entries.get(&entry.seq()).is_some_and(is_it);
        !is_back && !after.log.get(&entry.seq()).is_some_and(is_it)
    });
    lost.map(OutboxEntry::seq)
}

/// An entry whose payload changed although it had been sent.
fn thawed<'a>(before: &OutboxRows, after: &'a OutboxRows) -> Option<&'a OutboxEntry> {
    after.entries.values().find(|entry| {
        let old = before.entries.get(&entry.seq());
        // A parked one is not sent again under its id; it may point to what took another's place.
        old.is_some_and(|old| old.sent && !old.is_parked() && old.mutation != entry.mutation)
    })
}

/// What was acknowledged must be on the screen before its entry goes: else the change would flicker back.
fn shows_what_was_acknowledged(device: &Device, before: &OutboxRows) {
    let acknowledged: Vec<_> = device.outbox.peek(|after| {
        let gone = before.entries.values().filter(|entry| {
            matches!(entry.state, EntryState::InFlight { .. })
                && !after.entries.contains_key(&entry.seq())
        });
        gone.cloned().collect()
    });
    for entry in acknowledged {
        let shown = device.shown_revs.borrow();
        let Some(expected) = shown.get(&entry.mutation.id) else {
            continue;
        };
        for (key, rev, epoch) in expected {
            if entry.mutation.op.creates() == Some(*key) && key.module == Module::Job {
                let made = (entry.mutation.user, epoch.clone());
                device.made.borrow_mut().insert(*key, made);
            }
            let stale = device.cache.peek(|cache| {
                let same = cache.state.epoch.as_ref() == Some(epoch) && !cache.state.staging;
                // What hangs on a record that is about to leave is brought by no verdict.
                let is_going = |copy: &Versioned| {
                    let parent = copy.record.parent();
                    parent.is_some_and(|parent| cache.state.leaving.contains(&parent))
                };
                let copy = cache.records.get(key).filter(|copy| !is_going(copy));
                same && copy.is_some_and(|copy| copy.rev < *rev)
            });
            if stale {
                let what = format!("seq {}: its effect is not shown", entry.seq().0);
                device.ledger.borrow_mut().accuse(what);
            }
        }
    }
}

/// What of the pinned records is there.
pub(super) fn pins_there(device: &Device, batch: &CacheBatch) -> Vec<RecordKey> {
    let is_there = |key: &RecordKey| device.cache.peek(|cache| cache.records.contains_key(key));
    batch.pinned.iter().copied().filter(is_there).collect()
}

/// What unsent work refers to goes with nothing but a tombstone. `before` was there.
pub(super) fn pins_hold(device: &Device, batch: &CacheBatch, before: &[RecordKey]) {
    let is_gone = |key: &&RecordKey| {
        let dead =
            |change: &Change| matches!(change, Change::Tombstone { key: gone } if gone == *key);
        !device.cache.peek(|cache| cache.records.contains_key(*key))
            && !batch.changes.iter().any(dead)
    };
    if let Some(key) = before.iter().find(is_gone) {
        let what = format!("{key} went although unsent work refers to it");
        device.ledger.borrow_mut().accuse(what);
    }
}

/// Nor is a cache that shows its user's records thrown away for the same user while unsent work refers to one.
pub(super) fn reset_spares(device: &Device, next: &CacheState) {
    let entries: Vec<OutboxEntry> = device
        .outbox
        .peek(|outbox| outbox.readable().cloned().collect());
    let gone = device.cache.peek(|cache| {
        let is_theirs = cache.state.owner == next.owner && cache.state.is_ready();
        let pinned = pinned_records(&entries).into_iter().filter(|_| is_theirs);
        pinned
            .into_iter()
            .find(|key| cache.records.contains_key(key))
    });
    if let Some(key) = gone {
        let what = format!("{key} was thrown away although unsent work refers to it");
        device.ledger.borrow_mut().accuse(what);
    }
}

/// What cannot be read is remembered with the page that named it, and leaves the copy that was `shown`.
pub(super) fn unread_is_kept(
    device: &Device,
    batch: &CacheBatch,
    shown: &BTreeMap<RecordKey, Versioned>,
) {
    // The last word of a page on a record counts.
    let mut unread = BTreeSet::new();
    for change in &batch.changes {
        match change {
            Change::Unread(change) if !change.gone => {
                unread.insert((change.module.clone(), change.id.clone()));
            }
            Change::Unread(change) => {
                unread.remove(&(change.module.clone(), change.id.clone()));
            }
            Change::Upsert(_) | Change::Tombstone { .. } | Change::ScopeOut { .. } => {
                if let Some(key) = key_of_change(change) {
                    unread.remove(&(key.module.name().to_owned(), key.id.to_string()));
                }
            }
        }
    }
    let (known, lost) = device.cache.peek(|cache| {
        let state = &cache.state.unread;
        let known = unread.iter().all(|(module, id)| {
            let is_it = |record: &UnreadRecord| (&record.module, &record.id) == (module, id);
            state.records.iter().any(is_it)
        });
        let is_lost = |key: &RecordKey| shown.contains_key(key) && !cache.records.contains_key(key);
        (known, state.keys().find(is_lost))
    });
    let mut ledger = device.ledger.borrow_mut();
    if !known {
        ledger.accuse("what cannot be read moved the cursor and was forgotten");
    }
    if let Some(key) = lost {
        ledger.accuse(format!("{key} went because its newer copy cannot be read"));
    }
}

/// The cursor never goes back to where it has been.
pub(super) fn cursor_goes_on(device: &Device) {
    // What is asked for beside it is part of where it is.
    let pages = |cache: &CacheRows| cache.state.partial.as_ref().map(|partial| partial.pages);
    let found = device.cache.peek(|cache| {
        let cursor = cache.state.cursor.clone()?;
        Some((cursor, pages(cache).unwrap_or_default()))
    });
    let Some(cursor) = found else {
        return;
    };
    let mut cursors = device.cursors.borrow_mut();
    if cursors.last() == Some(&cursor) {
        return;
    }
    if cursors.contains(&cursor) {
        device.ledger.borrow_mut().accuse("the cursor went back");
    }
    cursors.push(cursor);
}
