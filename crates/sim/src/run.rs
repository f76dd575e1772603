//! One run of one schedule: faults, then healing, with the invariants throughout.

use crate::executor::Tasks;
use crate::fault::FaultCounts;
use crate::invariants::{ALWAYS, AT_THE_END, Invariant};
use crate::schedule::{SPAN_MS, Schedule};
use crate::server::{Level, Real, RealError};
use crate::world::World;
use std::cell::Cell;
use std::rc::Rc;

/// In what a schedule runs.
#[derive(Clone, Default)]
pub struct Setup {
    /// What answers the phones.
    pub level: Level,
    /// The real server, where that is what answers.
    pub real: Option<Rc<Real>>,
    /// The real server on another database, where both must make the same run of each schedule.
    pub beside: Option<Rc<Real>>,
    /// The power of the first phone goes at this poll.
    pub crash_at: Option<u64>,
    /// A saved change is taken away behind the engine's back: the run must fail.
    pub canary: bool,
}

impl Setup {
    /// Runs at this level.
    ///
    /// # Errors
    /// When the real server's database cannot be made.
    pub fn at(level: Level) -> Result<Self, RealError> {
        let on_sqlite = || Real::open().map(Rc::new).map(Some);
        let (real, beside) = match level {
            Level::Model => (None, None),
            Level::Server => (on_sqlite()?, None),
            Level::Postgres => (Some(Rc::new(Real::on_postgres()?)), on_sqlite()?),
        };
        Ok(Self {
            level,
            real,
            beside,
            ..Self::default()
        })
    }
}

/// What a run showed.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The hash of everything that happened.
    pub trace_hash: u64,
    /// Steps of the trace.
    pub steps: u64,
    /// Polls while there were faults: where a crash can come.
    pub polls: u64,
    /// Requests that arrived.
    pub requests: u64,
    /// Mutations that were saved.
    pub mutations: u64,
    /// Faults that struck.
    pub faults: FaultCounts,
    /// What was violated first.
    pub violation: Option<Violation>,
    /// The trace as text, if asked for.
    pub lines: Vec<String>,
}

/// A broken invariant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Its name.
    pub invariant: &'static str,
    /// What was seen.
    pub what: String,
    /// At which step of the trace.
    pub step: u64,
}

/// Rounds after healing; in each the next owner of unsent work signs in and has twelve minutes. Half of that is longer
/// than a phone waits at most between two tries: each has heard of what the office decides in between.
const ROUNDS: u32 = 6;
const ROUND_MS: i64 = 12 * 60_000;
/// Whoever signs in has done so by then.
const SIGNED_IN_MS: i64 = 30_000;

fn check(world: &World, invariants: &[Invariant]) -> Result<(), Violation> {
    for (invariant, holds) in invariants {
        holds(world).map_err(|what| Violation {
            invariant,
            what,
            step: world.sim.trace().1,
        })?;
    }
    Ok(())
}

/// Checks after every poll that has changed something.
struct Watch<'a> {
    setup: &'a Setup,
    version: Cell<u64>,
    polls: Cell<u64>,
    is_done: Cell<bool>,
}

impl Watch<'_> {
    fn after_poll(&self, world: &World) -> Result<(), Violation> {
        world.watch_twin();
        world.watch_board();
        let poll = self.polls.get();
        self.polls.set(poll + 1);
        if self.setup.crash_at == Some(poll) {
            world.crash();
        }
        if self.setup.canary && !self.is_done.get() {
            self.is_done.set(world.lose_something());
        }
        let version = world.ledger.borrow().version;
        if self.version.replace(version) == version {
            return Ok(());
        }
        check(world, &ALWAYS)
    }
}

/// Runs a schedule; once more on the database beside, if there is one. With `verbose` the trace is kept as text.
#[must_use]
pub fn run(schedule: &Schedule, setup: &Setup, verbose: bool) -> Outcome {
    let mut outcome = run_on(setup.real.as_ref(), schedule, setup, verbose);
    if let (None, Some(beside)) = (&outcome.violation, &setup.beside) {
        let other = run_on(Some(beside), schedule, setup, false);
        if other.trace_hash != outcome.trace_hash {
            outcome.violation = Some(Violation {
                invariant: "both databases make the same run",
                what: format!(
                    "the traces are {:016x} in {} steps, and {:016x} in {}",
                    outcome.trace_hash, outcome.steps, other.trace_hash, other.steps
                ),
                step: outcome.steps.min(other.steps),
            });
        }
    }
    outcome
}

fn run_on(real: Option<&Rc<Real>>, schedule: &Schedule, setup: &Setup, verbose: bool) -> Outcome {
    let mut world = World::new(schedule, real.cloned(), verbose);
    let watch = Watch {
        setup,
        version: Cell::new(u64::MAX),
        polls: Cell::new(0),
        is_done: Cell::new(false),
    };
    let (polls, ran) = run_faults(&world, schedule, &watch);
    let ran = ran.and_then(|tasks| run_healed(&mut world, tasks, &watch));
    let (trace_hash, steps, lines) = world.sim.trace();
    let ledger = world.ledger.borrow();
    Outcome {
        trace_hash,
        steps,
        polls,
        requests: ledger.requests,
        mutations: ledger.lives.len() as u64,
        faults: ledger.faults.clone(),
        violation: ran.err(),
        lines,
    }
}

fn run_faults(
    world: &World,
    schedule: &Schedule,
    watch: &Watch<'_>,
) -> (u64, Result<Tasks, Violation>) {
    let sim = world.sim.clone();
    let start = sim.now();
    let mut tasks = Tasks::default();
    let mut run_until = |until| sim.run_until(&mut tasks, until, || watch.after_poll(world));
    let mut ran = Ok(());
    for (at, action) in &schedule.actions {
        ran = ran.and_then(|()| run_until(start + at));
        if ran.is_ok() {
            world.act(*action);
        }
    }
    let ran = ran.and_then(|()| run_until(start + SPAN_MS));
    (watch.polls.get(), ran.map(|()| tasks))
}

fn run_healed(world: &mut World, mut tasks: Tasks, watch: &Watch<'_>) -> Result<(), Violation> {
    let sim = world.sim.clone();
    world.heal();
    for round in 0..ROUNDS {
        world.sign_in_owners();
        world.open_rescues();
        let until = sim.now() + ROUND_MS;
        if round == 0 {
            sim.run_until(&mut tasks, sim.now() + SIGNED_IN_MS, || {
                watch.after_poll(world)
            })?;
            world.settle_settings();
        }
        // Twice: what somebody has who signs in there last comes late, and its answer is fetched in time.
        for part in [2, 1] {
            let left = until - sim.now();
            let half = sim.now() + left / part;
            sim.run_until(&mut tasks, half, || watch.after_poll(world))?;
            if part == 2 {
                world.decide_all();
            }
        }
        if !world.is_waiting() {
            break;
        }
    }
    check(world, &ALWAYS)?;
    check(world, &AT_THE_END)
}
