//! What **Revert changes** has taken back a moment ago, and can bring back.
//!
//! Owns it as long as the page is open, and no longer than [`KEPT_MS`]. Must never keep what another user has taken back:
//! the engine refuses that too.

use afield_platform::timer;
use afield_sync::OutboxEntry;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How long it can be brought back, in milliseconds.
pub const KEPT_MS: u32 = 10 * 60_000;

/// What one tap has taken back: a refused change, and what waited for it.
pub type Taken = Vec<OutboxEntry>;

thread_local! {
    /// The last one first.
    static TAKEN: ArcRwSignal<Vec<Taken>> = ArcRwSignal::new(Vec::new());
}

/// What can be brought back, the last one first.
#[must_use]
pub fn taken() -> ArcRwSignal<Vec<Taken>> {
    TAKEN.with(ArcRwSignal::clone)
}

/// Something was taken back.
pub fn note(entries: Taken) {
    let first = entries.first().map(|entry| entry.mutation.id);
    taken().update(|all| all.insert(0, entries));
    spawn_local(async move {
        timer::sleep_ms(KEPT_MS).await;
        forget(first);
    });
}

/// It is back, or its time is over.
pub fn forget(first: Option<afield_domain::MutationId>) {
    let is_it = |taken: &Taken| taken.first().map(|entry| entry.mutation.id) == first;
    taken().update(|all| all.retain(|taken| !is_it(taken)));
}
