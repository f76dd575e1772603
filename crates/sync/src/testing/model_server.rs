//! A model of the server, as small as the contract allows, with faults on the way to it.
//!
//! Owns the reference meaning of push and pull: every record in one map, one verdict for each
//! mutation id, one counter of changes.

use crate::classify::TransportError;
use crate::ports::{Page, Remote};
use afield_domain::{
    Actor, ApplyContext, Effect, MutationId, Record, RecordKey, Rejection, Rev, Timestamp, User,
    UserId, Versioned, apply_op,
};
use afield_protocol::{
    ApiError, Change, Cursor, Envelope, EpochId, ErrorCode, ModuleTotal, Mutation, MutationVerdict,
    PROTOCOL_VERSION, PullResponse, PushRequest, PushResponse, Reply, Seq, Verdict,
};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

/// What happens to the next request. Each is used up by one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It goes through.
    None,
    /// It never arrives.
    LoseRequest,
    /// It is carried out, and the answer is lost.
    LoseReply,
    /// Something else answers with this status and, if given, a Retry-After in milliseconds.
    NotOurs(u16, Option<u64>),
    /// Our server answers with this error.
    Api(ErrorCode, Option<u64>),
}

/// The server; clones are the same one.
#[derive(Debug, Clone)]
pub struct ModelServer(Rc<RefCell<Model>>);

#[derive(Debug)]
struct Model {
    user: User,
    epoch: EpochId,
    now: Timestamp,
    records: BTreeMap<RecordKey, (Versioned, u64)>,
    gone: BTreeMap<RecordKey, u64>,
    changes: u64,
    verdicts: BTreeMap<MutationId, Verdict>,
    applied: Vec<Mutation>,
    pushes: Vec<Vec<Seq>>,
    faults: VecDeque<Fault>,
    largest_batch: usize,
    page: usize,
}

impl ModelServer {
    /// A server at which `user` is signed in and which holds `records`.
    #[must_use]
    pub fn new(user: User, records: Vec<Record>) -> Self {
        let server = Self(Rc::new(RefCell::new(Model {
            user,
            epoch: EpochId("model-1".into()),
            now: Timestamp(1_795_248_000_000),
            records: BTreeMap::new(),
            gone: BTreeMap::new(),
            changes: 0,
            verdicts: BTreeMap::new(),
            applied: Vec::new(),
            pushes: Vec::new(),
            faults: VecDeque::new(),
            largest_batch: usize::MAX,
            page: 3,
        })));
        for record in records {
            server.put(record);
        }
        server
    }

    /// Plans what happens to the next requests, in order.
    pub fn plan(&self, faults: impl IntoIterator<Item = Fault>) {
        self.0.borrow_mut().faults.extend(faults);
    }

    /// Writes a record as the office would.
    pub fn put(&self, record: Record) {
        self.0.borrow_mut().put(record);
    }

    /// Deletes a record as the office would.
    pub fn delete(&self, key: RecordKey) {
        let mut model = self.0.borrow_mut();
        model.changes += 1;
        let at = model.changes;
        model.records.remove(&key);
        model.gone.insert(key, at);
    }

    /// Refuses batches of more mutations than this.
    pub fn set_largest_batch(&self, items: usize) {
        self.0.borrow_mut().largest_batch = items;
    }

    /// Becomes another data set with the same records, as after a restored backup.
    pub fn set_epoch(&self, epoch: &str) {
        self.0.borrow_mut().epoch = EpochId(epoch.into());
    }

    /// Changes who is signed in.
    pub fn set_user(&self, user: User) {
        self.0.borrow_mut().user = user;
    }

    /// The mutations that had an effect, in the order of their effects.
    #[must_use]
    pub fn applied(&self) -> Vec<Mutation> {
        self.0.borrow().applied.clone()
    }

    /// The `seq`s of every push that arrived.
    #[must_use]
    pub fn pushes(&self) -> Vec<Vec<u64>> {
        let pushes = &self.0.borrow().pushes;
        pushes
            .iter()
            .map(|push| push.iter().map(|seq| seq.0).collect())
            .collect()
    }

    /// A record as the server has it.
    #[must_use]
    pub fn record(&self, key: RecordKey) -> Option<Record> {
        let model = self.0.borrow();
        model
            .records
            .get(&key)
            .map(|(versioned, _)| versioned.record.clone())
    }

    fn next_fault(&self) -> Fault {
        let next = self.0.borrow_mut().faults.pop_front();
        next.unwrap_or(Fault::None)
    }

    fn answer<T>(
        &self,
        work: impl FnOnce(&mut Model) -> Reply<T>,
    ) -> Result<Envelope<T>, TransportError> {
        match self.next_fault() {
            Fault::None => Ok(self.envelope(work)),
            Fault::LoseRequest => Err(TransportError::NoAnswer),
            Fault::LoseReply => {
                let _ = self.envelope(work);
                Err(TransportError::NoAnswer)
            }
            Fault::NotOurs(status, retry_after_ms) => Err(TransportError::NotOurs {
                status,
                retry_after_ms,
            }),
            Fault::Api(code, retry_after_ms) => Ok(self.envelope(|_| {
                Reply::Error(ApiError {
                    code,
                    message: String::new(),
                    retry_after_ms,
                })
            })),
        }
    }

    fn envelope<T>(&self, work: impl FnOnce(&mut Model) -> Reply<T>) -> Envelope<T> {
        let mut model = self.0.borrow_mut();
        let reply = work(&mut model);
        Envelope {
            afield: PROTOCOL_VERSION,
            epoch: model.epoch.clone(),
            server_time: model.now,
            build: String::new(),
            reply,
        }
    }
}

impl Model {
    fn put(&mut self, record: Record) -> Option<Versioned> {
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

    fn push(&mut self, request: &PushRequest) -> Reply<PushResponse> {
        if request.mutations.len() > self.largest_batch {
            return Reply::Error(ApiError {
                code: ErrorCode::TooLarge,
                message: String::new(),
                retry_after_ms: None,
            });
        }
        self.pushes
            .push(request.mutations.iter().map(|m| m.seq).collect());
        let mut verdicts = Vec::new();
        let mut refused: BTreeSet<RecordKey> = BTreeSet::new();
        for mutation in &request.mutations {
            if refused.contains(&mutation.lane) {
                continue;
            }
            let verdict = self.judge(mutation);
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

    fn judge(&mut self, mutation: &Mutation) -> Verdict {
        if let Some(verdict) = self.verdicts.get(&mutation.id) {
            return verdict.clone();
        }
        let verdict = self.decide(mutation);
        self.verdicts.insert(mutation.id, verdict.clone());
        verdict
    }

    fn decide(&mut self, mutation: &Mutation) -> Verdict {
        if mutation.user != self.user.id {
            return Verdict::Rejected {
                reason: Rejection::Forbidden,
            };
        }
        let context = ApplyContext {
            actor: Actor::from(&self.user),
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

    fn in_scope(&self, record: &Record) -> bool {
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
        job.is_some_and(|job| job.assignee == Some(self.user.id))
    }

    fn pull(&self, cursor: Option<&Cursor>) -> Reply<PullResponse> {
        let expired = || {
            Reply::Error(ApiError {
                code: ErrorCode::CursorExpired,
                message: String::new(),
                retry_after_ms: None,
            })
        };
        let after = match cursor.map(|cursor| cursor.0.split_once('/')) {
            None => 0,
            Some(Some((epoch, after))) if epoch == self.epoch.0 => after.parse().unwrap_or(0),
            Some(_) => return expired(),
        };
        let mut changes: Vec<(u64, Change)> = self
            .records
            .iter()
            .filter(|(_, (_, at))| *at > after)
            .map(|(key, (versioned, at))| {
                let change = if self.in_scope(&versioned.record) {
                    Change::Upsert(versioned.clone())
                } else {
                    Change::ScopeOut { key: *key }
                };
                (*at, change)
            })
            .chain(
                self.gone
                    .iter()
                    .filter(|(_, at)| **at > after)
                    .map(|(key, at)| (*at, Change::Tombstone { key: *key })),
            )
            .collect();
        changes.sort_by_key(|(at, _)| *at);
        let totals = if cursor.is_none() {
            self.totals()
        } else {
            Vec::new()
        };
        let more = changes.len() > self.page;
        changes.truncate(self.page);
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

    fn totals(&self) -> Vec<ModuleTotal> {
        let mut totals: Vec<ModuleTotal> = Vec::new();
        let scope = self.records.values().map(|(versioned, _)| versioned);
        for versioned in scope.filter(|versioned| self.in_scope(&versioned.record)) {
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

impl Remote for ModelServer {
    async fn push(&self, request: &PushRequest) -> Result<Envelope<PushResponse>, TransportError> {
        self.answer(|model| model.push(request))
    }

    async fn pull(&self, cursor: Option<&Cursor>) -> Result<Page, TransportError> {
        let envelope = self.answer(|model| model.pull(cursor))?;
        Ok(Page {
            envelope,
            bytes: 100,
        })
    }
}

impl ModelServer {
    /// The user's id, for fixtures.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.0.borrow().user.id
    }
}
