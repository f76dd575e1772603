//! The world: phones with tabs and workers, the office, the server.
//!
//! Owns what each action does. Must never look into the engine: it only calls what the app calls.

use crate::board::Board;
use crate::company;
use crate::device::NEW_BUILD;
use crate::device::{Device, Network, Seat};
use crate::executor::{ContextId, Sim};
use crate::fault::Fault;
use crate::ledger::Ledger;
use crate::remote::SimRemote;
use crate::remote::line::behind_a_filter;
use crate::schedule::{Action, Schedule, Swarm};
use crate::server::{Real, Server};
use crate::twin::Twin;
use afield_domain::Timestamp;
use afield_sync::driver::Event;
use afield_sync::files::sizes::shrink;
use afield_sync::outbox::held::held_entries;
use afield_sync::{Engine, Undo};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

mod form;
mod mode;
mod office;
mod phone;
pub(crate) mod photo;
mod profile;
mod prompt;
pub(crate) mod rescue;
mod tab;
pub(crate) mod work;

use office::Desk;
use profile::Profile;
use rescue::RescueFiles;
use tab::{Driver, Tab, Wake};

/// The time at which every schedule starts.
pub const START_MS: i64 = 1_795_248_000_000;

/// The engine of one context.
pub type SimEngine = Engine<Seat, Seat, SimRemote, Seat>;

struct Phone {
    device: Rc<Device>,
    tabs: RefCell<Vec<Tab>>,
    worker: Rc<Cell<Option<ContextId>>>,
    user: Cell<u8>,
    undos: Rc<RefCell<Vec<Undo>>>,
    /// A copy of its browser's profile.
    copy: RefCell<Option<Profile>>,
}

/// Everything.
pub struct World {
    /// The room.
    pub sim: Sim,
    /// The observer.
    pub ledger: Rc<RefCell<Ledger>>,
    /// The server.
    pub server: Rc<RefCell<Server>>,
    swarm: Rc<Swarm>,
    desk: Desk,
    board: RefCell<Option<Board>>,
    twin: Rc<RefCell<Twin>>,
    phones: Vec<Phone>,
    rescues: Rc<RefCell<RescueFiles>>,
    /// How often anything was done to anybody.
    actions: Rc<Cell<u64>>,
}

impl World {
    /// The world at the start of a schedule: each phone has one tab, its user signed in.
    #[must_use]
    pub fn new(schedule: &Schedule, real: Option<Rc<Real>>, verbose: bool) -> Self {
        let sim = Sim::new(schedule.seed, START_MS, verbose);
        // Photos of a few bytes have several chunks and pieces.
        shrink(16_384);
        let ledger = Rc::new(RefCell::new(Ledger::default()));
        let board = real
            .clone()
            .map(|real| Board::new(real, schedule, START_MS));
        let server = Server::new(real, Timestamp(START_MS), schedule.reviews);
        let phones = (0..schedule.devices).map(|number| Phone {
            device: Device::new(number, sim.clone(), Rc::clone(&ledger)),
            tabs: RefCell::default(),
            worker: Rc::default(),
            user: Cell::new(number % company::USERS),
            undos: Rc::default(),
            copy: RefCell::default(),
        });
        let world = Self {
            phones: phones.collect(),
            rescues: Rc::default(),
            sim,
            ledger,
            server: Rc::new(RefCell::new(server)),
            swarm: Rc::new(schedule.swarm.clone()),
            desk: Desk::default(),
            board: RefCell::new(board),
            twin: Rc::new(RefCell::new(Twin::new(schedule))),
            actions: Rc::default(),
        };
        for (number, phone) in (0..).zip(&world.phones) {
            let is_late = schedule.swarm.knows(Fault::LateUnlock);
            phone.device.unlocks_late.set(is_late);
            if !schedule.swarm.knows(Fault::Unreadable) {
                // Else the update when the faults stop would have every phone fetch all anew, and hide what it missed.
                phone.device.records_version.set(NEW_BUILD);
            }
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
        let phone = self.phones.get(usize::from(device))?;
        let ended = phone.device.ended.take();
        let lives = |tab: &Tab| !ended.contains(&tab.context);
        phone.tabs.borrow_mut().retain(lives);
        Some(phone)
    }

    fn engine(&self, phone: &Phone, context: ContextId) -> SimEngine {
        let records_version = phone.device.records_version.get();
        // Its steady clock runs from now on.
        let _ = phone.device.reading(context);
        let seat = Seat {
            device: Rc::clone(&phone.device),
            context,
            records_version,
            wanted: Rc::default(),
        };
        Engine {
            outbox: seat.clone(),
            cache: seat.clone(),
            remote: SimRemote {
                device: Rc::clone(&phone.device),
                context,
                server: Rc::clone(&self.server),
                records_version,
                swarm: Rc::clone(&self.swarm),
                is_pass: true,
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
        wake.tell(Event::Started);
        let worker = Rc::clone(&phone.worker);
        let driver = Driver {
            engine,
            wake,
            sim,
            worker,
            twin: Rc::clone(&self.twin),
        };
        self.sim.spawn(tab.context, driver.run());
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
        self.actions.set(self.actions.get() + 1);
        match action {
            Action::Save {
                device,
                tab,
                job,
                what,
            } => self.save(device, tab, job, what),
            Action::SaveUndoable { device, tab, job } => self.save_undoable(device, tab, job),
            Action::Undo { device } => self.undo(device),
            Action::Seen { device, tab, seen } => {
                let event = if seen { Event::Visible } else { Event::Hidden };
                if let Some(phone) = self.phone(device)
                    && let Some(tab) = self.tab(phone, tab)
                {
                    tab.wake.tell(event);
                }
            }
            Action::SyncNow { device, tab } => {
                if let Some(phone) = self.phone(device) {
                    self.tab_or_new(phone, tab).wake.tell(Event::Asked);
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
            Action::Resend { device } => self.resend(device),
            Action::Settle { device } => self.settle(device),
            Action::OfficeEdit { job, stale } => self.office_edit(job, stale),
            Action::Evict { device } => self.evict(device),
            Action::Damage { device } => self.damage(device),
            Action::CopyProfile { device } => self.copy_profile(device),
            Action::PutBack { device } => self.put_back(device),
            Action::WriteRescue { device } => self.write_rescue(device),
            Action::Setting { .. }
            | Action::CompanySets { .. }
            | Action::Hear { .. }
            | Action::OwnSwitch { .. }
            | Action::Open { .. } => self.mode(action),
            Action::SendRescue {
                device,
                file,
                cut_ms,
            } => self.send_rescue(device, file, cut_ms),
            Action::CloseTab { device, tab, leak } => self.close_tab(device, tab, leak),
            Action::StopWorker { device } => self.stop_worker(device),
            Action::LosePower { device } => self.lose_power(device),
            Action::Freeze { device, tab, ms } => self.freeze(device, tab, ms),
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
            | Action::Block { .. }
            | Action::Unheard { .. }
            | Action::Line { .. }
            | Action::Revoke { .. }
            | Action::EndSession { .. } => self.afflict(action),
            Action::Update { device } => self.update(device),
            Action::Assign { .. }
            | Action::Unreadable { .. }
            | Action::Status { .. }
            | Action::Delete { .. }
            | Action::Promote { .. }
            | Action::Rights { .. }
            | Action::BackUp
            | Action::KeepHouse
            | Action::Decide { .. }
            | Action::Skew { .. }
            | Action::Restore => self.office(action),
        }
    }

    fn tell_all(&self, phone: &Phone, event: Event) {
        for tab in phone.tabs.borrow().iter() {
            tab.wake.tell(event);
        }
    }

    fn sign_in(&self, device: u8, user: u8) {
        let Some(phone) = self.phone(device) else {
            return;
        };
        let tab = self.tab_or_new(phone, 0);
        let engine = self.engine(phone, tab.context);
        if phone.user.replace(user) != user {
            phone.device.worked.take();
        }
        let (device, server) = (Rc::clone(&phone.device), Rc::clone(&self.server));
        self.sim.spawn(tab.context, async move {
            // The server sets the cookie first; the phone notes who it is second.
            device.cookie.set(Some(user));
            device.revoked.set(false);
            let info = server.borrow().session(user);
            let signed_in = engine.run_signed_in(&info).await;
            if signed_in.is_ok() {
                tab.wake.tell(Event::SignedIn);
            }
        });
    }

    /// The faults stop. What is broken stays broken as far as a phone would have it: a leaked lock
    /// stays leaked.
    pub fn heal(&mut self) {
        self.sim.note(|| "heal".to_owned());
        self.actions.set(self.actions.get() + 1);
        self.swarm = Rc::new(Swarm::default());
        self.twin.borrow_mut().heal();
        if let Some(board) = self.board.borrow_mut().as_mut() {
            board.heal();
        }
        if self.server.borrow().is_older {
            self.act(Action::Skew { older: false });
        }
        for what in 0..company::RIGHTS {
            let change = company::rights_change(what, false);
            let mut server = self.server.borrow_mut();
            server.set_now(Timestamp(self.sim.now()));
            server.set_rights(Some(change));
        }
        for phone in &self.phones {
            phone.device.network.set(Network::Up);
            phone.device.full.set(false);
            phone.device.unheard.borrow_mut().clear();
            phone.device.doomed.borrow_mut().clear();
            let blocked = phone.device.blocked_until.get().min(self.sim.now());
            phone.device.blocked_until.set(blocked);
            phone.device.cut_off.borrow_mut().clear();
            phone.device.leaks.set(false);
            phone.device.unlocks_late.set(false);
            phone.device.records_version.set(NEW_BUILD);
            for tab in phone.tabs.take() {
                self.sim.kill(tab.context);
            }
            phone.device.forget_quiet();
            self.open_tab(phone);
        }
    }

    /// What phones have told arrives.
    pub fn watch_twin(&self) {
        let mut server = self.server.borrow_mut();
        if self.twin.borrow_mut().advance(self.sim.now(), &mut server) {
            self.ledger.borrow_mut().touch();
        }
    }

    /// What happens on the office's board until now.
    pub fn watch_board(&self) {
        if let Some(board) = self.board.borrow_mut().as_mut()
            && board.advance(self.sim.now(), &self.server.borrow())
        {
            self.ledger.borrow_mut().touch();
        }
    }

    /// What happens on the office's board in the minute that follows, in which nobody else does anything: what was
    /// written last it may hear of then only.
    pub fn settle_board(&self) {
        if let Some(board) = self.board.borrow_mut().as_mut() {
            board.advance(self.sim.now() + 60_000, &self.server.borrow());
        }
    }

    /// What the office's board showed otherwise than a fresh load.
    #[must_use]
    pub fn board_wrong(&self) -> Option<String> {
        self.board.borrow().as_ref().and_then(Board::wrong)
    }

    /// Whether the office's board has shown what the server has since the last write; `None` without one.
    #[must_use]
    pub fn is_board_quiet(&self) -> Option<bool> {
        let board = self.board.borrow();
        board
            .as_ref()
            .map(|board| board.is_quiet(&self.server.borrow()))
    }

    /// Each phone's next user signs in: one who has unsent work there, else the one who was there.
    pub fn sign_in_owners(&self) {
        for (number, phone) in (0..).zip(&self.phones) {
            self.sign_in(number, self.waiting_user(phone).unwrap_or(phone.user.get()));
        }
    }

    /// Whether anything could still be sent.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.is_phone_waiting() || self.is_rescue_due()
    }

    fn is_phone_waiting(&self) -> bool {
        self.phones
            .iter()
            .any(|phone| self.waiting_user(phone).is_some())
    }

    /// Who is signed in on a phone, as the phone knows it.
    #[must_use]
    pub fn user_of(&self, device: u8) -> Option<u8> {
        self.phone(device).map(|phone| phone.user.get())
    }

    /// The power of the first phone goes.
    pub fn crash(&self) {
        self.lose_power(0);
    }

    /// Takes a saved change away behind the engine's back. Whether there was one.
    #[must_use]
    pub fn lose_something(&self) -> bool {
        self.ledger.borrow_mut().touch();
        self.devices().any(|device| device.outbox.lose_first())
    }

    /// Whose work could be sent from a phone.
    fn waiting_user(&self, phone: &Phone) -> Option<u8> {
        let waiting = phone.device.outbox.peek(|outbox| {
            let entries: Vec<_> = outbox.readable().cloned().collect();
            let held = held_entries(&entries);
            let mut stopped = behind_a_filter(phone.device.line.get(), &entries);
            stopped.extend(self.ledger.borrow().behind_damage(&entries));
            let waiting = entries.iter().find(|entry| {
                !entry.is_parked() && !held.contains(entry.seq()) && !stopped.contains(&entry.seq())
            });
            waiting.map(|entry| entry.mutation.user)
        })?;
        (0..company::USERS).find(|user| company::user(*user).id == waiting)
    }
}
