//! The engine: an outbox that is never thrown away, a cache that may be, and the way between them
//! and the server.
//!
//! Owns a room for each concern: [`outbox`], [`pass`], [`cache`], [`picture`], [`files`], [`driver`],
//! [`clock`], [`device_report`], [`rescue`], and the office's picture ([`board`]). Everything outside is a port ([`ports`]): the
//! two databases, the remote, and the host (clock, ids, chance, locks, notices). `plan_*` functions
//! are pure; `run_*` functions are IO between them. A future dropped between any two awaits is a
//! crash that must lose nothing and apply nothing twice.
//! Must never name a browser, a database library, a runtime, a clock or a source of randomness.

pub mod board;
pub mod cache;
pub mod clock;
pub mod device_report;
pub mod driver;
pub mod engine;
pub mod error;
pub mod files;
pub mod memory;
pub mod outbox;
pub mod pass;
pub mod picture;
pub mod ports;
pub mod rescue;
pub mod session;

#[cfg(feature = "testing")]
pub mod conformance;
#[cfg(test)]
mod stored_tests;
#[cfg(feature = "testing")]
pub mod testing;

pub use cache::expiry::is_expired;
pub use cache::extent::Holding;
pub use cache::gone::GoneJob;
pub use cache::priming::Priming;
pub use cache::recent::{RECENT, Recent};
pub use cache::scope::pinned_records;
pub use cache::state::CacheState;
pub use cache::unread::{UnreadRecord, UnreadRecords};
pub use clock::Reading;
pub use engine::Engine;
pub use error::{NoUndo, StoreError, SyncError};
pub use files::fetch::FetchEnd;
pub use files::local_file::{LocalFile, chunks_of, count_alone};
pub use files::upload::FilesEnd;
pub use memory::{MemoryCache, MemoryOutbox};
pub use outbox::enqueue::Intent;
pub use outbox::entry::{Acknowledged, Decided, Decision, EntryState, JobName, OutboxEntry};
pub use outbox::held::{HeldEntries, held_entries};
pub use outbox::meta::{OutboxMeta, SignedIn};
pub use outbox::revert::plan_revert;
pub use outbox::status::{SyncStatus, sync_status};
pub use outbox::undo::{Undo, check_undo};
pub use pass::classify::TransportError;
pub use pass::trigger::Trigger;
pub use pass::whole::{LOCK, SyncReport};
pub use picture::items::unsent_items;
pub use picture::order::Order;
pub use picture::view::{self, Projection, View};
pub use picture::written::Written;
pub use ports::{
    CacheBatch, CacheStore, FileRows, FileStore, Host, Knows, OutboxPlan, OutboxStore, OutboxView,
    OutboxWrite, Read, Remote,
};
