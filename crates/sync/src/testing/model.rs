//! The reference meaning of push and pull, as small as the contract allows. Pure.
//!
//! Owns [`Model`]: every record in one map, one verdict for each mutation id, one counter of
//! changes. The server's rules are `domain`'s; what is modelled is what stands around them.

use afield_domain::{
    Actor, ApplyContext, DeviceId, Effect, FieldStamp, Job, MutationId, Op, Record, RecordKey,
    Rejection, Rev, Timestamp, User, UserId, Versioned, Zone, apply_op, operation::consequences,
    record::stamps_after,
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
    /// The build that it serves.
    pub build: String,
    /// The server's clock.
    pub now: Timestamp,
    /// Batches of more mutations are refused as too large.
    pub largest_batch: usize,
    /// Whether every place in the order counts as used: a server that is not well.
    pub are_places_used: bool,
    /// What changes this record cannot be decided: it does not read. All else can.
    pub damaged: Option<RecordKey>,
    /// It can decide nothing at all, and does not look at the rest of a batch.
    pub in_trouble: bool,
    /// The active users of the company; none where that plays no part.
    pub users: Option<BTreeSet<UserId>>,
    /// Changes in a pull page.
    pub page: usize,
    /// The mutations that had an effect, in the order of their effects.
    pub applied: Vec<Mutation>,
    /// The `seq`s of every push that was looked at.
    pub pushes: Vec<Vec<Seq>>,
    /// The decided mutations with their stored verdicts; of one that another was sent instead of, none.
    pub verdicts: BTreeMap<MutationId, (Option<Mutation>, Verdict)>,
    /// The place in the order belongs to a user's device.
    places: BTreeSet<(DeviceId, UserId, Seq)>,
    /// The last of each lane of a user's device that was not refused.
    last: BTreeMap<(DeviceId, UserId, RecordKey), Seq>,
    stamps: BTreeMap<RecordKey, Vec<FieldStamp>>,
    numbers: u64,
    records: BTreeMap<RecordKey, (Versioned, u64)>,
    gone: BTreeMap<RecordKey, u64>,
    changes: u64,
}

impl Default for Model {
    fn default() -> Self {
        Self {
            epoch: EpochId("model-1".into()),
            build: String::new(),
            now: Timestamp(1_795_248_000_000),
            largest_batch: usize::MAX,
            are_places_used: false,
            damaged: None,
            in_trouble: false,
            users: None,
            page: 3,
            applied: Vec::new(),
            pushes: Vec::new(),
            verdicts: BTreeMap::new(),
            places: BTreeSet::new(),
            last: BTreeMap::new(),
            stamps: BTreeMap::new(),
            numbers: 0,
            records: BTreeMap::new(),
            gone: BTreeMap::new(),
            changes: 0,
        }
    }
}

fn is_accepted(verdict: Option<&Verdict>) -> bool {
    matches!(
        verdict,
        Some(Verdict::Applied { .. } | Verdict::Merged { .. } | Verdict::AlreadyApplied { .. })
    )
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

    /// Every record, by key.
    pub fn records(&self) -> impl Iterator<Item = &Versioned> {
        self.records.values().map(|(versioned, _)| versioned)
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
            build: self.build.clone(),
            reply,
        }
    }

    /// Carries out a push under `user`'s session.
    pub fn push(&mut self, user: &User, request: &PushRequest) -> Reply<PushResponse> {
        // Another user signed in while this was on its way: not refused, only not now.
        if request.mutations.iter().any(|m| m.user != user.id) {
            return refuse(ErrorCode::Unauthorized);
        }
        if request
            .epoch
            .as_ref()
            .is_some_and(|epoch| *epoch != self.epoch)
        {
            return refuse(ErrorCode::EpochChanged);
        }
        if request.mutations.len() > self.largest_batch {
            return refuse(ErrorCode::TooLarge);
        }
        self.pushes
            .push(request.mutations.iter().map(|m| m.seq).collect());
        let mut verdicts = Vec::new();
        let mut held_lanes: BTreeSet<RecordKey> = BTreeSet::new();
        let mut held: BTreeSet<MutationId> = BTreeSet::new();
        for mutation in &request.mutations {
            let waits = held_lanes.contains(&mutation.lane)
                || mutation.depends_on.iter().any(|id| held.contains(id));
            let verdict = if waits {
                None
            } else if self.in_trouble || self.damaged == Some(mutation.lane) {
                Some(Verdict::Retry { after_ms: 700 })
            } else {
                self.judge(user, mutation)
            };
            if !is_accepted(verdict.as_ref()) {
                held_lanes.insert(mutation.lane);
                held.insert(mutation.id);
            }
            verdicts.extend(verdict.map(|verdict| MutationVerdict {
                id: mutation.id,
                verdict,
            }));
            if self.in_trouble {
                break;
            }
        }
        Reply::Ok(PushResponse { verdicts })
    }

    /// The verdict on one mutation; none while something that it depends on stands as refused.
    pub fn judge(&mut self, user: &User, mutation: &Mutation) -> Option<Verdict> {
        if let Some((first, verdict)) = self.verdicts.get(&mutation.id) {
            return Some(if first.as_ref() == Some(mutation) {
                verdict.clone()
            } else {
                let reason = Rejection::IdempotencyMismatch;
                Verdict::Rejected { reason }
            });
        }
        let is_refused = |id| matches!(self.verdict(id), Some(Verdict::Rejected { .. }));
        if mutation.depends_on.iter().any(|id| is_refused(*id)) {
            return None;
        }
        let lane = (mutation.device, mutation.user, mutation.lane);
        let is_passed = self
            .last
            .get(&lane)
            .is_some_and(|last| *last > mutation.seq);
        let place = |seq| (mutation.device, mutation.user, seq);
        if self.are_places_used || is_passed || !self.places.insert(place(mutation.seq)) {
            let reason = Rejection::SequenceReused;
            return Some(Verdict::Rejected { reason });
        }
        let verdict = self.decide(user, mutation);
        if !matches!(verdict, Verdict::Rejected { .. }) {
            self.last.insert(lane, mutation.seq);
        }
        let row = (Some(mutation.clone()), verdict.clone());
        self.verdicts.insert(mutation.id, row);
        for old in &mutation.replaces {
            // Should it still come, late, it must have no effect.
            let reason = Rejection::Other;
            let refused = (None, Verdict::Rejected { reason });
            self.verdicts.entry(old.id).or_insert(refused);
            self.places.insert(place(old.seq));
        }
        Some(verdict)
    }

    /// The stored verdict on a mutation.
    #[must_use]
    pub fn verdict(&self, id: MutationId) -> Option<&Verdict> {
        self.verdicts.get(&id).map(|(_, verdict)| verdict)
    }

    fn decide(&mut self, user: &User, mutation: &Mutation) -> Verdict {
        let nothing = Verdict::AlreadyApplied { records: vec![] };
        let had_effect = |id| {
            let verdict = self.verdict(id);
            verdict.is_some_and(|verdict| !matches!(verdict, Verdict::Rejected { .. }))
        };
        if mutation.replaces.iter().any(|old| had_effect(old.id)) {
            return nothing;
        }
        let op = &mutation.op;
        if op.reads().iter().any(|key| self.gone.contains_key(key)) {
            let reason = Rejection::Deleted;
            return Verdict::Rejected { reason };
        }
        let is_there = |user| self.users.as_ref().is_none_or(|all| all.contains(user));
        if !op.assignees().iter().all(is_there) {
            let reason = Rejection::NotFound;
            return Verdict::Rejected { reason };
        }
        let copy = op.target().and_then(|key| self.record(key));
        let saw_target = copy.is_some_and(|copy| mutation.base_rev == Some(copy.rev));
        let is_other = |seen| copy.is_some_and(|copy| copy.rev != seen);
        if op.needs_connection() && mutation.base_rev.is_some_and(is_other) {
            let reason = Rejection::Outdated;
            return Verdict::Rejected { reason };
        }
        let made_at = mutation.made_before(self.now);
        let no_stamps = Vec::new();
        let stamps = op.target().and_then(|key| self.stamps.get(&key));
        let context = ApplyContext {
            actor: Actor::from(user),
            made_at,
            received_at: self.now,
            mutation: mutation.id,
            saw_target,
            stamps: stamps.unwrap_or(&no_stamps),
        };
        let effect = apply_op(context, op, |key| {
            self.records
                .get(&key)
                .map(|(versioned, _)| &versioned.record)
        });
        let (records, merged) = match effect {
            Ok(Effect::Write(records)) => (records, false),
            Ok(Effect::Merged(records)) => (records, true),
            Ok(Effect::Already) => return nothing,
            Err(reason) => return Verdict::Rejected { reason },
        };
        let records = self.with_consequences(op, records);
        self.applied.push(mutation.clone());
        let records = records
            .into_iter()
            .filter_map(|record| self.write(record, user, made_at))
            .collect();
        if merged {
            Verdict::Merged { records }
        } else {
            Verdict::Applied { records }
        }
    }

    /// What is written, and what the business rules make of it.
    fn with_consequences(&self, op: &Op, mut written: Vec<Record>) -> Vec<Record> {
        if consequences::concerns(op) {
            let is_written = |key| written.iter().any(|record| record.key() == Some(key));
            let untouched = self.records.iter().filter(|(key, _)| !is_written(**key));
            let untouched = untouched.map(|(_, (versioned, _))| versioned.record.clone());
            let after: Vec<Record> = untouched.chain(written.iter().cloned()).collect();
            // The model's company lives in universal time.
            let zone = Zone::utc();
            written.extend(consequences::consequences(op, &after, self.now, &zone));
        }
        written
    }

    /// Writes a record as `user` did at `at`.
    pub fn write(&mut self, mut record: Record, user: &User, at: Timestamp) -> Option<Versioned> {
        let key = record.key()?;
        if let Record::Job(job) = &mut record
            && job.number.is_empty()
        {
            self.numbers += 1;
            job.number = format!("J-{}", 1000 + self.numbers);
        }
        let before = self.record(key).map(|versioned| versioned.record.clone());
        if let Some(before) = before {
            let stamps = self.stamps.remove(&key).unwrap_or_default();
            let stamps = stamps_after(&before, &record, stamps, Actor::from(user), at);
            self.stamps.insert(key, stamps);
        }
        self.put(record)
    }

    fn in_scope(&self, user: &User, record: &Record) -> bool {
        let is_theirs = |job: &Job| job.assignee == Some(user.id);
        match (record, record.parent()) {
            (Record::Job(job), _) => is_theirs(job),
            (_, Some(parent)) => match self.record(parent).map(|job| &job.record) {
                Some(Record::Job(job)) => is_theirs(job),
                _ => false,
            },
            // What belongs to no job is known through the jobs that refer to it, or their parts.
            (_, None) => self.records().any(|from| {
                let is_root =
                    matches!(from.record, Record::Job(_)) || from.record.parent().is_some();
                let refers = || {
                    record
                        .key()
                        .is_some_and(|key| from.record.links().contains(&key))
                };
                is_root && refers() && self.in_scope(user, &from.record)
            }),
        }
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
        Reply::Ok(PullResponse {
            changes: changes.into_iter().map(|(_, change)| change).collect(),
            cursor: Cursor(format!("{}/{reached}", self.epoch.0)),
            more,
            totals,
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
