//! What technicians do: saving, deciding on what was refused, settling conflicts.

use super::{Phone, World};
use crate::company;
use crate::device::Device;
use crate::executor::Sim;
use afield_domain::{Conflict, FieldEdit, Job, JobField, JobId, Op, Record, RecordKey, Winner};
use afield_sync::driver::{Event, UNDO_MS};
use afield_sync::outbox::revert::plan_revert;
use afield_sync::{
    Intent, OutboxEntry, OutboxStore, OutboxView, Projection, Read, SyncError, Undo,
};
use std::rc::Rc;

/// The phone's screen, as the app computes it, as far as it shows these records.
pub(crate) fn projection(device: &Device, keys: &[RecordKey]) -> Projection {
    let mut projection = Projection::default();
    device.cache.peek(|cache| {
        for key in keys {
            projection.set_record(*key, cache.records.get(key).cloned());
        }
    });
    projection.set_outbox(&device.outbox.peek(|outbox| OutboxView {
        meta: outbox.meta.clone(),
        entries: outbox.readable().cloned().collect(),
        ..OutboxView::default()
    }));
    projection
}

/// The jobs that the phone shows.
pub(super) fn shown_jobs(device: &Device) -> Vec<u8> {
    let is_shown = |job: &u8| {
        let key = company::id_of(*job).into();
        device.cache.peek(|cache| cache.records.contains_key(&key))
    };
    (0..company::JOBS).filter(is_shown).collect()
}

fn shown_job(device: &Device, key: RecordKey) -> Option<Job> {
    projection(device, &[key]).job(JobId(key.id)).cloned()
}

/// Whether the entries ask for what `op` asks for.
fn is_among(op: &Op, entries: &[OutboxEntry]) -> bool {
    entries.iter().any(|entry| match (&entry.mutation.op, op) {
        (
            Op::EditJob { job, edits, .. },
            Op::EditJob {
                job: other,
                edits: wanted,
                ..
            },
        ) => {
            let has = |edit: &FieldEdit| {
                edits.iter().any(|saved| {
                    (saved.field, &saved.item, &saved.new) == (edit.field, &edit.item, &edit.new)
                })
            };
            job == other && wanted.iter().all(has)
        }
        (saved, wanted) => saved == wanted,
    })
}

/// One of the refused changes.
fn pick_parked<'a>(
    sim: &Sim,
    view: &'a OutboxView,
    is_wanted: impl Fn(&OutboxEntry) -> bool,
) -> Option<&'a OutboxEntry> {
    let parked = view
        .entries
        .iter()
        .filter(|entry| entry.is_parked() && is_wanted(entry));
    let parked: Vec<&OutboxEntry> = parked.collect();
    sim.draw(|chance| chance.pick(&parked))
}

impl World {
    pub(super) fn save(&self, device: u8, tab: u8, job: u8, what: u8) {
        let Some(phone) = self.phone(device) else {
            return;
        };
        let job = self.likely_job(phone, job);
        if what % company::WORK == company::PHOTO {
            return self.save_photo(device, tab, job);
        }
        if what % company::WORK == company::FORM {
            return self.fill_in(device, tab, job);
        }
        let seen = shown_job(&phone.device, company::id_of(job).into());
        let intents = company::intents(job, what, self.sim.fresh(), seen.as_ref());
        self.enqueue(device, tab, intents);
    }

    /// Mostly one that the phone shows; people seldom work on what they do not see.
    fn likely_job(&self, phone: &Phone, job: u8) -> u8 {
        let shown = shown_jobs(&phone.device);
        if shown.contains(&(job % company::JOBS)) || self.sim.draw(|chance| chance.percent(30)) {
            return job;
        }
        self.sim.draw(|chance| chance.pick(&shown)).unwrap_or(job)
    }

    fn enqueue(&self, device: u8, tab: u8, intents: Vec<Intent>) {
        let Some(phone) = self.phone(device) else {
            return;
        };
        // Nobody edits a job that the phone does not show: nothing is saved, and nothing is to be sent.
        if intents.is_empty() {
            return;
        }
        let tab = self.tab_or_new(phone, tab);
        let engine = self.engine(phone, tab.context);
        let (ledger, sim) = (Rc::clone(&self.ledger), self.sim.clone());
        let prompt = self.prompt(phone, tab.context);
        self.sim.spawn(tab.context, async move {
            match engine.run_enqueue(&intents).await {
                Ok(written) => {
                    let entries = written.put;
                    sim.note(|| format!("saved {:?}", entries.first().map(|e| e.seq().0)));
                    ledger.borrow_mut().said_saved(&entries);
                    if !intents.iter().all(|intent| is_among(&intent.op, &entries)) {
                        ledger.borrow_mut().accuse("something else was saved");
                    }
                    tab.wake.tell(Event::Saved);
                    prompt.expect("something was saved", 0);
                }
                Err(error) => sim.note(|| format!("not saved: {error}")),
            }
        });
    }

    /// A status step, which can be taken back for a while.
    pub(super) fn save_undoable(&self, device: u8, tab: u8, job: u8) {
        let Some(phone) = self.phone(device) else {
            return;
        };
        let job = self.likely_job(phone, job);
        let fresh = self.sim.fresh();
        let step = u8::try_from(fresh % company::STEPS).unwrap_or(0);
        let intents = company::intents(job, step, fresh, None);
        let tab = self.tab_or_new(phone, tab);
        let engine = self.engine(phone, tab.context);
        let (ledger, undos) = (Rc::clone(&self.ledger), Rc::clone(&phone.undos));
        let prompt = self.prompt(phone, tab.context);
        self.sim.spawn(tab.context, async move {
            let Ok(written) = engine.run_enqueue(&intents).await else {
                return;
            };
            ledger.borrow_mut().said_saved(&written.put);
            let undo = written.put.first().map(|entry| Undo {
                id: entry.mutation.id,
                op: entry.mutation.op.clone(),
            });
            undos.borrow_mut().extend(undo);
            tab.wake.tell(Event::SavedUndoable);
            prompt.expect("the time for taking back", UNDO_MS);
        });
    }

    /// **Undo** of what was saved last, soon or late.
    pub(super) fn undo(&self, device: u8) {
        let Some(phone) = self.phone(device) else {
            return;
        };
        let Some(undo) = phone.undos.borrow_mut().pop() else {
            return;
        };
        let tab = self.tab_or_new(phone, 0);
        let engine = self.engine(phone, tab.context);
        let ledger = Rc::clone(&self.ledger);
        self.sim.spawn(tab.context, async move {
            // It counts from its transaction on, also if the tab dies before it hears of it.
            ledger.borrow_mut().chosen_to_undo(undo.id, true);
            match engine.run_undo(&undo).await {
                Ok(_) => ledger.borrow_mut().undone(undo.id),
                // Nobody knows how far it came.
                Err(SyncError::Store(_)) => {}
                Err(_) => ledger.borrow_mut().chosen_to_undo(undo.id, false),
            }
        });
    }

    /// **Keep mine** or **Revert changes** on the first open conflict.
    pub(super) fn settle(&self, device: u8) {
        let Some(phone) = self.phone(device) else {
            return;
        };
        let user = company::user(phone.user.get());
        let open = |conflict: &Conflict| {
            let allowed = conflict.winner == Winner::Mine || user.role.is_office();
            let allowed = allowed || conflict.field != JobField::Schedule;
            conflict.settled.is_none() && allowed && conflict.field.may_be_edited_by(user.role)
        };
        let conflict = phone.device.cache.peek(|cache| {
            cache.records.values().find_map(|copy| match &copy.record {
                Record::Conflict(conflict) if open(conflict) => Some(conflict.clone()),
                _ => None,
            })
        });
        let Some(conflict) = conflict else {
            return;
        };
        let Some(job) = shown_job(&phone.device, conflict.job.into()) else {
            return;
        };
        let op = Op::EditJob {
            job: job.id,
            edits: vec![FieldEdit {
                field: conflict.field,
                base: job.value(conflict.field, &conflict.item),
                item: conflict.item.clone(),
                new: conflict.losing().clone(),
            }],
            settles: Some(conflict.id),
        };
        self.enqueue(device, 0, vec![Intent { op, base_rev: None }]);
    }

    pub(super) fn revert(&self, device: u8) {
        let Some(phone) = self.phone(device) else {
            return;
        };
        let tab = self.tab_or_new(phone, 0);
        let engine = self.engine(phone, tab.context);
        let (ledger, sim) = (Rc::clone(&self.ledger), self.sim.clone());
        self.sim.spawn(tab.context, async move {
            let Ok(view) = engine.outbox.load(Read::All).await else {
                return;
            };
            let Some(parked) = pick_parked(&sim, &view, |_| true) else {
                return;
            };
            let id = parked.mutation.id;
            let shown: Vec<_> = view.entries.iter().map(|entry| entry.mutation.id).collect();
            // A person looks at it for a while.
            sim.pause(0, 60_000).await;
            let Ok(view) = engine.outbox.load(Read::All).await else {
                return;
            };
            // The choice counts from its transaction on, also if the tab dies before it hears of it; and it is about
            // nothing but what was shown: what was not may still go before that transaction.
            let mut seen = view.entries;
            seen.retain(|entry| shown.contains(&entry.mutation.id));
            let chosen = plan_revert(&seen, id, &shown).map_or(Vec::new(), |plan| plan.value);
            ledger.borrow_mut().chosen_to_revert(&chosen, true);
            match engine.run_revert(id, &shown).await {
                // Of an error of the database nobody knows how far it came.
                Ok(_) | Err(SyncError::Store(_)) => {}
                Err(_) => ledger.borrow_mut().chosen_to_revert(&chosen, false),
            }
        });
    }

    /// The user sends a refused change again, corrected if there is something to correct.
    pub(super) fn resend(&self, device: u8) {
        let Some(phone) = self.phone(device) else {
            return;
        };
        let tab = self.tab_or_new(phone, 0);
        let (engine, sim) = (self.engine(phone, tab.context), self.sim.clone());
        self.sim.spawn(tab.context, async move {
            let Ok(view) = engine.outbox.load(Read::All).await else {
                return;
            };
            let user = view.meta.session.as_ref().map(afield_sync::SignedIn::user);
            let parked = pick_parked(&sim, &view, |entry| Some(entry.mutation.user) == user);
            let Some(parked) = parked else {
                return;
            };
            let op = company::corrected(&parked.mutation.op);
            if engine
                .run_resend(parked.mutation.id, op.as_ref())
                .await
                .is_ok()
            {
                tab.wake.tell(Event::Saved);
            }
        });
    }
}
