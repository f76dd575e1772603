//! What came too late, as both servers keep it and the office decides it.
//!
//! Owns the comparison of what comes of a decision. Must never decide by itself what is reviewed.

use super::Server;
use crate::company;
use afield_domain::{JobId, MutationId, User, UserId};
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

    /// The dispatcher decides about all that waits of it, with what is left out of it; what cannot be done is declined.
    /// Then another one, who has looked at the same, decides otherwise and comes too late.
    pub fn decide(&mut self, (author, job): (UserId, JobId), decide: &Decide, leaves: Option<u8>) {
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
        let mut decide = decide.clone();
        if let (Some(first), Decide::Accept { onto }) = (leaves, &decide) {
            let first = usize::from(first).checked_rem(mutations.len());
            let first = first.and_then(|at| mutations.get(at)).copied();
            decide = self.accept_rest(&asked, *onto, first);
        } else {
            self.ask(&asked(&decide));
        }
        self.ask(&asked(&declined));
        self.ask(&asked(&decide));
    }

    /// Leaves out one change, with all that turns out to need it, or that cannot be done. What it came to: nothing of
    /// it is accepted where nothing would be left.
    fn accept_rest(
        &mut self,
        asked: &dyn Fn(&Decide) -> ReviewDecision,
        onto: Option<JobId>,
        first: Option<MutationId>,
    ) -> Decide {
        let mut left_out: Vec<MutationId> = Vec::new();
        let mut next = first;
        let mut decide = Decide::Accept { onto };
        let most = asked(&decide).mutations.len();
        while let Some(mutation) = next.filter(|next| !left_out.contains(next)) {
            left_out.push(mutation);
            if left_out.len() >= most {
                break;
            }
            decide = Decide::AcceptRest {
                onto,
                left_out: left_out.clone(),
                reason: "Not this one.".to_owned(),
            };
            next = match self.ask(&asked(&decide)) {
                Some(
                    ReviewOutcome::Needs { mutation, .. } | ReviewOutcome::Refused { mutation, .. },
                ) => Some(mutation),
                _ => None,
            };
        }
        decide
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

    /// What came of it.
    fn ask(&mut self, asked: &ReviewDecision) -> Option<ReviewOutcome> {
        let author = self.author(asked.author)?;
        self.writes += 1;
        let office = company::office();
        let got = self.with_real(|real, _| real.decide_review(office.id, asked));
        let expected = self.model.decide_reviews(&author, &office, asked);
        match got {
            None => {}
            Some(Reply::Ok(got)) if is_alike(&got, &expected) => {}
            Some(other) => self.accuse(format!("a decision: {other:?}, not {expected:?}")),
        }
        Some(expected)
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
