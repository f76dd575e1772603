//! How long an answer is waited for.
//!
//! Owns the rule, which every remote keeps: time counts from the last progress. The parts of an answer that
//! arrive are progress; of what is sent nobody tells how far it is, so its size gives it time. Besides: the
//! sign of life while a request is long, so that no other tab takes the lease from who waits. Must never be
//! without an end.

use crate::engine::Engine;
use crate::error::SyncError;
use crate::pass::lease::check_lease;
use crate::ports::{Host, OutboxPlan, OutboxStore, OutboxWrite, Read};
use afield_planted::planted;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::Poll;

/// Nothing arriving for so long, in milliseconds, is no answer.
pub const QUIET_MS: u32 = 20_000;
/// The slowest line on which a body still is given the time it takes, in bytes a second (16 kbit/s).
pub const SLOWEST_BYTES_PER_S: u64 = 2_000;
/// A request that is not over by then is given up, whatever arrives, in milliseconds.
pub const LONGEST_REQUEST_MS: u32 = 600_000;
/// How often a holder of the lease that waits says that it lives, in milliseconds.
const HEARTBEAT_MS: u32 = 10_000;

/// How long the first sign of an answer is waited for after `body_bytes` were given to the network, in
/// milliseconds.
#[must_use]
pub fn first_answer_ms(body_bytes: usize) -> u32 {
    let bytes = u64::try_from(body_bytes).unwrap_or(u64::MAX);
    let sending = bytes.saturating_mul(1_000) / SLOWEST_BYTES_PER_S;
    let sending = u32::try_from(sending).unwrap_or(LONGEST_REQUEST_MS);
    QUIET_MS.saturating_add(sending).min(LONGEST_REQUEST_MS)
}

impl<O: OutboxStore, C, R, H: Host> Engine<O, C, R, H> {
    /// Waits for `work`, and keeps the lease alive meanwhile.
    pub(crate) async fn run_alive<T>(&self, lease: u64, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        let mut beat = pin!(self.run_heartbeat(lease));
        let mut beats = planted!(NoHeartbeat: true => false);
        std::future::poll_fn(|context| {
            if let Poll::Ready(value) = work.as_mut().poll(context) {
                return Poll::Ready(value);
            }
            if beats && beat.as_mut().poll(context).is_ready() {
                beats = false;
            }
            Poll::Pending
        })
        .await
    }

    /// Notes a sign of life now and then, until it cannot: whoever has lost the lease hears of it from
    /// the next transaction of its own.
    async fn run_heartbeat(&self, lease: u64) {
        loop {
            self.host.pause(HEARTBEAT_MS).await;
            let now = self.host.now();
            let noted = self.outbox.transact(Read::Meta, |view| {
                check_lease(&view.meta.lease, lease)?;
                let mut meta = view.meta.clone();
                meta.lease.heartbeat = Some(now);
                Ok(OutboxPlan {
                    writes: vec![OutboxWrite::Meta(meta)],
                    value: (),
                })
            });
            if let Err(SyncError::Fenced) = noted.await {
                return;
            }
        }
    }
}

/// A part of a pass, in a box: so that what waits for it is small, and stands once.
pub(crate) type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Does `first`, and `second` beside it; when `first` fails nobody waits for `second` any more.
///
/// # Errors
/// Those of `first`.
pub(crate) async fn while_under_way<T, E, U>(
    mut first: Boxed<'_, Result<T, E>>,
    mut second: Boxed<'_, U>,
) -> Result<(T, U), E> {
    let (mut done, mut other) = (None, None);
    std::future::poll_fn(|context| {
        if done.is_none()
            && let Poll::Ready(ended) = first.as_mut().poll(context)
        {
            match ended {
                Ok(value) => done = Some(value),
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
        if other.is_none()
            && let Poll::Ready(value) = second.as_mut().poll(context)
        {
            other = Some(value);
        }
        match (done.take(), other.take()) {
            (Some(first), Some(second)) => Poll::Ready(Ok((first, second))),
            (first, second) => {
                (done, other) = (first, second);
                Poll::Pending
            }
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::batch::BatchLimits;

    #[test]
    fn what_fits_in_a_push_has_the_time_it_takes_on_a_slow_line() {
        assert_eq!(first_answer_ms(0), QUIET_MS);
        // 14 registrations of photos with their thumbnails, at 50 kbit/s.
        let (bytes, bytes_per_s) = (14 * 9_000, 50_000 / 8);
        assert!(first_answer_ms(bytes) > u32::try_from(bytes * 1_000 / bytes_per_s).unwrap());
        assert!(first_answer_ms(BatchLimits::USUAL.bytes) < LONGEST_REQUEST_MS);
        assert_eq!(first_answer_ms(usize::MAX), LONGEST_REQUEST_MS);
    }
}
