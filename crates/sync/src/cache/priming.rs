//! How far the first full load is.
//!
//! Owns [`Priming`], a part of the cache's state. Must never decide when to load: a pull without a cursor
//! is priming.

use afield_domain::wire::FromTree;
use afield_domain::{Module, Timestamp};
use afield_protocol::ModuleTotal;
use serde::Serialize;

/// The first full load: resumable, with progress.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
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
