//! What one push may carry on this line, as the phone has learned it.
//!
//! Owns the arithmetic: halved by a push that did not come through, doubled by pushes that did, and kept
//! below what has failed until the line has proved itself. Where nothing is known to fail, as after an outage in which one
//! mutation alone has failed as well, one answer brings back the usual. Pure. Must never let less through than one
//! mutation.

use crate::outbox::batch::BatchLimits;
use afield_domain::wire::FromTree;
use afield_planted::planted;
use serde::Serialize;

/// So many pushes as large as the remembered size must come through before a larger one is tried again.
const PROOFS: u32 = 8;

/// The size that works. Stored: fields are only ever added, with a default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, FromTree)]
pub struct PushSize {
    /// Bytes of mutations in one push; none: the usual.
    #[serde(default)]
    pub bytes: Option<u64>,
    /// The smallest size of several mutations that did not come through since the line proved itself.
    #[serde(default)]
    pub failed_at: Option<u64>,
    /// Pushes of about the remembered size that came through since.
    #[serde(default)]
    pub proofs: u32,
}

impl PushSize {
    /// Whether nothing was learned: the usual limits.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// The limits of the next push.
    #[must_use]
    pub fn limits(self) -> BatchLimits {
        let usual = BatchLimits::USUAL;
        let learned = self.bytes.and_then(|bytes| usize::try_from(bytes).ok());
        BatchLimits {
            bytes: learned.unwrap_or(usual.bytes).clamp(1, usual.bytes),
            ..usual
        }
    }

    /// After a push of `items` mutations of `bytes` that did not come through. One alone cannot be made
    /// smaller, and then it was hardly the size that kept the larger ones before it.
    #[must_use]
    pub fn after_failure(self, items: usize, bytes: u64) -> Self {
        if planted!(NeverSmaller: false => true) {
            return self;
        }
        if items < 2 {
            let failed_at = None;
            return Self { failed_at, ..self };
        }
        Self {
            bytes: Some((bytes / 2).max(1)),
            failed_at: Some(bytes),
            proofs: 0,
        }
    }

    /// After a push of `bytes` that our server has answered.
    #[must_use]
    pub fn after_answer(self, bytes: u64) -> Self {
        let mut next = self;
        if next.failed_at.is_some_and(|failed| bytes >= failed) {
            next.failed_at = None;
        }
        let Some(known) = next.bytes else {
            return next;
        };
        // A small push that comes through says nothing of a large one.
        if bytes < known / 2 {
            return next;
        }
        if self.failed_at.is_none() {
            return Self::default();
        }
        next.proofs = next.proofs.saturating_add(1);
        if next.proofs >= PROOFS {
            next.failed_at = None;
        }
        let larger = known.max(bytes).saturating_mul(2);
        // Not up to a hair below what has failed.
        if next.failed_at.is_some_and(|failed| larger > failed / 4 * 3) {
            return next;
        }
        let usual = u64::try_from(BatchLimits::USUAL.bytes).unwrap_or(u64::MAX);
        next.proofs = 0;
        next.bytes = Some(larger).filter(|larger| *larger < usual);
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line that carries nothing above `most`: how long until `bytes` of small mutations are over.
    fn send_all(mut size: PushSize, most: u64, mut left: u64) -> (PushSize, Vec<u64>) {
        let mut sent = Vec::new();
        while left > 0 {
            assert!(sent.len() < 500, "{sent:?}");
            let limit = u64::try_from(size.limits().bytes).unwrap();
            let bytes = limit.min(left).max(100);
            sent.push(bytes);
            if bytes > most && bytes > 100 {
                let items = usize::try_from(bytes / 100).unwrap();
                size = size.after_failure(items, bytes);
            } else {
                size = size.after_answer(bytes);
                left = left.saturating_sub(bytes);
            }
        }
        (size, sent)
    }

    #[test]
    fn what_a_line_cannot_carry_is_halved_until_it_fits_and_remembered() {
        let (size, sent) = send_all(PushSize::default(), 40_000, 94_000);
        assert_eq!(sent, [94_000, 47_000, 23_500, 23_500, 23_500, 23_500]);
        // The next large one starts where the last has ended.
        let (_, again) = send_all(size, 40_000, 94_000);
        assert!(again.iter().all(|bytes| *bytes <= 40_000), "{again:?}");
    }

    #[test]
    fn a_line_that_has_recovered_is_used_in_full_again() {
        let small = PushSize {
            bytes: Some(1_000),
            failed_at: Some(2_000),
            proofs: 0,
        };
        let (size, _) = send_all(small, u64::MAX, 400_000);
        assert_eq!(size.limits(), BatchLimits::USUAL);
    }

    /// A day without a network: every size fails, in the end one mutation alone, more than once.
    fn away(size: PushSize, from: u64) -> PushSize {
        let mut size = size;
        let mut bytes = from;
        while bytes > 500 {
            size = size.after_failure(usize::try_from(bytes / 500).unwrap(), bytes);
            bytes /= 2;
        }
        size.after_failure(1, 500).after_failure(1, 500)
    }

    #[test]
    fn an_outage_costs_one_small_push_and_no_more() {
        let size = away(PushSize::default(), 32_000).after_answer(500);
        assert_eq!(size, PushSize::default());
        let (_, sent) = send_all(away(PushSize::default(), 32_000), u64::MAX, 32_000);
        assert_eq!(sent.len(), 2, "{sent:?}");
    }

    /// Of what was learned before it nothing is left: on a line that carries no more than it did, the halving of before.
    #[test]
    fn after_an_outage_a_small_line_is_learned_anew() {
        let (learned, _) = send_all(PushSize::default(), 40_000, 94_000);
        let size = away(learned, 23_500);
        let (size, sent) = send_all(size, 40_000, 94_000);
        assert_eq!(sent.iter().filter(|bytes| **bytes > 40_000).count(), 2);
        assert!(size.limits().bytes <= 40_000, "{size:?}");
    }

    /// It was the size: nothing alone has failed.
    #[test]
    fn a_size_that_has_failed_is_not_tried_again_because_a_smaller_one_came_through() {
        let size = PushSize::default().after_failure(64, 32_000);
        assert_eq!(size.after_answer(16_000).bytes, Some(16_000));
    }

    #[test]
    fn it_ends_at_one_and_never_below() {
        let mut size = PushSize::default();
        for _ in 0..80 {
            let bytes = u64::try_from(size.limits().bytes).unwrap();
            size = size.after_failure(2, bytes);
        }
        assert_eq!(size.limits().bytes, 1);
        assert_eq!(size.after_failure(1, 70_000).bytes, size.bytes);
    }

    #[test]
    fn small_pushes_prove_nothing_about_a_large_one() {
        let failed = PushSize::default().after_failure(2, 94_000);
        let trickle = (0..100).fold(failed, |size, _| size.after_answer(400));
        assert_eq!(trickle, failed);
    }

    #[test]
    fn what_is_stored_may_be_anything() {
        for bytes in [0, 1, u64::MAX] {
            let size = PushSize {
                bytes: Some(bytes),
                failed_at: Some(0),
                proofs: u32::MAX,
            };
            let limits = size.limits();
            assert!(limits.bytes >= 1 && limits.bytes <= BatchLimits::USUAL.bytes);
            let alone = size.after_failure(1, bytes).after_answer(bytes).limits();
            assert!(alone.bytes >= 1 && alone.bytes <= BatchLimits::USUAL.bytes);
            let _ = size.after_answer(u64::MAX).after_failure(9, u64::MAX);
        }
    }
}
