//! "Something happened in this company": wakes the boards that watch it.
//!
//! Owns one signal per company, the signal that the server ends, and what is handed from a company's one feed
//! to its boards. A signal carries nothing: the feed reads what it has not seen from the storage, so that order
//! and gaps are the storage's.

use afield_domain::CompanyId;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{broadcast, watch};

/// What one reading gave, for all boards of a company.
#[derive(Debug)]
pub(crate) struct Page {
    /// Up to where the company's activity was looked at.
    pub(crate) last: u64,
    /// What happened, oldest first.
    pub(crate) events: Vec<Told>,
    /// Whether something changed that no activity tells of: after the events the day must be loaded anew.
    pub(crate) reload: bool,
    /// The hashes of the sessions' tokens that may see it.
    pub(crate) may_watch: HashSet<String>,
}

/// One event as it is sent.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    /// Its activity's place in the company's order.
    pub(crate) seq: u64,
    /// A [`afield_protocol::BoardEvent`] as JSON.
    pub(crate) text: String,
}

/// The feeds that run, by company.
pub(crate) type Feeds = tokio::sync::Mutex<HashMap<CompanyId, broadcast::Sender<Arc<Page>>>>;

/// Wakes boards.
#[derive(Debug, Clone)]
pub struct Hub {
    companies: Arc<Mutex<HashMap<CompanyId, watch::Sender<u64>>>>,
    ending: watch::Sender<bool>,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            companies: Arc::default(),
            ending: watch::Sender::new(false),
        }
    }
}

impl Hub {
    /// Tells the boards of `company` to look; call it after a commit.
    pub fn notify(&self, company: CompanyId) {
        let companies = self
            .companies
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = companies.get(&company) {
            sender.send_modify(|count| *count = count.wrapping_add(1));
        }
    }

    /// Listens to `company` from now on.
    #[must_use]
    pub fn listen(&self, company: CompanyId) -> watch::Receiver<u64> {
        let mut companies = self
            .companies
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        companies
            .entry(company)
            .or_insert_with(|| watch::Sender::new(0))
            .subscribe()
    }

    /// Tells every board that the server ends.
    pub fn end(&self) {
        self.ending.send_replace(true);
    }

    /// Becomes true when the server ends.
    #[must_use]
    pub fn ending(&self) -> watch::Receiver<bool> {
        self.ending.subscribe()
    }
}
