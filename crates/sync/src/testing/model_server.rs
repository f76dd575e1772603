//! The model as a remote, with planned faults on the way to it.

use crate::pass::classify::TransportError;
use crate::ports::{Knows, Page, Remote};
use crate::testing::host::ManualHost;
use crate::testing::model::Model;
use crate::testing::model::files::ModelFiles;
use crate::testing::model::review::Review;
use afield_domain::time::ScopeWindow;
use afield_domain::{
    AttachmentId, JobId, MutationId, Op, Record, RecordKey, Rejection, Rights, RightsChange, Role,
    Timestamp, User, UserId,
};
use afield_protocol::{
    ApiError, Company, Cursor, Decide, Envelope, EpochId, ErrorCode, Extent, Mutation,
    MutationVerdict, PushRequest, PushResponse, Reply, ReviewDecision, ReviewOutcome, Verdict,
};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::task::Poll;

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
    /// A newer server answers with verdicts that this build does not know, and decides nothing.
    UnknownVerdicts,
    /// Our server is in trouble: it asks to send the first one again later, and says nothing of the others.
    Trouble,
    /// An older server knows no edits of fields.
    UnknownOps,
    /// Another back end refuses all of a push for this reason, and says something in its own words.
    Worded(Rejection, String),
}

/// What happens to the next request about a file's bytes. Each is used up by one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFault {
    /// It goes through.
    None,
    /// The line is cut after so many bytes of the piece.
    Cut(usize),
    /// It takes a while, and goes through.
    Hang,
    /// It is carried out, and the answer is lost.
    LoseReply,
    /// Somebody answers with this status and, if given, a Retry-After in milliseconds.
    Status(u16, Option<u64>),
}

/// What is wrong with the way to the server, for good.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// A push of more bytes than this gets no answer.
    pub largest_body: Option<usize>,
    /// A push in which this text occurs is answered by a stranger with this status; with none, not at all.
    pub filtered: Option<(String, Option<u16>)>,
    /// What such a stranger asks to wait besides, in milliseconds.
    pub retry_after_ms: Option<u64>,
    /// A push of more bytes than this is answered by a stranger with 503.
    pub gateway_limit: Option<usize>,
    /// Everything is answered by a stranger with this status.
    pub wall: Option<u16>,
}

impl Line {
    fn stranger(&self, status: Option<u16>) -> TransportError {
        let retry_after_ms = self.retry_after_ms;
        status.map_or(TransportError::NoAnswer, |status| TransportError::NotOurs {
            status,
            retry_after_ms,
        })
    }

    fn stops(&self, request: &PushRequest) -> Option<TransportError> {
        let json = serde_json::to_string(request).unwrap_or_default();
        if self.largest_body.is_some_and(|most| json.len() > most) {
            return Some(TransportError::NoAnswer);
        }
        if self.gateway_limit.is_some_and(|most| json.len() > most) {
            return Some(self.stranger(Some(503)));
        }
        let (text, status) = self.filtered.as_ref()?;
        json.contains(text).then(|| self.stranger(*status))
    }
}

/// The server; clones are the same one.
#[derive(Debug, Clone)]
pub struct ModelServer(Rc<RefCell<State>>);

#[derive(Debug)]
struct State {
    user: User,
    model: Model,
    faults: VecDeque<Fault>,
    file_faults: VecDeque<FileFault>,
    pace: Option<(u64, ManualHost)>,
    line: Line,
}

impl ModelServer {
    /// A server at which `user` is signed in and which holds `records`.
    #[must_use]
    pub fn new(user: User, records: Vec<Record>) -> Self {
        let mut model = Model::default();
        for record in records {
            model.put(record);
        }
        Self(Rc::new(RefCell::new(State {
            user,
            model,
            faults: VecDeque::new(),
            file_faults: VecDeque::new(),
            pace: None,
            line: Line::default(),
        })))
    }

    /// Plans what happens to the next requests, in order.
    pub fn plan(&self, faults: impl IntoIterator<Item = Fault>) {
        self.0.borrow_mut().faults.extend(faults);
    }

    /// Plans what happens to the next requests about files' bytes, in order.
    pub fn plan_files(&self, faults: impl IntoIterator<Item = FileFault>) {
        self.0.borrow_mut().file_faults.extend(faults);
    }

    /// From now on the bytes of files come at so many a second, by the clock of that host; at once without.
    pub fn set_pace(&self, pace: Option<(u64, ManualHost)>) {
        self.0.borrow_mut().pace = pace;
    }

    /// Looks at the bytes of files, or changes them.
    pub fn with_files<T>(&self, work: impl FnOnce(&mut ModelFiles) -> T) -> T {
        work(&mut self.0.borrow_mut().model.files)
    }

    /// Changes the way to it.
    pub fn set_line(&self, line: Line) {
        self.0.borrow_mut().line = line;
    }

    /// Writes a record as the office would.
    pub fn put(&self, record: Record) {
        self.0.borrow_mut().model.put(record);
    }

    /// What a phone is told of the company if it knows another version of its settings.
    pub fn set_company(&self, company: Company) {
        self.0.borrow_mut().model.company = Some(company);
    }

    /// Sets the days whose jobs a phone holds.
    pub fn set_window(&self, window: ScopeWindow) {
        self.0.borrow_mut().model.set_window(window);
    }

    /// Cannot decide anything of this record any more, or can again.
    pub fn set_damaged(&self, key: Option<RecordKey>) {
        self.0.borrow_mut().model.damaged = key;
    }

    /// Can decide nothing at all, or can again.
    pub fn set_in_trouble(&self, in_trouble: bool) {
        self.0.borrow_mut().model.in_trouble = in_trouble;
    }

    /// Deletes a record as the office would.
    pub fn delete(&self, key: RecordKey) {
        self.0.borrow_mut().model.delete(key);
    }

    /// Refuses batches of more mutations than this.
    pub fn set_largest_batch(&self, items: usize) {
        self.0.borrow_mut().model.largest_batch = items;
    }

    /// Takes every place in every order for used.
    pub fn refuse_places(&self, refuse: bool) {
        self.0.borrow_mut().model.are_places_used = refuse;
    }

    /// Becomes another data set with the same records, as after a restored backup.
    pub fn set_epoch(&self, epoch: &str) {
        self.0.borrow_mut().model.epoch = EpochId(epoch.into());
    }

    /// A copy of all it holds.
    #[must_use]
    pub fn backup(&self) -> Model {
        self.0.borrow().model.clone()
    }

    /// Goes back to a backup, under the name of another data set.
    pub fn restore(&self, backup: Model, epoch: &str) {
        let mut state = self.0.borrow_mut();
        state.model = backup;
        state.model.epoch = EpochId(epoch.into());
    }

    /// Changes the build that it says it serves.
    pub fn set_build(&self, build: &str) {
        self.0.borrow_mut().model.build = build.into();
    }

    /// Moves the server's clock.
    pub fn set_now(&self, now: Timestamp) {
        self.0.borrow_mut().model.now = now;
    }

    /// An admin takes a right, gives it back, or says what must be filled in.
    pub fn set_right(&self, change: RightsChange) {
        let model = &mut self.0.borrow_mut().model;
        if let Ok(Some(changed)) = model.rights.changed(change, model.now) {
            model.rights = changed;
        }
    }

    /// What somebody with this role has.
    #[must_use]
    pub fn rights_of(&self, role: Role) -> Rights {
        self.0.borrow().model.rights.of(role)
    }

    /// Keeps what comes too late for the office from now on.
    pub fn offer_review(&self) {
        self.0.borrow_mut().model.offers_review = true;
    }

    /// Revokes the device that it talks to, or ends that: its user has signed in there again.
    pub fn revoke(&self, revoked: bool) {
        self.0.borrow_mut().model.revoked = revoked;
    }

    /// What waits for the office.
    #[must_use]
    pub fn in_review(&self) -> Vec<MutationId> {
        let state = self.0.borrow();
        state.model.in_review(state.user.id)
    }

    /// Somebody of the office decides about all that waits of the user on a job.
    pub fn decide(&self, by: &User, job: JobId, decide: Decide) -> ReviewOutcome {
        let State { user, model, .. } = &mut *self.0.borrow_mut();
        let waits = |review: &&Review| review.waits() && review.mutation.op.job() == Some(job);
        let mutations = model.reviews.iter().filter(waits);
        let asked = ReviewDecision {
            job,
            author: user.id,
            mutations: mutations.map(|review| review.mutation.id).collect(),
            decide,
        };
        model.decide_reviews(user, by, &asked)
    }

    /// Changes who is signed in.
    pub fn set_user(&self, user: User) {
        self.0.borrow_mut().user = user;
    }

    /// The user's id.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.0.borrow().user.id
    }

    /// The mutations that had an effect, in the order of their effects.
    #[must_use]
    pub fn applied(&self) -> Vec<Mutation> {
        self.0.borrow().model.applied.clone()
    }

    /// The `seq`s of every push that arrived.
    #[must_use]
    pub fn pushes(&self) -> Vec<Vec<u64>> {
        let pushes = &self.0.borrow().model.pushes;
        pushes
            .iter()
            .map(|push| push.iter().map(|seq| seq.0).collect())
            .collect()
    }

    /// A record as the server has it.
    #[must_use]
    pub fn record(&self, key: RecordKey) -> Option<Record> {
        let state = self.0.borrow();
        state
            .model
            .record(key)
            .map(|versioned| versioned.record.clone())
    }

    fn next_fault(&self) -> Fault {
        let next = self.0.borrow_mut().faults.pop_front();
        next.unwrap_or(Fault::None)
    }

    fn answer<T>(
        &self,
        work: impl FnOnce(&mut Model, &User) -> Reply<T>,
    ) -> Result<Envelope<T>, TransportError> {
        let line = self.0.borrow().line.clone();
        if line.wall.is_some() {
            return Err(line.stranger(line.wall));
        }
        let fault = self.next_fault();
        let State { user, model, .. } = &mut *self.0.borrow_mut();
        match fault {
            Fault::None => {
                let reply = work(model, user);
                Ok(model.envelope(reply))
            }
            Fault::LoseRequest => Err(TransportError::NoAnswer),
            Fault::LoseReply => {
                let _ = work(model, user);
                Err(TransportError::NoAnswer)
            }
            Fault::NotOurs(status, retry_after_ms) => Err(TransportError::NotOurs {
                status,
                retry_after_ms,
            }),
            Fault::UnknownVerdicts | Fault::UnknownOps | Fault::Trouble | Fault::Worded(..) => {
                Ok(model.envelope(work(&mut model.clone(), user)))
            }
            Fault::Api(code, retry_after_ms) => Ok(model.envelope(Reply::Error(ApiError {
                retry_after_ms,
                ..ApiError::of(code)
            }))),
        }
    }
}

fn answer_all(
    request: &PushRequest,
    verdict: impl Fn(&Mutation) -> Option<Verdict>,
) -> PushResponse {
    let verdicts = request
        .mutations
        .iter()
        .filter_map(|mutation| Some(MutationVerdict::new(mutation.id, verdict(mutation)?)));
    PushResponse {
        verdicts: verdicts.collect(),
        undecided: Vec::new(),
    }
}

impl Remote for ModelServer {
    async fn push(&self, request: &PushRequest) -> Result<Envelope<PushResponse>, TransportError> {
        let (fault, stopped) = {
            let state = self.0.borrow();
            (state.faults.front().cloned(), state.line.stops(request))
        };
        if let Some(error) = stopped {
            return Err(error);
        }
        match fault {
            Some(Fault::UnknownVerdicts) => {
                self.answer(|_, _| Reply::Ok(answer_all(request, |_| Some(Verdict::Unknown))))
            }
            Some(Fault::Trouble) => self.answer(|_, _| {
                let first = request.mutations.first().map(|first| first.id);
                let verdict = Verdict::Retry { after_ms: 700 };
                Reply::Ok(answer_all(request, |mutation| {
                    Some(verdict.clone()).filter(|_| Some(mutation.id) == first)
                }))
            }),
            Some(Fault::UnknownOps) => self.answer(|_, _| {
                let reason = Rejection::UnknownOp;
                let refuse = |op: &Op| matches!(op, Op::EditJob { .. });
                Reply::Ok(answer_all(request, |mutation| {
                    refuse(&mutation.op).then(|| Verdict::Rejected {
                        reason: reason.clone(),
                    })
                }))
            }),
            Some(Fault::Worded(reason, message)) => self.answer(|_, _| {
                let refused = Verdict::Rejected { reason };
                let mut response = answer_all(request, |_| Some(refused.clone()));
                for verdict in &mut response.verdicts {
                    verdict.message.clone_from(&message);
                }
                Reply::Ok(response)
            }),
            _ => self.answer(|model, user| model.push(user, request)),
        }
    }

    async fn pull(
        &self,
        asked: UserId,
        cursor: Option<&Cursor>,
        _: u64,
        extent: Option<&Extent>,
        knows: Knows,
    ) -> Result<Page, TransportError> {
        let envelope = self.answer(|model, user| {
            let mut reply = model.pull(user, asked, cursor, extent);
            if let Reply::Ok(page) = &mut reply {
                page.company = model.company_unlike(knows.settings);
                let asks = model.offers_review && knows.reviews;
                page.in_review = asks.then(|| model.in_review(user.id));
            }
            reply
        })?;
        Ok(Page {
            envelope,
            bytes: 100,
        })
    }

    async fn fetch_bytes(&self, id: AttachmentId, _: &str) -> Result<Vec<u8>, TransportError> {
        let mut state = self.0.borrow_mut();
        let fault = state.file_faults.pop_front();
        if fault.is_some_and(|fault| fault != FileFault::None) {
            return Err(TransportError::NoAnswer);
        }
        let bytes = state.model.files.received.get(&id);
        Ok(bytes.cloned().unwrap_or_default())
    }

    async fn send_bytes(
        &self,
        id: AttachmentId,
        piece: Option<(u64, Vec<u8>)>,
    ) -> Result<u64, TransportError> {
        let fault = self.0.borrow_mut().file_faults.pop_front();
        if fault == Some(FileFault::Hang) {
            let mut waited = false;
            std::future::poll_fn(|_| match std::mem::replace(&mut waited, true) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            })
            .await;
        }
        let State {
            user, model, pace, ..
        } = &mut *self.0.borrow_mut();
        if let (Some((a_second, host)), Some((_, bytes))) = (pace, &piece) {
            let ms = bytes.len() as u64 * 1_000 / *a_second;
            host.advance(i64::try_from(ms).unwrap_or(i64::MAX));
        }
        let piece = piece.as_ref().map(|(at, bytes)| (*at, bytes.as_slice()));
        let answer = match fault.unwrap_or(FileFault::None) {
            FileFault::None | FileFault::Hang => model.take_bytes(user, id, piece),
            FileFault::Cut(length) => {
                let came = piece.map(|(at, bytes)| (at, bytes.get(..length).unwrap_or(bytes)));
                if came.is_some() {
                    let _ = model.take_bytes(user, id, came);
                }
                return Err(TransportError::NoAnswer);
            }
            FileFault::LoseReply => {
                let _ = model.take_bytes(user, id, piece);
                return Err(TransportError::NoAnswer);
            }
            FileFault::Status(status, retry_after_ms) => {
                return Err(TransportError::NotOurs {
                    status,
                    retry_after_ms,
                });
            }
        };
        answer.map_err(|status| TransportError::NotOurs {
            status,
            retry_after_ms: None,
        })
    }
}
