//! What all devices of a trial have met, counted together.
//!
//! Owns the counts, and for how long nobody of a company heard anything. Must never decide.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

pub(crate) struct Tally {
    began: Instant,
    photos: AtomicU64,
    /// Attempts in vain, by what was answered: 0 for nothing.
    in_vain: Mutex<BTreeMap<u16, u64>>,
    companies: Vec<Company>,
}

/// What a company has heard. Times are in milliseconds since the trial began.
#[derive(Default)]
struct Company {
    verdicts: AtomicU64,
    /// When the last one was heard, and the longest time without any.
    last: AtomicU64,
    longest: AtomicU64,
}

impl Tally {
    pub(crate) fn of(companies: u32) -> Self {
        Self {
            began: crate::instant(),
            companies: (0..companies).map(|_| Company::default()).collect(),
            photos: AtomicU64::new(0),
            in_vain: Mutex::default(),
        }
    }

    fn ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub(crate) fn heard(&self, company: u32, verdicts: u64) {
        let Some(company) = self
            .companies
            .get(company as usize)
            .filter(|_| verdicts > 0)
        else {
            return;
        };
        company.verdicts.fetch_add(verdicts, Relaxed);
        let now = self.ms();
        let last = company.last.swap(now, Relaxed);
        company.longest.fetch_max(now.saturating_sub(last), Relaxed);
    }

    pub(crate) fn photo_arrived(&self) {
        self.photos.fetch_add(1, Relaxed);
    }

    pub(crate) fn in_vain(&self, status: Option<u16>) {
        let mut all = self.in_vain.lock().unwrap_or_else(PoisonError::into_inner);
        *all.entry(status.unwrap_or(0)).or_default() += 1;
    }

    /// How many verdicts each company has heard.
    pub(crate) fn verdicts(&self) -> Vec<u64> {
        let all = self.companies.iter();
        all.map(|company| company.verdicts.load(Relaxed)).collect()
    }

    pub(crate) fn photos(&self) -> u64 {
        self.photos.load(Relaxed)
    }

    pub(crate) fn all_in_vain(&self) -> BTreeMap<u16, u64> {
        let all = self.in_vain.lock().unwrap_or_else(PoisonError::into_inner);
        all.clone()
    }

    /// The longest time in milliseconds in which a company heard no verdict, since it was asked for last.
    pub(crate) fn longest_silence(&self) -> u64 {
        let now = self.ms();
        let all = self.companies.iter().map(|company| {
            let until_now = now.saturating_sub(company.last.load(Relaxed));
            company.longest.swap(0, Relaxed).max(until_now)
        });
        all.max().unwrap_or(0)
    }
}
