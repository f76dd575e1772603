//! The brake on guessing passwords: so many failures a minute for an address, and for an account from there.
//!
//! Owns the counting. Pure: the time is an argument. Only what failed counts: a company whose people all sign in
//! behind one address at eight in the morning is not stopped. There is no lock of an account as such: whoever
//! knows a mail address could keep its owner out.

use afield_domain::Timestamp;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// How long a failure counts, in milliseconds.
pub(super) const WINDOW_MS: i64 = 60_000;
/// Keys kept at most; beyond it the ones that were quiet longest are forgotten.
const KEYS: usize = 10_000;

/// Failed sign-ins a minute.
#[derive(Debug, Clone, Copy)]
pub struct LoginLimits {
    /// For one account from one address.
    pub per_account: usize,
    /// For one address over all accounts.
    pub per_address: usize,
}

impl LoginLimits {
    /// How many may fail of this kind.
    pub(super) fn of(&self, key: &Counted) -> usize {
        match key {
            Counted::Account(..) => self.per_account,
            Counted::Address(_) => self.per_address,
        }
    }
}

impl Default for LoginLimits {
    fn default() -> Self {
        Self {
            per_account: 5,
            per_address: 30,
        }
    }
}

/// Whose failures are counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Counted {
    /// Those of a mail address (its hash), whether it has an account or not, from a network address.
    Account(String, String),
    /// Those of a network address.
    Address(String),
}

/// The part of an address that one household or office has: all of IPv4, the first 64 bits of IPv6, of which a
/// single machine has all others.
#[must_use]
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            format!("{}/64", Ipv6Addr::from(network))
        }
    }
}

/// An address as proxies write it: alone, with a port, in brackets.
#[must_use]
pub fn read_address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .unwrap_or(text);
    let with_port = || text.parse().ok().map(|address: SocketAddr| address.ip());
    bare.parse().ok().or_else(with_port)
}

/// Counts failures.
#[derive(Debug)]
pub struct LoginLimiter {
    limits: LoginLimits,
    failures: HashMap<Counted, Vec<Timestamp>>,
}

/// Whether a failure at `time` counts at `now`. One of later does not: the clock was set back, and would keep people
/// out until it has caught up.
fn counts(time: Timestamp, now: Timestamp) -> bool {
    (0..WINDOW_MS).contains(&now.since(time))
}

/// How many milliseconds to wait at `now` where `limit` may fail and these did, the latest first; none where that is fewer.
/// Never longer than a failure counts, whatever another server's clock says.
pub(super) fn wait_after(latest: &[Timestamp], limit: usize, now: Timestamp) -> Option<u64> {
    let oldest_that_counts = latest.get(limit.checked_sub(1)?)?;
    let wait = WINDOW_MS - now.since(*oldest_that_counts);
    u64::try_from(wait.min(WINDOW_MS)).ok()
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

    /// How many milliseconds to wait before the next attempt; none if it may be made at `now`.
    #[must_use]
    pub fn wait(&self, keys: &[Counted], now: Timestamp) -> Option<u64> {
        keys.iter().filter_map(|key| self.wait_of(key, now)).max()
    }

    /// Counts a failure at `now`.
    pub fn fail(&mut self, keys: &[Counted], now: Timestamp) {
        self.forget_old(now);
        for key in keys {
            let times = self.failures.entry(key.clone()).or_default();
            times.retain(|time| counts(*time, now));
            times.push(now);
        }
    }

    fn wait_of(&self, key: &Counted, now: Timestamp) -> Option<u64> {
        let limit = self.limits.of(key);
        let times = self.failures.get(key)?.iter().rev().copied();
        let recent: Vec<Timestamp> = times.filter(|time| counts(*time, now)).collect();
        wait_after(&recent, limit, now)
    }

    fn forget_old(&mut self, now: Timestamp) {
        if self.failures.len() < KEYS {
            return;
        }
        self.failures
            .retain(|_, times| times.last().is_some_and(|last| counts(*last, now)));
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

    fn keys(account: &str, address: &str) -> [Counted; 2] {
        [
            Counted::Account(account.into(), address.into()),
            Counted::Address(address.into()),
        ]
    }

    #[track_caller]
    fn check(limiter: &mut LoginLimiter, keys: &[Counted], at: i64, expected: Option<u64>) {
        assert_eq!(limiter.wait(keys, Timestamp(at)), expected, "at {at}");
        if expected.is_none() {
            limiter.fail(keys, Timestamp(at));
        }
    }

    #[test]
    fn five_failures_of_an_account_within_a_minute_and_then_a_wait() {
        let mut limiter = LoginLimiter::new(LoginLimits::default());
        let anna = keys("anna", "home");
        for at in [0, 10, 20, 30, 40] {
            check(&mut limiter, &anna, at, None);
        }
        check(&mut limiter, &anna, 50, Some(59_950));
        check(&mut limiter, &keys("ben", "home"), 50, None);
        // Whoever guesses elsewhere keeps nobody out here.
        check(&mut limiter, &keys("anna", "office"), 50, None);
        check(&mut limiter, &anna, 60_000, None);
        check(&mut limiter, &anna, 60_001, Some(9));
    }

    #[test]
    fn a_clock_that_was_set_back_keeps_nobody_out() {
        let mut limiter = LoginLimiter::new(LoginLimits::default());
        let anna = keys("anna", "home");
        for at in 0..5 {
            check(&mut limiter, &anna, 3_600_000 + at, None);
        }
        check(&mut limiter, &anna, 3_600_005, Some(59_995));
        for at in 0..5 {
            check(&mut limiter, &anna, at, None);
        }
        check(&mut limiter, &anna, 5, Some(59_995));
    }

    #[test]
    fn the_clock_of_another_server_keeps_nobody_out_for_longer() {
        let wait = |times: &[i64], now| {
            let times: Vec<_> = times.iter().copied().map(Timestamp).collect();
            wait_after(&times, 2, Timestamp(now))
        };
        for (times, expected) in [
            (&[][..], None),
            (&[90_000], None),
            (&[90_000, 80_000], Some(40_000)),
            (&[90_000, 80_000, 70_000], Some(40_000)),
            (&[130_000, 120_000], Some(60_000)),
        ] {
            assert_eq!(wait(times, 100_000), expected, "{times:?}");
        }
    }

    #[test]
    fn an_address_is_limited_over_all_accounts() {
        let mut limiter = LoginLimiter::new(LoginLimits::default());
        for n in 0..30 {
            check(&mut limiter, &keys(&n.to_string(), "home"), n, None);
        }
        check(&mut limiter, &keys("x", "home"), 30, Some(59_970));
        check(&mut limiter, &keys("x", "office"), 30, None);
    }

    #[test]
    fn memory_is_bounded() {
        let mut limiter = LoginLimiter::new(LoginLimits::default());
        for n in 0..(KEYS as i64 + 500) {
            let account = [Counted::Account(n.to_string(), "home".into())];
            check(&mut limiter, &account, n / 1000, None);
        }
        assert!(limiter.failures.len() <= KEYS);
        // Nor does one that goes on for ever grow.
        for minute in 0..100 {
            check(
                &mut limiter,
                &keys("anna", "home"),
                minute * WINDOW_MS,
                None,
            );
        }
        assert!(limiter.failures.values().all(|times| times.len() <= 5));
    }

    #[test]
    fn a_machine_with_a_whole_network_counts_as_one() {
        let read = |text| read_address(text).map(network);
        for (text, expected) in [
            ("192.0.2.1", Some("192.0.2.1")),
            (" 192.0.2.1:4711", Some("192.0.2.1")),
            ("::ffff:192.0.2.1", Some("192.0.2.1")),
            ("2001:db8:1:2:3:4:5:6", Some("2001:db8:1:2::/64")),
            ("[2001:db8:1:2::9]", Some("2001:db8:1:2::/64")),
            ("[2001:db8:1:2::9]:443", Some("2001:db8:1:2::/64")),
            ("2001:db8:1:3::9", Some("2001:db8:1:3::/64")),
            ("unknown", None),
            ("", None),
        ] {
            assert_eq!(read(text).as_deref(), expected, "{text}");
        }
    }
}
