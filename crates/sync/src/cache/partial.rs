//! What a cache holds that does not hold all of its user's scope.
//!
//! Owns [`Partial`], a stored part of the cache's state: what hangs on which records is here, and what was asked for
//! with the next page. Must never decide what is asked for.

use afield_domain::RecordKey;
use afield_domain::wire::FromTree;
use afield_protocol::{Change, Extent};
use serde::Serialize;

/// Of a cache that does not hold all: what hangs on which records is here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
pub struct Partial {
    /// On these.
    #[serde(default)]
    pub kept: Vec<RecordKey>,
    /// On these it comes with the pages until one says that no more waits.
    #[serde(default)]
    pub asked: Vec<RecordKey>,
    /// Those of them that have come.
    #[serde(default)]
    pub come: Vec<RecordKey>,
    /// Whether pages wait: what is asked for must not change between them.
    #[serde(default)]
    pub under_way: bool,
    /// Pages so far: a cursor says nothing of what was asked for with it, and may come again.
    #[serde(default)]
    pub pages: u64,
}

impl Partial {
    /// What to tell the server.
    #[must_use]
    pub fn extent(&self) -> Extent {
        Extent {
            kept: self.kept.clone(),
            asked: self.asked.clone(),
        }
    }

    /// A page has brought `changes`; whether `more` wait.
    pub fn note_page(&mut self, changes: &[Change], more: bool) {
        for change in changes {
            match change {
                Change::Upsert(copy) => {
                    let key = copy.record.key();
                    self.come.extend(
                        key.filter(|key| self.asked.contains(key) && !self.come.contains(key)),
                    );
                }
                Change::ScopeOut { key } | Change::Tombstone { key } => {
                    self.kept.retain(|kept| kept != key);
                    self.come.retain(|come| come != key);
                }
                Change::Unread(_) => {}
            }
        }
        self.pages = self.pages.saturating_add(1);
        self.under_way = more;
        if !more {
            self.kept.append(&mut self.come);
            self.asked.clear();
        }
    }
}
