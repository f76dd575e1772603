//! What a phone sends and is told, as an all-seeing observer looks at it.
//!
//! Owns what a build cannot read of an answer, too. Must never change what the server did.

use super::SimRemote;
use crate::device::NEW_BUILD;
use crate::fault::Fault;
use crate::world::photo::is_whole;
use afield_domain::{Op, RecordKey, Versioned};
use afield_protocol::{
    Change, Envelope, Mutation, PullResponse, PushRequest, PushResponse, Reply, UnreadChange,
    Verdict,
};
use afield_sync::memory::OutboxRows;

impl SimRemote {
    /// A registration goes out only if its bytes are on the phone.
    pub(super) fn check_bytes(&self, mutation: &Mutation) {
        let Op::AddAttachment { attachment, .. } = &mutation.op else {
            return;
        };
        let whole = |rows: &OutboxRows| is_whole(rows, *attachment);
        // After a restored backup it may go out again, of a file that has given way meanwhile.
        let dropped = (self.device.number, *attachment);
        if self.device.ledger.borrow().dropped.contains(&dropped) {
            return;
        }
        if !self.device.outbox.peek(whole) {
            let what = format!("seq {} registers bytes that are not here", mutation.seq.0);
            self.device.ledger.borrow_mut().accuse(what);
        }
    }

    /// What the server did not decide may be passed over: then the rest comes before it.
    pub(super) fn note_passed_over(&self, request: &PushRequest) {
        let Some(last) = request.mutations.last() else {
            return;
        };
        let mut ledger = self.device.ledger.borrow_mut();
        let is_passed_over = self.device.outbox.peek(|outbox| {
            let mut left = outbox.readable().map(|entry| &entry.mutation);
            left.any(|left| {
                let is_in = request.mutations.iter().any(|sent| sent.id == left.id);
                !is_in && left.seq < last.seq && ledger.undecided.contains(&left.id)
            })
        });
        if is_passed_over {
            ledger.set_aside.insert(request.device);
        }
    }

    /// Whether this build cannot read the server's copies of a record.
    fn is_unreadable(&self, copy: &Versioned) -> bool {
        copy.record.key().is_some_and(|key| self.is_newer(key))
    }

    fn is_newer(&self, key: RecordKey) -> bool {
        self.records_version < NEW_BUILD && self.server.borrow().unreadable.contains(&key)
    }

    /// A verdict's records are a courtesy: one that cannot be read is left out.
    pub(super) fn leave_out_unreadable(&self, envelope: &mut Envelope<PushResponse>) {
        let Reply::Ok(response) = &mut envelope.reply else {
            return;
        };
        // What was told before, and not written down, is not told again.
        for told in self.device.shown_revs.borrow_mut().values_mut() {
            told.retain(|(key, _, _)| !self.is_newer(*key));
        }
        for verdict in &mut response.verdicts {
            if let Verdict::Applied { records }
            | Verdict::Merged { records }
            | Verdict::AlreadyApplied { records } = &mut verdict.verdict
            {
                records.retain(|copy| !self.is_unreadable(copy));
            }
        }
    }

    /// A page names what cannot be read.
    pub(super) fn make_unread(&self, envelope: &mut Envelope<PullResponse>) {
        let Reply::Ok(page) = &mut envelope.reply else {
            return;
        };
        for change in &mut page.changes {
            if let Change::Upsert(copy) = change
                && self.is_unreadable(copy)
                && let Some(key) = copy.record.key()
            {
                self.strike(Fault::Unreadable);
                *change = Change::Unread(UnreadChange {
                    module: key.module.name().to_owned(),
                    id: key.id.to_string(),
                    gone: false,
                });
            }
        }
    }

    /// Notes what the verdicts say the records are by now.
    pub(super) fn note_revs(&self, envelope: &Envelope<PushResponse>) {
        let Reply::Ok(response) = &envelope.reply else {
            return;
        };
        let mut revs = self.device.shown_revs.borrow_mut();
        for verdict in &response.verdicts {
            match verdict.verdict {
                Verdict::Rejected { .. } => {
                    self.device.told_refused.borrow_mut().insert(verdict.id);
                }
                Verdict::Retry { .. } => {
                    self.device.ledger.borrow_mut().undecided.insert(verdict.id);
                }
                _ => {}
            }
            let (Verdict::Applied { records } | Verdict::Merged { records }) = &verdict.verdict
            else {
                continue;
            };
            let told = records.iter().filter_map(|copy| {
                let key = copy.record.key()?;
                Some((key, copy.rev, envelope.epoch.clone()))
            });
            revs.insert(verdict.id, told.collect());
        }
    }
}
