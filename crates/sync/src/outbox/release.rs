//! Sending refused mutations again by themselves, once the reason has gone.
//!
//! Owns what counts as a grant or a correction: a pull has brought a newer copy of the record, and by
//! it the change would be accepted; the company has changed its rights since, or asks no more for every answer, and by
//! that the same; or the server
//! serves another build and may know the operation now. And what needs no reason: a change whose place in the order was given to another one gets the next. Each newer copy gives one try, so that a refusal cannot go round for ever.

use crate::SignedIn;
use crate::engine::Engine;
use crate::error::SyncError;
use crate::outbox::entry::{EntryState, OutboxEntry};
use crate::outbox::lookup::Mark;
use crate::outbox::resend::{RENUMBERED_MOST, plan_resend};
use crate::pass::lease::check_lease;
use crate::ports::{CacheStore, Host, OutboxStore, OutboxView, Read};
use afield_domain::{
    ApplyContext, MutationId, Op, Record, RecordKey, Rejection, Rev, Timestamp, Versioned, apply_op,
};
use afield_planted::planted;
use afield_protocol::worker_message::Notice;

/// The record that a parked mutation's fate hangs on: its job, where there is one.
#[must_use]
pub(crate) fn decisive_record(op: &Op) -> Option<RecordKey> {
    op.job().map(RecordKey::from).or_else(|| op.target())
}

/// Whether the reason of a parked entry has gone, by the phone's copies `records` of what it reads.
/// `leaving` are copies that are not the user's any more.
#[must_use]
pub fn is_released(
    entry: &OutboxEntry,
    records: &[Versioned],
    leaving: &[RecordKey],
    session: &SignedIn,
    now: Timestamp,
) -> bool {
    let EntryState::Parked { reason, rev, .. } = &entry.state else {
        return false;
    };
    let rights = &session.info.rights;
    let are_newer = |version: u64| {
        let are_newer = rights.version > version;
        planted!(GrantDoesNotRelease: are_newer => false)
    };
    let granted = reason.rights_version().is_some_and(are_newer);
    // The company does not ask any more that every question has its answer.
    let asks = session.info.company.refuses_open_questions;
    let is_relaxed = *reason == Rejection::OpenQuestions && !asks;
    let is_relaxed = planted!(RelaxedRuleHolds: is_relaxed => false);
    let may_pass = match reason {
        Rejection::Forbidden
        | Rejection::NotFound
        | Rejection::Deleted
        | Rejection::IllegalStatus { .. }
        | Rejection::OpenQuestions
        // Nobody may ask for the field any more, or somebody else has filled it in.
        | Rejection::FieldRequired { .. } => true,
        Rejection::NotPermitted { .. } => granted,
        Rejection::Invalid { .. }
        | Rejection::IdempotencyMismatch
        | Rejection::SequenceReused
        | Rejection::UnknownOp
        | Rejection::Outdated
        | Rejection::InReview
        | Rejection::Declined { .. }
        | Rejection::Other => false,
    };
    let op = &entry.mutation.op;
    // What has left may only be of another day than the company lets phones hold, and is theirs; once for each grant the
    // server is asked.
    let is_asked = granted || is_relaxed;
    let is_there = |key: &RecordKey| !leaving.contains(key) || is_asked;
    let Some(key) = decisive_record(op).filter(|key| may_pass && is_there(key)) else {
        return false;
    };
    let find = |key: RecordKey| {
        let found = records.iter().find(|copy| copy.record.key() == Some(key));
        found.map(|copy| (&copy.record, copy.rev))
    };
    // What is granted hangs on no record.
    let newer = is_asked
        || find(key).is_some_and(|(_, copy): (&Record, Rev)| rev.is_none_or(|rev| copy > rev));
    let context = ApplyContext {
        rights,
        refuses_open_questions: *reason == Rejection::OpenQuestions && !is_relaxed,
        saw_target: find(key).is_some_and(|(_, rev)| entry.mutation.base_rev == Some(rev)),
        ..ApplyContext::local(session.actor(), now)
    };
    // What has left is not told any more, nor is what hangs on it, and a form's template leaves with the last job that
    // shows it: nobody can judge here.
    let is_gone = |key: &RecordKey| find(*key).is_none();
    let is_unknown =
        is_asked && (leaving.contains(&key) || is_gone(&key) || op.needs().iter().any(is_gone));
    let is_fit = || apply_op(context, op, |key| find(key).map(|(record, _)| record)).is_ok();
    newer && (is_unknown || is_fit())
}

/// The parked entries of the signed-in user that need nothing but another id and place: those whose place
/// the server has given to something else, and, where it serves another build (`build_changed`), those that
/// it did not know.
#[must_use]
pub fn sent_anew(view: &OutboxView, build_changed: bool) -> Vec<MutationId> {
    let user = view.meta.session.as_ref().map(SignedIn::user);
    let is_sent_anew = |entry: &&OutboxEntry| {
        let EntryState::Parked { reason, .. } = &entry.state else {
            return false;
        };
        let may = match reason {
            Rejection::UnknownOp => build_changed,
            Rejection::SequenceReused => {
                let may = entry.renumbered < RENUMBERED_MOST;
                planted!(PlaceNotRenewed: may => false)
            }
            _ => false,
        };
        may && Some(entry.mutation.user) == user
    };
    let anew = view.entries.iter().filter(is_sent_anew);
    anew.map(|entry| entry.mutation.id).collect()
}

impl<O: OutboxStore, C: CacheStore, R, H: Host> Engine<O, C, R, H> {
    /// Sends again what was released by the pull that has just ended, and what `build_changed` may
    /// have released. How many.
    pub(crate) async fn run_release(
        &self,
        lease: u64,
        build_changed: bool,
    ) -> Result<usize, SyncError> {
        let parked = Read::Found(vec![Mark::Parked]);
        let view = self.outbox.load(parked).await?;
        check_lease(&view.meta.lease, lease)?;
        if !view.entries.iter().any(OutboxEntry::is_parked) {
            return Ok(0);
        }
        let mut released = sent_anew(&view, build_changed);
        released.extend(self.load_released(&view).await?);
        for id in &released {
            let mut context = self.load_resend_context().await?;
            context.by_itself = true;
            let sent = self.outbox.transact(Read::AllAndLog, |view| {
                check_lease(&view.meta.lease, lease)?;
                plan_resend(view, *id, None, &context)
            });
            match sent.await {
                Ok(_) | Err(SyncError::NoEntry | SyncError::Changed) => {}
                Err(error) => return Err(error),
            }
        }
        if !released.is_empty() {
            self.host.announce(Notice::Outbox { seqs: None });
        }
        Ok(released.len())
    }

    async fn load_released(&self, view: &OutboxView) -> Result<Vec<MutationId>, SyncError> {
        let Some(session) = &view.meta.session else {
            return Ok(Vec::new());
        };
        let (now, leaving) = (self.host.now(), self.cache.load_state().await?.leaving);
        let mut released = Vec::new();
        for entry in view.entries.iter().filter(|entry| entry.is_parked()) {
            if entry.mutation.user != session.user() {
                continue;
            }
            let mut records = Vec::new();
            for key in entry.mutation.op.reads() {
                records.extend(self.cache.load_record(key).await?);
            }
            if is_released(entry, &records, &leaving, session, now) {
                released.push(entry.mutation.id);
            }
        }
        Ok(released)
    }
}
