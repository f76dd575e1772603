//! The world: phones with tabs and workers, the office, the server.
//!
//! Owns what each action does. Must never look into the engine: it only calls what the app calls.

use crate::device::{Device, Network, Seat};
use crate::executor::{ContextId, Sim};
use crate::fault::Fault;
use crate::ledger::Ledger;
use crate::people;
use crate::remote::SimRemote;
use crate::schedule::{Action, Schedule, Swarm};
use afield_sync::session::plan_revert;
use afield_sync::testing::fixtures::session;
use afield_sync::testing::model::Model;
use afield_sync::{Engine, OutboxStore, Read, SyncReport, Trigger};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

mod office;
mod tab;

use tab::{Tab, Wake};

/// The engine of one context.
pub type SimEngine = Engine<Seat, Seat, SimRemote, Seat>;

struct Phone {
    device: Rc<Device>,
    tabs: RefCell<Vec<Tab>>,
    worker: Cell<Option<ContextId>>,
    user: Cell<u8>,
}

/// Everything.
pub struct World {
    /// The room.
    pub sim: Sim,
    /// The observer.
    pub ledger: Rc<RefCell<Ledger>>,
    /// The server.
    pub server: Rc<RefCell<Model>>,
    swarm: Rc<Swarm>,
    phones: Vec<Phone>,
}

impl World {
    /// The world at the start of a schedule: each phone has one tab, its user signed in.
    #[must_use]
    pub fn new(schedule: &Schedule, verbose: bool) -> Self {
        let sim = Sim::new(schedule.seed, 1_795_248_000_000, verbose);
        let ledger = Rc::new(RefCell::new(Ledger::default()));
        let mut model = Model::default();
        for job in people::jobs() {
            model.put(job);
        }
        let phones = (0..schedule.devices).map(|number| Phone {
            device: Device::new(number, sim.clone(), Rc::clone(&ledger)),
            tabs: RefCell::default(),
            worker: Cell::default(),
            user: Cell::new(number % people::USERS),
        });
        let world = Self {
            phones: phones.collect(),
            sim,
            ledger,
            server: Rc::new(RefCell::new(model)),
            swarm: Rc::new(schedule.swarm.clone()),
        };
        for (number, phone) in (0..).zip(&world.phones) {
            world.open_tab(phone);
            world.sign_in(number, phone.user.get());
        }
        world
    }

    /// The phones.
    pub fn devices(&self) -> impl Iterator<Item = &Rc<Device>> {
        self.phones.iter().map(|phone| &phone.device)
    }

    fn phone(&self, device: u8) -> Option<&Phone> {
        self.phones.get(usize::from(device))
    }

    fn engine(&self, phone: &Phone, context: ContextId) -> SimEngine {
        let seat = Seat {
            device: Rc::clone(&phone.device),
            context,
        };
        Engine {
            outbox: seat.clone(),
            cache: seat.clone(),
            remote: SimRemote {
                device: Rc::clone(&phone.device),
                server: Rc::clone(&self.server),
                swarm: Rc::clone(&self.swarm),
            },
            host: seat,
        }
    }

    fn fresh_context(&self) -> ContextId {
        ContextId(u32::try_from(self.sim.fresh()).unwrap_or(u32::MAX))
    }

    fn open_tab(&self, phone: &Phone) -> Tab {
        let tab = Tab {
            context: self.fresh_context(),
            wake: Wake::default(),
        };
        phone.tabs.borrow_mut().push(tab.clone());
        let (engine, wake, sim) = (
            self.engine(phone, tab.context),
            tab.wake.clone(),
            self.sim.clone(),
        );
        wake.wake(Trigger::Start);
        self.sim.spawn(tab.context, async move {
            let mut deadline = sim.now();
            loop {
                let trigger = wake.next(&sim, deadline).await;
                deadline = sim.now() + 120_000;
                match engine.run_sync(trigger).await {
                    Ok(SyncReport::Busy) => deadline = sim.now() + 20_000,
                    Ok(SyncReport::NotBefore(at)) => {
                        let wait = at.since(engine.host.device.clock());
                        deadline = deadline.min(sim.now() + wait.max(0) + 50);
                    }
                    _ => {}
                }
            }
        });
        tab
    }

    fn tab(&self, phone: &Phone, tab: u8) -> Option<Tab> {
        let tabs = phone.tabs.borrow();
        let index = usize::from(tab).checked_rem(tabs.len())?;
        tabs.get(index).cloned()
    }

    fn tab_or_new(&self, phone: &Phone, tab: u8) -> Tab {
        match self.tab(phone, tab) {
            Some(tab) => tab,
            None => self.open_tab(phone),
        }
    }

    fn strike(&self, fault: Fault) {
        self.ledger.borrow_mut().strike(&self.sim, fault);
    }

    /// Does what the schedule says.
    pub fn act(&self, action: Action) {
        self.sim.note(|| format!("{action:?}"));
        match action {
            Action::Save {
                device,
                tab,
                job,
                what,
            } => self.save(device, tab, job, what),
            Action::SyncNow { device, tab } => {
                if let Some(phone) = self.phone(device) {
                    self.tab_or_new(phone, tab).wake.wake(Trigger::Asked);
                }
            }
            Action::OpenTab { device } => {
                if let Some(phone) = self.phone(device)
                    && phone.tabs.borrow().len() < 3
                {
                    self.open_tab(phone);
                }
            }
            Action::Worker { device } => self.start_worker(device),
            Action::SignIn { device, user } => {
                self.strike(Fault::UserChange);
                self.sign_in(device, user);
            }
            Action::Revert { device } => self.revert(device),
            Action::CloseTab { device, tab, leak } => self.close_tab(device, tab, leak),
            Action::StopWorker { device } => self.stop_worker(device),
            Action::LosePower { device } => self.lose_power(device),
            Action::Freeze { device, tab, ms } => {
                if let Some(tab) = self.phone(device).and_then(|phone| self.tab(phone, tab)) {
                    self.strike(Fault::Freeze);
                    self.sim.freeze(tab.context, self.sim.now() + ms);
                }
            }
            Action::CutOff { device, tab } => {
                if let Some(phone) = self.phone(device)
                    && let Some(tab) = self.tab(phone, tab)
                {
                    self.strike(Fault::ConnectionLost);
                    phone.device.cut_off.borrow_mut().insert(tab.context);
                }
            }
            Action::Network { .. }
            | Action::Clock { .. }
            | Action::Full { .. }
            | Action::EndSession { .. } => self.afflict(action),
            Action::Assign { .. }
            | Action::Status { .. }
            | Action::Delete { .. }
            | Action::Restore => self.office(action),
        }
    }

    fn afflict(&self, action: Action) {
        let (Action::Network { device, .. }
        | Action::Clock { device, .. }
        | Action::Full { device, .. }
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
                    None => self.wake_all(phone, Trigger::Online),
                }
            }
            Action::Clock { ms, .. } => {
                self.strike(Fault::ClockJump);
                phone.device.skew.set(phone.device.skew.get() + ms);
            }
            Action::Full { full, .. } => phone.device.full.set(full),
            _ => {
                self.strike(Fault::Unauthorized);
                phone.device.cookie.set(None);
            }
        }
    }

    fn wake_all(&self, phone: &Phone, trigger: Trigger) {
        for tab in phone.tabs.borrow().iter() {
            tab.wake.wake(trigger);
        }
    }

    fn save(&self, device: u8, tab: u8, job: u8, what: u8) {
        let Some(phone) = self.phone(device) else {
            return;
        };
        let tab = self.tab_or_new(phone, tab);
        let engine = self.engine(phone, tab.context);
        let draft = people::draft(job, what, self.sim.fresh());
        let (ledger, sim) = (Rc::clone(&self.ledger), self.sim.clone());
        self.sim.spawn(tab.context, async move {
            match engine.run_enqueue(&[draft]).await {
                Ok(entries) => {
                    sim.note(|| format!("saved {:?}", entries.first().map(|e| e.seq().0)));
                    ledger.borrow_mut().said_saved(&entries);
                    tab.wake.wake(Trigger::Enqueue);
                }
                Err(error) => sim.note(|| format!("not saved: {error}")),
            }
        });
    }

    fn sign_in(&self, device: u8, user: u8) {
        let Some(phone) = self.phone(device) else {
            return;
        };
        let tab = self.tab_or_new(phone, 0);
        let engine = self.engine(phone, tab.context);
        phone.user.set(user);
        let device = Rc::clone(&phone.device);
        self.sim.spawn(tab.context, async move {
            // The server sets the cookie first; the phone notes who it is second.
            device.cookie.set(Some(user));
            let info = session(&people::user(user));
            if engine.run_signed_in(&info).await.is_ok() {
                tab.wake.wake(Trigger::SignIn);
            }
        });
    }

    fn revert(&self, device: u8) {
        let Some(phone) = self.phone(device) else {
            return;
        };
        let tab = self.tab_or_new(phone, 0);
        let engine = self.engine(phone, tab.context);
        let ledger = Rc::clone(&self.ledger);
        self.sim.spawn(tab.context, async move {
            let Ok(view) = engine.outbox.load(Read::All).await else {
                return;
            };
            let Some(parked) = view.entries.iter().find(|entry| entry.is_parked()) else {
                return;
            };
            let id = parked.mutation.id;
            let shown: Vec<_> = view.entries.iter().map(|entry| entry.mutation.id).collect();
            // The choice counts from its transaction on, also if the tab dies before it hears of it.
            if let Ok(plan) = plan_revert(&view.entries, id, &shown) {
                ledger.borrow_mut().chosen_to_revert(&plan.value);
            }
            let _ = engine.run_revert(id, &shown).await;
        });
    }

    fn start_worker(&self, device: u8) {
        let Some(phone) = self.phone(device) else {
            return;
        };
        let context = self.fresh_context();
        phone.worker.set(Some(context));
        let engine = self.engine(phone, context);
        self.sim.spawn(context, async move {
            let _ = engine.run_sync(Trigger::BackgroundSync).await;
        });
    }

    fn stop_worker(&self, device: u8) {
        if let Some(context) = self.phone(device).and_then(|phone| phone.worker.take()) {
            self.strike(Fault::WorkerKill);
            self.sim.kill(context);
        }
    }

    fn close_tab(&self, device: u8, tab: u8, leak: bool) {
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
        phone
            .tabs
            .borrow_mut()
            .retain(|tab| tab.context != closed.context);
        self.sim.kill(closed.context);
    }

    fn lose_power(&self, device: u8) {
        let Some(phone) = self.phone(device) else {
            return;
        };
        self.strike(Fault::PowerLoss);
        for tab in phone.tabs.take() {
            self.sim.kill(tab.context);
        }
        if let Some(worker) = phone.worker.take() {
            self.sim.kill(worker);
        }
        phone.device.leaks.set(false);
        phone.device.lose_power();
    }

    /// The faults stop. What is broken stays broken as far as a phone would have it: a leaked lock
    /// stays leaked.
    pub fn heal(&mut self) {
        self.sim.note(|| "heal".to_owned());
        self.swarm = Rc::new(Swarm::default());
        for phone in &self.phones {
            phone.device.network.set(Network::Up);
            phone.device.full.set(false);
            phone.device.cut_off.borrow_mut().clear();
            phone.device.leaks.set(false);
            for tab in phone.tabs.take() {
                self.sim.kill(tab.context);
            }
            self.open_tab(phone);
        }
    }

    /// Each phone's next user signs in: one who has unsent work there, else the one who was there.
    pub async fn sign_in_owners(&self) -> bool {
        let mut any = false;
        for (number, phone) in (0..).zip(&self.phones) {
            let Ok(view) = phone.device.outbox.load(Read::All).await else {
                continue;
            };
            let held = afield_sync::batch::held_entries(&view.entries);
            let waiting = view
                .entries
                .iter()
                .find(|entry| !entry.is_parked() && !held.contains_key(&entry.seq()));
            let owner = waiting.and_then(|entry| {
                (0..people::USERS).find(|user| people::user(*user).id == entry.mutation.user)
            });
            any |= owner.is_some();
            let user = owner.unwrap_or(phone.user.get());
            self.sign_in(number, user);
        }
        any
    }

    /// Who is signed in on a phone, as the phone knows it.
    #[must_use]
    pub fn user_of(&self, device: u8) -> Option<u8> {
        self.phone(device).map(|phone| phone.user.get())
    }
}
