//! What may happen to base and outbox, drawn and done: to the picture, which is patched, and to what it
//! follows from, of which it can be built anew.

use super::*;
use crate::clock::Reading;
use crate::outbox::enqueue::{EnqueueContext, plan_enqueue};
use crate::outbox::entry::EntryState;
use crate::outbox::resend::{ResendContext, plan_resend};
use crate::outbox::undo::{Undo, plan_undo};
use crate::plan_revert;
use crate::testing::fixtures::{
    add, attach, create, edit, job, job_id, note, note_key, session, set, technician,
};
use crate::{Intent, OutboxWrite, SignedIn};
use afield_domain::{
    AssetId, CustomerId, DeviceId, FieldEdit, FieldValue, JobField, JobStatus, MutationId, Op,
    Rejection, Timestamp, fold_op,
};
use afield_protocol::worker_message::Notice;
use proptest::prelude::*;

/// Everything that the picture follows from.
#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) base: BTreeMap<RecordKey, Versioned>,
    pub(super) outbox: OutboxView,
    expired: bool,
    ids: u128,
    /// Whether another page writes: the picture hears which entries were touched, and looks at them.
    is_elsewhere: bool,
}

/// Something that happens.
#[derive(Debug, Clone)]
pub(super) enum Event {
    /// The office writes job `n` for customer `c`.
    Job(u128, u128, JobStatus),
    /// The office writes note `n` on job `on`.
    Note(u128, u128),
    /// The office writes asset `n` of customer `c`.
    Asset(u128, u128),
    /// The office writes customer `c`.
    Customer(u128),
    /// A record goes: the `n`th that is here.
    Gone(usize),
    /// A whole module is read again.
    Module(usize),
    /// Everything is fetched again: job `n` is there for customer `c`, with note `n`, for each of these;
    /// no other jobs and notes.
    Primed(Vec<(u128, u128)>),
    /// Somebody saves; the picture takes what was written.
    Save(u8, u128, u128),
    /// The `n`th entry is taken back, if it can be.
    Undo(usize),
    /// The `n`th entry goes on the wire.
    Send(usize),
    /// The `n`th entry is refused.
    Refuse(usize),
    /// The `n`th entry is reverted, if it was refused.
    Revert(usize),
    /// The `n`th entry is sent again, if it was refused.
    Resend(usize),
    /// The `n`th entry is applied.
    Apply(usize),
    /// Technician `n` signs in, or nobody is signed in.
    SignIn(u128),
    /// What is there becomes too old, or is fresh again.
    Expire(bool),
    /// The whole outbox is looked at.
    Look,
    /// From now on another page writes, or this one.
    Elsewhere(bool),
}

pub(super) fn events() -> impl Strategy<Value = Event> {
    use proptest::sample::select;
    let status = select(vec![JobStatus::Scheduled, JobStatus::EnRoute]);
    prop_oneof![
        2 => (0u128..3, 0u128..3, status).prop_map(|(n, c, to)| Event::Job(n, c, to)),
        1 => (0u128..3, 0u128..3).prop_map(|(n, on)| Event::Note(n, on)),
        1 => (0u128..2, 0u128..3).prop_map(|(n, c)| Event::Asset(n, c)),
        1 => (0u128..3).prop_map(Event::Customer),
        1 => (0usize..8).prop_map(Event::Gone),
        1 => (0usize..Module::ALL.len()).prop_map(Event::Module),
        1 => proptest::collection::vec((0u128..4, 0u128..3), 0..6).prop_map(Event::Primed),
        8 => (0u8..8, 0u128..4, 0u128..4).prop_map(|(what, n, on)| Event::Save(what, n, on)),
        2 => (0usize..6).prop_map(Event::Undo),
        1 => (0usize..6).prop_map(Event::Send),
        2 => (0usize..6).prop_map(Event::Refuse),
        1 => (0usize..6).prop_map(Event::Revert),
        2 => (0usize..6).prop_map(Event::Resend),
        2 => (0usize..6).prop_map(Event::Apply),
        1 => (0u128..3).prop_map(Event::SignIn),
        1 => any::<bool>().prop_map(Event::Expire),
        1 => Just(Event::Look),
        1 => any::<bool>().prop_map(Event::Elsewhere),
    ]
}

pub(super) fn customer_id(n: u128) -> CustomerId {
    CustomerId(Uuid::from_u128(0x5000 + n))
}

pub(super) fn asset_id(n: u128) -> AssetId {
    AssetId(Uuid::from_u128(0x6000 + n))
}

fn intent(what: u8, n: u128, on: u128) -> Intent {
    let link = |new: FieldValue| {
        let edit = FieldEdit {
            field: JobField::Asset,
            item: asset_id(n).to_string(),
            base: FieldValue::Nothing,
            new,
        };
        let edits = vec![edit];
        let (job, settles) = (job_id(on), None);
        Intent {
            op: Op::EditJob {
                job,
                edits,
                settles,
            },
            base_rev: None,
        }
    };
    match what {
        0 => set(on, JobStatus::Started),
        1 => add(n, on),
        2 => edit(on, "Job", &format!("Title {n}")),
        3 => create(10 + n),
        4 => attach(n, on),
        5 => link(FieldValue::Text("linked".into())),
        6 => Intent {
            op: Op::Withdraw {
                part: note_key(n),
                job: job_id(on),
            },
            base_rev: None,
        },
        _ => link(FieldValue::Nothing),
    }
}

impl World {
    fn entry(&self, n: usize) -> Option<OutboxEntry> {
        self.outbox.entries.get(n).cloned()
    }

    fn id(&mut self) -> MutationId {
        self.ids += 1;
        MutationId(Uuid::from_u128(self.ids))
    }

    /// Writes as a store does, and gives what was written to the picture as the page does.
    fn write(&mut self, picture: &mut Projection, writes: Vec<OutboxWrite>) {
        let written = Written::of(&writes);
        let Written {
            put, removed, meta, ..
        } = &written;
        let entries = &mut self.outbox.entries;
        let is_written = |seq| put.iter().any(|entry: &OutboxEntry| entry.seq() == seq);
        entries.retain(|entry| !removed.contains(&entry.seq()) && !is_written(entry.seq()));
        entries.extend(put.iter().cloned());
        entries.sort_by_key(OutboxEntry::seq);
        if let Some(meta) = meta {
            self.outbox.meta = meta.clone();
        }
        if self.is_elsewhere {
            let Notice::Outbox { seqs: Some(seqs) } = written.notice() else {
                return;
            };
            let mut view = self.outbox.clone();
            view.entries.retain(|entry| seqs.contains(&entry.seq()));
            picture.take_written(&Written::found(&seqs, view));
        } else {
            picture.take_written(&written);
        }
    }

    fn put_base(&mut self, picture: &mut Projection, record: Record) {
        let (key, versioned) = self.take_base(record);
        picture.set_record(key, Some(versioned));
    }

    fn take_base(&mut self, record: Record) -> (RecordKey, Versioned) {
        let key = record.key().unwrap();
        let rev = self.base.get(&key).map_or(0, |known| known.rev.0);
        let versioned = Versioned {
            rev: Rev(rev + 1),
            record,
        };
        self.base.insert(key, versioned.clone());
        (key, versioned)
    }

    fn office_job(n: u128, c: u128, to: JobStatus) -> Record {
        let Record::Job(mut job) = job(n, &technician(1), to) else {
            panic!("it makes jobs");
        };
        job.customer = (c > 0).then(|| customer_id(c));
        Record::Job(job)
    }

    pub(super) fn module(&self, module: Module) -> Vec<Versioned> {
        let of_module = |(key, _): &(&RecordKey, &Versioned)| key.module == module;
        let found = self.base.iter().filter(of_module);
        found.map(|(_, versioned)| versioned.clone()).collect()
    }

    fn change_entry(
        &mut self,
        picture: &mut Projection,
        n: usize,
        change: impl FnOnce(&mut OutboxEntry),
    ) {
        if let Some(mut entry) = self.entry(n) {
            change(&mut entry);
            self.write(picture, vec![OutboxWrite::Put(entry)]);
        }
    }

    pub(super) fn happen(&mut self, picture: &mut Projection, event: Event) {
        match event {
            Event::Job(n, c, to) => {
                self.put_base(picture, Self::office_job(n, c, to));
            }
            Event::Note(n, on) => self.put_base(picture, note(n, on, &technician(2))),
            Event::Asset(n, c) => {
                let id = asset_id(n);
                let json = format!(r#"{{"module":"asset","id":"{id}","name":"Boiler"}}"#);
                let Record::Asset(mut asset) = serde_json::from_str(&json).unwrap() else {
                    return;
                };
                asset.customer = (c > 0).then(|| customer_id(c));
                self.put_base(picture, Record::Asset(asset));
            }
            Event::Customer(c) => {
                let id = customer_id(c);
                let json = format!(r#"{{"module":"customer","id":"{id}","name":"Ada"}}"#);
                self.put_base(picture, serde_json::from_str(&json).unwrap());
            }
            Event::Gone(n) => {
                if let Some(key) = self.base.keys().nth(n).copied() {
                    self.base.remove(&key);
                    picture.set_record(key, None);
                }
            }
            Event::Module(n) => {
                let module = Module::ALL[n];
                picture.set_module(module, self.module(module));
            }
            Event::Primed(jobs) => {
                let refetched = [Module::Job, Module::Note];
                self.base.retain(|key, _| !refetched.contains(&key.module));
                for (n, c) in jobs {
                    self.take_base(Self::office_job(n, c, JobStatus::Scheduled));
                    self.take_base(note(n, n, &technician(2)));
                }
                for module in refetched {
                    picture.set_module(module, self.module(module));
                }
            }
            Event::Save(what, n, on) => {
                let context = EnqueueContext {
                    now: Reading::of_wall(Timestamp(5)),
                    ids: vec![self.id()],
                    fresh_device: DeviceId(Uuid::from_u128(1)),
                };
                let intent = intent(what, n, on);
                if let Ok(plan) = plan_enqueue(&self.outbox, &[intent], &context) {
                    self.write(picture, plan.writes);
                }
            }
            Event::Undo(n) => {
                let Some(entry) = self.entry(n) else {
                    return;
                };
                let undo = Undo {
                    id: entry.mutation.id,
                    op: entry.mutation.op,
                };
                if let Ok(plan) = plan_undo(&self.outbox, &undo) {
                    self.write(picture, plan.writes);
                }
            }
            Event::Send(n) => self.change_entry(picture, n, |entry| {
                entry.sent = true;
                entry.state = EntryState::InFlight { lease: 1 };
            }),
            Event::Refuse(n) => self.change_entry(picture, n, |entry| {
                entry.state = EntryState::Parked {
                    reason: Rejection::Forbidden,
                    at: Timestamp(9),
                    rev: None,
                };
            }),
            Event::Revert(n) => {
                let Some(entry) = self.entry(n) else {
                    return;
                };
                let all = &self.outbox.entries;
                let shown: Vec<MutationId> = all.iter().map(|entry| entry.mutation.id).collect();
                if let Ok(plan) = plan_revert(all, entry.mutation.id, &shown) {
                    self.write(picture, plan.writes);
                }
            }
            Event::Resend(n) => {
                let Some(entry) = self.entry(n) else {
                    return;
                };
                let context = ResendContext {
                    by_itself: false,
                    now: Reading::of_wall(Timestamp(7)),
                    ids: (0..20).map(|_| self.id()).collect(),
                };
                let plan = plan_resend(&self.outbox, entry.mutation.id, None, &context);
                if let Ok(plan) = plan {
                    self.write(picture, plan.writes);
                }
            }
            Event::Apply(n) => {
                if let Some(entry) = self.entry(n) {
                    self.write(picture, vec![OutboxWrite::Remove(entry.seq())]);
                }
            }
            Event::SignIn(n) => {
                let mut meta = self.outbox.meta.clone();
                meta.session = (n > 0).then(|| SignedIn {
                    info: session(&technician(n)),
                    at: Timestamp(0),
                });
                self.write(picture, vec![OutboxWrite::Meta(meta)]);
            }
            Event::Expire(expired) => {
                self.expired = expired;
                picture.set_expired(expired);
            }
            Event::Elsewhere(is_elsewhere) => self.is_elsewhere = is_elsewhere,
            Event::Look => {
                picture.set_outbox(&self.outbox);
            }
        }
    }

    /// The picture, built in one go.
    pub(super) fn anew(&self) -> Projection {
        let mut picture = Projection::default();
        picture.set_outbox(&self.outbox);
        for module in Module::ALL {
            picture.set_module(module, self.module(module));
        }
        picture.set_expired(self.expired);
        picture
    }

    /// What the user sees of `key`, by the definition.
    pub(super) fn folded(&self, key: RecordKey) -> Option<Record> {
        let session = self.outbox.meta.session.as_ref();
        let entries = &self.outbox.entries;
        let user = session.map(SignedIn::user);
        let own = entries
            .iter()
            .filter(|entry| Some(entry.mutation.user) == user);
        let own: Vec<OutboxEntry> = own.cloned().collect();
        let is_shown = !self.expired || crate::pinned_records(&own).contains(&key);
        let base = self.base.get(&key).filter(|_| is_shown);
        let mut record = base.map(|versioned| versioned.record.clone());
        let held = crate::held_entries(entries);
        for entry in own {
            if !entry.is_parked() && !held.contains(entry.seq()) {
                let (op, at) = (&entry.mutation.op, entry.mutation.made_at());
                record = fold_op(key, record, op, session?.actor(), at);
            }
        }
        record
    }
}
