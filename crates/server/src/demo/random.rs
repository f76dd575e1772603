//! Numbers and ids that follow from a seed, the same on every machine and for ever.

use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

/// The id that belongs to `name`.
pub(super) fn seeded_id(name: &str) -> Uuid {
    let hash = Sha256::digest(format!("afield demo/{name}"));
    let mut bytes = [0_u8; 16];
    for (byte, from) in bytes.iter_mut().zip(hash.iter()) {
        *byte = *from;
    }
    Builder::from_random_bytes(bytes).into_uuid()
}

/// A stream of numbers (SplitMix64).
pub(super) struct Random(u64);

impl Random {
    /// The stream that belongs to `name`.
    pub(super) fn new(name: &str) -> Self {
        let (high, low) = seeded_id(name).as_u64_pair();
        Self(high ^ low)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from `from` up to and with `to`.
    pub(super) fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.next() % (to - from + 1)
    }

    /// True `percent` times in a hundred.
    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.between(1, 100) <= percent
    }

    /// One of `items`; none if there are none.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let last = u64::try_from(items.len()).ok()?.checked_sub(1)?;
        let place = usize::try_from(self.between(0, last)).ok()?;
        items.get(place)
    }

    /// A number between -1 and 1.
    pub(super) fn spread(&mut self) -> f64 {
        // 0..=2,000,000 is exact in f64.
        #[allow(clippy::cast_precision_loss)]
        let millionths = self.between(0, 2_000_000) as f64;
        millionths / 1_000_000.0 - 1.0
    }
}
