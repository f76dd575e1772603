//! Parts of answers that a client does not take. With HTTP/2 nothing is written for it then, so that no write can fail
//! ([`super::patience`]): its other requests on the same connection go on, and so would it for ever.
//!
//! Owns since when each waits. Must never look into one.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

/// Those of one connection.
#[derive(Debug, Default)]
pub(super) struct Untaken(Mutex<Book>);

#[derive(Debug, Default)]
struct Book {
    last: u64,
    since: BTreeMap<u64, Instant>,
}

impl Untaken {
    /// An answer that is ready to be taken; the number by which it is known.
    pub(super) fn begin(&self) -> u64 {
        let mut book = self.book();
        book.last += 1;
        let number = book.last;
        book.since.insert(number, Instant::now());
        number
    }

    /// A part of this answer was handed over: the next is asked for once the client has room for it.
    pub(super) fn hand(&self, number: u64) {
        self.book().since.insert(number, Instant::now());
    }

    /// More of this answer is asked for, or it has ended.
    pub(super) fn take(&self, number: u64) {
        self.book().since.remove(&number);
    }

    /// Waits until a part of an answer has waited for so long, and at most as long again.
    pub(super) async fn wait_for(&self, patience: Duration) {
        loop {
            let oldest = self.book().since.values().min().copied();
            match oldest.map(|since| since + patience) {
                Some(until) if until <= Instant::now() => return,
                Some(until) => sleep_until(until).await,
                None => sleep(patience).await,
            }
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;

    #[tokio::test]
    async fn who_takes_nothing_is_noticed_and_nobody_else() {
        let untaken = Untaken::default();
        let waits_too_long = || untaken.wait_for(Duration::ZERO).now_or_never().is_some();
        // A board whose stream says nothing has asked for more.
        let board = untaken.begin();
        untaken.take(board);
        let page = untaken.begin();
        assert!(waits_too_long());
        untaken.take(page);
        untaken.hand(page);
        assert!(waits_too_long());
        let long = untaken.wait_for(Duration::from_hours(1));
        assert!(long.now_or_never().is_none());
        untaken.take(page);
        assert!(untaken.book().since.is_empty());
    }
}
