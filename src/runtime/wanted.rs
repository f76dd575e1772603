//! What of the databases is to be read again into the picture.
//!
//! Owns [`Wanted`]: how notices that come together are one read. Pure.

use afield_domain::{Module, RecordKey};
use afield_protocol::worker_message::Notice;

// Beyond this many touched records, whole modules are read: one read instead of many.
const SINGLE_READS: usize = 32;

/// What to read again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The outbox.
    pub outbox: bool,
    /// Whole modules.
    pub modules: Vec<Module>,
    /// Single records, of other modules than these.
    pub keys: Vec<RecordKey>,
}

impl Wanted {
    /// Everything there is.
    #[must_use]
    pub fn everything() -> Self {
        Self {
            outbox: true,
            modules: Module::ALL.to_vec(),
            keys: Vec::new(),
        }
    }

    /// What a notice says has changed.
    #[must_use]
    pub fn of(notice: Notice) -> Self {
        match notice {
            Notice::Outbox { .. } => Self {
                outbox: true,
                ..Self::default()
            },
            Notice::Records { keys } if keys.is_empty() => Self::everything(),
            Notice::Records { keys } => Self {
                keys,
                ..Self::default()
            },
            Notice::SyncStarted | Notice::SyncEnded | Notice::Unknown => Self::default(),
        }
    }

    /// Wants `other` too.
    pub fn add(&mut self, other: Self) {
        self.outbox |= other.outbox;
        let many = self.keys.len() + other.keys.len() > SINGLE_READS;
        let keys = std::mem::take(&mut self.keys);
        for module in other.modules {
            self.add_module(module);
        }
        for key in keys.into_iter().chain(other.keys) {
            if many {
                self.add_module(key.module);
            } else if !self.modules.contains(&key.module) && !self.keys.contains(&key) {
                self.keys.push(key);
            }
        }
    }

    fn add_module(&mut self, module: Module) {
        if !self.modules.contains(&module) {
            self.modules.push(module);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn keys(module: Module, count: u128) -> Wanted {
        let key = |n| RecordKey::new(module, Uuid::from_u128(n));
        Wanted::of(Notice::Records {
            keys: (0..count).map(key).collect(),
        })
    }

    #[test]
    fn notices_that_come_together_are_one_read() {
        let mut wanted = Wanted::default();
        wanted.add(Wanted::of(Notice::Outbox { seqs: None }));
        wanted.add(keys(Module::Job, 2));
        wanted.add(keys(Module::Job, 3));
        assert!(wanted.outbox);
        assert_eq!((wanted.modules.len(), wanted.keys.len()), (0, 3));
        wanted.add(keys(Module::Note, 40));
        assert_eq!(wanted.modules, [Module::Job, Module::Note]);
        wanted.add(keys(Module::Note, 1));
        assert_eq!(wanted.keys, [], "its module is read anyway");
    }

    #[test]
    fn a_notice_that_names_nothing_means_everything() {
        assert_eq!(keys(Module::Job, 0), Wanted::everything());
        assert_eq!(Wanted::of(Notice::SyncEnded), Wanted::default());
    }
}
