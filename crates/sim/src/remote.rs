//! The way to the server and back, with everything that happens on it.

use crate::device::{Device, Network};
use crate::executor::OUTSIDE;
use crate::fault::Fault;
use crate::people;
use crate::schedule::Swarm;
use afield_domain::{Timestamp, User, UserId};
use afield_protocol::{
    ApiError, Cursor, Envelope, ErrorCode, MutationVerdict, PullResponse, PushRequest,
    PushResponse, Reply, Verdict,
};
use afield_sync::Remote;
use afield_sync::classify::TransportError;
use afield_sync::ports::Page;
use afield_sync::testing::model::Model;
use std::cell::RefCell;
use std::rc::Rc;

const TIMEOUT_MS: i64 = 20_000;

/// The server as one phone reaches it.
#[derive(Clone)]
pub struct SimRemote {
    /// The phone.
    pub device: Rc<Device>,
    /// The server.
    pub server: Rc<RefCell<Model>>,
    /// Which faults this schedule knows, and how often.
    pub swarm: Rc<Swarm>,
}

#[derive(Clone)]
enum Request {
    Push(PushRequest),
    Pull(UserId, Option<Cursor>),
}

enum Answer {
    Push(Reply<PushResponse>),
    Pull(Reply<PullResponse>),
}

fn error(code: ErrorCode, retry_after_ms: Option<u64>) -> ApiError {
    ApiError {
        code,
        message: String::new(),
        retry_after_ms,
    }
}

impl Request {
    fn refuse(&self, error: ApiError) -> Answer {
        match self {
            Self::Push(_) => Answer::Push(Reply::Error(error)),
            Self::Pull(..) => Answer::Pull(Reply::Error(error)),
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Push(push) => {
                let seqs: Vec<u64> = push.mutations.iter().map(|m| m.seq.0).collect();
                format!("push {seqs:?}")
            }
            Self::Pull(_, cursor) => format!("pull {:?}", cursor.as_ref().map(|cursor| &cursor.0)),
        }
    }
}

impl SimRemote {
    fn user(&self) -> Option<User> {
        self.device.cookie.get().map(people::user)
    }

    /// The request has arrived: carries it out under the session as it is now.
    fn arrive(&self, request: &Request) -> Answer {
        self.device.ledger.borrow_mut().requests += 1;
        let mut server = self.server.borrow_mut();
        server.now = Timestamp(self.device.sim.now());
        let Some(user) = self.user() else {
            return request.refuse(error(ErrorCode::Unauthorized, None));
        };
        let answer = match request {
            Request::Push(push) => {
                let reply = server.push(&user, push);
                let foreign = push.mutations.iter().any(|m| m.user != user.id);
                if foreign && matches!(reply, Reply::Ok(_)) {
                    let mut ledger = self.device.ledger.borrow_mut();
                    ledger.accuse("judged under another user's session");
                }
                Answer::Push(reply)
            }
            Request::Pull(asked, cursor) => {
                Answer::Pull(server.pull(&user, *asked, cursor.as_ref()))
            }
        };
        self.device.sim.note(|| {
            format!(
                "server: {} of {} -> {}",
                request.name(),
                user.name,
                match &answer {
                    Answer::Push(reply) => format!("{reply:?}"),
                    Answer::Pull(Reply::Ok(page)) => format!("{} changes", page.changes.len()),
                    Answer::Pull(Reply::Error(error)) => format!("{:?}", error.code),
                }
            )
        });
        answer
    }

    /// Carries out only the first part of a push, as a server does that is stopped in its middle.
    fn arrive_in_part(&self, request: &Request) -> Answer {
        let Request::Push(push) = request else {
            return request.refuse(error(ErrorCode::Unavailable, None));
        };
        let items = push.mutations.len() as u64;
        let keep = self.device.sim.draw(|chance| chance.below(items));
        let keep = usize::try_from(keep).unwrap_or(0);
        let rest = push.mutations.get(keep).map(|mutation| mutation.id);
        let mut part = push.clone();
        part.mutations.truncate(keep);
        let mut answer = self.arrive(&Request::Push(part));
        if let (Answer::Push(Reply::Ok(response)), Some(id)) = (&mut answer, rest) {
            let verdict = Verdict::Retry { after_ms: 700 };
            response.verdicts.push(MutationVerdict { id, verdict });
        }
        answer
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
            let _ = remote.arrive(&request);
        });
    }

    async fn no_answer(&self, from: i64) -> Result<Answer, TransportError> {
        self.device.sim.pause(from, TIMEOUT_MS).await;
        Err(TransportError::NoAnswer)
    }

    async fn request(&self, request: Request) -> Result<Answer, TransportError> {
        let sim = &self.device.sim;
        sim.note(|| format!("device {}: {}", self.device.number, request.name()));
        sim.pause(5, 150).await;
        match self.device.network.get() {
            Network::Up => {}
            Network::Down => return self.no_answer(5).await,
            Network::OneWay => {
                let _ = self.arrive(&request);
                return self.no_answer(TIMEOUT_MS).await;
            }
        }
        let fault = sim.draw(|chance| self.swarm.draw_request_fault(chance));
        if let Some(fault) = fault {
            self.strike(fault);
        }
        self.answer(request, fault).await
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
            Some(Fault::RequestLost | Fault::KilledBeforeCommit) => self.no_answer(10).await,
            Some(Fault::ReplyLost) => {
                let _ = self.arrive(&request);
                self.no_answer(10).await
            }
            Some(Fault::KilledAfterCommit) => {
                let _ = self.arrive_in_part(&request);
                self.no_answer(10).await
            }
            Some(Fault::Reorder) => {
                self.later(&request, TIMEOUT_MS, 5 * TIMEOUT_MS);
                self.no_answer(TIMEOUT_MS).await
            }
            Some(Fault::Truncated) => {
                let _ = self.arrive(&request);
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
            Some(Fault::TooMany) => not_ours(429, Some(5_000)),
            Some(Fault::TooLarge) => not_ours(413, None),
            Some(Fault::ServerDiskFull) => {
                Ok(request.refuse(error(ErrorCode::Unavailable, Some(3_000))))
            }
            Some(Fault::DatabaseBusy) => Ok(self.arrive_in_part(&request)),
            other => {
                match other {
                    Some(Fault::Duplicate) => self.later(&request, 100, 600_000),
                    Some(Fault::Delay) => sim.pause(1_000, TIMEOUT_MS - 1_000).await,
                    _ => {}
                }
                let answer = self.arrive(&request);
                sim.pause(5, 150).await;
                Ok(answer)
            }
        }
    }

    fn envelope<T>(&self, reply: Reply<T>) -> Envelope<T> {
        self.server.borrow().envelope(reply)
    }
}

impl Remote for SimRemote {
    async fn push(&self, request: &PushRequest) -> Result<Envelope<PushResponse>, TransportError> {
        for mutation in &request.mutations {
            self.device.ledger.borrow_mut().sent(mutation);
        }
        match self.request(Request::Push(request.clone())).await? {
            Answer::Push(reply) => Ok(self.envelope(reply)),
            Answer::Pull(_) => Err(TransportError::NoAnswer),
        }
    }

    async fn pull(&self, user: UserId, cursor: Option<&Cursor>) -> Result<Page, TransportError> {
        match self.request(Request::Pull(user, cursor.cloned())).await? {
            Answer::Pull(reply) => Ok(Page {
                envelope: self.envelope(reply),
                bytes: 100,
            }),
            Answer::Push(_) => Err(TransportError::NoAnswer),
        }
    }
}
