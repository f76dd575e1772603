//! What happens to phones: networks, clocks, kills, power, browsers.

use super::World;
use super::tab::run_worker;
use super::work::shown_jobs;
use crate::company;
use crate::device::NEW_BUILD;
use crate::device::Network;
use crate::executor::OUTSIDE;
use crate::fault::Fault;
use crate::schedule::Action;
use afield_domain::Timestamp;
use afield_sync::driver::Event;
use std::rc::Rc;

impl World {
    pub(super) fn afflict(&self, action: Action) {
        let (Action::Network { device, .. }
        | Action::Clock { device, .. }
        | Action::Full { device, .. }
        | Action::Block { device, .. }
        | Action::Unheard { device, .. }
        | Action::Line { device, .. }
        | Action::Revoke { device }
        | Action::EndSession { device }) = action
        else {
            return;
        };
        let Some(phone) = self.phone(device) else {
            return;
        };
        match action {
            Action::Network { fault, .. } => {
                phone.device.network.set(match fault {
                    None => Network::Up,
                    Some(Fault::OneWayCut) => Network::OneWay,
                    Some(_) => Network::Down,
                });
                match fault {
                    Some(fault) => self.strike(fault),
                    None => {
                        self.tell_all(phone, Event::Online);
                        let tabs = phone.tabs.borrow();
                        for tab in tabs.iter() {
                            let prompt = self.prompt(phone, tab.context);
                            prompt.expect("the network came back", 0);
                        }
                    }
                }
            }
            Action::Clock { ms, .. } => {
                self.strike(Fault::ClockJump);
                let skew = ms.map_or(0, |ms| phone.device.skew.get() + ms);
                phone.device.set_clock(skew);
                // By its own clock the wait is over, or was never asked for.
                phone.device.forget_quiet();
                phone.device.is_quiet_unsure.set(true);
            }
            Action::Full { full, .. } => phone.device.full.set(full),
            Action::Block { ms, .. } => {
                self.strike(Fault::Blocked);
                phone.device.blocked_until.set(self.sim.now() + ms);
            }
            Action::Line { fault, much, .. } => {
                let mut line = phone.device.line.get();
                line.set(fault, much);
                phone.device.line.set(line);
            }
            Action::Unheard { tab, .. } => {
                if let Some(tab) = self.tab(phone, tab) {
                    phone.device.unheard.borrow_mut().insert(tab.context);
                }
            }
            // It hears of it with its next contact.
            Action::Revoke { .. } => phone
                .device
                .revoked
                .set(phone.device.cookie.get().is_some()),
            _ => {
                self.strike(Fault::Unauthorized);
                phone.device.cookie.set(None);
            }
        }
    }

    /// A tab is frozen in the middle of a pass, with work on a job that the office works on as well,
    /// and thawed when another may have taken over.
    pub(super) fn freeze(&self, device: u8, number: u8, ms: i64) {
        let Some(phone) = self.phone(device) else {
            return;
        };
        let tab = self.tab_or_new(phone, number);
        if phone.tabs.borrow().len() < 2 {
            self.open_tab(phone);
        }
        self.strike(Fault::Freeze);
        // What it is told while it sleeps nobody writes down.
        phone.device.is_quiet_unsure.set(true);
        let shown = shown_jobs(&phone.device);
        let Some(job) = self.sim.draw(|chance| chance.pick(&shown)) else {
            return self.sim.freeze(tab.context, self.sim.now() + ms);
        };
        self.hurry(job);
        self.save(device, number, job, 5);
        tab.wake.tell(Event::Visible);
        let actions = Rc::clone(&self.actions);
        let (sim, server, ledger) = (
            self.sim.clone(),
            Rc::clone(&self.server),
            Rc::clone(&self.ledger),
        );
        self.sim.spawn(OUTSIDE, async move {
            sim.pause(20, 700).await;
            actions.set(actions.get() + 1);
            sim.freeze(tab.context, sim.now() + ms);
            // What it has in its hands gets old.
            sim.pause(1_000, 20_000).await;
            let mut server = server.borrow_mut();
            server.set_now(Timestamp(sim.now()));
            ledger.borrow_mut().touch();
            if sim.draw(|chance| chance.percent(25)) {
                ledger.borrow_mut().strike(&sim, Fault::Restore);
                server.restore(&format!("model-{}", sim.fresh()));
            } else {
                server.hurry(company::id_of(job));
            }
        });
    }

    fn hurry(&self, job: u8) {
        let mut server = self.server.borrow_mut();
        server.set_now(Timestamp(self.sim.now()));
        self.ledger.borrow_mut().touch();
        server.hurry(company::id_of(job));
    }

    /// The user lets the newer version take over: this tab is loaded anew, another may stay as it is.
    pub(super) fn update(&self, device: u8) {
        let Some(phone) = self.phone(device) else {
            return;
        };
        phone.device.records_version.set(NEW_BUILD);
        let reloaded = self.tab_or_new(phone, 0);
        phone.device.forget_quiet();
        phone
            .tabs
            .borrow_mut()
            .retain(|tab| tab.context != reloaded.context);
        self.sim.kill(reloaded.context);
        self.open_tab(phone);
    }

    pub(super) fn start_worker(&self, device: u8) {
        let Some(phone) = self.phone(device) else {
            return;
        };
        let context = self.fresh_context();
        phone.worker.set(Some(context));
        let engine = self.engine(phone, context);
        self.sim
            .spawn(context, run_worker(engine, Event::SyncEvent));
    }

    pub(super) fn stop_worker(&self, device: u8) {
        if let Some(context) = self.phone(device).and_then(|phone| phone.worker.take()) {
            self.strike(Fault::WorkerKill);
            if let Some(phone) = self.phone(device) {
                phone.device.forget_quiet();
            }
            self.sim.kill(context);
        }
    }

    pub(super) fn close_tab(&self, device: u8, tab: u8, leak: bool) {
        let Some(phone) = self.phone(device) else {
            return;
        };
        let Some(closed) = self.tab(phone, tab) else {
            return;
        };
        self.strike(if leak {
            Fault::LeakedLock
        } else {
            Fault::TabKill
        });
        phone.device.leaks.set(leak);
        if self.sim.draw(|chance| chance.percent(50)) {
            phone.device.doomed.borrow_mut().insert(closed.context);
            return closed.wake.tell(Event::Visible);
        }
        phone.device.forget_quiet();
        phone
            .tabs
            .borrow_mut()
            .retain(|tab| tab.context != closed.context);
        self.sim.kill(closed.context);
    }

    pub(crate) fn lose_power(&self, device: u8) {
        let Some(phone) = self.phone(device) else {
            return;
        };
        self.strike(Fault::PowerLoss);
        self.actions.set(self.actions.get() + 1);
        for tab in phone.tabs.take() {
            self.sim.kill(tab.context);
        }
        if let Some(worker) = phone.worker.take() {
            self.sim.kill(worker);
        }
        phone.device.leaks.set(false);
        phone.device.lose_power();
        phone.device.forget_quiet();
    }
}
