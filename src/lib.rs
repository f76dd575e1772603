//! The Leptos app: what a technician and a dispatcher see.
//!
//! Owns screens, texts and the way from a tap to the engine. IndexedDB is the truth; every signal
//! here is a projection of it. Must never name an IndexedDB library, `fetch`, locks or broadcast
//! channels (that is `store` and `platform`), nor decide what a change does (that is `domain`).
//! What draws is compiled for wasm only; the rest is pure and tested natively.
//!
//! A house of floors, each of which sees only those below it: `kinds`, `routes`, `error`, `texts` and `memo`
//! on the ground; `ui` (how things look) and `runtime` (what runs while the page is open); `shared` (what
//! several pages show or ask); `shell` (the frame of every page) and `features` (the pages, which
//! know nothing of each other); and on top `app`, the one place that names the pages.

#[cfg(target_family = "wasm")]
pub mod app;
#[cfg(target_family = "wasm")]
pub mod chunk;
#[cfg(target_family = "wasm")]
pub mod effect;
pub mod error;
pub mod features;
pub mod kinds;
#[cfg(target_family = "wasm")]
pub mod memo;
pub mod routes;
pub mod runtime;
#[cfg(test)]
pub(crate) mod samples;
pub mod shared;
#[cfg(target_family = "wasm")]
pub mod shell;
#[cfg(target_family = "wasm")]
pub mod signal;
pub mod texts;
#[cfg(target_family = "wasm")]
pub mod ui;
#[cfg(target_family = "wasm")]
pub(crate) mod view;
#[cfg(target_family = "wasm")]
pub mod worker;
