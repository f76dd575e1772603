//! Waiting, in page and worker.

use gloo_timers::callback::Interval;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// Milliseconds of a clock that nobody sets, since this page or worker began.
#[must_use]
pub fn steady_ms() -> f64 {
    performance_now()
}

/// Waits `ms` milliseconds.
pub async fn sleep_ms(ms: u32) {
    gloo_timers::future::TimeoutFuture::new(ms).await;
}

/// Waits between `least` and `most` milliseconds, so that not all phones do the same at the same moment.
pub async fn sleep_between_ms(least: u32, most: u32) {
    let part = js_sys::Math::random() * f64::from(most.saturating_sub(least));
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Between 0 and `most`.
    sleep_ms(least.saturating_add(part as u32)).await;
}

/// Calls `work` every `ms` milliseconds, as long as the context lives.
pub fn every_ms(ms: u32, work: impl Fn() + 'static) {
    Interval::new(ms, work).forget();
}
