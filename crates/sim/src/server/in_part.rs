//! A push that is not carried out as a whole: the server is stopped in the middle, or of an older build.
//!
//! Owns what of it the model does all the same. Must never do what the whole one would.

use super::held::HeldLanes;
use super::{Server, Stop};
use crate::ledger::was_accepted;
use afield_domain::{MutationId, Op, Rejection, User};
use afield_protocol::{Mutation, MutationVerdict, PushRequest, PushResponse, Reply, Verdict};
use afield_sync::testing::model::review::is_review;

impl Server {
    /// What of `request` an older server cannot read. It knows what was decided before by its bytes, which stay.
    pub(super) fn unknown_of(&self, request: &PushRequest) -> Vec<MutationId> {
        let is_unknown = |mutation: &&Mutation| {
            self.is_older
                && is_unknown_to_older(&mutation.op)
                && self.model.verdict(mutation.id).is_none()
        };
        let unknown = request.mutations.iter().filter(is_unknown);
        unknown.map(|mutation| mutation.id).collect()
    }

    /// The model after a push that was not carried out as a whole.
    pub(super) fn push_in_part(
        &mut self,
        user: &User,
        request: &PushRequest,
        stop: Option<Stop>,
    ) -> Reply<PushResponse> {
        let whole = self.model.clone().push(user, request);
        let Reply::Ok(_) = whole else {
            return whole;
        };
        let end = match stop {
            None => usize::MAX,
            Some(Stop::Before(n)) => n,
            Some(Stop::After(n)) => n + 1,
        };
        let (mut verdicts, mut undecided) = (Vec::new(), Vec::new());
        let mut held = HeldLanes::default();
        let unknown = self.unknown_of(request);
        for (place, mutation) in request.mutations.iter().enumerate() {
            let asked = request.asks.contains(&mutation.id);
            let known = self.model.verdict(mutation.id);
            if asked && known.is_none() && place < end {
                undecided.push(mutation.id);
                held.add(mutation);
                continue;
            }
            if held.holds(mutation) && !asked && !was_accepted(known) {
                held.add(mutation);
                continue;
            }
            let verdict = if place >= end {
                Some(Verdict::Retry { after_ms: 700 })
            } else if unknown.contains(&mutation.id) {
                let reason = Rejection::UnknownOp;
                Some(Verdict::Rejected { reason })
            } else {
                self.model.judge(user, mutation)
            };
            let is_refused = matches!(verdict, None | Some(Verdict::Rejected { .. }));
            if is_refused && !is_review(verdict.as_ref()) {
                held.add(mutation);
            }
            let is_last = matches!(verdict, Some(Verdict::Retry { .. }));
            verdicts.extend(verdict.map(|verdict| MutationVerdict::new(mutation.id, verdict)));
            if is_last {
                break;
            }
        }
        Reply::Ok(PushResponse {
            verdicts,
            undecided,
        })
    }
}

/// What a server of the version before does not know.
fn is_unknown_to_older(op: &Op) -> bool {
    matches!(op, Op::EditJob { .. })
}
