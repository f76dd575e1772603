//! What the server has for this phone and this build of the app cannot read.
//!
//! Owns [`UnreadRecords`]: which records these are, so that they can be counted for the user and a build
//! that reads more fetches everything again. Must never decide what is shown: an older copy that can be
//! read stays.

use afield_domain::wire::FromTree;
use afield_domain::{Module, RecordKey};
use afield_planted::planted;
use afield_protocol::UnreadChange;
use serde::Serialize;

/// More records than these are only counted: a whole module that this build does not know is one
/// number, not a list that is written with every page.
const MOST: usize = 200;

/// The records in scope that could not be read. A stored type.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
pub struct UnreadRecords {
    /// Each once, as the server names it.
    #[serde(default)]
    pub records: Vec<UnreadRecord>,
    /// How many more, at most: one that changes several times counts several times.
    #[serde(default)]
    pub more: u64,
}

/// A record that could not be read, as the server names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
pub struct UnreadRecord {
    /// Its module, which this build need not know.
    pub module: String,
    /// Its id, which need not be one that this build can read.
    pub id: String,
}

impl UnreadRecords {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.more.saturating_add(self.records.len() as u64)
    }

    /// Whether everything could be read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// Takes in a change that could not be read.
    pub fn note(&mut self, change: &UnreadChange) {
        let is_named = !change.module.is_empty() && !change.id.is_empty();
        if change.gone && is_named {
            self.remove(&change.module, &change.id);
            return;
        }
        let is_known =
            |known: &UnreadRecord| known.module == change.module && known.id == change.id;
        if is_named && self.records.iter().any(is_known) {
            return;
        }
        if is_named && self.records.len() < MOST {
            self.records.push(UnreadRecord {
                module: change.module.clone(),
                id: change.id.clone(),
            });
        } else {
            self.more = self.more.saturating_add(1);
        }
    }

    /// The record of `key` can be read now, or has gone.
    pub fn forget(&mut self, key: RecordKey) {
        if !self.records.is_empty() {
            self.remove(key.module.name(), &key.id.to_string());
        }
    }

    fn remove(&mut self, module: &str, id: &str) {
        self.records
            .retain(|known| known.module != module || known.id != id);
    }

    /// Those of which an older copy may be here.
    pub fn keys(&self) -> impl Iterator<Item = RecordKey> + '_ {
        self.records.iter().filter_map(|known| {
            let module = Module::from_name(&known.module)?;
            Some(RecordKey::new(module, known.id.parse().ok()?))
        })
    }

    /// Whether an older copy of `key` must stay because the newer one cannot be read.
    #[must_use]
    pub fn holds(&self, key: RecordKey) -> bool {
        planted!(UnreadDropsCopy: self.keys().any(|known| known == key) => false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(module: &str, id: &str, gone: bool) -> UnreadChange {
        let (module, id) = (module.to_owned(), id.to_owned());
        UnreadChange { module, id, gone }
    }

    #[test]
    fn a_record_counts_once_until_it_can_be_read_or_goes() {
        let id = "01930000-0000-7000-8000-000000000007";
        let mut unread = UnreadRecords::default();
        unread.note(&change("job", id, false));
        unread.note(&change("job", id, false));
        unread.note(&change("spaceship", "7", false));
        assert_eq!(unread.count(), 2);
        let key = RecordKey::new(Module::Job, id.parse().unwrap());
        assert!(unread.keys().eq([key]));
        unread.forget(key);
        unread.note(&change("spaceship", "7", true));
        assert_eq!(unread, UnreadRecords::default());
    }

    #[test]
    fn what_has_no_name_is_counted_all_the_same() {
        let mut unread = UnreadRecords::default();
        unread.note(&change("", "", false));
        unread.note(&change("", "", true));
        unread.note(&change("job", "", true));
        assert_eq!((unread.count(), unread.records.len()), (3, 0));
    }

    #[test]
    fn a_whole_module_is_counted_and_not_listed() {
        let mut unread = UnreadRecords::default();
        for number in 0..1_000 {
            unread.note(&change("spaceship", &number.to_string(), false));
        }
        assert_eq!((unread.count(), unread.records.len()), (1_000, MOST));
    }
}
