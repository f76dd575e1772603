//! A push: what the model decides of each mutation.
//!
//! Owns the order, what is held, the stored verdicts and the places. Must never decide what `domain` does.

use super::review::{KEPT, is_review, without_records};
use super::{Model, refuse, refuse_revoked};
use afield_domain::{
    Actor, ApplyContext, Effect, MutationId, Op, Record, RecordKey, Rejection, User, Zone,
    apply_op, operation::consequences,
};
use afield_protocol::{
    Company, ErrorCode, Mutation, MutationVerdict, PushRequest, PushResponse, Reply, Verdict,
};
use std::collections::BTreeSet;

fn is_accepted(verdict: Option<&Verdict>) -> bool {
    matches!(
        verdict,
        Some(Verdict::Applied { .. } | Verdict::Merged { .. } | Verdict::AlreadyApplied { .. })
    )
}

impl Model {
    /// Carries out a push under `user`'s session.
    pub fn push(&mut self, user: &User, request: &PushRequest) -> Reply<PushResponse> {
        if self.revoked && !(self.offers_review && request.review) {
            return refuse_revoked();
        }
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
        self.asks_review = self.offers_review && request.review;
        self.pushes
            .push(request.mutations.iter().map(|m| m.seq).collect());
        let (mut verdicts, mut undecided) = (Vec::new(), Vec::new());
        let mut held_lanes: BTreeSet<RecordKey> = BTreeSet::new();
        let mut held: BTreeSet<MutationId> = BTreeSet::new();
        for mutation in &request.mutations {
            let asked = request.asks.contains(&mutation.id);
            let known = self.verdict(mutation.id);
            let waits = held_lanes.contains(&mutation.lane)
                || mutation.depends_on.iter().any(|id| held.contains(id));
            let verdict = if asked && known.is_none() {
                undecided.push(mutation.id);
                None
            } else if waits && !asked && !is_accepted(known) {
                None
            } else if self.in_trouble || self.damaged == Some(mutation.lane) {
                Some(Verdict::Retry { after_ms: 700 })
            } else {
                self.judge(user, mutation)
            };
            if !is_accepted(verdict.as_ref()) && !is_review(verdict.as_ref()) {
                held_lanes.insert(mutation.lane);
                held.insert(mutation.id);
            }
            verdicts.extend(verdict.map(|verdict| MutationVerdict::new(mutation.id, verdict)));
            if self.in_trouble {
                break;
            }
        }
        Reply::Ok(PushResponse {
            verdicts,
            undecided,
        })
    }

    /// The verdict on one mutation; none while something that it depends on stands as refused.
    pub fn judge(&mut self, user: &User, mutation: &Mutation) -> Option<Verdict> {
        if let Some((first, verdict)) = self.verdicts.get(&mutation.id) {
            return Some(if first.as_ref() == Some(mutation) {
                self.repeat(verdict)
            } else {
                let reason = Rejection::IdempotencyMismatch;
                Verdict::Rejected { reason }
            });
        }
        let is_refused = |id| {
            let verdict = self.verdict(id);
            matches!(verdict, Some(Verdict::Rejected { .. })) && !is_review(verdict)
        };
        if mutation.depends_on.iter().any(|id| is_refused(*id)) {
            return None;
        }
        let lane = (mutation.device, mutation.user, mutation.lane);
        let is_passed = self
            .last
            .get(&lane)
            .is_some_and(|last| *last > mutation.seq);
        let place = |seq| (mutation.device, mutation.user, seq);
        if self.are_places_used || is_passed || self.places.contains(&place(mutation.seq)) {
            let reason = Rejection::SequenceReused;
            return Some(Verdict::Rejected { reason });
        }
        if self.is_unheard(user, mutation) {
            let reason = Rejection::Outdated;
            return Some(Verdict::Rejected { reason });
        }
        self.places.insert(place(mutation.seq));
        let verdict = self.decide_or_review(user, mutation);
        if matches!(verdict, Verdict::Retry { .. }) {
            self.places.remove(&place(mutation.seq));
            return Some(verdict);
        }
        if !matches!(verdict, Verdict::Rejected { .. }) {
            self.last.insert(lane, mutation.seq);
        }
        let row = (Some(mutation.clone()), verdict.clone());
        self.verdicts.insert(mutation.id, row);
        for old in &mutation.replaces {
            self.drop_review(mutation.user, old.id);
            // Should it still come, late, it must have no effect. Where another change has its place by now, as after a
            // profile was put back, that alone refuses it.
            if self.places.insert(place(old.seq)) {
                let reason = Rejection::Other;
                let refused = (None, Verdict::Rejected { reason });
                self.verdicts.entry(old.id).or_insert(refused);
            }
        }
        Some(verdict)
    }

    /// A stored verdict, of which a revoked device hears no more than that it was done.
    fn repeat(&self, verdict: &Verdict) -> Verdict {
        match verdict {
            Verdict::Rejected {
                reason: Rejection::Declined { .. },
            } if self.revoked => KEPT,
            Verdict::Rejected { .. } => verdict.clone(),
            _ if self.revoked => without_records(verdict.clone()),
            _ => verdict.clone(),
        }
    }

    pub(super) fn decide(&mut self, user: &User, mutation: &Mutation, waives: bool) -> Verdict {
        let nothing = Verdict::AlreadyApplied { records: vec![] };
        let had_effect = |id| {
            let verdict = self.verdict(id);
            verdict.is_some_and(|verdict| !matches!(verdict, Verdict::Rejected { .. }))
        };
        if mutation.replaces.iter().any(|old| had_effect(old.id)) {
            return nothing;
        }
        let op = &mutation.op;
        let gone = |key: &RecordKey| self.gone.contains_key(key);
        if op.takes_away().as_ref().is_some_and(gone) {
            return nothing;
        }
        if op.reads().iter().any(gone) {
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
        let rights = self.rights.of(user.role);
        let refuses = |company: &Company| company.refuses_open_questions;
        let context = ApplyContext {
            actor: Actor::from(user),
            made_at,
            received_at: self.now,
            mutation: mutation.id,
            saw_target,
            stamps: stamps.unwrap_or(&no_stamps),
            refuses_open_questions: self.company.as_ref().is_some_and(refuses),
            waives,
            rights: &rights,
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
            Ok(Effect::Remove(key)) => {
                self.delete(key);
                self.applied.push(mutation.clone());
                let records = Vec::new();
                return Verdict::Applied { records };
            }
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
}
