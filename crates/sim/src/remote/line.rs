//! A line that does not carry everything: it drops large bodies, is slow, or has a filter on it.
//!
//! Owns what such a line does to a request. It stays as it is when the other faults stop: an engine has to
//! live with it.

use super::{Answer, Request, SimRemote};
use crate::fault::Fault;
use afield_protocol::{Mutation, PushRequest, Seq};
use afield_sync::OutboxEntry;
use afield_sync::outbox::batch::mutation_bytes;
use afield_sync::pass::classify::TransportError;
use afield_sync::pass::patience::first_answer_ms;
use std::collections::BTreeSet;

/// What is wrong with a phone's line; zero is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Line {
    /// A push of more bytes than this gets no answer, nor does a mutation of more bytes by itself.
    pub largest_body: u16,
    /// So many bytes a second are all.
    pub bytes_per_s: u16,
    /// One in so many mutations is not let through.
    pub filter: u16,
}

impl Line {
    /// Makes `fault` so bad.
    pub fn set(&mut self, fault: Fault, much: u16) {
        match fault {
            Fault::SmallBodies => self.largest_body = much,
            Fault::SlowLine => self.bytes_per_s = much,
            _ => self.filter = much,
        }
    }

    /// Whether somebody on the way does not let it through.
    #[must_use]
    pub fn filters(self, mutation: &Mutation) -> bool {
        let draw = mutation.id.0.as_u128() >> 7;
        draw.checked_rem(u128::from(self.filter)) == Some(0)
    }

    /// Whether it never comes through, however little goes with it.
    #[must_use]
    pub fn keeps_out(self, mutation: &Mutation) -> bool {
        self.filters(mutation) || self.is_too_large(mutation_bytes(mutation))
    }

    fn is_too_large(self, bytes: usize) -> bool {
        let most = usize::from(self.largest_body);
        most > 0 && bytes > most
    }

    /// What is around one mutation counts for nothing: else nobody could tell by it what never comes through.
    fn drops(self, push: &PushRequest, bytes: usize) -> bool {
        match push.mutations.as_slice() {
            [alone] => self.is_too_large(mutation_bytes(alone)),
            _ => self.is_too_large(bytes),
        }
    }

    fn ms_for(self, bytes: usize) -> i64 {
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        let ms = bytes.saturating_mul(1_000);
        ms.checked_div(i64::from(self.bytes_per_s)).unwrap_or(0)
    }
}

/// What somebody on the way does not let through, and what belongs behind it.
#[must_use]
pub fn behind_a_filter(line: Line, entries: &[OutboxEntry]) -> BTreeSet<Seq> {
    let (mut lanes, mut ids, mut seqs) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for entry in entries {
        let mutation = &entry.mutation;
        let is_behind = lanes.contains(&(mutation.user, mutation.lane))
            || mutation.depends_on.iter().any(|id| ids.contains(id));
        if is_behind || entry.is_aside() && line.keeps_out(mutation) {
            lanes.insert((mutation.user, mutation.lane));
            ids.insert(mutation.id);
            seqs.insert(entry.seq());
        }
    }
    seqs
}

impl SimRemote {
    /// The request on its way out.
    ///
    /// # Errors
    /// What the phone hears if it does not come through.
    pub(super) async fn carry_out(&self, request: &Request) -> Result<(), TransportError> {
        let line = self.device.line.get();
        let Request::Push(push) = request else {
            return Ok(());
        };
        if line == Line::default() {
            return Ok(());
        }
        let sim = &self.device.sim;
        let bytes = serde_json::to_vec(push).map_or(0, |json| json.len());
        let patience = i64::from(first_answer_ms(bytes));
        if line.drops(push, bytes) {
            self.strike(Fault::SmallBodies);
            sim.pause(patience, patience).await;
            return Err(TransportError::NoAnswer);
        }
        let sending = line.ms_for(bytes);
        if sending > 0 {
            self.strike(Fault::SlowLine);
            sim.pause(sending.min(patience), sending.min(patience))
                .await;
        }
        if sending > patience {
            return Err(TransportError::NoAnswer);
        }
        if push.mutations.iter().any(|mutation| line.filters(mutation)) {
            self.strike(Fault::Filter);
            // Some say so, some say nothing, some say that all is well.
            return Err(match line.filter % 3 {
                0 => TransportError::NoAnswer,
                n => TransportError::NotOurs {
                    status: if n == 1 { 403 } else { 200 },
                    retry_after_ms: None,
                },
            });
        }
        Ok(())
    }

    /// The answer on its way back: what arrives in parts is waited for.
    pub(super) async fn carry_back(&self, answer: &Answer) {
        let line = self.device.line.get();
        if line.bytes_per_s == 0 {
            return;
        }
        let bytes = match answer {
            Answer::Push(envelope) => serde_json::to_vec(envelope),
            Answer::Pull(envelope) => serde_json::to_vec(envelope),
        };
        let ms = line.ms_for(bytes.map_or(0, |json| json.len()));
        self.device.sim.pause(ms, ms).await;
    }
}
