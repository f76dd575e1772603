//! A pull: what the model tells of what has changed.
//!
//! Owns pages and cursors, and what comes into scope or leaves it with a record. Must never change anything.

use super::{Model, refuse, refuse_revoked};
use afield_domain::{Record, RecordKey, User, UserId};
use afield_protocol::{
    Change, Cursor, ErrorCode, Extent, LeftJob, ModuleTotal, PullResponse, Reply,
};
use std::collections::{BTreeMap, BTreeSet};

/// Whether a phone holds the record, if it may see it.
pub(super) fn is_held(held: Option<&BTreeSet<RecordKey>>, key: RecordKey) -> bool {
    key.module.is_of_schedule() || held.is_none_or(|held| held.contains(&key))
}

impl Model {
    /// Answers a pull under `user`'s session.
    #[must_use]
    pub fn pull(
        &self,
        user: &User,
        asked: UserId,
        cursor: Option<&Cursor>,
        extent: Option<&Extent>,
    ) -> Reply<PullResponse> {
        if self.revoked {
            return refuse_revoked();
        }
        if asked != user.id {
            return refuse(ErrorCode::Unauthorized);
        }
        let after = match cursor.map(|cursor| cursor.0.split_once('/')) {
            None => 0,
            Some(Some((epoch, after))) if epoch == self.epoch.0 => after.parse().unwrap_or(0),
            Some(_) => return refuse(ErrorCode::CursorExpired),
        };
        let mut touched: BTreeMap<RecordKey, u64> = BTreeMap::new();
        let changed = self.records.iter().map(|(key, (_, at))| (*key, *at));
        for (key, at) in changed.chain(self.gone.iter().map(|(key, at)| (*key, *at))) {
            if at > after {
                for key in self.reach_of(key) {
                    let latest = touched.entry(key).or_default();
                    *latest = at.max(*latest);
                }
            }
        }
        let theirs = |key: &RecordKey| {
            let copy = self.record(*key);
            copy.is_some_and(|copy| self.in_scope(user, &copy.record))
        };
        let held = extent.map(|extent| self.held(extent.named().filter(theirs)));
        let change_of = |key| match self.change_of(user, key) {
            Change::Upsert(_) if !is_held(held.as_ref(), key) => Change::ScopeOut { key },
            change => change,
        };
        let mut changes: Vec<(u64, Change)> = touched
            .iter()
            .map(|(key, at)| (*at, change_of(*key)))
            .collect();
        changes.sort_by_key(|(at, _)| *at);
        let totals = if cursor.is_none() {
            self.totals(user)
        } else {
            Vec::new()
        };
        // Changes of one number stay together: the cursor cannot point between them.
        let last = changes.get(self.page.saturating_sub(1)).map(|(at, _)| *at);
        let more = last.is_some_and(|last| changes.iter().any(|(at, _)| *at > last));
        changes.retain(|(at, _)| last.is_none_or(|last| *at <= last));
        let reached = changes
            .last()
            .map_or(self.changes.max(after), |(at, _)| *at);
        let left = changes
            .iter()
            .filter_map(|(_, change)| self.left_by(user, change));
        let left = left.collect();
        // What is asked for comes whole, with whatever page.
        let asked = extent.map(|extent| self.held(extent.asked.iter().copied().filter(theirs)));
        let asked = asked.into_iter().flatten();
        let mut changes: Vec<Change> = changes.into_iter().map(|(_, change)| change).collect();
        changes.extend(
            asked
                .filter(|key| !touched.contains_key(key))
                .map(|key| self.change_of(user, key))
                .filter(|change| matches!(change, Change::Upsert(_))),
        );
        Reply::Ok(PullResponse {
            left,
            changes,
            cursor: Cursor(format!("{}/{reached}", self.epoch.0)),
            more,
            totals,
            in_review: None,
            company: None,
        })
    }

    /// Those records, and what hangs on them: to depth 2, with what the linked ones bring along.
    #[must_use]
    pub fn held(&self, roots: impl Iterator<Item = RecordKey>) -> BTreeSet<RecordKey> {
        let links = |keys: &[RecordKey]| -> Vec<RecordKey> {
            let copies = keys.iter().filter_map(|key| self.record(*key));
            copies.flat_map(|copy| copy.record.links()).collect()
        };
        let mut first: Vec<RecordKey> = roots.collect();
        let parts: Vec<_> = first.iter().flat_map(|key| self.parts_of(*key)).collect();
        first.extend(parts);
        let near = links(&first);
        let far = links(&near);
        let linked = near.iter().chain(&far);
        let brought: Vec<_> = linked.flat_map(|key| self.parts_of(*key)).collect();
        [first, near, far, brought].into_iter().flatten().collect()
    }

    /// What comes into scope or leaves it with a record: itself, its parts, and what they refer to.
    fn reach_of(&self, key: RecordKey) -> Vec<RecordKey> {
        let mut reach: Vec<RecordKey> = self.parts_of(key).chain([key]).collect();
        let linked = reach.iter().filter_map(|key| self.record(*key));
        let linked: Vec<RecordKey> = linked.flat_map(|copy| copy.record.links()).collect();
        reach.extend(linked.into_iter().filter(|key| self.record(*key).is_some()));
        reach
    }

    /// The parts of a record: in scope exactly where it is.
    fn parts_of(&self, key: RecordKey) -> impl Iterator<Item = RecordKey> + '_ {
        let all = self.records.iter();
        all.filter(move |(_, (versioned, _))| versioned.record.parent() == Some(key))
            .map(|(part, _)| *part)
    }

    fn change_of(&self, user: &User, key: RecordKey) -> Change {
        match self.record(key) {
            Some(versioned) if self.in_scope(user, &versioned.record) => {
                Change::Upsert(versioned.clone())
            }
            Some(_) => Change::ScopeOut { key },
            None => Change::Tombstone { key },
        }
    }

    /// Whose a job is that leaves; the model knows no names, so it tells the id.
    fn left_by(&self, user: &User, change: &Change) -> Option<LeftJob> {
        let Change::ScopeOut { key } = change else {
            return None;
        };
        match &self.record(*key)?.record {
            Record::Job(job) if job.assignee != Some(user.id) => Some(LeftJob {
                job: job.id,
                to: job.assignee.map(|id| id.to_string()).unwrap_or_default(),
            }),
            _ => None,
        }
    }

    fn totals(&self, user: &User) -> Vec<ModuleTotal> {
        let mut totals: Vec<ModuleTotal> = Vec::new();
        for versioned in self.scope(user) {
            let Some(key) = versioned.record.key() else {
                continue;
            };
            match totals.iter_mut().find(|total| total.module == key.module) {
                Some(total) => total.count += 1,
                None => totals.push(ModuleTotal {
                    module: key.module,
                    count: 1,
                }),
            }
        }
        totals
    }
}
