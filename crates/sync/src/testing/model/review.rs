//! The reference meaning of what comes too late: what waits for the office, and what it decides.
//!
//! Owns when a change is reviewed instead of refused, and that a group is decided at once. Must never decide what
//! `domain` does.

use super::Model;
use afield_domain::{
    AttachmentId, JobId, JobStatus, MutationId, Op, Record, RecordKey, Rejection, StepKind,
    Timestamp, User, UserId, limits,
};
use afield_protocol::{Decide, Mutation, ReviewDecision, ReviewOutcome, Verdict};

/// What a revoked device keeps until its user signs in there again.
pub(super) const KEPT: Verdict = Verdict::Retry { after_ms: 600_000 };

/// A change that came too late.
#[derive(Debug, Clone)]
pub struct Review {
    /// It.
    pub mutation: Mutation,
    /// Why it would have been refused.
    pub reason: Rejection,
    /// When it came.
    pub received: Timestamp,
    /// What was decided; none as long as it waits.
    pub decided: Option<Decide>,
}

impl Review {
    /// Whether it waits.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.decided.is_none()
    }
}

/// Whether a verdict says that the office decides.
#[must_use]
pub fn is_review(verdict: Option<&Verdict>) -> bool {
    matches!(
        verdict,
        Some(Verdict::Rejected {
            reason: Rejection::InReview
        })
    )
}

impl Model {
    /// The changes of `user` that wait.
    #[must_use]
    pub fn in_review(&self, user: UserId) -> Vec<MutationId> {
        let own = |review: &&Review| review.waits() && review.mutation.user == user;
        let waiting = self.reviews.iter().filter(own);
        waiting.map(|review| review.mutation.id).collect()
    }

    /// How many bytes a file has whose registration waits, or was declined.
    pub(super) fn reviewed_file(&self, user: UserId, id: AttachmentId) -> Option<u64> {
        let mut all = self.reviews.iter().map(|review| &review.mutation);
        all.find_map(|mutation| match mutation.op {
            Op::AddAttachment {
                attachment, bytes, ..
            } if attachment == id && mutation.user == user => Some(bytes),
            _ => None,
        })
    }

    pub(super) fn decide_or_review(&mut self, user: &User, mutation: &Mutation) -> Verdict {
        let may = self.may_review(user, mutation);
        let replaced = self.is_replaced(mutation);
        let before = (self.revoked || self.is_behind(mutation)).then(|| self.clone());
        let verdict = self.decide(user, mutation, false);
        let reason = match &verdict {
            Verdict::Rejected { reason } => reason.clone(),
            _ => Rejection::Outdated,
        };
        if replaced || reason == Rejection::UnknownOp {
            return verdict;
        }
        if !may {
            return match before.filter(|_| self.revoked) {
                Some(before) => {
                    *self = before;
                    KEPT
                }
                None => verdict,
            };
        }
        match before {
            // What it would do is not done before what it comes after.
            Some(before) => *self = before,
            None if self.is_too_late(user, mutation, &verdict) => {}
            None => return verdict,
        }
        self.reviews.push(Review {
            mutation: mutation.clone(),
            reason,
            received: self.now,
            decided: None,
        });
        Verdict::Rejected {
            reason: Rejection::InReview,
        }
    }

    fn may_review(&self, user: &User, mutation: &Mutation) -> bool {
        self.asks_review
            && (self.revoked || !user.role.is_office())
            && mutation.op.job().is_some()
            && self.in_review(user.id).len() < limits::REVIEWS
    }

    fn is_replaced(&self, mutation: &Mutation) -> bool {
        let had_effect = |id| {
            let verdict = self.verdict(id);
            verdict.is_some_and(|verdict| !matches!(verdict, Verdict::Rejected { .. }))
        };
        mutation.replaces.iter().any(|old| had_effect(old.id))
    }

    /// Whether it comes behind something that waits for the office, and cannot wait there itself.
    pub(super) fn is_unheard(&self, user: &User, mutation: &Mutation) -> bool {
        mutation.op.job().is_some()
            && self.is_behind(mutation)
            && !self.revoked
            && !self.may_review(user, mutation)
            && !self.is_replaced(mutation)
    }

    fn is_behind(&self, mutation: &Mutation) -> bool {
        let depends = mutation.depends_on.iter();
        let mut waits = self.reviews.iter().filter(|review| review.waits());
        depends.into_iter().any(|id| is_review(self.verdict(*id)))
            || waits.any(|review| {
                let other = &review.mutation;
                (other.lane, other.user, other.device)
                    == (mutation.lane, mutation.user, mutation.device)
            })
    }

    fn is_too_late(&self, user: &User, mutation: &Mutation, verdict: &Verdict) -> bool {
        let Verdict::Rejected { reason } = verdict else {
            return false;
        };
        let op = &mutation.op;
        let Some(job) = op.job().map(RecordKey::from) else {
            return false;
        };
        let may_be = matches!(
            reason,
            Rejection::Forbidden
                | Rejection::NotFound
                | Rejection::Deleted
                | Rejection::IllegalStatus { .. }
        );
        let copy = self.record(job);
        if let Some(copy) = copy
            && matches!(&copy.record, Record::Job(job) if job.assignee == Some(user.id))
        {
            let reopens =
                matches!(op, Op::SetJobStatus { kind, .. } if *kind == StepKind::Reopened);
            return matches!(
                reason,
                Rejection::IllegalStatus {
                    from: JobStatus::Finished | JobStatus::Cancelled,
                    ..
                }
            ) && mutation.base_rev != Some(copy.rev)
                && !reopens;
        }
        may_be && !op.needs_connection() && self.had.contains(&(user.id, job))
    }

    /// Another change was sent instead of it.
    pub(super) fn drop_review(&mut self, by: UserId, id: MutationId) {
        let is_it = |review: &Review| {
            review.waits() && (review.mutation.user, review.mutation.id) == (by, id)
        };
        if let Some(review) = self.reviews.iter().find(|review| is_it(review)) {
            let reason = review.reason.clone();
            self.set_verdict(id, Verdict::Rejected { reason });
        }
        self.reviews.retain(|review| !is_it(review));
    }

    fn set_verdict(&mut self, id: MutationId, verdict: Verdict) {
        if let Some((_, stored)) = self.verdicts.get_mut(&id) {
            *stored = verdict;
        }
    }

    /// What `by` of the office decides about what `author` did.
    pub fn decide_reviews(
        &mut self,
        author: &User,
        by: &User,
        asked: &ReviewDecision,
    ) -> ReviewOutcome {
        let sorted = |mut ids: Vec<MutationId>| {
            ids.sort_unstable();
            ids
        };
        let seen = sorted(asked.mutations.clone());
        let is_of = |review: &&Review| {
            review.mutation.user == author.id && review.mutation.op.job() == Some(asked.job)
        };
        let waits = |review: &&Review| review.waits();
        let group = self.reviews.iter().filter(is_of).filter(waits);
        let group: Vec<Review> = group.cloned().collect();
        let ids = |all: &[Review]| sorted(all.iter().map(|review| review.mutation.id).collect());
        let is_so = |review: &&Review| {
            let fate = fate(&asked.decide, review.mutation.id);
            review.decided.as_ref() == Some(&fate)
        };
        let decided = self.reviews.iter().filter(is_so);
        let decided: Vec<MutationId> = decided.map(|review| review.mutation.id).collect();
        if !seen.is_empty() && seen.iter().all(|id| decided.contains(id)) {
            return ReviewOutcome::Done;
        }
        if seen.is_empty() || ids(&group) != seen {
            return ReviewOutcome::Changed;
        }
        // Those of one device stand in its own order, those of several as they came.
        let mut group = group;
        for last in 1..group.len() {
            let (head, tail) = group.split_at(last);
            let Some(late) = tail.first() else { break };
            let overtaken = |other: &Review| {
                other.mutation.device == late.mutation.device
                    && other.mutation.seq > late.mutation.seq
            };
            let first = head.iter().position(overtaken);
            if let Some(run) = first.and_then(|first| group.get_mut(first..=last)) {
                run.rotate_right(1);
            }
        }
        let in_need = |review: &Review| in_need(&asked.decide, &review.mutation);
        if let Some(needs) = group.iter().find_map(in_need) {
            return needs;
        }
        let before = self.clone();
        for review in &group {
            let mutation = review.mutation.id;
            let fate = fate(&asked.decide, mutation);
            let verdict = match &fate {
                Decide::Accept { onto } | Decide::AcceptRest { onto, .. } => {
                    let mut late = review.mutation.clone();
                    late.base_rev = None;
                    if let Some(job) = onto {
                        late.op = late.op.onto(*job);
                    }
                    (late.wall, late.clock_offset_ms) = (late.made_before(review.received), 0);
                    let rights = self.rights.of(by.role).check(&late.op.rights());
                    let verdict = match rights {
                        _ if stays_behind(&late.op, *onto) => Verdict::AlreadyApplied {
                            records: Vec::new(),
                        },
                        Ok(()) => self.decide(author, &late, true),
                        Err(reason) => Verdict::Rejected { reason },
                    };
                    if let Verdict::Rejected { reason } = verdict {
                        *self = before;
                        return ReviewOutcome::Refused { mutation, reason };
                    }
                    let at = &review.mutation;
                    let last = self.last.entry((at.device, at.user, at.lane));
                    let last = last.or_insert(at.seq);
                    *last = at.seq.max(*last);
                    without_records(verdict)
                }
                Decide::Decline { reason } => Verdict::Rejected {
                    reason: Rejection::Declined {
                        by: by.name.clone(),
                        reason: reason.clone(),
                    },
                },
            };
            self.set_verdict(mutation, verdict);
            let mut all = self.reviews.iter_mut();
            if let Some(review) = all.find(|review| review.mutation.id == mutation) {
                review.decided = Some(fate);
            }
        }
        ReviewOutcome::Done
    }
}

/// What `decide` says of one change alone.
fn fate(decide: &Decide, id: MutationId) -> Decide {
    match decide {
        Decide::AcceptRest {
            left_out, reason, ..
        } if left_out.contains(&id) => Decide::Decline {
            reason: reason.clone(),
        },
        Decide::AcceptRest { onto, .. } => Decide::Accept { onto: *onto },
        other => other.clone(),
    }
}

/// Whether `mutation` is to be accepted without one that it needs: the end of a job needs none.
fn in_need(decide: &Decide, mutation: &Mutation) -> Option<ReviewOutcome> {
    let Decide::AcceptRest { left_out, .. } = decide else {
        return None;
    };
    if left_out.contains(&mutation.id) || mutation.op.completes() {
        return None;
    }
    let mut depends = mutation.depends_on.iter();
    let missing = depends.find(|id| left_out.contains(id))?;
    Some(ReviewOutcome::Needs {
        mutation: mutation.id,
        left_out: *missing,
    })
}

/// A step of a service task is of that task's job, and means nothing on another.
fn stays_behind(op: &Op, onto: Option<JobId>) -> bool {
    onto.is_some() && matches!(op, Op::SetTaskStatus { .. })
}

/// Whoever asks again may not see them any more.
pub(super) fn without_records(verdict: Verdict) -> Verdict {
    let records = Vec::new();
    match verdict {
        Verdict::Applied { .. } => Verdict::Applied { records },
        Verdict::Merged { .. } => Verdict::Merged { records },
        _ => Verdict::AlreadyApplied { records },
    }
}
