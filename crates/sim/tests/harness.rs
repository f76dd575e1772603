//! The harness itself: it repeats, it finds what is wrong, and it makes what it finds small.

use afield_sim::executor::Tasks;
use afield_sim::invariants::ALWAYS;
use afield_sim::schedule::{Action, Swarm};
use afield_sim::server::Level;
use afield_sim::shrink::shrink;
use afield_sim::world::World;
use afield_sim::{Schedule, Setup, Violation, run};
use afield_sync::{OutboxPlan, OutboxStore, OutboxWrite, Read};
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// The stores in memory are never pending.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("a store in memory is never pending"),
    }
}

fn calm(actions: Vec<(i64, Action)>) -> Schedule {
    Schedule {
        reviews: false,
        seed: 1,
        devices: 1,
        swarm: Swarm::default(),
        actions,
    }
}

const SAVE: Action = Action::Save {
    device: 0,
    tab: 0,
    job: 0,
    what: 0,
};

#[test]
fn the_same_seed_gives_the_same_trace() {
    let setup = Setup::at(Level::Server).unwrap();
    for seed in 0..20 {
        let schedule = Schedule::of_seed(seed);
        let (one, other) = (run(&schedule, &setup, false), run(&schedule, &setup, true));
        assert_eq!(one.trace_hash, other.trace_hash, "seed {seed}");
        assert_eq!(one.requests, other.requests, "seed {seed}");
    }
    let hash = |seed| run(&Schedule::of_seed(seed), &setup, false).trace_hash;
    assert_ne!(hash(1), hash(2));
}

/// Whatever was run before on the same database, and whichever database it is.
#[test]
fn a_seed_is_the_same_on_postgres_after_others_and_on_a_new_database() {
    let trace = |setup: &Setup, seed| {
        let outcome = run(&Schedule::of_seed(seed), setup, false);
        assert_eq!(outcome.violation, None, "seed {seed}");
        outcome.trace_hash
    };
    let [one, other] = [0, 1].map(|_| Setup::at(Level::Postgres).unwrap());
    let traces: Vec<u64> = (0..6).map(|seed| trace(&one, seed)).collect();
    for seed in (0..6).rev() {
        assert_eq!(trace(&other, seed), traces[seed as usize], "seed {seed}");
    }
}

#[test]
fn a_hundred_schedules_hold_at_both_levels() {
    for level in [Level::Model, Level::Server] {
        let setup = Setup::at(level).unwrap();
        for seed in 0..100 {
            let outcome = run(&Schedule::of_seed(seed), &setup, false);
            assert_eq!(outcome.violation, None, "{level:?}, seed {seed}");
        }
    }
}

#[test]
fn a_crash_at_any_event_of_a_schedule_holds() {
    let setup = Setup::default();
    let schedule = Schedule::small_of_seed(7);
    let polls = run(&schedule, &setup, false).polls;
    assert!(polls > 100, "only {polls}");
    for poll in (0..polls).step_by(7) {
        let setup = Setup {
            crash_at: Some(poll),
            ..setup.clone()
        };
        let outcome = run(&schedule, &setup, false);
        assert_eq!(outcome.violation, None, "crashed at {poll}");
    }
}

#[test]
fn what_is_taken_away_is_missed() {
    let setup = Setup {
        canary: true,
        ..Setup::default()
    };
    let missed = (0..50)
        .filter(|seed| {
            run(&Schedule::of_seed(*seed), &setup, false)
                .violation
                .is_some()
        })
        .count();
    assert!(missed > 40, "only {missed} of 50");
}

/// What was saved is taken away behind the engine's back: the first invariant must see it.
#[test]
fn a_lost_change_is_seen() {
    let mut world = World::new(&calm(vec![]), None, false);
    let (sim, mut tasks) = (world.sim.clone(), Tasks::default());
    let start = sim.now();
    let nothing = || Ok::<(), ()>(());
    sim.run_until(&mut tasks, start + 5_000, nothing).unwrap();
    world.act(Action::Network {
        device: 0,
        fault: Some(afield_sim::fault::Fault::FullCut),
    });
    world.act(SAVE);
    sim.run_until(&mut tasks, start + 6_000, nothing).unwrap();
    let broken = |world: &World| ALWAYS.iter().find(|(_, holds)| holds(world).is_err());
    assert!(broken(&world).is_none());
    let device = world.devices().next().unwrap().clone();
    let view = now(device.outbox.load(Read::All)).unwrap();
    let seq = view.entries[0].seq();
    now(device.outbox.transact(Read::Meta, |_| {
        Ok(OutboxPlan {
            writes: vec![OutboxWrite::Remove(seq)],
            value: (),
        })
    }))
    .unwrap();
    let found = broken(&world).map(|(name, _)| *name);
    assert_eq!(found, Some("no saved change is lost"));
    world.heal();
}

/// A second effect of one change, and effects in the wrong order.
#[test]
fn a_second_effect_and_a_wrong_order_are_seen() {
    let world = World::new(&calm(vec![]), None, false);
    let (sim, mut tasks) = (world.sim.clone(), Tasks::default());
    let start = sim.now();
    let nothing = || Ok::<(), ()>(());
    sim.run_until(&mut tasks, start + 5_000, nothing).unwrap();
    world.act(SAVE);
    world.act(Action::Save {
        device: 0,
        tab: 0,
        job: 0,
        what: 10,
    });
    sim.run_until(&mut tasks, start + 60_000, nothing).unwrap();
    let applied = world.server.borrow().model.applied.clone();
    assert_eq!(applied.len(), 2);
    let broken = || ALWAYS.iter().find(|(_, holds)| holds(&world).is_err());
    assert!(broken().is_none());
    world
        .server
        .borrow_mut()
        .model
        .applied
        .push(applied[0].clone());
    assert_eq!(
        broken().map(|found| found.0),
        Some("one effect for each change")
    );
    world.server.borrow_mut().model.applied = vec![applied[1].clone(), applied[0].clone()];
    let found = broken().map(|found| found.0);
    assert_eq!(found, Some("a device's changes apply in their order"));
}

/// Nothing is left out whose absence makes the failure go away: this one never comes back,
/// so nothing may be dropped.
#[test]
fn shrinking_keeps_what_it_cannot_do_without() {
    let schedule = calm(vec![(1_000, SAVE), (2_000, SAVE)]);
    let never = Violation {
        invariant: "made up",
        what: String::new(),
        step: 0,
    };
    assert_eq!(shrink(&schedule, &Setup::default(), &never), schedule);
}
