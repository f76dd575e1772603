//! Whether this device's clock is off by more than a person should accept. Pure.

#[cfg(target_family = "wasm")]
use crate::tr;

const CLOCK_TOLERANCE_MS: u64 = 10 * 60_000;

/// Minutes by which this device's clock is off, if that is more than a person should accept.
/// Positive: the device is behind.
#[must_use]
pub fn clock_warning(offset_ms: i64) -> Option<i64> {
    (offset_ms.unsigned_abs() > CLOCK_TOLERANCE_MS).then_some(offset_ms / 60_000)
}

/// The same in words: what is wrong, and what to do.
#[cfg(target_family = "wasm")]
#[must_use]
pub fn clock_text(offset_ms: i64) -> Option<String> {
    clock_warning(offset_ms).map(|minutes| {
        if minutes > 0 {
            tr!(sync.clock_behind, minutes = minutes)
        } else {
            tr!(sync.clock_ahead, minutes = -minutes)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clock_that_is_really_off_is_a_warning() {
        assert_eq!(clock_warning(600_000), None);
        assert_eq!(clock_warning(-660_000), Some(-11));
        assert_eq!(clock_warning(7_200_000), Some(120));
    }
}
