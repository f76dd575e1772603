//! Waiting, in page and worker.

use gloo_timers::callback::Interval;

/// Waits `ms` milliseconds.
pub async fn sleep_ms(ms: u32) {
    gloo_timers::future::TimeoutFuture::new(ms).await;
}

/// Calls `work` every `ms` milliseconds, as long as the context lives.
pub fn every_ms(ms: u32, work: impl Fn() + 'static) {
    Interval::new(ms, work).forget();
}
