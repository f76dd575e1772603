//! How phones hold their company's data: what the office sets, when a phone hears of it, what its user switches and
//! opens.

use super::World;
use crate::company;
use crate::device::Device;
use crate::schedule::Action;
use afield_domain::company::CompanySettings;
use afield_domain::{OperationMode, RecordKey, Timestamp, UserId};
use afield_sync::driver::Event;
use afield_sync::memory::OutboxRows;
use std::collections::BTreeSet;
use std::rc::Rc;

/// `user` has opened `key`.
fn note(device: &Device, user: Option<UserId>, key: RecordKey) {
    let mut worked = device.worked.borrow_mut();
    if worked.0 != user {
        *worked = (user, BTreeSet::new());
    }
    worked.1.insert(key);
}

impl World {
    pub(super) fn mode(&self, action: Action) {
        match action {
            Action::Setting { online, offers } => {
                let mode = if online {
                    OperationMode::Online
                } else {
                    OperationMode::Offline
                };
                self.set(|settings| (settings.mode, settings.offers_offline) = (mode, offers));
            }
            Action::CompanySets { what, to } => {
                self.set(|settings| company::set_something(settings, what, to));
            }
            Action::Hear { device } => self.hear(device),
            Action::OwnSwitch { device, without } => {
                let Some(phone) = self.phone(device) else {
                    return;
                };
                let tab = self.tab_or_new(phone, 0);
                let engine = self.engine(phone, tab.context);
                self.sim.spawn(tab.context, async move {
                    if engine.run_work_without_offline(without).await.is_ok() {
                        tab.wake.tell(Event::Asked);
                    }
                });
            }
            Action::Open { device, tab, job } => {
                let Some(phone) = self.phone(device) else {
                    return;
                };
                let tab = self.tab_or_new(phone, tab);
                let engine = self.engine(phone, tab.context);
                let device = Rc::clone(&phone.device);
                let key = RecordKey::from(company::id_of(job));
                self.sim.spawn(tab.context, async move {
                    if engine.run_work_with(key).await.is_ok() {
                        let recent = device.outbox.peek(OutboxRows::all).meta.recent;
                        if recent.keys.first() == Some(&key) {
                            note(&device, recent.user, key);
                        }
                        tab.wake.tell(Event::Opened);
                    }
                });
            }
            _ => {}
        }
    }

    fn set(&self, change: impl FnOnce(&mut CompanySettings)) {
        let mut server = self.server.borrow_mut();
        server.set_now(Timestamp(self.sim.now()));
        self.ledger.borrow_mut().touch();
        server.set(change);
    }

    /// The last that the company sets: what nobody could finish goes now, and whoever has signed in hears of it by a
    /// pull alone.
    pub fn settle_settings(&self) {
        self.set(|settings| {
            settings.refuses_open_questions = false;
            settings.expiry_hours += 1;
        });
    }

    /// A page asks now and then who is signed in; whoever signed in on it is.
    fn hear(&self, device: u8) {
        let Some(phone) = self.phone(device) else {
            return;
        };
        let tab = self.tab_or_new(phone, 0);
        let engine = self.engine(phone, tab.context);
        let info = self.server.borrow().session(phone.user.get());
        let device = Rc::clone(&phone.device);
        self.sim.spawn(tab.context, async move {
            let known = device.outbox.peek(OutboxRows::all).meta.session;
            let is_shut = device.revoked.get();
            if !is_shut && known.is_some_and(|known| known.user() == info.user.id) {
                let _ = engine.run_signed_in(&info).await;
            }
        });
    }
}
