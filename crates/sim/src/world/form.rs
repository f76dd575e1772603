//! Forms: filled in for a while, in one tab or in two.
//!
//! Owns what a technician does with one. Must never refuse what a person still wants to submit.

use super::work::projection;
use super::{Phone, SimEngine, World};
use crate::company;
use afield_domain::{Op, RecordKey, SubmissionId};
use afield_sync::driver::Event;
use std::collections::BTreeSet;
use std::rc::Rc;

impl World {
    /// A form of a job is opened in a tab, or in two, and submitted when it is filled in.
    pub(super) fn fill_in(&self, device: u8, tab: u8, job: u8) {
        let Some(phone) = self.phone(device) else {
            return;
        };
        self.fill_in_one(phone, tab, job);
        if self.sim.draw(|chance| chance.percent(40)) {
            self.fill_in_one(phone, tab + 1, job);
        }
    }

    fn fill_in_one(&self, phone: &Phone, tab: u8, job: u8) {
        let tab = self.tab_or_new(phone, tab);
        let engine = self.engine(phone, tab.context);
        let intent = company::submit(job, self.sim.fresh());
        let known = submitted(&engine, &intent.op);
        let (ledger, sim) = (Rc::clone(&self.ledger), self.sim.clone());
        self.sim.spawn(tab.context, async move {
            sim.pause(1_000, 90_000).await;
            // Where it was submitted elsewhere meanwhile the page says so, and most people leave it at that.
            let is_elsewhere = submitted(&engine, &intent.op) != known;
            if is_elsewhere && sim.draw(|chance| chance.percent(60)) {
                return sim.note(|| "submitted elsewhere".to_owned());
            }
            if let Ok(written) = engine.run_enqueue(&[intent]).await {
                ledger.borrow_mut().said_saved(&written.put);
                tab.wake.tell(Event::Saved);
            }
        });
    }
}

/// What was submitted for the same task, as far as the phone knows.
fn submitted(engine: &SimEngine, op: &Op) -> BTreeSet<SubmissionId> {
    let (device, task) = (&engine.host.device, op.task());
    let mut known = device.cache.peek(|cache| {
        let records = cache.records.values().map(|copy| copy.record.clone());
        records.collect::<Vec<_>>()
    });
    let lanes: Vec<RecordKey> = device.outbox.peek(|outbox| {
        let entries = outbox.readable();
        entries.map(|entry| entry.mutation.lane).collect()
    });
    let unsent = projection(device, &lanes);
    let views = lanes.iter().filter_map(|lane| unsent.view(*lane));
    known.extend(views.map(|view| view.record.clone()));
    let of_task = known.into_iter().filter_map(|record| match record {
        afield_domain::Record::Submission(submission) if submission.task == task => {
            Some(submission.id)
        }
        _ => None,
    });
    of_task.collect()
}
