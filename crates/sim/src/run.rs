//! One run of one schedule: faults, then healing, with the invariants throughout.

use crate::executor::Tasks;
use crate::fault::FaultCounts;
use crate::invariants::{ALWAYS, AT_THE_END, Invariant};
use crate::schedule::{SPAN_MS, Schedule};
use crate::world::World;

/// What a run showed.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The hash of everything that happened.
    pub trace_hash: u64,
    /// Steps of the trace.
    pub steps: u64,
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

/// Rounds after healing; in each the next owner of unsent work signs in and has ten minutes.
const ROUNDS: u32 = 6;
const ROUND_MS: i64 = 10 * 60_000;

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

/// Runs a schedule. With `verbose` the trace is kept as text.
#[must_use]
pub fn run(schedule: &Schedule, verbose: bool) -> Outcome {
    let mut world = World::new(schedule, verbose);
    let violation = run_phases(&mut world, schedule).err();
    let (trace_hash, steps, lines) = world.sim.trace();
    let ledger = world.ledger.borrow();
    Outcome {
        trace_hash,
        steps,
        requests: ledger.requests,
        mutations: ledger.lives.len() as u64,
        faults: ledger.faults.clone(),
        violation,
        lines,
    }
}

fn run_phases(world: &mut World, schedule: &Schedule) -> Result<(), Violation> {
    let sim = world.sim.clone();
    let start = sim.now();
    let mut tasks = Tasks::default();
    for (at, action) in &schedule.actions {
        sim.run_until(&mut tasks, start + at, || check(world, &ALWAYS))?;
        world.act(*action);
    }
    sim.run_until(&mut tasks, start + SPAN_MS, || check(world, &ALWAYS))?;
    world.heal();
    for _ in 0..ROUNDS {
        let waiting = futures_now(world.sign_in_owners());
        let until = sim.now() + ROUND_MS;
        sim.run_until(&mut tasks, until, || check(world, &ALWAYS))?;
        if !waiting {
            break;
        }
    }
    check(world, &ALWAYS)?;
    check(world, &AT_THE_END)
}

/// `sign_in_owners` reads stores in memory, which are never pending.
fn futures_now(future: impl Future<Output = bool>) -> bool {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => false,
    }
}
