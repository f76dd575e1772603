//! The proof that the net catches fish: every planted bug must be found.

use afield_planted::Bug;

/// What became of one bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caught {
    /// The bug.
    pub bug: Bug,
    /// How many seeds it took; none if it was not found.
    pub seeds: Option<u64>,
    /// Which invariant it broke.
    pub invariant: &'static str,
}

/// The middle of the numbers of seeds.
#[must_use]
pub fn median_seeds(caught: &[Caught]) -> u64 {
    let mut seeds: Vec<u64> = caught.iter().filter_map(|caught| caught.seeds).collect();
    seeds.sort_unstable();
    seeds.get(seeds.len() / 2).copied().unwrap_or(0)
}

#[cfg(feature = "planted")]
mod hunt {
    use super::Caught;
    use crate::run::{Setup, run};
    use crate::schedule::Schedule;
    use crate::server::{Level, RealError};
    use afield_planted::Bug;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Looks for one bug: each seed first at the level of the model, then at that of the server.
    fn hunt(bug: Bug, setups: &[Setup; 2], most: u64) -> Caught {
        let nothing = Caught {
            bug,
            seeds: None,
            invariant: "",
        };
        for seed in 0..most {
            for setup in setups {
                afield_planted::switch(Some(bug));
                let outcome = run(&Schedule::of_seed(seed), setup, false);
                afield_planted::switch(None);
                if let Some(violation) = outcome.violation {
                    return Caught {
                        bug,
                        seeds: Some(seed + 1),
                        invariant: violation.invariant,
                    };
                }
            }
        }
        nothing
    }

    /// Looks for every bug, or for those that `only` names, in at most `most` seeds each.
    ///
    /// # Errors
    /// When a real server cannot be started.
    pub fn hunt_all(most: u64, only: &[String]) -> Result<Vec<Caught>, RealError> {
        let is_named = |bug: &&Bug| only.contains(&format!("{bug:?}"));
        let all = Bug::ALL.iter().chain(Bug::RARE);
        let bugs: Vec<Bug> = if only.is_empty() {
            Bug::ALL.to_vec()
        } else {
            all.filter(is_named).copied().collect()
        };
        let (next, all) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        let run_some = || -> Result<(), RealError> {
            let setups = [Setup::at(Level::Model)?, Setup::at(Level::Server)?];
            while let Some(bug) = bugs.get(next.fetch_add(1, Ordering::Relaxed)) {
                let caught = hunt(*bug, &setups, most);
                if let Ok(mut all) = all.lock() {
                    all.push(caught);
                }
            }
            Ok(())
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(run_some)).collect();
            for worker in workers {
                match worker.join() {
                    Ok(done) => done?,
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            Ok::<(), RealError>(())
        })?;
        let mut all = all.into_inner().unwrap_or_default();
        all.sort_by_key(|caught: &Caught| caught.bug);
        Ok(all)
    }
}

#[cfg(feature = "planted")]
pub use hunt::hunt_all;
