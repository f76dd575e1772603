//! A browser's profile: what it keeps of the app is thrown away, damaged, copied and put back.
//!
//! Owns what that does to a phone. Must never tell the engine.

use super::{Phone, World};
use crate::fault::Fault;
use afield_sync::memory::OutboxRows;
use afield_sync::{MemoryCache, MemoryOutbox};

/// A copy of what a browser keeps.
pub(super) struct Profile {
    outbox: MemoryOutbox,
    cache: MemoryCache,
    user: u8,
}

impl World {
    /// Nothing of the browser runs any more.
    fn kill_all(&self, phone: &Phone) {
        for tab in phone.tabs.take() {
            self.sim.kill(tab.context);
        }
        if let Some(worker) = phone.worker.take() {
            self.sim.kill(worker);
        }
        phone.device.leaks.set(false);
        phone.device.forget_quiet();
    }

    /// The browser throws everything away; the cookie stays, and the user signs in again.
    pub(super) fn evict(&self, device: u8) {
        let Some(phone) = self.phone(device) else {
            return;
        };
        self.strike(Fault::Eviction);
        self.kill_all(phone);
        phone.device.evict();
        self.sign_in(device, phone.user.get());
    }

    /// One of the rows of the outbox cannot be read from now on.
    pub(super) fn damage(&self, device: u8) {
        let Some(phone) = self.phone(device) else {
            return;
        };
        // It may be the one that knows them.
        phone.device.worked.take();
        let outbox = &phone.device.outbox;
        let rows = outbox.peek(|rows| rows.files.keys().copied().collect::<Vec<_>>());
        if !rows.is_empty()
            && self.sim.draw(|chance| chance.percent(40))
            && let Some(id) = self.sim.draw(|chance| chance.pick(&rows))
        {
            self.strike(Fault::DamagedRow);
            self.ledger.borrow_mut().rotten.insert(id);
            return outbox.damage_file(id);
        }
        let entries: Vec<_> = outbox.peek(|outbox| outbox.readable().cloned().collect());
        let entries: Vec<_> = entries.iter().collect();
        let Some(entry) = self.sim.draw(|chance| chance.pick(&entries)) else {
            return;
        };
        self.strike(Fault::DamagedRow);
        self.ledger.borrow_mut().damaged(&entry.mutation);
        outbox.damage(entry.seq());
    }

    /// The phone is backed up.
    pub(super) fn copy_profile(&self, device: u8) {
        if let Some(phone) = self.phone(device) {
            phone.copy.replace(Some(Profile {
                outbox: phone.device.outbox.snapshot(),
                cache: phone.device.cache.snapshot(),
                user: phone.user.get(),
            }));
        }
    }

    /// The copy takes the place of all that has become of it, and its user goes on.
    pub(super) fn put_back(&self, device: u8) {
        let Some(phone) = self.phone(device) else {
            return;
        };
        let copy = phone.copy.borrow();
        let Some(copy) = copy.as_ref() else {
            return;
        };
        self.strike(Fault::PutBack);
        self.kill_all(phone);
        self.throw_rescues_away(device);
        copy.outbox.peek(|rows: &OutboxRows| {
            self.ledger.borrow_mut().put_back(device, rows);
        });
        phone.device.put_back(&copy.outbox, &copy.cache);
        self.sign_in(device, copy.user);
    }
}
