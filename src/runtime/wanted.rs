//! What of the databases is to be read again into the picture.
//!
//! Owns [`Wanted`]: how notices that come together are one read. Pure.

use afield_domain::order::Order;
use afield_domain::{Module, RecordKey, Timestamp};
use afield_protocol::Seq;
use afield_protocol::worker_message::Notice;

// Beyond this many touched records, whole modules are read: one read instead of many.
const SINGLE_READS: usize = 32;

// Beyond this many touched entries the whole outbox is read: five full batches.
const SINGLE_ENTRIES: usize = 250;

// A look at whole modules may take a quarter of the time, and the rest is the load's.
const REST_FACTOR: i64 = 3;

// So often there is something new to see in any case, in milliseconds.
const LONGEST_REST_MS: i64 = 1_000;

/// How long the first load is let on, in milliseconds, after a look at whole modules that took from `began`
/// to `ended`. Each page that arrives changes them: looking at all that is there after every page would take
/// longer with each, and keep the next one waiting.
#[must_use]
pub fn rest_ms(began: Timestamp, ended: Timestamp) -> u32 {
    let took = ended.0.saturating_sub(began.0);
    let rest = took.saturating_mul(REST_FACTOR).clamp(0, LONGEST_REST_MS);
    u32::try_from(rest).unwrap_or_default()
}

/// What of the outbox to read again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum WantedOutbox {
    /// Nothing.
    #[default]
    Nothing,
    /// The meta row and these entries, each once.
    Entries(Vec<Seq>),
    /// The meta row and every entry.
    All,
}

impl WantedOutbox {
    fn add(&mut self, other: Self) {
        *self = match (std::mem::take(self), other) {
            (wanted, Self::Nothing) | (Self::Nothing, wanted) => wanted,
            (Self::Entries(mut seqs), Self::Entries(more)) => {
                seqs.extend(more);
                Self::of(seqs)
            }
            (Self::All, _) | (_, Self::All) => Self::All,
        };
    }

    fn of(mut seqs: Vec<Seq>) -> Self {
        seqs.order();
        seqs.dedup();
        if seqs.len() > SINGLE_ENTRIES {
            Self::All
        } else {
            Self::Entries(seqs)
        }
    }
}

/// What to read again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The outbox, or a part of it.
    pub outbox: WantedOutbox,
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
            outbox: WantedOutbox::All,
            modules: Module::ALL.to_vec(),
            keys: Vec::new(),
        }
    }

    /// What a notice says has changed.
    #[must_use]
    pub fn of(notice: Notice) -> Self {
        match notice {
            Notice::Outbox { seqs } => Self {
                outbox: seqs.map_or(WantedOutbox::All, WantedOutbox::of),
                ..Self::default()
            },
            Notice::Records { keys } if keys.is_empty() => Self::everything(),
            Notice::Records { keys } => Self {
                keys,
                ..Self::default()
            },
            Notice::Drafts | Notice::SyncStarted | Notice::SyncEnded | Notice::Unknown => {
                Self::default()
            }
        }
    }

    /// Wants `other` too.
    pub fn add(&mut self, other: Self) {
        self.outbox.add(other.outbox);
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

    fn outbox(seqs: Option<&[u64]>) -> Wanted {
        let seqs = seqs.map(|seqs| seqs.iter().copied().map(Seq).collect());
        Wanted::of(Notice::Outbox { seqs })
    }

    fn entries(seqs: &[u64]) -> WantedOutbox {
        WantedOutbox::Entries(seqs.iter().copied().map(Seq).collect())
    }

    #[test]
    fn of_the_outbox_only_what_was_touched_is_read() {
        let mut wanted = Wanted::default();
        wanted.add(outbox(Some(&[])));
        assert_eq!(wanted.outbox, entries(&[]), "the meta row may have changed");
        wanted.add(outbox(Some(&[7, 7, 2])));
        wanted.add(outbox(Some(&[2, 9])));
        wanted.add(keys(Module::Job, 1));
        assert_eq!(wanted.outbox, entries(&[2, 7, 9]));
        let many: Vec<u64> = (0..=SINGLE_ENTRIES as u64).collect();
        for all in [None, Some(&*many)] {
            let mut wanted = wanted.clone();
            wanted.add(outbox(all));
            assert_eq!(wanted.outbox, WantedOutbox::All);
            wanted.add(outbox(Some(&[5])));
            assert_eq!(wanted.outbox, WantedOutbox::All);
        }
    }

    #[test]
    fn notices_that_come_together_are_one_read() {
        let mut wanted = Wanted::default();
        wanted.add(outbox(Some(&[4, 3])));
        wanted.add(keys(Module::Job, 2));
        wanted.add(keys(Module::Job, 3));
        assert_eq!(wanted.outbox, entries(&[3, 4]));
        assert_eq!((wanted.modules.len(), wanted.keys.len()), (0, 3));
        wanted.add(keys(Module::Note, 40));
        assert_eq!(wanted.modules, [Module::Job, Module::Note]);
        wanted.add(keys(Module::Note, 1));
        assert_eq!(wanted.keys, [], "its module is read anyway");
    }

    #[test]
    fn a_look_at_the_first_load_takes_a_quarter_of_the_time_at_most() {
        for (began, ended, rest) in [
            (1_000, 1_000, 0),
            (1_000, 1_040, 120),
            (1_000, 9_000, 1_000),
            // The phone's clock was set meanwhile.
            (9_000, 1_000, 0),
            (i64::MIN, i64::MAX, 1_000),
        ] {
            assert_eq!(rest_ms(Timestamp(began), Timestamp(ended)), rest);
        }
    }

    #[test]
    fn a_notice_that_names_nothing_means_everything() {
        assert_eq!(keys(Module::Job, 0), Wanted::everything());
        assert_eq!(Wanted::of(Notice::SyncEnded), Wanted::default());
    }
}
