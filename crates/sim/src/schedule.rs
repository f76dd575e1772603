//! A schedule: what people and the world do, and which faults this run knows.
//!
//! Owns how a seed becomes a schedule. A schedule is plain data, so that it can be shrunk and kept.

use crate::chance::Chance;
use crate::company::{JOBS, USERS, WORK};
use crate::fault::Fault;
use afield_domain::JobStatus;

mod modes;
mod rescues;
mod reviews;
mod revokes;
mod rights;
mod settings;

/// One run's plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// What the interleavings are drawn from.
    pub seed: u64,
    /// Phones.
    pub devices: u8,
    /// The faults it knows.
    pub swarm: Swarm,
    /// Whether the server keeps what comes too late for the office, and does not refuse it.
    pub reviews: bool,
    /// What happens, by time in milliseconds from the start.
    pub actions: Vec<(i64, Action)>,
}

/// Which faults a run knows, and how often a request is struck.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Swarm {
    /// The classes.
    pub faults: Vec<Fault>,
    /// In how many of 100 requests.
    pub percent: u8,
}

impl Swarm {
    /// Whether this run knows it.
    pub fn knows(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }

    /// What strikes a request, if anything.
    pub fn draw_request_fault(&self, chance: &mut Chance) -> Option<Fault> {
        if !chance.percent(self.percent) {
            return None;
        }
        let fault = chance.pick(&Fault::OF_REQUESTS)?;
        self.knows(fault).then_some(fault)
    }
}

/// Something that happens. `tab` counts from 0 over the tabs that are open at that time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // The names say it.
pub enum Action {
    Save {
        device: u8,
        tab: u8,
        job: u8,
        what: u8,
    },
    SaveUndoable {
        device: u8,
        tab: u8,
        job: u8,
    },
    Undo {
        device: u8,
    },
    Seen {
        device: u8,
        tab: u8,
        seen: bool,
    },
    SyncNow {
        device: u8,
        tab: u8,
    },
    Worker {
        device: u8,
    },
    OpenTab {
        device: u8,
    },
    CloseTab {
        device: u8,
        tab: u8,
        leak: bool,
    },
    StopWorker {
        device: u8,
    },
    LosePower {
        device: u8,
    },
    Freeze {
        device: u8,
        tab: u8,
        ms: i64,
    },
    Network {
        device: u8,
        fault: Option<Fault>,
    },
    /// The clock is set by so much, or right.
    Clock {
        device: u8,
        ms: Option<i64>,
    },
    Full {
        device: u8,
        full: bool,
    },
    CutOff {
        device: u8,
        tab: u8,
    },
    EndSession {
        device: u8,
    },
    Revoke {
        device: u8,
    },
    SignIn {
        device: u8,
        user: u8,
    },
    Revert {
        device: u8,
    },
    Resend {
        device: u8,
    },
    Settle {
        device: u8,
    },
    Assign {
        job: u8,
        user: u8,
    },
    Status {
        job: u8,
        to: JobStatus,
    },
    Delete {
        job: u8,
    },
    Promote {
        user: u8,
        office: bool,
    },
    /// A right of technicians is taken or given back; the last number is a field that must be filled in.
    Rights {
        what: u8,
        taken: bool,
    },
    OfficeEdit {
        job: u8,
        stale: bool,
    },
    BackUp,
    Restore,
    KeepHouse,
    Evict {
        device: u8,
    },
    Skew {
        older: bool,
    },
    Block {
        device: u8,
        ms: i64,
    },
    Unheard {
        device: u8,
        tab: u8,
    },
    Unreadable {
        job: u8,
    },
    Update {
        device: u8,
    },
    Line {
        device: u8,
        fault: Fault,
        much: u16,
    },
    Damage {
        device: u8,
    },
    CopyProfile {
        device: u8,
    },
    PutBack {
        device: u8,
    },
    WriteRescue {
        device: u8,
    },
    /// The office sets how phones hold the company's data.
    Setting {
        online: bool,
        offers: bool,
    },
    /// An admin sets something else of the company.
    CompanySets {
        what: u8,
        to: u8,
    },
    /// The phone hears how its company is set.
    Hear {
        device: u8,
    },
    /// Its user switches the offline feature on or off.
    OwnSwitch {
        device: u8,
        without: bool,
    },
    /// Its user opens a job.
    Open {
        device: u8,
        tab: u8,
        job: u8,
    },
    /// The office decides about somebody's work that came too late; of what it accepts it may leave something out.
    Decide {
        group: u8,
        onto: Option<u8>,
        accept: bool,
        leaves: Option<u8>,
    },
    /// One of the rescue files is sent, for so long or to its end.
    SendRescue {
        device: u8,
        file: u8,
        cut_ms: Option<i64>,
    },
}

/// The length of the part with faults, in milliseconds.
pub const SPAN_MS: i64 = 20 * 60_000;

impl Schedule {
    /// The schedule of a seed.
    #[must_use]
    pub fn of_seed(seed: u64) -> Self {
        Self::drawn(seed, 45)
    }

    /// A shorter schedule of a seed, for running it once for each of its events.
    #[must_use]
    pub fn small_of_seed(seed: u64) -> Self {
        Self::drawn(seed, 16)
    }

    fn drawn(seed: u64, most: i64) -> Self {
        let chance = &mut Chance::new(seed ^ 0x5EED_0F5C_4ED0_11E5);
        // Mostly few: with every phone more the others' chances to meet shrink.
        let devices = chance.between(1, 5).min(chance.between(1, 5));
        let devices = u8::try_from(devices).unwrap_or(1);
        let faults = Fault::ALL.into_iter().filter(|_| chance.percent(45));
        let swarm = Swarm {
            faults: faults.collect(),
            percent: u8::try_from(chance.between(0, 60)).unwrap_or(0),
        };
        let count = chance.between(12, most);
        let mut actions: Vec<(i64, Action)> = (0..count)
            .filter_map(|_| {
                let at = chance.between(0, SPAN_MS);
                draw_action(chance, &swarm, devices).map(|action| (at, action))
            })
            .collect();
        // Of a stream of its own: what a seed was before rescue files is in it still.
        let rescues = &mut Chance::new(seed ^ 0x2E5C_0E5C_2E5C_0E5C);
        actions.extend(rescues::draw(rescues, devices));
        // And what it was before there were modes.
        let of_modes = &mut Chance::new(seed ^ 0x00DE_5A11_00DE_5A11);
        actions.extend(modes::draw(of_modes, devices));
        let of_rights = &mut Chance::new(seed ^ 0x0416_4875_0416_4875);
        actions.extend(rights::draw(of_rights));
        let of_company = &mut Chance::new(seed ^ 0x5E77_1465_5E77_1465);
        actions.extend(settings::draw(of_company, devices));
        let of_reviews = &mut Chance::new(seed ^ 0x4E71_E35E_4E71_E35E);
        let has_reviews = of_reviews.percent(50);
        if has_reviews {
            actions.extend(reviews::draw(of_reviews, devices));
        }
        let of_revokes = &mut Chance::new(seed ^ 0x4E70_CE5D_4E70_CE5D);
        let revokes = revokes::draw(of_revokes, devices);
        // A server that keeps nothing for the office takes nothing from a revoked phone: mostly it does.
        let keeps = !revokes.is_empty() && of_revokes.percent(80);
        actions.extend(revokes);
        reviews::leave_out(seed, &mut actions);
        actions.sort_by_key(|(at, _)| *at);
        Self {
            reviews: has_reviews || keeps,
            seed,
            devices,
            swarm,
            actions,
        }
    }
}

fn small(chance: &mut Chance, end: u8) -> u8 {
    u8::try_from(chance.below(u64::from(end))).unwrap_or(0)
}

/// A job: some are at the centre of the day, so that people meet on them.
fn busy_job(chance: &mut Chance) -> u8 {
    small(chance, JOBS).min(small(chance, JOBS))
}

fn draw_action(chance: &mut Chance, swarm: &Swarm, devices: u8) -> Option<Action> {
    let device = small(chance, devices);
    let tab = small(chance, 3);
    Some(match chance.below(36) {
        0..=13 => Action::Save {
            device,
            tab,
            job: busy_job(chance),
            what: small(chance, WORK),
        },
        14 => Action::SyncNow { device, tab },
        15 => Action::Worker { device },
        16 => Action::OpenTab { device },
        17 | 23 => Action::Revert { device },
        18 | 22 => Action::Resend { device },
        19 => Action::Settle { device },
        20 | 30 | 31 => Action::OfficeEdit {
            job: busy_job(chance),
            stale: chance.percent(60),
        },
        21 if chance.percent(60) => Action::KeepHouse,
        32 | 33 => Action::SaveUndoable {
            device,
            tab,
            job: busy_job(chance),
        },
        34 => Action::Undo { device },
        35 => Action::Seen {
            device,
            tab,
            seen: chance.percent(50),
        },
        _ => return draw_fault(chance, swarm, device, tab),
    })
}

fn draw_fault(chance: &mut Chance, swarm: &Swarm, device: u8, tab: u8) -> Option<Action> {
    let fault = chance.pick(&swarm.faults)?;
    let network = |fault| Action::Network { device, fault };
    Some(match fault {
        Fault::OneWayCut | Fault::FullCut if chance.percent(50) => network(Some(fault)),
        Fault::OneWayCut | Fault::FullCut => network(None),
        Fault::Unauthorized => Action::EndSession { device },
        Fault::TabKill | Fault::LeakedLock => Action::CloseTab {
            device,
            tab,
            leak: fault == Fault::LeakedLock,
        },
        Fault::WorkerKill => Action::StopWorker { device },
        Fault::PowerLoss => Action::LosePower { device },
        Fault::Quota => Action::Full {
            device,
            full: chance.percent(60),
        },
        Fault::ConnectionLost => Action::CutOff { device, tab },
        Fault::Freeze => Action::Freeze {
            device,
            tab,
            ms: chance.between(1_000, 300_000),
        },
        Fault::ClockJump => Action::Clock {
            device,
            ms: draw_clock(chance),
        },
        Fault::OfficeWrite => draw_office(chance)?,
        Fault::UserChange => Action::SignIn {
            device,
            user: small(chance, USERS),
        },
        Fault::Restore if chance.percent(60) => Action::BackUp,
        Fault::Restore => Action::Restore,
        Fault::Eviction => Action::Evict { device },
        Fault::VersionSkew => Action::Skew {
            older: chance.percent(50),
        },
        Fault::Blocked => Action::Block {
            device,
            ms: chance.between(1_000, 200_000),
        },
        Fault::CommitUnheard => Action::Unheard { device, tab },
        Fault::Unreadable if chance.percent(75) => Action::Unreadable {
            job: busy_job(chance),
        },
        Fault::Unreadable => Action::Update { device },
        Fault::SmallBodies | Fault::SlowLine | Fault::Filter => Action::Line {
            device,
            fault,
            much: match fault {
                // Where it is mended again, nothing is left of it.
                _ if chance.percent(30) => 0,
                Fault::SmallBodies => draw_size(chance, 700, 3_000),
                Fault::SlowLine => draw_size(chance, 150, 600),
                _ => draw_size(chance, 2, 8),
            },
        },
        Fault::DamagedRow => Action::Damage { device },
        Fault::PutBack if chance.percent(60) => Action::CopyProfile { device },
        Fault::PutBack => Action::PutBack { device },
        _ => return None,
    })
}

/// By how much a clock is set: by days, by a year, or right.
fn draw_clock(chance: &mut Chance) -> Option<i64> {
    let days = match chance.below(10) {
        0..=2 => return None,
        3..=4 => 400,
        _ => 2,
    };
    Some(chance.between(-days * 86_400_000, days * 86_400_000))
}

fn draw_size(chance: &mut Chance, from: i64, to: i64) -> u16 {
    u16::try_from(chance.between(from, to)).unwrap_or(u16::MAX)
}

fn draw_office(chance: &mut Chance) -> Option<Action> {
    let job = busy_job(chance);
    Some(match chance.below(8) {
        6..=7 => Action::Promote {
            user: small(chance, USERS),
            office: chance.percent(50),
        },
        0..=2 => Action::Assign {
            job,
            user: small(chance, USERS),
        },
        3..=4 => Action::Status {
            job,
            to: chance.pick(&JobStatus::ALL)?,
        },
        _ => Action::Delete { job },
    })
}
