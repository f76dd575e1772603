//! What an all-seeing observer knows: everything that was ever saved, and what became of it.

use crate::executor::Sim;
use crate::fault::{Fault, FaultCounts};
use afield_domain::{AttachmentId, DeviceId, MutationId, UserId};
use afield_protocol::{Mutation, Seq, Verdict};
use afield_sync::OutboxEntry;
use afield_sync::memory::OutboxRows;
use std::collections::{BTreeMap, BTreeSet};

/// One mutation's life.
#[derive(Debug, Clone)]
pub struct Life {
    /// The device it was made on.
    pub device: u8,
    /// Its place in that device's order.
    pub seq: Seq,
    /// Whose it is.
    pub user: UserId,
    /// What was first put on the wire, as JSON.
    pub wire: Option<String>,
    /// Whether the screen said **Saved on this phone**.
    pub said_saved: bool,
    /// How many choices of **Revert changes** may have ended it: two tabs can choose at once, and one come to nothing.
    pub reverts: u32,
    /// Whether the user chose **Undo**, and it may have come through.
    pub undo_chosen: bool,
    /// Whether **Undo** has taken it back.
    pub undone: bool,
    /// Whether another mutation has taken its place.
    pub replaced: bool,
    /// Whether the browser has thrown its device's databases away, or put an older copy in their place.
    pub evicted: bool,
    /// Whether its row was damaged.
    pub damaged: bool,
}

/// Everything that was ever saved.
#[derive(Debug, Default)]
pub struct Ledger {
    /// By mutation id.
    pub lives: BTreeMap<MutationId, Life>,
    /// Devices and sequence numbers that were given out, since the device was last put back.
    pub places: BTreeSet<(DeviceId, Seq)>,
    /// Devices on which something had to wait by itself while the rest went on, was undecided, damaged, or put back.
    pub set_aside: BTreeSet<DeviceId>,
    /// Devices that were put back.
    pub put_back: BTreeSet<DeviceId>,
    /// Devices of which a rescue file was sent to another data set than it was of: what they alone can bring back may
    /// be missing before it.
    pub any_data: BTreeSet<DeviceId>,
    /// What the server has not decided although it has answered.
    pub undecided: BTreeSet<MutationId>,
    /// Files whose registration was said to be saved, and where: their bytes may be the only ones.
    pub captured: BTreeMap<AttachmentId, u8>,
    /// Files that a device has let go by itself, for the server had them.
    pub dropped: BTreeSet<(u8, AttachmentId)>,
    /// Files of which a chunk was damaged on the disk.
    pub rotten: BTreeSet<AttachmentId>,
    /// What was seen to be wrong on the way.
    pub wrong: Option<String>,
    /// Requests that arrived at the server.
    pub requests: u64,
    /// Faults that struck.
    pub faults: FaultCounts,
    /// Rises with everything that could break an invariant.
    pub version: u64,
}

impl Ledger {
    /// Something has changed that the invariants look at.
    pub fn touch(&mut self) {
        self.version += 1;
    }

    /// Something is wrong; the first finding is kept.
    pub fn accuse(&mut self, what: impl Into<String>) {
        self.touch();
        if self.wrong.is_none() {
            self.wrong = Some(what.into());
        }
    }

    /// Counts a fault.
    pub fn strike(&mut self, sim: &Sim, fault: Fault) {
        self.faults.add(fault);
        sim.note(|| format!("fault {fault:?}"));
    }

    /// Looks at what a transaction has put into a device's outbox.
    pub fn observe<'a>(&mut self, device: u8, entries: impl Iterator<Item = &'a OutboxEntry>) {
        self.touch();
        for entry in entries {
            let mutation = &entry.mutation;
            if self.lives.contains_key(&mutation.id) {
                continue;
            }
            if !self.places.insert((mutation.device, mutation.seq)) {
                self.accuse(format!("seq {} given out twice", mutation.seq.0));
            }
            for old in &mutation.replaces {
                if let Some(old) = self.lives.get_mut(&old.id) {
                    old.replaced = true;
                }
            }
            let life = Life {
                device,
                seq: mutation.seq,
                user: mutation.user,
                wire: None,
                said_saved: false,
                reverts: 0,
                undo_chosen: false,
                undone: false,
                replaced: false,
                evicted: false,
                damaged: false,
            };
            self.lives.insert(mutation.id, life);
        }
    }

    /// The browser has thrown a device's databases away.
    pub fn evicted(&mut self, device: u8) {
        self.touch();
        for life in self.lives.values_mut().filter(|life| life.device == device) {
            life.evicted = true;
        }
        self.captured.retain(|_, on| *on != device);
    }

    /// The row of a mutation is damaged.
    pub fn damaged(&mut self, mutation: &Mutation) {
        self.touch();
        self.set_aside.insert(mutation.device);
        if let Some(life) = self.lives.get_mut(&mutation.id) {
            life.damaged = true;
        }
    }

    /// Those of `entries` that the server may hold for a change that it has refused, and whose row cannot be
    /// read: with what is behind them.
    #[must_use]
    pub fn behind_damage(&self, entries: &[OutboxEntry]) -> BTreeSet<Seq> {
        let is_damaged = |id: &MutationId| self.lives.get(id).is_some_and(|life| life.damaged);
        let (mut ids, mut lanes, mut seqs) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for entry in entries {
            let mutation = &entry.mutation;
            let waits = |id: &MutationId| is_damaged(id) || ids.contains(id);
            let lane = (mutation.user, mutation.lane);
            if lanes.contains(&lane) || mutation.depends_on.iter().any(waits) {
                ids.insert(mutation.id);
                lanes.insert(lane);
                seqs.insert(entry.seq());
            }
        }
        seqs
    }

    /// A device is as it was when `rows` were copied: what was saved there since is gone, and what was sent
    /// or taken back since is unsent again.
    pub fn put_back(&mut self, device: u8, rows: &OutboxRows) {
        self.touch();
        self.captured.retain(|_, on| *on != device);
        let there: BTreeSet<MutationId> = rows.entries.values().map(|e| e.mutation.id).collect();
        let kept: BTreeSet<MutationId> = rows.kept.values().map(|e| e.mutation.id).collect();
        for (id, life) in &mut self.lives {
            if life.device != device {
                continue;
            }
            // Its places may be those of another device since, which began anew after an eviction.
            life.evicted |= !there.contains(id) && !kept.contains(id);
            if there.contains(id) {
                (life.wire, life.undone) = (None, false);
            }
        }
        self.set_aside.extend(rows.meta.device);
        self.put_back.extend(rows.meta.device);
        let (known, last) = (rows.meta.device, rows.meta.last_seq);
        self.places
            .retain(|(device, seq)| Some(*device) != known || *seq <= last);
    }

    /// The screen said **Saved on this phone**.
    pub fn said_saved(&mut self, entries: &[OutboxEntry]) {
        for entry in entries {
            match self.lives.get_mut(&entry.mutation.id) {
                Some(life) => life.said_saved = true,
                None => self.accuse("said saved before it was"),
            }
        }
    }

    /// The user chose **Revert changes**, or has heard that it came to nothing.
    pub fn chosen_to_revert(&mut self, entries: &[OutboxEntry], chosen: bool) {
        for entry in entries {
            if let Some(life) = self.lives.get_mut(&entry.mutation.id) {
                life.reverts = match chosen {
                    true => life.reverts + 1,
                    false => life.reverts.saturating_sub(1),
                };
            }
        }
    }

    /// The user chose **Undo**, or has heard that it came to nothing.
    pub fn chosen_to_undo(&mut self, id: MutationId, chosen: bool) {
        self.touch();
        if let Some(life) = self.lives.get_mut(&id) {
            life.undo_chosen = chosen;
        }
    }

    /// **Undo** has taken a change back.
    pub fn undone(&mut self, id: MutationId) {
        self.touch();
        let Some(life) = self.lives.get_mut(&id) else {
            return;
        };
        life.undone = true;
        if life.wire.is_some() {
            self.accuse("a change was taken back after it was sent");
        }
    }

    /// A mutation is on the wire.
    pub fn sent(&mut self, mutation: &Mutation) {
        let json = serde_json::to_string(mutation).unwrap_or_default();
        let Some(life) = self.lives.get_mut(&mutation.id) else {
            return self.accuse("sent before it was saved");
        };
        if life.undone {
            return self.accuse("sent after it was taken back");
        }
        match &life.wire {
            None => life.wire = Some(json),
            Some(first) if *first == json => {}
            Some(_) => self.accuse("one id with two payloads on the wire"),
        }
    }
}

/// Whether the server has taken it.
pub(crate) fn was_accepted(verdict: Option<&Verdict>) -> bool {
    matches!(
        verdict,
        Some(Verdict::Applied { .. } | Verdict::Merged { .. } | Verdict::AlreadyApplied { .. })
    )
}
