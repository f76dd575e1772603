//! The plan of a round: which records to send, and which the phone must let go.
//!
//! Owns the rule. Pure. It may tell a phone to let go of what it never had, or send again what it
//! has; it must never leave out a change, keep what is out of scope, or name a record twice.

use super::scope::{Held, Loaded, Reach};
use crate::storage::{Head, JobHead};
use afield_domain::{Module, RecordKey};
use afield_planted::planted;
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// What becomes of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Planned {
    /// Send it as it is now.
    Send(RecordKey),
    /// It is out of scope.
    ScopeOut(RecordKey),
    /// It is gone.
    Tombstone(RecordKey),
}

impl Planned {
    pub(crate) fn key(&self) -> RecordKey {
        match self {
            Self::Send(key) | Self::ScopeOut(key) | Self::Tombstone(key) => *key,
        }
    }
}

/// The place of a record in a round: modules in the order of priming, then ids.
pub(crate) fn order(key: RecordKey) -> (usize, Uuid) {
    let module = Module::ALL.iter().position(|module| *module == key.module);
    (module.unwrap_or(usize::MAX), key.id)
}

/// What each record of the round becomes, in order.
pub(crate) fn plan_round(loaded: &Loaded) -> Vec<Planned> {
    let scope = in_scope(loaded);
    let mut planned = BTreeMap::new();
    let mut add = |entry: Planned| {
        planned.entry(order(entry.key())).or_insert(entry);
    };
    match loaded.base {
        None => {
            for head in scope.values().filter(|head| !head.deleted) {
                add(Planned::Send(head.key));
            }
        }
        Some(base) => {
            let fresh = freshly_reached(loaded, &scope);
            for head in scope.values() {
                let changed = head.change_seq > base.seq;
                if head.deleted && (changed || fresh.contains(&head.key)) {
                    add(Planned::Tombstone(head.key));
                } else if !head.deleted && (changed || fresh.contains(&head.key)) {
                    add(Planned::Send(head.key));
                }
            }
            for head in departed(loaded, &scope) {
                add(if head.deleted {
                    Planned::Tombstone(head.key)
                } else {
                    planted!(PullOutOfScope: Planned::ScopeOut(head.key) => Planned::Send(head.key))
                });
            }
        }
    }
    planned.into_values().collect()
}

/// How many records of each module are sent.
pub(crate) fn count_modules(planned: &[Planned]) -> HashMap<Module, u64> {
    let mut counts = HashMap::new();
    for entry in planned {
        if let Planned::Send(key) = entry {
            *counts.entry(key.module).or_insert(0) += 1;
        }
    }
    counts
}

/// Everything in scope now that this phone holds or shall hold, also what is gone but still referred to.
pub(crate) fn in_scope(loaded: &Loaded) -> HashMap<RecordKey, Head> {
    let jobs = loaded.jobs.iter().map(|job| job.head);
    let held = loaded.held.as_ref();
    let is_held = |head: &Head| {
        let is_held = |held: &Held| held.deep.contains(&head.key);
        head.key.module.is_of_schedule() || held.is_none_or(is_held)
    };
    jobs.chain(heads_of(&loaded.reach))
        .filter(is_held)
        .map(|head| (head.key, head))
        .collect()
}

fn heads_of(reach: &Reach) -> impl Iterator<Item = Head> {
    let children = reach.children.iter().map(|child| child.head);
    reach.heads.iter().copied().chain(children)
}

/// What the phone may not have although it has not changed: all that hangs on a job that came into
/// scope, and what a record newly refers to.
fn freshly_reached(loaded: &Loaded, scope: &HashMap<RecordKey, Head>) -> HashSet<RecordKey> {
    let Some(base) = loaded.base else {
        return HashSet::new();
    };
    let was_held = |job: &&JobHead| {
        let was_in_hand = (1..=base.seq).contains(&job.begun_seq);
        job.head.scope_seq <= base.seq && (base.window.contains(job.starts) || was_in_hand)
    };
    let entered: HashSet<RecordKey> = loaded
        .jobs
        .iter()
        .filter(|job| !was_held(job))
        .map(|job| job.head.key)
        .collect();
    let relinked = scope
        .values()
        .filter(|head| head.key.module != Module::Job && head.scope_seq > base.seq)
        .map(|head| head.key);
    let mut edges: HashMap<RecordKey, Vec<RecordKey>> = HashMap::new();
    for link in &loaded.reach.links {
        edges.entry(link.from).or_default().push(link.to);
    }
    for child in &loaded.reach.children {
        edges.entry(child.parent).or_default().push(child.head.key);
    }
    let mut waiting: Vec<RecordKey> = entered.iter().copied().chain(relinked).collect();
    let mut fresh: HashSet<RecordKey> = waiting.iter().copied().collect();
    while let Some(from) = waiting.pop() {
        for to in edges.get(&from).into_iter().flatten() {
            if fresh.insert(*to) {
                waiting.push(*to);
            }
        }
    }
    fresh.extend(loaded.held.iter().flat_map(|held| &held.asked));
    fresh
}

/// What the phone may hold although it is no longer in scope: the jobs that left, and all that is
/// reached from what it knows over links that are or were.
fn departed(loaded: &Loaded, scope: &HashMap<RecordKey, Head>) -> Vec<Head> {
    // Starting from what this phone knows keeps out departures that are none of its business.
    let mut known: HashSet<RecordKey> = scope.keys().copied().collect();
    known.extend(loaded.left.iter().map(|head| head.key));
    known.extend(heads_of(&loaded.left_reach).map(|head| head.key));
    // Also what is referred to without being there: it may still bring something along.
    let links = loaded.reach.links.iter().chain(&loaded.left_reach.links);
    known.extend(links.map(|link| link.to));
    let mut links: HashMap<RecordKey, Vec<RecordKey>> = HashMap::new();
    for departure in &loaded.departures {
        let from = links.entry(departure.key).or_default();
        from.extend(departure.links.iter().copied());
    }
    for link in &loaded.old_links.links {
        links.entry(link.from).or_default().push(link.to);
    }
    for child in &loaded.old_links.children {
        links.entry(child.parent).or_default().push(child.head.key);
    }
    // A link may have gone from a record that was itself let go of: follow to the end.
    let mut waiting: Vec<RecordKey> = known.iter().copied().collect();
    while let Some(from) = waiting.pop() {
        for to in links.get(&from).into_iter().flatten() {
            if known.insert(*to) {
                waiting.push(*to);
            }
        }
    }
    loaded
        .left
        .iter()
        .copied()
        .chain(heads_of(&loaded.left_reach))
        .chain(heads_of(&loaded.old_links))
        .filter(|head| known.contains(&head.key) && !scope.contains_key(&head.key))
        .collect()
}
