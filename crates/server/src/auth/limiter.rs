//! The brake on guessing passwords: so many failures a minute for an account and for an address.
//!
//! Owns the counting. Pure: the time is an argument. An attempt counts from its beginning, so that
//! a hundred at once do not all pass; it is taken back when it succeeds.

use afield_domain::Timestamp;
use std::collections::HashMap;

const WINDOW_MS: i64 = 60_000;
/// Keys kept at most; beyond it the ones that were quiet longest are forgotten.
const KEYS: usize = 10_000;

/// Failed sign-ins a minute.
#[derive(Debug, Clone, Copy)]
pub struct LoginLimits {
    /// For one account.
    pub per_account: usize,
    /// For one address.
    pub per_address: usize,
}

impl Default for LoginLimits {
    fn default() -> Self {
        Self {
            per_account: 5,
            per_address: 10,
        }
    }
}

/// Whose failures are counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Counted {
    /// Those of a mail address, lower case, whether it has an account or not.
    Account(String),
    /// Those of a network address.
    Address(String),
}

/// Counts failures.
#[derive(Debug)]
pub struct LoginLimiter {
    limits: LoginLimits,
    failures: HashMap<Counted, Vec<Timestamp>>,
}

impl LoginLimiter {
    /// A limiter that has seen nothing.
    #[must_use]
    pub fn new(limits: LoginLimits) -> Self {
        Self {
            limits,
            failures: HashMap::new(),
        }
    }

    /// Counts an attempt at `now`, or tells how many milliseconds to wait.
    ///
    /// # Errors
    /// The milliseconds until the next attempt may be made; this one was not counted.
    pub fn begin(&mut self, keys: &[Counted], now: Timestamp) -> Result<(), u64> {
        let wait = keys.iter().filter_map(|key| self.wait(key, now)).max();
        if let Some(wait) = wait {
            return Err(wait);
        }
        self.forget_old(now);
        for key in keys {
            self.failures.entry(key.clone()).or_default().push(now);
        }
        Ok(())
    }

    /// Takes back the attempt begun at `began`: it was the right password.
    pub fn succeed(&mut self, keys: &[Counted], began: Timestamp) {
        for key in keys {
            if let Some(times) = self.failures.get_mut(key)
                && let Some(place) = times.iter().position(|time| *time == began)
            {
                times.remove(place);
            }
        }
    }

    fn wait(&self, key: &Counted, now: Timestamp) -> Option<u64> {
        let limit = match key {
            Counted::Account(_) => self.limits.per_account,
            Counted::Address(_) => self.limits.per_address,
        };
        let recent: Vec<Timestamp> = self
            .failures
            .get(key)?
            .iter()
            .copied()
            .filter(|time| now.since(*time) < WINDOW_MS)
            .collect();
        let oldest_that_counts = recent.iter().rev().nth(limit.checked_sub(1)?)?;
        u64::try_from(WINDOW_MS - now.since(*oldest_that_counts)).ok()
    }

    fn forget_old(&mut self, now: Timestamp) {
        if self.failures.len() < KEYS {
            return;
        }
        self.failures.retain(|_, times| {
            times
                .last()
                .is_some_and(|last| now.since(*last) < WINDOW_MS)
        });
        while self.failures.len() >= KEYS {
            let quietest = self
                .failures
                .iter()
                .min_by_key(|(_, times)| times.last().copied())
                .map(|(key, _)| key.clone());
            match quietest {
                Some(key) => self.failures.remove(&key),
                None => return,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(name: &str) -> Counted {
        Counted::Account(name.into())
    }

    #[track_caller]
    fn check(limiter: &mut LoginLimiter, keys: &[Counted], at: i64, expected: Result<(), u64>) {
        assert_eq!(limiter.begin(keys, Timestamp(at)), expected, "at {at}");
    }

    #[test]
    fn five_failures_of_an_account_within_a_minute_and_then_a_wait() {
        let mut limiter = LoginLimiter::new(LoginLimits::default());
        let anna = [account("anna")];
        for at in [0, 10, 20, 30, 40] {
            check(&mut limiter, &anna, at, Ok(()));
        }
        check(&mut limiter, &anna, 50, Err(59_950));
        check(&mut limiter, &[account("ben")], 50, Ok(()));
        check(&mut limiter, &anna, 60_000, Ok(()));
        check(&mut limiter, &anna, 60_001, Err(9));
    }

    #[test]
    fn an_address_is_limited_over_all_accounts() {
        let mut limiter = LoginLimiter::new(LoginLimits::default());
        let home = Counted::Address("192.0.2.1".into());
        for n in 0..10 {
            check(
                &mut limiter,
                &[account(&n.to_string()), home.clone()],
                n,
                Ok(()),
            );
        }
        check(&mut limiter, &[account("x"), home], 10, Err(59_990));
    }

    #[test]
    fn a_success_does_not_count() {
        let mut limiter = LoginLimiter::new(LoginLimits::default());
        let anna = [account("anna")];
        for at in 0..100 {
            check(&mut limiter, &anna, at, Ok(()));
            limiter.succeed(&anna, Timestamp(at));
        }
    }

    #[test]
    fn memory_is_bounded() {
        let mut limiter = LoginLimiter::new(LoginLimits::default());
        for n in 0..(KEYS as i64 + 500) {
            check(&mut limiter, &[account(&n.to_string())], n / 1000, Ok(()));
        }
        assert!(limiter.failures.len() <= KEYS);
    }
}
