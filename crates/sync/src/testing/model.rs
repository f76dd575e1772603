//! The reference meaning of push and pull, as small as the contract allows. Pure.
//!
//! Owns [`Model`]: every record in one map, one verdict for each mutation id, one counter of
//! changes. The server's rules are `domain`'s; what is modelled is what stands around them.

use afield_domain::{
    Actor, ApplyContext, Effect, MutationId, Record, RecordKey, Rev, Timestamp, User, UserId,
    Versioned, apply_op,
};
use afield_protocol::{
    ApiError, Change, Cursor, Envelope, EpochId, ErrorCode, ModuleTotal, Mutation, MutationVerdict,
    PROTOCOL_VERSION, PullResponse, PushRequest, PushResponse, Reply, Seq, Verdict,
};
use std::collections::{BTreeMap, BTreeSet};

/// A server's whole state.
#[derive(Debug, Clone)]
pub struct Model {
    /// The data set.
    pub epoch: EpochId,
    /// The server's clock.
    pub now: Timestamp,
    /// Batches of more mutations are refused as too large.
    pub largest_batch: usize,
    /// Changes in a pull page.
    pub page: usize,
    /// The mutations that had an effect, in the order of their effects.
    pub applied: Vec<Mutation>,
    /// The `seq`s of every push that was looked at.
    pub pushes: Vec<Vec<Seq>>,
    /// The stored verdicts.
    pub verdicts: BTreeMap<MutationId, Verdict>,
    records: BTreeMap<RecordKey, (Versioned, u64)>,
    gone: BTreeMap<RecordKey, u64>,
    changes: u64,
}

impl Default for Model {
    fn default() -> Self {
        Self {
            epoch: EpochId("model-1".into()),
            now: Timestamp(1_795_248_000_000),
            largest_batch: usize::MAX,
            page: 3,
            applied: Vec::new(),
            pushes: Vec::new(),
            verdicts: BTreeMap::new(),
            records: BTreeMap::new(),
            gone: BTreeMap::new(),
            changes: 0,
        }
    }
}

fn refuse<T>(code: ErrorCode) -> Reply<T> {
    Reply::Error(ApiError {
        code,
        message: String::new(),
        retry_after_ms: None,
    })
}

impl Model {
    /// Writes a record as the office would.
    pub fn put(&mut self, record: Record) -> Option<Versioned> {
        let key = record.key()?;
        let rev = self.records.get(&key).map_or(0, |(old, _)| old.rev.0);
        let versioned = Versioned {
            rev: Rev(rev + 1),
            record,
        };
        self.changes += 1;
        self.records.insert(key, (versioned.clone(), self.changes));
        Some(versioned)
    }

    /// Deletes a record as the office would.
    pub fn delete(&mut self, key: RecordKey) {
        self.changes += 1;
        self.records.remove(&key);
        self.gone.insert(key, self.changes);
    }

    /// A record as the server has it.
    #[must_use]
    pub fn record(&self, key: RecordKey) -> Option<&Versioned> {
        self.records.get(&key).map(|(versioned, _)| versioned)
    }

    /// Every record that `user` may hold.
    pub fn scope<'a>(&'a self, user: &'a User) -> impl Iterator<Item = &'a Versioned> {
        let all = self.records.values().map(|(versioned, _)| versioned);
        all.filter(|versioned| self.in_scope(user, &versioned.record))
    }

    /// A reply's envelope.
    #[must_use]
    pub fn envelope<T>(&self, reply: Reply<T>) -> Envelope<T> {
        Envelope {
            afield: PROTOCOL_VERSION,
            epoch: self.epoch.clone(),
            server_time: self.now,
            build: String::new(),
            reply,
        }
    }

    /// Carries out a push under `user`'s session.
    pub fn push(&mut self, user: &User, request: &PushRequest) -> Reply<PushResponse> {
        // Another user signed in while this was on its way: not refused, only not now.
        if request.mutations.iter().any(|m| m.user != user.id) {
            return refuse(ErrorCode::Unauthorized);
        }
        if request.mutations.len() > self.largest_batch {
            return refuse(ErrorCode::TooLarge);
        }
        self.pushes
            .push(request.mutations.iter().map(|m| m.seq).collect());
        let mut verdicts = Vec::new();
        let mut refused: BTreeSet<RecordKey> = BTreeSet::new();
        for mutation in &request.mutations {
            if refused.contains(&mutation.lane) {
                continue;
            }
            let verdict = self.judge(user, mutation);
            if matches!(verdict, Verdict::Rejected { .. }) {
                refused.insert(mutation.lane);
            }
            verdicts.push(MutationVerdict {
                id: mutation.id,
                verdict,
            });
        }
        Reply::Ok(PushResponse { verdicts })
    }

    fn judge(&mut self, user: &User, mutation: &Mutation) -> Verdict {
        if let Some(verdict) = self.verdicts.get(&mutation.id) {
            return verdict.clone();
        }
        let verdict = self.decide(user, mutation);
        self.verdicts.insert(mutation.id, verdict.clone());
        verdict
    }

    fn decide(&mut self, user: &User, mutation: &Mutation) -> Verdict {
        let context = ApplyContext {
            actor: Actor::from(user),
            made_at: mutation.made_at().min(self.now),
        };
        let effect = apply_op(context, &mutation.op, |key| {
            self.records
                .get(&key)
                .map(|(versioned, _)| &versioned.record)
        });
        match effect {
            Ok(Effect::Write(records)) => {
                self.applied.push(mutation.clone());
                let records = records
                    .into_iter()
                    .filter_map(|record| self.put(record))
                    .collect();
                Verdict::Applied { records }
            }
            Ok(Effect::Already) => Verdict::AlreadyApplied { records: vec![] },
            Err(reason) => Verdict::Rejected { reason },
        }
    }

    fn in_scope(&self, user: &User, record: &Record) -> bool {
        let job = match record {
            Record::Job(job) => Some(job),
            Record::Note(note) => match self.records.get(&note.job.into()) {
                Some((
                    Versioned {
                        record: Record::Job(job),
                        ..
                    },
                    _,
                )) => Some(job),
                _ => None,
            },
            _ => return true,
        };
        job.is_some_and(|job| job.assignee == Some(user.id))
    }

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
                let parts = self.parts_of(key).map(|part| (part, at));
                for (key, at) in parts.chain([(key, at)]) {
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
        Reply::Ok(PullResponse {
            changes: changes.into_iter().map(|(_, change)| change).collect(),
            cursor: Cursor(format!("{}/{reached}", self.epoch.0)),
            more,
            totals,
        })
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
