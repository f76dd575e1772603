//! How many requests a minute one device may make: a page that goes round in circles must not take the server from
//! all others.
//!
//! Owns the counting. Pure: the time is an argument.

use afield_domain::Timestamp;
use std::collections::HashMap;

const WINDOW_MS: i64 = 60_000;
/// Sessions counted at most; beyond it everybody begins anew.
const KEYS: usize = 10_000;

/// Counts requests.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    /// By session: when its minute began, and how many came since.
    counted: HashMap<String, (Timestamp, u32)>,
}

impl Pace {
    /// Counts a request of the session `key` at `now`.
    ///
    /// # Errors
    /// The milliseconds to wait: as many as may came already within this minute. It was not counted.
    pub(crate) fn take(&mut self, key: &str, now: Timestamp, most: u32) -> Result<(), u64> {
        let is_over = |began: Timestamp| !(0..WINDOW_MS).contains(&now.since(began));
        if let Some((began, count)) = self.counted.get_mut(key) {
            if is_over(*began) {
                (*began, *count) = (now, 0);
            }
            if *count >= most {
                return Err(u64::try_from(WINDOW_MS - now.since(*began)).unwrap_or(0));
            }
            *count += 1;
            return Ok(());
        }
        if self.counted.len() >= KEYS {
            self.counted.retain(|_, (began, _)| !is_over(*began));
        }
        if self.counted.len() >= KEYS {
            self.counted.clear();
        }
        self.counted.insert(key.to_owned(), (now, 1));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_a_minute_and_each_for_itself() {
        let mut pace = Pace::default();
        for (key, at, expected) in [
            ("anna", 0, Ok(())),
            ("anna", 10, Ok(())),
            ("anna", 20, Err(59_980)),
            ("ben", 20, Ok(())),
            ("anna", 60_000, Ok(())),
            // The clock was set back.
            ("anna", 5, Ok(())),
            ("anna", 6, Ok(())),
            ("anna", 7, Err(59_998)),
        ] {
            assert_eq!(pace.take(key, Timestamp(at), 2), expected, "{key} {at}");
        }
    }

    #[test]
    fn memory_is_bounded() {
        let mut pace = Pace::default();
        for n in 0..(KEYS + 500) {
            assert_eq!(pace.take(&n.to_string(), Timestamp(0), 1), Ok(()));
        }
        assert!(pace.counted.len() <= KEYS);
    }
}
