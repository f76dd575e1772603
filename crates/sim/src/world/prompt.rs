//! What was saved goes out soon, when the network is there and a tab is awake.
//!
//! Owns the watch over that. It looks only where nothing else happens meanwhile, so that whoever is
//! accused has nothing to say for themselves.

use super::{Phone, World};
use crate::device::{Device, Network};
use crate::executor::{ContextId, OUTSIDE, Sim};
use std::cell::Cell;
use std::rc::Rc;

/// How long a pass may take to make its first request, in milliseconds.
const SOON_MS: i64 = 30_000;

/// Watches one tab of a phone.
pub(super) struct Prompt {
    device: Rc<Device>,
    sim: Sim,
    tab: ContextId,
    actions: Rc<Cell<u64>>,
}

impl World {
    pub(super) fn prompt(&self, phone: &Phone, tab: ContextId) -> Prompt {
        Prompt {
            device: Rc::clone(&phone.device),
            sim: self.sim.clone(),
            tab,
            actions: Rc::clone(&self.actions),
        }
    }
}

impl Prompt {
    /// From now on the phone must make a request within `hold_ms` and a little.
    pub(super) fn expect(self, after: &'static str, hold_ms: u32) {
        if !self.is_calm() {
            return;
        }
        let (begun, actions) = (self.device.begun.get(), self.actions.get());
        let until = self.sim.now() + i64::from(hold_ms) + SOON_MS;
        self.sim.clone().spawn(OUTSIDE, async move {
            self.sim.sleep_until(until).await;
            let is_undisturbed = self.actions.get() == actions && self.is_calm();
            if is_undisturbed && self.device.begun.get() == begun {
                let mut ledger = self.device.ledger.borrow_mut();
                ledger.accuse(format!("no pass was made after {after}"));
            }
        });
    }

    /// Whether nothing is in the way of a pass.
    fn is_calm(&self) -> bool {
        let (device, now) = (&self.device, self.device.clock());
        let may_pass = device.outbox.peek(|outbox| {
            let meta = &outbox.meta;
            meta.session.is_some()
                && !meta.sign_in_needed
                && meta.lease.heartbeat.is_none()
                && meta.backoff.not_before.is_none_or(|at| at <= now)
        });
        may_pass
            && device.network.get() == Network::Up
            && device.is_idle()
            && !self.sim.is_frozen(self.tab)
    }
}
