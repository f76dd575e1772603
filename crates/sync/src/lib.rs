//! The engine: an outbox that is never thrown away, a cache that may be, and the way between them
//! and the server.
//!
//! Owns enqueue, replay, pull, priming and the view. Everything outside is a port ([`ports`]): the
//! two databases, the remote, and the host (clock, ids, chance, locks, notices). `plan_*` functions
//! are pure; `run_*` functions are IO between them. A future dropped between any two awaits is a
//! crash that must lose nothing and apply nothing twice.
//! Must never name a browser, a database library, a runtime, a clock or a source of randomness.

pub mod backoff;
pub mod batch;
pub mod cache_rules;
pub mod cache_state;
pub mod classify;
pub mod depend;
pub mod engine;
pub mod enqueue;
pub mod entry;
pub mod error;
pub mod expiry;
pub mod kept;
pub mod lease;
pub mod local_file;
pub mod memory;
pub mod meta;
pub mod picture;
pub mod ports;
pub mod pull;
pub mod release;
pub mod replay;
pub mod resend;
pub mod scope;
pub mod session;
pub mod status;
pub mod trigger;
pub mod undo;
pub mod verdicts;

#[cfg(feature = "testing")]
pub mod conformance;
#[cfg(test)]
mod stored_tests;
#[cfg(feature = "testing")]
pub mod testing;

pub use cache_state::{CacheState, Priming};
pub use engine::{Engine, SyncReport};
pub use enqueue::Draft;
pub use entry::{EntryState, Kept, OutboxEntry};
pub use error::{StoreError, SyncError};
pub use expiry::is_expired;
pub use local_file::LocalFile;
pub use memory::{MemoryCache, MemoryOutbox};
pub use meta::{OutboxMeta, SignedIn};
pub use picture::order::Order;
pub use picture::view::{self, Projection, View};
pub use ports::{
    CacheBatch, CacheStore, FileStore, Host, OutboxPlan, OutboxStore, OutboxView, OutboxWrite,
    Read, Remote,
};
pub use status::{SyncStatus, sync_status};
pub use trigger::Trigger;
pub use undo::{NoUndo, Undo};
