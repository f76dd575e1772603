//! The reference meaning of push and pull, as small as the contract allows. Pure.
//!
//! Owns [`Model`]: every record in one map, one verdict for each mutation id, one counter of
//! changes. The server's rules are `domain`'s; what is modelled is what stands around them.

use afield_domain::time::ScopeWindow;
use afield_domain::{
    Actor, AttachmentId, CompanyRights, DeviceId, FieldStamp, Job, MutationId, Record, RecordKey,
    Rev, Timestamp, User, UserId, Versioned, record::stamps_after,
};
use afield_protocol::{
    ApiError, Company, Envelope, EpochId, ErrorCode, Mutation, PROTOCOL_VERSION, Reply, Seq,
    Verdict,
};
use std::collections::{BTreeMap, BTreeSet};

pub mod files;
mod pull;
mod push;
pub mod review;

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
    /// What is taken from roles, and wanted filled in.
    pub rights: CompanyRights,
    /// Changes in a pull page.
    pub page: usize,
    /// The company as it is told to a phone that knows another version of its settings; none where that plays no part.
    pub company: Option<Company>,
    /// The days whose jobs a phone holds; all where that plays no part.
    window: Option<ScopeWindow>,
    /// The mutations that had an effect, in the order of their effects.
    pub applied: Vec<Mutation>,
    /// The `seq`s of every push that was looked at.
    pub pushes: Vec<Vec<Seq>>,
    /// The decided mutations with their stored verdicts; of one that another was sent instead of, none.
    pub verdicts: BTreeMap<MutationId, (Option<Mutation>, Verdict)>,
    /// Whether what comes too late is reviewed, where a phone asks for that.
    pub offers_review: bool,
    /// What came too late, decided or not, in the order in which it came.
    pub reviews: Vec<review::Review>,
    /// Whether the push that is decided asks for it.
    pub asks_review: bool,
    /// Whether the push or pull that is answered comes from a revoked device.
    pub revoked: bool,
    /// Whose a job was that ceased to be theirs.
    had: BTreeSet<(UserId, RecordKey)>,
    /// The bytes of files.
    pub files: files::ModelFiles,
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
            rights: CompanyRights::default(),
            page: 3,
            company: None,
            window: None,
            applied: Vec::new(),
            pushes: Vec::new(),
            verdicts: BTreeMap::new(),
            offers_review: false,
            reviews: Vec::new(),
            asks_review: false,
            revoked: false,
            had: BTreeSet::new(),
            files: files::ModelFiles::default(),
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

fn refuse<T>(code: ErrorCode) -> Reply<T> {
    Reply::Error(ApiError::of(code))
}

/// What a revoked device hears.
fn refuse_revoked<T>() -> Reply<T> {
    Reply::Error(ApiError {
        revoked: true,
        ..ApiError::of(ErrorCode::Unauthorized)
    })
}

impl Model {
    /// Writes a record as the office would.
    pub fn put(&mut self, record: Record) -> Option<Versioned> {
        let key = record.key()?;
        let assignee = match &record {
            Record::Job(job) => job.assignee,
            _ => None,
        };
        self.note_had(key, assignee);
        let rev = self.records.get(&key).map_or(0, |(old, _)| old.rev.0);
        let versioned = Versioned {
            rev: Rev(rev + 1),
            record,
        };
        self.changes += 1;
        self.records.insert(key, (versioned.clone(), self.changes));
        Some(versioned)
    }

    /// Remembers whose the job was, if it is another's from now on.
    fn note_had(&mut self, key: RecordKey, now: Option<UserId>) {
        if let Some(Record::Job(job)) = self.record(key).map(|copy| &copy.record)
            && let Some(user) = job.assignee.filter(|user| Some(*user) != now)
        {
            self.had.insert((user, key));
        }
    }

    /// Deletes a record as the office would.
    pub fn delete(&mut self, key: RecordKey) {
        self.note_had(key, None);
        self.changes += 1;
        self.records.remove(&key);
        self.gone.insert(key, self.changes);
    }

    /// Sets the days whose jobs a phone holds: what comes into scope by it or leaves it counts as changed.
    pub fn set_window(&mut self, window: ScopeWindow) {
        let before = self.window.replace(window);
        self.changes += 1;
        let was_in = |starts| before.is_none_or(|before| before.contains(starts));
        for (versioned, at) in self.records.values_mut() {
            if let Record::Job(job) = &versioned.record
                && was_in(job.starts) != window.contains(job.starts)
            {
                *at = self.changes;
            }
        }
    }

    /// The company, if the version of its settings is another one.
    #[must_use]
    pub fn company_unlike(&self, settings: u64) -> Option<Company> {
        let company = self.company.as_ref();
        company
            .filter(|company| company.settings != settings)
            .cloned()
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

    /// The stored verdict on a mutation.
    #[must_use]
    pub fn verdict(&self, id: MutationId) -> Option<&Verdict> {
        self.verdicts.get(&id).map(|(_, verdict)| verdict)
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
        self.is_within(self.window, user, record)
    }

    /// Whether `user` may see a record on whatever day it is: a round that has begun goes on with its own days.
    #[must_use]
    pub fn is_theirs(&self, user: &User, key: RecordKey) -> bool {
        self.record(key)
            .is_some_and(|copy| self.is_within(None, user, &copy.record))
    }

    fn is_within(&self, window: Option<ScopeWindow>, user: &User, record: &Record) -> bool {
        let is_near = |job: &Job| {
            let is_in = |window: ScopeWindow| window.contains(job.starts);
            window.is_none_or(is_in) || job.status.is_in_hand()
        };
        let is_theirs = |job: &Job| job.assignee == Some(user.id) && is_near(job);
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
                is_root && refers() && self.is_within(window, user, &from.record)
            }),
        }
    }
}

impl Model {
    /// Takes bytes of a file of `user`, or tells where it is.
    ///
    /// # Errors
    /// The HTTP status.
    pub fn take_bytes(
        &mut self,
        user: &User,
        id: AttachmentId,
        piece: Option<(u64, &[u8])>,
    ) -> Result<u64, u16> {
        let registered = match self.record(id.into()).map(|copy| &copy.record) {
            Some(Record::Attachment(file)) if file.author == user.id => Some(file.bytes),
            Some(_) => None,
            None => self.reviewed_file(user.id, id),
        };
        self.files.take(id, registered, piece)
    }
}
