//! The way to the server and back, with everything that happens on it.

use crate::device::{Device, Network};
use crate::executor::{ContextId, OUTSIDE};
use crate::fault::Fault;
use crate::schedule::Swarm;
use crate::server::{Server, Stop};
use afield_domain::{AttachmentId, Timestamp, UserId};
use afield_protocol::{
    ApiError, Cursor, Envelope, ErrorCode, Extent, Mutation, PullResponse, PushRequest,
    PushResponse, Reply, Verdict,
};
use afield_sync::Remote;
use afield_sync::pass::classify::TransportError;
use afield_sync::ports::{Knows, Page};
use std::cell::RefCell;
use std::rc::Rc;

mod files;
pub mod line;
mod observed;

const TIMEOUT_MS: i64 = 20_000;

/// The server as one phone reaches it.
#[derive(Clone)]
pub struct SimRemote {
    /// The phone.
    pub device: Rc<Device>,
    /// The tab or worker.
    pub context: ContextId,
    /// The server.
    pub server: Rc<RefCell<Server>>,
    /// The version of the records that its build knows.
    pub records_version: u32,
    /// Which faults this schedule knows, and how often.
    pub swarm: Rc<Swarm>,
    /// Whether these are the requests of a pass, and not of a person who sends a rescue file.
    pub is_pass: bool,
}

/// Changes in a page, and in one of a phone that has asked for a large one.
const PAGE: usize = 3;
const LARGE_PAGE: usize = 9;
/// What a page weighs. On a quick line a phone asks for large ones then.
const PAGE_BYTES: u64 = 224 * 1024;

#[derive(Clone)]
enum Request {
    Push(PushRequest),
    /// For whom, from where on, how many changes at most, what it holds, and which settings it knows.
    Pull(UserId, Option<Cursor>, usize, (Option<Extent>, Knows)),
}

#[allow(clippy::large_enum_variant)] // One at a time.
enum Answer {
    Push(Envelope<PushResponse>),
    Pull(Envelope<PullResponse>),
}

fn error(code: ErrorCode, retry_after_ms: Option<u64>) -> ApiError {
    ApiError {
        retry_after_ms,
        ..ApiError::of(code)
    }
}

/// A reply in few words: whole records would be most of what a schedule costs.
pub fn short(reply: &Reply<PushResponse>) -> String {
    let word = |verdict: &Verdict| match verdict {
        Verdict::Applied { .. } => "applied".to_owned(),
        Verdict::Merged { .. } => "merged".to_owned(),
        Verdict::AlreadyApplied { .. } => "already".to_owned(),
        Verdict::Rejected { reason } => format!("{reason:?}"),
        Verdict::Retry { .. } => "retry".to_owned(),
        Verdict::Unknown => "unknown".to_owned(),
    };
    match reply {
        Reply::Ok(response) => {
            let words: Vec<String> = response.verdicts.iter().map(|v| word(&v.verdict)).collect();
            words.join(", ")
        }
        Reply::Error(error) => format!("{:?}", error.code),
        Reply::Unread => "what cannot be read".to_owned(),
    }
}

impl Request {
    fn refuse(&self, server: &Server, error: ApiError) -> Answer {
        match self {
            Self::Push(_) => Answer::Push(server.model.envelope(Reply::Error(error))),
            Self::Pull(..) => Answer::Pull(server.model.envelope(Reply::Error(error))),
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Push(push) => {
                let seqs: Vec<u64> = push.mutations.iter().map(|m| m.seq.0).collect();
                format!("push {seqs:?}")
            }
            // A real cursor is long and says nothing to people.
            Self::Pull(_, cursor, ..) => {
                let text = cursor.as_ref().map_or("", |cursor| &cursor.0);
                let tail: String = text.chars().rev().take(12).collect();
                format!("pull {tail}")
            }
        }
    }
}

/// A request that waits for its answer, as long as it is not dropped.
struct Waiting(Rc<Device>, ContextId);

impl Waiting {
    fn begin(device: &Rc<Device>, context: ContextId) -> Self {
        let other = device.waiting.borrow().first().copied();
        if let Some(other) = other.filter(|_| device.is_turn_sure()) {
            let what = format!("{context:?} makes a pass while {other:?} makes one");
            device.ledger.borrow_mut().accuse(what);
        }
        device.waiting.borrow_mut().push(context);
        Self(Rc::clone(device), context)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut waiting = self.0.waiting.borrow_mut();
        if let Some(place) = waiting.iter().position(|context| *context == self.1) {
            waiting.remove(place);
        }
    }
}

impl SimRemote {
    /// The request has arrived: carries it out under the session as it is now.
    fn arrive(&self, request: &Request, stop: Option<Stop>) -> Answer {
        self.count();
        let mut server = self.server.borrow_mut();
        server.set_now(Timestamp(self.device.sim.now()));
        let Some(user) = self.device.cookie.get().map(|number| server.user(number)) else {
            return request.refuse(&server, error(ErrorCode::Unauthorized, None));
        };
        let revoked = self.device.revoked.get();
        if revoked && matches!(request, Request::Pull(..)) {
            self.device
                .sim
                .note(|| format!("server: {} of a revoked phone", request.name()));
            let shut = ApiError {
                revoked,
                ..error(ErrorCode::Unauthorized, None)
            };
            return request.refuse(&server, shut);
        }
        server.hear_revoked(revoked);
        let answer = match request {
            Request::Push(push) => {
                let envelope = server.push(&user, push, stop);
                let foreign = push.mutations.iter().any(|m| m.user != user.id);
                if foreign && matches!(envelope.reply, Reply::Ok(_)) {
                    let mut ledger = self.device.ledger.borrow_mut();
                    ledger.accuse("judged under another user's session");
                }
                Answer::Push(envelope)
            }
            Request::Pull(asked, cursor, most, (extent, knows)) => {
                let asks = (extent.as_ref(), *knows);
                Answer::Pull(server.pull(&user, *asked, cursor.as_ref(), *most, asks))
            }
        };
        self.device.sim.note(|| {
            let what = match &answer {
                Answer::Push(envelope) => short(&envelope.reply),
                Answer::Pull(envelope) => match &envelope.reply {
                    Reply::Ok(page) => format!("{} changes", page.changes.len()),
                    Reply::Error(error) => format!("{:?}", error.code),
                    Reply::Unread => "what cannot be read".to_owned(),
                },
            };
            format!("server: {} of {} -> {what}", request.name(), user.name)
        });
        answer
    }

    fn count(&self) {
        let mut ledger = self.device.ledger.borrow_mut();
        ledger.requests += 1;
        ledger.touch();
    }

    /// Carries out only the first part of a push, as a server does that is stopped in its middle.
    fn arrive_in_part(&self, request: &Request, committed: bool) -> Answer {
        let Request::Push(push) = request else {
            return self.refuse(request, ErrorCode::Unavailable, None);
        };
        let items = push.mutations.len() as u64;
        let place = self.device.sim.draw(|chance| chance.below(items));
        let place = usize::try_from(place).unwrap_or(0);
        let stop = if committed {
            Stop::After(place)
        } else {
            Stop::Before(place)
        };
        self.arrive(request, Some(stop))
    }

    fn refuse(&self, request: &Request, code: ErrorCode, retry_after_ms: Option<u64>) -> Answer {
        request.refuse(&self.server.borrow(), error(code, retry_after_ms))
    }

    /// The server asks for quiet.
    fn quieten(&self, ms: i64) {
        let lease = self.device.outbox.peek(|outbox| outbox.meta.lease.clone());
        // One that has lost the lease is not heard on the phone.
        if lease.holder == self.context.0.to_string() {
            self.device.quiet_until.set(self.device.sim.now() + ms);
            self.device.quiet_lease.set(lease.number);
        }
    }

    /// Whether the server has asked for quiet, as the phone must know: it was told in the pass before.
    fn must_be_quiet(&self) -> bool {
        let device = &self.device;
        let number = device.outbox.peek(|outbox| outbox.meta.lease.number);
        device.quiet_until.get() > device.sim.now()
            && number <= device.quiet_lease.get() + 1
            && !device.is_quiet_unsure.get()
    }

    fn strike(&self, fault: Fault) {
        self.device
            .ledger
            .borrow_mut()
            .strike(&self.device.sim, fault);
    }

    fn later(&self, request: &Request, from: i64, to: i64) {
        let (remote, request) = (self.clone(), request.clone());
        self.device.sim.spawn(OUTSIDE, async move {
            remote.device.sim.pause(from, to).await;
            let _ = remote.arrive(&request, None);
        });
    }

    async fn no_answer(&self, from: i64) -> Result<Answer, TransportError> {
        self.device.sim.pause(from, TIMEOUT_MS).await;
        Err(TransportError::NoAnswer)
    }

    async fn request(&self, request: Request) -> Result<Answer, TransportError> {
        let sim = &self.device.sim;
        sim.note(|| format!("device {}: {}", self.device.number, request.name()));
        let _waiting = self.is_pass.then(|| {
            self.device.begun.set(self.device.begun.get() + 1);
            Waiting::begin(&self.device, self.context)
        });
        if self.is_pass && self.must_be_quiet() {
            let mut ledger = self.device.ledger.borrow_mut();
            ledger.accuse("a request while the server had asked for quiet");
        }
        sim.pause(5, 150).await;
        match self.device.network.get() {
            Network::Up => {}
            Network::Down => return self.no_answer(5).await,
            Network::OneWay => {
                let _ = self.arrive(&request, None);
                return self.no_answer(TIMEOUT_MS).await;
            }
        }
        self.carry_out(&request).await?;
        let fault = sim.draw(|chance| self.swarm.draw_request_fault(chance));
        if let Some(fault) = fault {
            self.strike(fault);
        }
        let answer = self.answer(request, fault).await?;
        self.carry_back(&answer).await;
        Ok(answer)
    }

    async fn answer(
        &self,
        request: Request,
        fault: Option<Fault>,
    ) -> Result<Answer, TransportError> {
        let sim = &self.device.sim;
        let not_ours = |status, retry_after_ms| {
            Err(TransportError::NotOurs {
                status,
                retry_after_ms,
            })
        };
        match fault {
            Some(Fault::RequestLost) => self.no_answer(10).await,
            Some(Fault::ReplyLost) => {
                let _ = self.arrive(&request, None);
                self.no_answer(10).await
            }
            Some(fault @ (Fault::KilledBeforeCommit | Fault::KilledAfterCommit)) => {
                let _ = self.arrive_in_part(&request, fault == Fault::KilledAfterCommit);
                self.server.borrow_mut().restart();
                self.no_answer(10).await
            }
            Some(Fault::Reorder) => {
                self.later(&request, TIMEOUT_MS, 5 * TIMEOUT_MS);
                self.no_answer(TIMEOUT_MS).await
            }
            Some(Fault::Truncated) => {
                let _ = self.arrive(&request, None);
                not_ours(200, None)
            }
            Some(Fault::WrongContent) => not_ours(200, None),
            Some(Fault::BadGateway) => {
                let statuses = [500, 502, 503, 504, 520];
                not_ours(
                    sim.draw(|chance| chance.pick(&statuses)).unwrap_or(502),
                    None,
                )
            }
            Some(Fault::TooMany) => {
                self.quieten(5_000);
                not_ours(429, Some(5_000))
            }
            Some(Fault::TooLarge) => not_ours(413, None),
            Some(Fault::ServerDiskFull) => {
                self.quieten(3_000);
                Ok(self.refuse(&request, ErrorCode::Unavailable, Some(3_000)))
            }
            Some(Fault::CursorExpired) => Ok(match &request {
                Request::Pull(_, Some(_), ..) => {
                    self.refuse(&request, ErrorCode::CursorExpired, None)
                }
                _ => self.arrive(&request, None),
            }),
            Some(Fault::DatabaseBusy) => Ok(self.arrive_in_part(&request, false)),
            other => {
                match other {
                    Some(Fault::Duplicate) => self.later(&request, 100, 600_000),
                    Some(Fault::Delay) => sim.pause(1_000, TIMEOUT_MS - 1_000).await,
                    _ => {}
                }
                let answer = self.arrive(&request, None);
                sim.pause(5, 150).await;
                Ok(answer)
            }
        }
    }
}

impl Remote for SimRemote {
    async fn push(&self, request: &PushRequest) -> Result<Envelope<PushResponse>, TransportError> {
        if !self.is_pass {
            for mutation in &request.mutations {
                self.device.ledger.borrow_mut().sent(mutation);
            }
            return match self.request(Request::Push(request.clone())).await? {
                Answer::Push(envelope) => Ok(envelope),
                Answer::Pull(_) => Err(TransportError::NoAnswer),
            };
        }
        self.note_passed_over(request);
        for mutation in &request.mutations {
            self.device.ledger.borrow_mut().sent(mutation);
            self.check_bytes(mutation);
            let overtakes = self.device.outbox.peek(|outbox| {
                // What the office has decided is asked for, and not done now.
                let mut readable = outbox.readable();
                !readable.any(|entry| entry.only_asks() && entry.mutation.id == mutation.id)
                    && outbox.readable().any(|entry| {
                        let stopped = entry.is_parked() || entry.is_aside();
                        let lane = |mutation: &Mutation| (mutation.user, mutation.lane);
                        let old = mutation.replaces.first();
                        let is_earlier =
                            entry.first_seq() < old.map_or(mutation.seq, |old| old.seq);
                        stopped
                            && (is_earlier && lane(&entry.mutation) == lane(mutation)
                                || mutation.depends_on.contains(&entry.mutation.id))
                    })
            });
            if overtakes {
                let what = format!(
                    "seq {} overtakes one that was refused or waits by itself",
                    mutation.seq.0
                );
                self.device.ledger.borrow_mut().accuse(what);
            }
        }
        match self.request(Request::Push(request.clone())).await? {
            Answer::Push(mut envelope) => {
                self.leave_out_unreadable(&mut envelope);
                self.note_revs(&envelope);
                Ok(envelope)
            }
            Answer::Pull(_) => Err(TransportError::NoAnswer),
        }
    }

    async fn pull(
        &self,
        user: UserId,
        cursor: Option<&Cursor>,
        bytes: u64,
        extent: Option<&Extent>,
        knows: Knows,
    ) -> Result<Page, TransportError> {
        let most = if bytes > PAGE_BYTES { LARGE_PAGE } else { PAGE };
        let asks = (extent.cloned(), knows);
        let asked = Request::Pull(user, cursor.cloned(), most, asks);
        match self.request(asked).await? {
            Answer::Pull(mut envelope) => {
                self.make_unread(&mut envelope);
                Ok(Page {
                    envelope,
                    bytes: PAGE_BYTES,
                })
            }
            Answer::Push(_) => Err(TransportError::NoAnswer),
        }
    }

    async fn send_bytes(
        &self,
        id: AttachmentId,
        piece: Option<(u64, Vec<u8>)>,
    ) -> Result<u64, TransportError> {
        if piece.is_some() {
            self.device.piece_begins(self.context);
        }
        self.carry_bytes(id, piece).await
    }

    async fn fetch_bytes(
        &self,
        id: AttachmentId,
        _sha256: &str,
    ) -> Result<Vec<u8>, TransportError> {
        self.bring_bytes(id).await
    }
}
