//! Which entries go on the wire next.
//!
//! Owns the order: one device's mutations leave in `seq` order, up to what one push may carry.

use crate::outbox::entry::{EntryState, OutboxEntry};
use crate::outbox::held::HeldScan;
use afield_domain::{MutationId, Op, RecordKey, UserId};
use afield_planted::planted;
use afield_protocol::Mutation;

/// How much one push may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchLimits {
    /// Mutations.
    pub items: usize,
    /// Bytes of their JSON; the first one always fits.
    pub bytes: usize,
}

impl BatchLimits {
    /// The usual limits, well inside the server's.
    pub const USUAL: Self = Self {
        items: afield_domain::limits::PUSH_MUTATIONS,
        bytes: afield_domain::limits::PUSH_BYTES / 2,
    };
}

/// What a pass leaves where it is because our server has not decided it, so that the rest goes on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PassedOver {
    /// These mutations.
    pub ids: Vec<MutationId>,
    /// All that depends on every one of such a list: the server has refused one of them, and the phone cannot
    /// tell which, nor hold what hangs on it, because the row of the refused one is damaged.
    pub behind: Vec<Vec<MutationId>>,
}

impl PassedOver {
    /// Whether it is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.behind.is_empty()
    }

    /// Adds what another push showed.
    pub fn add(&mut self, other: Self) {
        self.ids.extend(other.ids);
        self.behind.extend(other.behind);
    }

    fn holds(&self, mutation: &Mutation) -> bool {
        let depends_on_all = |list: &Vec<MutationId>| {
            let mut list = list.iter();
            list.all(|id| mutation.depends_on.contains(id))
        };
        self.ids.contains(&mutation.id) || self.behind.iter().any(depends_on_all)
    }
}

/// What becomes of an entry when a batch is gathered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gathered {
    /// It goes on the wire.
    Taken,
    /// It stays: not pending, held, of another user or another build, stopped on the way, or behind one that stays.
    Left,
    /// It did not fit any more: the batch is full, and nothing after it is looked at.
    Full,
}

/// A batch being gathered from entries that rise by `seq`: whoever reads them may stop at the first
/// that does not fit.
#[derive(Debug, Clone)]
pub struct BatchScan {
    user: Option<UserId>,
    limits: BatchLimits,
    held: HeldScan,
    left: Vec<MutationId>,
    lanes: Vec<RecordKey>,
    passed_over: PassedOver,
    alone: bool,
    items: usize,
    bytes: usize,
}

impl BatchScan {
    /// Nothing is gathered yet, for `user`.
    #[must_use]
    pub fn new(user: Option<UserId>, limits: BatchLimits) -> Self {
        Self {
            user,
            limits,
            held: HeldScan::default(),
            left: Vec::new(),
            lanes: Vec::new(),
            passed_over: PassedOver::default(),
            alone: false,
            items: 0,
            bytes: 0,
        }
    }

    /// Leaves these where they are as well, with what belongs behind them.
    #[must_use]
    pub fn passing_over(mut self, passed_over: &PassedOver) -> Self {
        self.passed_over = passed_over.clone();
        self
    }

    /// What becomes of the next entry.
    pub fn gather(&mut self, entry: &OutboxEntry) -> Gathered {
        if entry.is_in_review() {
            return Gathered::Left;
        }
        let mutation = &entry.mutation;
        let is_own = Some(mutation.user) == self.user;
        // What may be there only asks, whatever holds it.
        let is_held = self.held.root_of(entry).is_some() && !entry.perhaps;
        let mut depends_on = mutation.depends_on.iter();
        // Of what the office has decided the server only tells: it comes behind nothing.
        let comes_behind = planted!(AsideForgotten: self.lanes.contains(&mutation.lane) => false)
            || depends_on.any(|id| self.left.contains(id));
        let is_left = entry.state != EntryState::Pending
            // Of another build, whose words this one cannot repeat: it waits for that build.
            || mutation.op == Op::Unknown
            // Somebody on the way does not let it through: it waits by itself.
            || entry.is_aside()
            || self.passed_over.holds(mutation)
            || (comes_behind && !entry.only_asks());
        if planted!(WrongUserReplay: !is_own => false) || is_held || is_left {
            self.left.push(mutation.id);
            // Whatever keeps it, what its user does there afterwards comes after it. Behind a refused one
            // `HeldScan` knows that.
            let is_first = !self.lanes.contains(&mutation.lane);
            let keeps = is_own && is_left && is_first && !entry.is_parked() && !is_held;
            if planted!(DependantOvertaken: keeps => keeps && (mutation.op == Op::Unknown || entry.is_aside()))
            {
                self.lanes.push(mutation.lane);
            }
            return Gathered::Left;
        }
        self.bytes += mutation_bytes(mutation);
        let is_first = self.items == 0;
        let fits = self.items < self.limits.items && self.bytes <= self.limits.bytes;
        // What was stopped before goes alone: else nobody could tell which of them is stopped.
        if self.alone || !(is_first || fits && entry.stopped.is_none()) {
            return Gathered::Full;
        }
        self.alone = entry.stopped.is_some();
        self.items += 1;
        Gathered::Taken
    }
}

/// The next batch of `user`, in `seq` order: everything pending that nothing holds, up to the limits.
/// Entries must rise by `seq` from the first on.
#[must_use]
pub fn plan_batch(entries: &[OutboxEntry], user: UserId, limits: BatchLimits) -> Vec<OutboxEntry> {
    batch_of(entries, BatchScan::new(Some(user), limits))
}

/// What `scan` takes of the entries, in `seq` order.
pub(crate) fn batch_of(entries: &[OutboxEntry], mut scan: BatchScan) -> Vec<OutboxEntry> {
    let mut batch = Vec::new();
    for entry in entries {
        match scan.gather(entry) {
            Gathered::Taken => {
                let end = batch.len();
                batch.insert(planted!(BatchOutOfOrder: end => 0), entry.clone());
            }
            Gathered::Left => {}
            Gathered::Full => break,
        }
    }
    batch
}

/// What a mutation weighs in a push, in bytes.
#[must_use]
pub fn mutation_bytes(mutation: &Mutation) -> usize {
    serde_json::to_vec(mutation).map_or(0, |json| json.len())
}

/// What all of these weigh, in bytes.
pub(crate) fn bytes_of<'a>(entries: impl Iterator<Item = &'a OutboxEntry>) -> u64 {
    let bytes: usize = entries.map(|entry| mutation_bytes(&entry.mutation)).sum();
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[path = "batch_tests.rs"]
mod tests;
