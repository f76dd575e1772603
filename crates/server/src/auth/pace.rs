//! How many requests a minute one device may make: a page that goes round in circles must not take the server from
//! all others.
//!
//! Owns the counting, and what of it is told to other servers of the database, so that all count together. Pure: the time is
//! an argument.

use crate::storage::Count;
use afield_domain::Timestamp;
use std::collections::HashMap;

const WINDOW_MS: i64 = 60_000;
/// Sessions counted at most; beyond it everybody begins anew.
const KEYS: usize = 10_000;
/// The others are told each time that such a part of what a session may do was done.
const STEPS: u32 = 10;
/// Sessions that are told of at the same time.
const TOLD: usize = 200;

/// What a session has asked for.
#[derive(Debug)]
struct Asked {
    here: Count,
    /// How many of them the other servers know of.
    told: u32,
    /// At other servers, as they have told.
    elsewhere: Vec<Count>,
}

/// A request that may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Whether it is time to tell the others, and to hear from them.
    pub(crate) is_due: bool,
}

/// Counts requests.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    counted: HashMap<String, Asked>,
}

impl Pace {
    /// Counts a request of the session `key` at `now`.
    ///
    /// # Errors
    /// The milliseconds to wait: as many as may came already within this minute. It was not counted.
    pub(crate) fn take(&mut self, key: &str, now: Timestamp, most: u32) -> Result<Taken, u64> {
        if let Some(asked) = self.counted.get_mut(key) {
            return asked.take(now, most);
        }
        if self.counted.len() >= KEYS {
            self.counted.retain(|_, asked| !is_over(asked.here, now));
        }
        if self.counted.len() >= KEYS {
            self.counted.clear();
        }
        let mut asked = Asked::new(now);
        let taken = asked.take(now, most);
        self.counted.insert(key.to_owned(), asked);
        taken
    }

    /// What others are to be told at `now`: of each session that has taken another tenth of what it may since they were
    /// told, all that it has asked for here. It counts as told.
    pub(crate) fn take_due(&mut self, now: Timestamp, most: u32) -> Vec<(String, Count)> {
        let due = self.counted.iter_mut();
        let due = due.filter(|(_, asked)| !is_over(asked.here, now) && asked.is_due(most));
        due.take(TOLD)
            .map(|(key, asked)| {
                asked.told = asked.here.requests;
                (key.clone(), asked.here)
            })
            .collect()
    }

    /// Takes what other servers have told of these sessions, in place of what they told before.
    pub(crate) fn hear(&mut self, keys: &[String], told: Vec<(String, Count)>) {
        for key in keys {
            if let Some(asked) = self.counted.get_mut(key) {
                asked.elsewhere.clear();
            }
        }
        for (key, count) in told {
            if let Some(asked) = self.counted.get_mut(&key) {
                asked.elsewhere.push(count);
            }
        }
    }
}

impl Asked {
    fn new(now: Timestamp) -> Self {
        Self {
            here: Count {
                began: now,
                requests: 0,
            },
            told: 0,
            elsewhere: Vec::new(),
        }
    }

    fn take(&mut self, now: Timestamp, most: u32) -> Result<Taken, u64> {
        if is_over(self.here, now) {
            let elsewhere = std::mem::take(&mut self.elsewhere);
            *self = Self {
                elsewhere,
                ..Self::new(now)
            };
        }
        self.elsewhere
            .retain(|count| !is_over_elsewhere(*count, now));
        let elsewhere = self.elsewhere.iter().map(|count| count.requests);
        let all = elsewhere.fold(self.here.requests, u32::saturating_add);
        if all >= most {
            let counts = self.elsewhere.iter().chain([&self.here]);
            // The first that is over makes room.
            let wait = counts
                .filter(|count| count.requests > 0)
                .map(|count| left(*count, now));
            return Err(wait.min().unwrap_or(0));
        }
        self.here.requests = self.here.requests.saturating_add(1);
        Ok(Taken {
            is_due: self.is_due(most),
        })
    }

    fn is_due(&self, most: u32) -> bool {
        let step = (most / STEPS).max(1);
        self.here.requests.saturating_sub(self.told) >= step
    }
}

fn is_over(count: Count, now: Timestamp) -> bool {
    !(0..WINDOW_MS).contains(&now.since(count.began))
}

/// As [`is_over`] of another server, whose clock may be a little ahead.
fn is_over_elsewhere(count: Count, now: Timestamp) -> bool {
    !(-WINDOW_MS..WINDOW_MS).contains(&now.since(count.began))
}

/// Milliseconds until it is over; never longer than a minute, whatever another server's clock says.
fn left(count: Count, now: Timestamp) -> u64 {
    u64::try_from((WINDOW_MS - now.since(count.began)).min(WINDOW_MS)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(began: i64, requests: u32) -> Count {
        Count {
            began: Timestamp(began),
            requests,
        }
    }

    /// Takes so many at `now`, or as many as may be.
    fn take(pace: &mut Pace, key: &str, now: i64, wanted: u32, most: u32) -> u32 {
        let taken = (0..wanted).take_while(|_| pace.take(key, Timestamp(now), most).is_ok());
        u32::try_from(taken.count()).unwrap()
    }

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
            let taken = pace.take(key, Timestamp(at), 2).map(drop);
            assert_eq!(taken, expected, "{key} {at}");
        }
        assert_eq!(Pace::default().take("anna", Timestamp(0), 0), Err(0));
    }

    #[test]
    fn others_are_told_by_the_tenth_and_of_all_of_it() {
        let mut pace = Pace::default();
        for (at, wanted, expected) in [
            (0, 9, None),
            (1, 1, Some(count(0, 10))),
            (2, 0, None),
            (3, 25, Some(count(0, 35))),
            (4, 9, None),
            // The next minute.
            (60_000, 9, None),
            (60_001, 1, Some(count(60_000, 10))),
        ] {
            assert_eq!(take(&mut pace, "anna", at, wanted, 100), wanted);
            let told = pace.take_due(Timestamp(at), 100);
            let told: Vec<_> = told.into_iter().map(|(_, count)| count).collect();
            assert_eq!(told, expected.into_iter().collect::<Vec<_>>(), "at {at}");
        }
        // What is over is of no interest to anybody.
        take(&mut pace, "anna", 60_002, 50, 100);
        assert_eq!(pace.take_due(Timestamp(120_000), 100), []);
        let due = pace.take("ben", Timestamp(0), 1);
        assert_eq!(due, Ok(Taken { is_due: true }), "a limit below ten");
    }

    #[test]
    fn what_others_have_told_counts_until_its_minute_is_over() {
        for (elsewhere, at, free, wait) in [
            (&[][..], 1_000, 100, 59_000),
            (&[count(-20_000, 60)], 1_000, 40, 39_000),
            (&[count(-20_000, 30), count(-30_000, 30)], 1_000, 40, 29_000),
            (&[count(-20_000, 60)], 40_000, 100, 20_000),
            // Another clock is ahead, or says nonsense.
            (&[count(30_000, 60)], 1_000, 40, 59_000),
            (&[count(90_000, 60)], 1_000, 100, 59_000),
            (&[count(0, u32::MAX), count(0, 7)], 1_000, 0, 59_000),
        ] {
            let mut pace = Pace::default();
            // It is heard of a session that has asked here.
            assert_eq!(take(&mut pace, "anna", 0, 1, 101), 1);
            let told = elsewhere.iter().map(|count| ("anna".to_owned(), *count));
            pace.hear(&["anna".to_owned()], told.collect());
            assert_eq!(take(&mut pace, "anna", at, 200, 101), free, "{elsewhere:?}");
            let refused = pace.take("anna", Timestamp(at), 101);
            assert_eq!(refused, Err(wait), "{elsewhere:?}");
            // What is told takes the place of what was.
            pace.hear(&["anna".to_owned()], Vec::new());
            let more = take(&mut pace, "anna", at, 200, 101);
            assert_eq!(more, 100 - free, "{elsewhere:?}");
        }
    }

    #[test]
    fn memory_is_bounded() {
        let mut pace = Pace::default();
        for n in 0..(KEYS + 500) {
            assert!(pace.take(&n.to_string(), Timestamp(0), 1).is_ok());
        }
        assert!(pace.counted.len() <= KEYS);
        assert_eq!(pace.take_due(Timestamp(0), 1).len(), TOLD);
        // Nobody is counted for being heard of.
        pace.hear(&[], vec![("nobody".to_owned(), count(0, 1))]);
        assert!(!pace.counted.contains_key("nobody"));
    }
}
