//! A pull: what the model tells of what has changed.
//!
//! Owns pages and cursors, and what comes into scope or leaves it with a record. Must never change anything.

use super::{Model, refuse};
use afield_domain::{Record, RecordKey, User, UserId};
use afield_protocol::{Change, Cursor, ErrorCode, LeftJob, ModuleTotal, PullResponse, Reply};
use std::collections::BTreeMap;

impl Model {
    /// Answers a pull under `user`'s session.
    #[must_use]
    pub fn pull(&self, user: &User, asked: UserId, cursor: Option<&Cursor>) -> Reply<PullResponse> {
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
        let mut changes: Vec<(u64, Change)> = touched
            .into_iter()
            .map(|(key, at)| (at, self.change_of(user, key)))
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
        Reply::Ok(PullResponse {
            left,
            changes: changes.into_iter().map(|(_, change)| change).collect(),
            cursor: Cursor(format!("{}/{reached}", self.epoch.0)),
            more,
            totals,
            company: None,
        })
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
