//! The proof that the net catches fish: every planted bug must be found.

use afield_planted::Bug;

/// Those of [`Bug::ALL`] that stand in the server, but for its files, which the simulation's model keeps: what is looked
/// for once more on another database.
pub const IN_THE_SERVER: &[Bug] = &[
    Bug::AcceptedTwice,
    Bug::CommitUnchecked,
    Bug::CursorSkips,
    Bug::DepartureNotNoted,
    Bug::DependencyUnchecked,
    Bug::EpochUnchecked,
    Bug::HoldOtherLanes,
    Bug::JudgedWithRightsOfSaving,
    Bug::LaneNotHeld,
    Bug::LastEventBelieved,
    Bug::LateReportTaken,
    Bug::LeftOutApplied,
    Bug::NumberGivenTwice,
    Bug::PullOutOfScope,
    Bug::RejectionForgotten,
    Bug::RepeatJudgedAnew,
    Bug::ReplacedTakenForDone,
    Bug::ReviewDropsFile,
    Bug::ReviewNotKept,
    Bug::ReviewOvertaken,
    Bug::RevisionNotRaised,
    Bug::RevokedApplied,
    Bug::RevokedWorkVanishes,
    Bug::RuleUnchecked,
    Bug::SilentChangesUntold,
    Bug::StaleUser,
    Bug::StampNotSet,
    Bug::TimeOnlyPrune,
    Bug::VerdictAfterCommit,
    Bug::VerdictNotStored,
];

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
    use super::{Caught, IN_THE_SERVER};
    use crate::run::{Setup, run};
    use crate::schedule::Schedule;
    use crate::server::{Level, RealError};
    use afield_planted::Bug;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Looks for one bug: each seed at each of these levels in turn.
    fn hunt(bug: Bug, setups: &[Setup], most: u64) -> Caught {
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

    /// Looks for every bug, or for those that `only` names, in at most `most` seeds each. With the model and `real`
    /// beside it; on PostgreSQL with that alone, and for every bug that is in the server.
    ///
    /// # Errors
    /// When a real server cannot be started.
    pub fn hunt_all(most: u64, only: &[String], real: Level) -> Result<Vec<Caught>, RealError> {
        let (levels, every) = match real {
            Level::Postgres => (vec![real], IN_THE_SERVER),
            Level::Model | Level::Server => (vec![Level::Model, real], Bug::ALL),
        };
        let is_named = |bug: &&Bug| only.contains(&format!("{bug:?}"));
        let all = Bug::ALL.iter().chain(Bug::RARE);
        let bugs: Vec<Bug> = if only.is_empty() {
            every.to_vec()
        } else {
            all.filter(is_named).copied().collect()
        };
        let (next, all) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        let run_some = || -> Result<(), RealError> {
            let setups = levels.iter().map(|level| Setup::at(*level));
            let setups = setups.collect::<Result<Vec<_>, _>>()?;
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

#[cfg(test)]
mod tests {
    use super::IN_THE_SERVER;
    use afield_planted::Bug;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// The bugs of [`Bug::ALL`] that are named by the sources in `folder`, without those in `left_out`.
    fn planted_in(folder: &Path, left_out: &[&str], found: &mut BTreeSet<Bug>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if left_out.iter().any(|name| path.ends_with(name)) {
                continue;
            }
            if path.is_dir() {
                planted_in(&path, left_out, found);
                continue;
            }
            let words: String = std::fs::read_to_string(&path).unwrap();
            let words: String = words.split_whitespace().collect();
            let named = |bug: &&Bug| words.contains(&format!("planted!({bug:?}:"));
            found.extend(Bug::ALL.iter().filter(named));
        }
    }

    #[test]
    fn every_bug_of_the_server_is_looked_for_on_another_database() {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/src");
        let mut found = BTreeSet::new();
        // What stands in SQLite's own room does nothing on another.
        planted_in(&sources, &["src/files", "storage/sqlite"], &mut found);
        let listed: BTreeSet<Bug> = IN_THE_SERVER.iter().copied().collect();
        assert_eq!(listed, found);
    }
}
