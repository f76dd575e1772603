//! What came too late, as both servers keep it and the office decides it.
//!
//! Owns the comparison of what comes of a decision. Must never decide by itself what is reviewed.

use super::Server;
use crate::company;
use afield_domain::{JobId, User, UserId};
use afield_protocol::{
    Decide, MutationVerdict, PullResponse, PushResponse, Reply, ReviewDecision, ReviewOutcome,
    Verdict,
};
use afield_sync::testing::model::review::Review;

impl Server {
    /// Somebody's work on a job that waits, the oldest first.
    #[must_use]
    pub fn next_group(&self, skip: usize) -> Option<(UserId, JobId)> {
        let waiting = self.model.reviews.iter().filter(|review| review.waits());
        let mut groups: Vec<(UserId, JobId)> = Vec::new();
        for Review { mutation, .. } in waiting {
            let of = mutation.op.job().map(|job| (mutation.user, job));
            groups.extend(of.filter(|of| !groups.contains(of)));
        }
        let at = skip.checked_rem(groups.len())?;
        groups.get(at).copied()
    }

    /// The dispatcher decides about all that waits of it; what cannot be done is declined. Then another one, who has
    /// looked at the same, decides otherwise and comes too late.
    pub fn decide(&mut self, (author, job): (UserId, JobId), decide: &Decide) {
        let of = |review: &&Review| {
            let mutation = &review.mutation;
            review.waits() && mutation.user == author && mutation.op.job() == Some(job)
        };
        let group = self.model.reviews.iter().filter(of);
        let mutations: Vec<_> = group.map(|review| review.mutation.id).collect();
        let asked = |decide: &Decide| ReviewDecision {
            job,
            author,
            mutations: mutations.clone(),
            decide: decide.clone(),
        };
        let declined = Decide::Decline {
            reason: "It was done by somebody else.".to_owned(),
        };
        self.ask(&asked(decide));
        self.ask(&asked(&declined));
        self.ask(&asked(decide));
    }

    /// Whether a revoked device is told no record.
    pub(super) fn check_shut(&mut self, response: &PushResponse) {
        let tells = |verdict: &MutationVerdict| match &verdict.verdict {
            Verdict::Applied { records }
            | Verdict::Merged { records }
            | Verdict::AlreadyApplied { records } => !records.is_empty(),
            _ => false,
        };
        if self.model.revoked && response.verdicts.iter().any(tells) {
            self.accuse(format!("a revoked device was told {response:?}"));
        }
    }

    fn ask(&mut self, asked: &ReviewDecision) {
        let Some(author) = self.author(asked.author) else {
            return;
        };
        self.writes += 1;
        let office = company::office();
        let got = self.with_real(|real, _| real.decide_review(office.id, asked));
        let expected = self.model.decide_reviews(&author, &office, asked);
        match got {
            None => {}
            Some(Reply::Ok(got)) if is_alike(&got, &expected) => {}
            Some(other) => self.accuse(format!("a decision: {other:?}, not {expected:?}")),
        }
    }

    fn author(&self, id: UserId) -> Option<User> {
        let mut users = (0..company::USERS).map(|number| self.user(number));
        users.find(|user| user.id == id)
    }

    /// Whether a phone that asks is told what of its user's waits, and no other is told anything.
    pub(super) fn check_waiting(&mut self, user: &User, page: &PullResponse, asks: bool) {
        let expected = asks.then(|| self.model.in_review(user.id));
        if page.in_review != expected {
            let told = page.in_review.clone();
            self.accuse(format!("{told:?} waits, not {expected:?}"));
        }
    }
}

/// Of what cannot be done the reasons may differ: what hangs on no job of its author is hidden from the real server.
fn is_alike(got: &ReviewOutcome, expected: &ReviewOutcome) -> bool {
    match (got, expected) {
        (
            ReviewOutcome::Refused { mutation, .. },
            ReviewOutcome::Refused {
                mutation: other, ..
            },
        ) => mutation == other,
        (got, expected) => got == expected,
    }
}
