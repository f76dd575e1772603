//! What the real server has answered against what the model answers.
//!
//! Owns the comparison of pushes. Must never change what a phone is told.

use super::Server;
use afield_domain::{MutationId, User};
use afield_protocol::{Envelope, PushRequest, PushResponse, Reply, Verdict};

impl Server {
    /// Gives the model what the real server has decided, and compares that.
    pub(super) fn follow(
        &mut self,
        user: &User,
        request: &PushRequest,
        envelope: &Envelope<PushResponse>,
    ) {
        let ids: Vec<MutationId> = request.mutations.iter().map(|m| m.id).collect();
        let decided = self.with_real(|real, _| real.was_decided(&ids));
        for mutation in &request.mutations {
            let new = self.model.verdict(mutation.id).is_none();
            if !new
                || !decided
                    .as_ref()
                    .is_some_and(|ids| ids.contains(&mutation.id))
            {
                continue;
            }
            let Some(expected) = self.model.judge(user, mutation) else {
                self.accuse(format!("seq {} was decided too early", mutation.seq.0));
                continue;
            };
            let Reply::Ok(response) = &envelope.reply else {
                continue;
            };
            let told = response.verdicts.iter().find(|v| v.id == mutation.id);
            if let Some(told) = told.filter(|told| !matches!(told.verdict, Verdict::Retry { .. })) {
                self.compare_verdicts(&told.verdict, &expected);
            }
        }
    }

    pub(super) fn compare(&mut self, got: &Reply<PushResponse>, expected: &Reply<PushResponse>) {
        match (got, expected) {
            (Reply::Error(got), Reply::Error(expected)) if got.code == expected.code => {}
            (Reply::Ok(got), Reply::Ok(expected)) => {
                let ids = |response: &PushResponse| -> Vec<MutationId> {
                    response.verdicts.iter().map(|verdict| verdict.id).collect()
                };
                if ids(got) != ids(expected) {
                    self.accuse(format!("verdicts on others: {got:?}, not {expected:?}"));
                }
                for (got, expected) in got.verdicts.iter().zip(&expected.verdicts) {
                    self.compare_verdicts(&got.verdict, &expected.verdict);
                }
            }
            _ => self.accuse(format!("a push: {got:?}, not {expected:?}")),
        }
    }

    fn compare_verdicts(&mut self, got: &Verdict, expected: &Verdict) {
        let same = match (got, expected) {
            // The records with it are a courtesy, as they are by then.
            (Verdict::AlreadyApplied { .. }, Verdict::AlreadyApplied { .. }) => true,
            // Of an acknowledged verdict that is old enough only this is left, and the record as it is by then.
            (Verdict::AlreadyApplied { .. }, Verdict::Applied { .. } | Verdict::Merged { .. }) => {
                self.has_forgotten
            }
            // What the office has accepted is kept without its records; whoever may see one gets it as it is by then.
            (Verdict::Applied { .. }, Verdict::Applied { records })
            | (Verdict::Merged { .. }, Verdict::Merged { records })
                if records.is_empty() =>
            {
                true
            }
            (got, expected) => got == expected,
        };
        if !same {
            self.accuse(format!("a verdict: {got:?}, not {expected:?}"));
        }
    }
}
