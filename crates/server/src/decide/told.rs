//! A verdict as it is sent and stored, and how much of it.
//!
//! Owns how long a reply and a stored verdict get: a small change of a large job, many times over, must not become
//! megabytes. Pure. Must never leave out a verdict, only records, which come with the next pull.

use crate::error::StorageError;
use crate::storage::Stored;
use afield_domain::{MutationId, RecordKey, Rejection};
use afield_protocol::{MutationVerdict, Verdict};
use serde_json::value::RawValue;
use std::collections::{HashMap, HashSet};

/// Bytes of a verdict that are kept with its records.
const STORED_BYTES: usize = 12 * 1024;

/// Bytes of verdicts from which on a reply is long.
const LONG_BYTES: usize = 64 * 1024;
/// Bytes of verdicts with their records from which on a push is answered as far as it got: the phone sends the rest
/// again. A verdict without its record would take a saved change off its screen until the next pull.
const FULL_BYTES: usize = 256 * 1024;
/// Bytes of the verdicts of a reply that come with their records; no push that ends when it is full comes near.
const REPLY_BYTES: usize = 4 * FULL_BYTES;

/// A verdict as it is sent.
pub(crate) struct Told {
    /// The verdict's name, for who counts them.
    pub(crate) kind: &'static str,
    /// All of it.
    pub(crate) json: Box<RawValue>,
    /// Without its records, and which those are; none where it has none or was decided before.
    pub(crate) short: Option<(Box<RawValue>, Vec<RecordKey>)>,
}

impl From<Box<RawValue>> for Told {
    fn from(json: Box<RawValue>) -> Self {
        Self {
            kind: "repeated",
            json,
            short: None,
        }
    }
}

/// A verdict as it is stored and sent.
pub(crate) fn verdict_json(id: MutationId, verdict: Verdict) -> Stored<Box<RawValue>> {
    serde_json::value::to_raw_value(&MutationVerdict::new(id, verdict))
        .map_err(|_| StorageError::Damaged("verdict"))
}

/// A verdict with and without its records.
pub(crate) fn told(id: MutationId, verdict: Verdict) -> Stored<Told> {
    let short = match &verdict {
        Verdict::Applied { records } => Some((
            Verdict::Applied {
                records: Vec::new(),
            },
            records,
        )),
        Verdict::Merged { records } => Some((
            Verdict::Merged {
                records: Vec::new(),
            },
            records,
        )),
        Verdict::AlreadyApplied { records } if !records.is_empty() => Some((
            Verdict::AlreadyApplied {
                records: Vec::new(),
            },
            records,
        )),
        _ => None,
    };
    let short = short.map(|(short, records)| {
        let keys = records.iter().filter_map(|row| row.record.key());
        verdict_json(id, short).map(|json| (json, keys.collect()))
    });
    Ok(Told {
        kind: kind(&verdict),
        short: short.transpose()?,
        json: verdict_json(id, verdict)?,
    })
}

fn kind(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Applied { .. } => "applied",
        Verdict::Merged { .. } => "merged",
        Verdict::AlreadyApplied { .. } => "already_applied",
        Verdict::Rejected { reason, .. } if *reason == Rejection::InReview => "in_review",
        Verdict::Rejected { .. } => "rejected",
        Verdict::Retry { .. } => "retry",
        Verdict::Unknown => "unknown",
    }
}

/// The text that is kept of a verdict. Large records are not: should it be asked for again, the record comes as it is
/// then (`repeat`).
pub(crate) fn stored_text(told: &Told) -> &str {
    match &told.short {
        Some((short, _)) if told.json.get().len() > STORED_BYTES => short.get(),
        _ => told.json.get(),
    }
}

/// How much a reply will carry.
#[derive(Debug, Default)]
pub(crate) struct Load {
    /// Bytes of the last verdict about each record, by the first record that it brings.
    bytes: HashMap<RecordKey, usize>,
}

impl Load {
    pub(crate) fn add(&mut self, told: &Told) {
        let first = told.short.as_ref().and_then(|(_, keys)| keys.first());
        if let Some(first) = first {
            self.bytes.insert(*first, told.json.get().len());
        }
    }

    /// Whether no more should be decided for this reply.
    pub(crate) fn is_full(&self) -> bool {
        self.bytes.values().sum::<usize>() > FULL_BYTES
    }
}

/// The verdicts of a reply, in order. Of a long one a record comes once, as it is after the last change, and no
/// more of them than a slow line can carry.
pub(crate) fn fit(told: Vec<Told>) -> Vec<Box<RawValue>> {
    let whole: usize = told.iter().map(|told| told.json.get().len()).sum();
    if whole <= LONG_BYTES {
        return told.into_iter().map(|told| told.json).collect();
    }
    let mut sent = HashSet::new();
    let mut bytes = 0;
    let mut fitted: Vec<Box<RawValue>> = told
        .into_iter()
        .rev()
        .map(|told| match told.short {
            Some((short, keys)) => {
                let is_new = keys.iter().any(|key| !sent.contains(key));
                let size = told.json.get().len();
                if !is_new || bytes + size > REPLY_BYTES {
                    return short;
                }
                sent.extend(keys);
                bytes += size;
                told.json
            }
            None => told.json,
        })
        .collect();
    fitted.reverse();
    fitted
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::{Job, JobId, Record, Rev, Versioned};
    use uuid::Uuid;

    /// The verdict on a change of the job `n`, with a description of so many bytes.
    fn change(id: u128, n: u128, bytes: usize) -> Told {
        let job = Job {
            id: JobId(Uuid::from_u128(n)),
            description: "x".repeat(bytes),
            ..Job::BLANK
        };
        let records = vec![Versioned {
            rev: Rev(1),
            record: Record::Job(job),
        }];
        told(
            MutationId(Uuid::from_u128(id)),
            Verdict::Applied { records },
        )
        .unwrap()
    }

    /// Which of the verdicts come with a record.
    #[track_caller]
    fn check(told: Vec<Told>, expected: &[bool]) {
        let count = told.len();
        let fitted = fit(told);
        assert_eq!(fitted.len(), count);
        let with: Vec<bool> = fitted
            .iter()
            .map(|json| json.get().contains("description"))
            .collect();
        assert_eq!(with, expected);
    }

    #[test]
    fn a_record_comes_once_and_last() {
        let long = LONG_BYTES / 3;
        check(
            vec![change(1, 1, long), change(2, 2, long), change(3, 1, long)],
            &[false, true, true],
        );
        check(
            vec![change(1, 1, 9), change(2, 2, 9), change(3, 1, 9)],
            &[true, true, true],
        );
        check(vec![change(1, 1, 9)], &[true]);
        check(Vec::new(), &[]);
    }

    #[test]
    fn a_reply_holds_no_more_than_it_may() {
        let large = REPLY_BYTES / 2 - 1_000;
        check(
            vec![
                change(1, 1, large),
                change(2, 2, large),
                change(3, 3, large),
            ],
            &[false, true, true],
        );
    }

    #[test]
    fn a_reply_is_full_when_the_last_verdicts_on_its_records_are_long() {
        let mut load = Load::default();
        // Many small changes of one large job bring it once.
        for id in 0..100 {
            load.add(&change(id, 1, FULL_BYTES / 3));
            assert!(!load.is_full());
        }
        load.add(&change(100, 2, FULL_BYTES / 3));
        assert!(!load.is_full());
        load.add(&change(101, 3, FULL_BYTES / 3));
        assert!(load.is_full());
    }

    #[test]
    fn large_records_are_not_kept_with_a_verdict() {
        for (bytes, expected) in [(9, true), (STORED_BYTES, false)] {
            let told = change(1, 1, bytes);
            assert_eq!(stored_text(&told).contains("description"), expected);
            assert!(stored_text(&told).contains("applied"));
        }
    }
}
