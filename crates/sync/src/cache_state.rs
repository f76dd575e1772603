//! The cache database's one row about itself.
//!
//! Owns [`CacheState`] and the progress of priming. A stored type, but the cache may be dropped.

use afield_domain::from_tree;
use afield_domain::{Module, RecordKey, Timestamp, UserId};
use afield_protocol::{Cursor, EpochId, ModuleTotal};
use serde::Serialize;

/// Whose cache it is, how far it is, and of which data set.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct CacheState {
    /// The user whose scope it holds; another user's sign-in empties it.
    #[serde(default)]
    pub owner: Option<UserId>,
    /// The server's data set it was primed from.
    #[serde(default)]
    pub epoch: Option<EpochId>,
    /// Where the next pull goes on; none before the first page.
    #[serde(default)]
    pub cursor: Option<Cursor>,
    /// Whether pulls fill a new generation while the old one is shown.
    #[serde(default)]
    pub staging: bool,
    /// How far priming is.
    #[serde(default)]
    pub priming: Priming,
    /// Records out of scope that stay until the unsent work that refers to them is sent.
    #[serde(default)]
    pub leaving: Vec<RecordKey>,
    /// When the last pull ended, by this device's clock.
    #[serde(default)]
    pub last_pull: Option<Timestamp>,
}

from_tree! {
    struct CacheState {
        owner,
        epoch,
        cursor,
        staging = false,
        priming = Priming::default(),
        leaving = Vec::new(),
        last_pull,
    }
}

impl CacheState {
    /// Whether the device is **Ready for offline use**: primed, maybe with an older generation.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.staging || self.priming.is_done()
    }
}

/// The first full load: resumable, with progress.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Priming {
    /// What is to come, by module; empty until the first page came.
    #[serde(default)]
    pub totals: Vec<ModuleTotal>,
    /// What has come, by module.
    #[serde(default)]
    pub received: Vec<ModuleTotal>,
    /// Bytes received.
    #[serde(default)]
    pub bytes: u64,
    /// When it was done: from then on the device is **Ready for offline use**.
    #[serde(default)]
    pub done_at: Option<Timestamp>,
}

from_tree! {
    struct Priming { totals = Vec::new(), received = Vec::new(), bytes = 0, done_at }
}

impl Priming {
    /// Whether the device is ready for offline use.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.done_at.is_some()
    }

    /// Counts one received record of `module`.
    pub fn count(&mut self, module: Module) {
        match self
            .received
            .iter_mut()
            .find(|total| total.module == module)
        {
            Some(total) => total.count += 1,
            None => self.received.push(ModuleTotal { module, count: 1 }),
        }
    }

    /// Records received and expected, over all modules.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        let sum = |totals: &[ModuleTotal]| totals.iter().map(|total| total.count).sum();
        (sum(&self.received), sum(&self.totals))
    }
}
