//! The bytes of files on their way: cut anywhere, twice, late, or to a server without room.
//!
//! Owns what the faults of a request do to one that carries bytes. Must never keep a byte that the server had.

use super::{SimRemote, TIMEOUT_MS, Waiting};
use crate::device::Network;
use crate::executor::OUTSIDE;
use crate::fault::Fault;
use afield_domain::{AttachmentId, Timestamp};
use afield_sync::TransportError;

type Piece = Option<(u64, Vec<u8>)>;

fn status(status: u16, retry_after_ms: Option<u64>) -> Result<u64, TransportError> {
    Err(TransportError::NotOurs {
        status,
        retry_after_ms,
    })
}

impl SimRemote {
    /// The bytes have arrived, `most` of them at most.
    fn arrive_bytes(
        &self,
        id: AttachmentId,
        piece: &Piece,
        most: usize,
    ) -> Result<u64, TransportError> {
        let mut server = self.server.borrow_mut();
        server.set_now(Timestamp(self.device.sim.now()));
        let Some(user) = self.device.cookie.get().map(|number| server.user(number)) else {
            return status(401, None);
        };
        let piece = piece.as_ref();
        let piece = piece.map(|(at, bytes)| (*at, bytes.get(..most).unwrap_or(bytes)));
        let taken = server.model.take_bytes(&user, id, piece);
        self.device
            .sim
            .note(|| format!("server: bytes of {id} from {piece:?} -> {taken:?}"));
        taken.or_else(|refused| status(refused, None))
    }

    pub(super) async fn carry_bytes(
        &self,
        id: AttachmentId,
        piece: Piece,
    ) -> Result<u64, TransportError> {
        let sim = &self.device.sim;
        let _waiting = self
            .is_pass
            .then(|| Waiting::begin(&self.device, self.context));
        sim.pause(5, 150).await;
        let all = usize::MAX;
        match self.device.network.get() {
            Network::Up => {}
            Network::Down => return self.no_bytes(5).await,
            Network::OneWay => {
                let _ = self.arrive_bytes(id, &piece, all);
                return self.no_bytes(TIMEOUT_MS).await;
            }
        }
        let fault = sim.draw(|chance| self.swarm.draw_request_fault(chance));
        if let Some(fault) = fault {
            self.strike(fault);
        }
        let length = piece.as_ref().map_or(0, |(_, bytes)| bytes.len() as u64);
        match fault {
            Some(Fault::RequestLost | Fault::WrongContent) => self.no_bytes(10).await,
            Some(fault @ (Fault::KilledBeforeCommit | Fault::DatabaseBusy)) => {
                let came = sim.draw(|chance| chance.below(length.max(1)));
                let _ = self.arrive_bytes(id, &piece, usize::try_from(came).unwrap_or(0));
                if fault == Fault::KilledBeforeCommit {
                    self.server.borrow_mut().restart();
                }
                self.no_bytes(10).await
            }
            Some(fault @ (Fault::ReplyLost | Fault::KilledAfterCommit | Fault::Truncated)) => {
                let answer = self.arrive_bytes(id, &piece, all);
                if fault != Fault::KilledAfterCommit {
                    return self.no_bytes(10).await;
                }
                // It may have got its answer out before it was killed.
                self.server.borrow_mut().restart();
                match sim.draw(|chance| chance.percent(50)) {
                    true => answer,
                    false => self.no_bytes(10).await,
                }
            }
            Some(Fault::Reorder) => {
                self.again_later(id, &piece, TIMEOUT_MS);
                self.no_bytes(TIMEOUT_MS).await
            }
            Some(Fault::BadGateway) => status(502, None),
            Some(Fault::TooMany) => status(429, Some(5_000)),
            Some(Fault::TooLarge) => status(413, None),
            Some(Fault::ServerDiskFull) => status(507, Some(3_000)),
            other => {
                match other {
                    Some(Fault::Duplicate) => self.again_later(id, &piece, 100),
                    Some(Fault::Delay) => sim.pause(1_000, TIMEOUT_MS - 1_000).await,
                    _ => {}
                }
                let answer = self.arrive_bytes(id, &piece, all);
                sim.pause(5, 150).await;
                answer
            }
        }
    }

    /// The bytes of a file on their way to the phone, which holds them against their hash before it takes them.
    pub(super) async fn bring_bytes(&self, id: AttachmentId) -> Result<Vec<u8>, TransportError> {
        let sim = &self.device.sim;
        sim.pause(5, 300).await;
        let lost = Err(TransportError::NoAnswer);
        if self.device.network.get() != Network::Up {
            sim.pause(5, TIMEOUT_MS).await;
            return lost;
        }
        let fault = sim.draw(|chance| self.swarm.draw_request_fault(chance));
        if let Some(fault) = fault {
            self.strike(fault);
        }
        if fault.is_some_and(|fault| !matches!(fault, Fault::Duplicate | Fault::Delay)) {
            return lost;
        }
        let files = &self.server.borrow().model.files;
        let is_right = |bytes: &&Vec<u8>| files.right.get(&id) == Some(*bytes);
        match files.received.get(&id) {
            _ if self.device.cookie.get().is_none() || self.device.revoked.get() => lost,
            None => Ok(Vec::new()),
            Some(bytes) => Some(bytes).filter(is_right).cloned().map_or(lost, Ok),
        }
    }

    fn again_later(&self, id: AttachmentId, piece: &Piece, from: i64) {
        let (remote, piece) = (self.clone(), piece.clone());
        self.device.sim.spawn(OUTSIDE, async move {
            remote.device.sim.pause(from, 5 * TIMEOUT_MS).await;
            let _ = remote.arrive_bytes(id, &piece, usize::MAX);
        });
    }

    async fn no_bytes(&self, from: i64) -> Result<u64, TransportError> {
        self.device.sim.pause(from, TIMEOUT_MS).await;
        Err(TransportError::NoAnswer)
    }
}
