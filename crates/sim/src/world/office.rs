//! What the office and those who run the server do.

use super::World;
use crate::company;
use crate::fault::Fault;
use crate::remote::short;
use crate::schedule::Action;
use afield_domain::{
    DeviceId, Job, JobField, MutationId, OP_VERSION, Op, Record, RecordKey, StepKind, Timestamp,
};
use afield_protocol::{ActivityKind, Decide, Mutation, PushRequest, Seq};
use afield_sync::testing::model::Model;
use std::cell::RefCell;
use uuid::Uuid;

/// The dispatcher's own device: it edits with what it saw, maybe a while ago.
#[derive(Default)]
pub(super) struct Desk {
    seq: std::cell::Cell<u64>,
    seen: RefCell<Vec<Job>>,
}

fn job_of(model: &Model, job: u8) -> Option<Job> {
    let key: RecordKey = company::id_of(job).into();
    match model.record(key).map(|copy| &copy.record) {
        Some(Record::Job(job)) => Some(job.clone()),
        _ => None,
    }
}

impl World {
    /// Writes on the server.
    pub(super) fn office(&self, action: Action) {
        let mut server = self.server.borrow_mut();
        server.set_now(Timestamp(self.sim.now()));
        self.ledger.borrow_mut().touch();
        match action {
            Action::Assign { job, user } => {
                if let Some(mut job) = job_of(&server.model, job) {
                    let user = company::user(user);
                    job.assignee = Some(user.id);
                    let what = ActivityKind::Assigned {
                        to: job.assignee,
                        to_name: user.name,
                    };
                    server.put_told(job, what);
                }
            }
            Action::Status { job, to } => {
                if let Some(mut job) = job_of(&server.model, job) {
                    let what = ActivityKind::Status {
                        from: job.status,
                        to,
                        step: StepKind::default(),
                        reason: String::new(),
                    };
                    job.status = to;
                    server.put_told(job, what);
                }
            }
            Action::Unreadable { job } => {
                let job = company::id_of(job);
                server.unreadable.insert(job.into());
                server.hurry(job);
            }
            Action::Delete { job } => server.delete(company::id_of(job).into()),
            Action::Promote { user, office } => server.promote(user, office),
            Action::Rights { what, taken } => {
                server.set_rights(Some(company::rights_change(what, taken)));
            }
            Action::Decide {
                group,
                onto,
                accept,
                leaves,
            } => {
                let of = server.next_group(usize::from(group));
                let decide = match accept {
                    true => Decide::Accept {
                        onto: onto.map(company::id_of),
                    },
                    false => Decide::Decline {
                        reason: "Not needed.".to_owned(),
                    },
                };
                if let Some(of) = of {
                    server.decide(of, &decide, leaves);
                }
            }
            Action::BackUp => return server.back_up(),
            Action::KeepHouse => return server.keep_house(),
            Action::Skew { older } => {
                server.set_older(older, &format!("{}", self.sim.fresh()));
                drop(server);
                return self.strike(Fault::VersionSkew);
            }
            _ => {
                server.restore(&format!("model-{}", self.sim.fresh()));
                drop(server);
                return self.strike(Fault::Restore);
            }
        }
        drop(server);
        self.strike(Fault::OfficeWrite);
    }

    /// The office decides about all that waits.
    pub fn decide_all(&self) {
        self.sim.note(|| "the office decides".to_owned());
        let mut server = self.server.borrow_mut();
        server.set_now(Timestamp(self.sim.now()));
        self.ledger.borrow_mut().touch();
        while let Some(of) = server.next_group(0) {
            let accept = Decide::Accept { onto: None };
            server.decide(of, &accept, None);
            if server.next_group(0) == Some(of) {
                // The server did not do what it was asked to: it was accused of that.
                return;
            }
        }
    }

    /// The dispatcher edits a title, on the ground of what was seen now or a while ago.
    pub(super) fn office_edit(&self, number: u8, stale: bool) {
        let mut server = self.server.borrow_mut();
        server.set_now(Timestamp(self.sim.now()));
        self.ledger.borrow_mut().touch();
        let Some(now) = job_of(&server.model, number) else {
            return;
        };
        let old = self
            .desk
            .seen
            .borrow()
            .iter()
            .find(|job| job.id == now.id)
            .cloned();
        let seen = old.filter(|_| stale).unwrap_or_else(|| now.clone());
        let seq = Seq(self.desk.seq.get() + 1);
        self.desk.seq.set(seq.0);
        let fresh = self.sim.fresh();
        let new = format!("office {fresh}");
        let (field, item) = if fresh.is_multiple_of(3) {
            (JobField::Answer, company::item(fresh))
        } else {
            (JobField::Title, "")
        };
        let op = Op::EditJob {
            job: now.id,
            edits: vec![company::edit_of(&seen, field, item, &new)],
            settles: None,
        };
        let office = company::office();
        let device = DeviceId(Uuid::from_u128(0xD05C));
        let request = PushRequest {
            device,
            ack_below: seq,
            epoch: None,
            asks: Vec::new(),
            review: false,
            mutations: vec![Mutation {
                id: MutationId(Uuid::from_u64_pair(0xD05C, self.sim.fresh())),
                device,
                seq,
                user: office.id,
                lane: now.id.into(),
                depends_on: Vec::new(),
                replaces: Vec::new(),
                op_version: OP_VERSION,
                op,
                base_rev: None,
                wall: Timestamp(self.sim.now()),
                clock_offset_ms: 0,
            }],
        };
        let answer = server.push(&office, &request, None);
        self.sim
            .note(|| format!("office: {}", short(&answer.reply)));
        let mut all = self.desk.seen.borrow_mut();
        all.retain(|job| job.id != now.id);
        all.push(now);
    }
}
