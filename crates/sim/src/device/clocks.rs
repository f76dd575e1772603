//! A phone's clocks: one on the wall, which people set, and a steady one in each tab and worker.
//!
//! Owns what an all-seeing observer, who knows the true time, says of what the engine makes of them. Where
//! nobody could know (the clock was set while nobody looked), only the bounds are checked.

use super::Device;
use crate::executor::ContextId;
use afield_domain::Timestamp;
use afield_protocol::Mutation;
use afield_sync::clock::Contact;
use afield_sync::memory::OutboxRows;
use afield_sync::{Reading, is_expired};

/// So far a change may be dated from when it was made, in milliseconds: an answer may have been long on
/// its way, and a tab may have been frozen between a look at its clocks and its transaction.
const NEAR_MS: i64 = 30 * 60_000;

impl Device {
    /// The phone's clock on the wall.
    #[must_use]
    pub fn clock(&self) -> Timestamp {
        Timestamp(self.sim.now() + self.skew.get())
    }

    /// Somebody sets that clock: so far from true time, in milliseconds.
    pub fn set_clock(&self, skew: i64) {
        self.skew.set(skew);
        self.clock_set.borrow_mut().push(self.sim.now());
    }

    /// What a context reads of its clocks.
    #[must_use]
    pub fn reading(&self, context: ContextId) -> Reading {
        let (now, wall) = (self.sim.now(), self.clock());
        let mut begun = self.begun_at.borrow_mut();
        let (at, began) = *begun.entry(context).or_insert((now, wall));
        Reading {
            wall,
            began,
            ran_ms: now - at,
            context: context.0.to_string(),
        }
    }

    /// Whether what `context` reads tells what time it is: it has heard the server itself, or nobody has
    /// set the clock between the contact and its own beginning.
    fn can_tell_time(&self, context: ContextId, contact: &Contact) -> bool {
        let begun = self.begun_at.borrow();
        let Some((begun, wall)) = begun.get(&context) else {
            return false;
        };
        let is_own = contact.by.context == context.0.to_string() && contact.by.began == *wall;
        let heard = contact.server.0;
        let mut set = self.clock_set.borrow().clone();
        set.retain(|at| *at >= heard.min(*begun) && (heard > *begun || *at <= *begun));
        is_own || set.is_empty()
    }
}

/// What a transaction of `context` has saved is dated by when it was made, and nothing has grown old by a
/// clock that somebody has set.
pub(super) fn times_are_right(
    device: &Device,
    context: ContextId,
    before: &OutboxRows,
    after: &OutboxRows,
) -> Result<(), String> {
    let Some(contact) = after.meta.contact() else {
        return Ok(());
    };
    let knows = device.can_tell_time(context, &contact);
    let is_right = knows || device.skew.get() == 0;
    if is_right && is_expired(&after.meta, &device.reading(context)) {
        return Err("what is shown was hidden as too old within the hour".to_owned());
    }
    let is_new = |mutation: &Mutation| {
        let old = before.entries.get(&mutation.seq);
        let is_saved = old.is_none_or(|old| old.mutation.wall != mutation.wall);
        is_saved && !before.kept.contains_key(&mutation.seq) && mutation.replaces.is_empty()
    };
    for entry in after
        .entries
        .values()
        .filter(|entry| is_new(&entry.mutation))
    {
        let (made, now) = (entry.mutation.made_at(), device.sim.now());
        let is_near = (now - made.0).abs() <= NEAR_MS;
        if made < contact.server || (knows && !is_near) {
            return Err(format!(
                "seq {} is dated {} s from when it was made",
                entry.seq().0,
                (made.0 - now) / 1_000
            ));
        }
    }
    Ok(())
}
