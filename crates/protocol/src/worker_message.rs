//! What page and service worker say to each other, over `postMessage` and a broadcast channel.
//!
//! Owns the message types. They cross versions (an old page, a new worker): unknown ones are skipped.

use crate::Seq;
use afield_domain::from_tree;
use afield_domain::{Op, RecordKey};
use serde::Serialize;

/// From a page to the worker.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ToWorker {
    /// Save these operations, in order, through the same function as the page. Answered with [`FromWorker::Enqueued`].
    Enqueue {
        /// The operations.
        ops: Vec<Op>,
    },
    /// Replay now.
    Replay {
        /// Whether a person asked: then back-off is not waited for.
        asked: bool,
    },
    /// Take over from the running worker: the user has agreed to the update.
    Activate,
    /// A message of another build.
    #[serde(other)]
    Unknown,
}

from_tree! {
    tagged "type" ToWorker {
        "enqueue" => Enqueue { ops },
        "replay" => Replay { asked },
        "activate" => Activate {},
        else Unknown
    }
}

/// From the worker to the page that asked, through the message's port.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FromWorker {
    /// Saved; as many as were asked for.
    Enqueued {
        /// How many.
        count: usize,
    },
    /// Not done. Nothing was saved.
    Failed {
        /// Why, in English, for logs.
        message: String,
    },
    /// Done.
    Done,
    /// A message of another build.
    #[serde(other)]
    Unknown,
}

from_tree! {
    tagged "type" FromWorker {
        "enqueued" => Enqueued { count },
        "failed" => Failed { message },
        "done" => Done {},
        else Unknown
    }
}

/// To every page and the worker: "these changed, look again". Only a hint; the truth is in the databases.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// The outbox changed: entries, their states, back-off, session.
    Outbox {
        /// The entries that were written or have gone; none: any may have. The meta row may have changed
        /// in any case.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seqs: Option<Vec<Seq>>,
    },
    /// These records changed in the cache; empty: all may have.
    Records {
        /// Their keys.
        keys: Vec<RecordKey>,
    },
    /// A sync pass began.
    SyncStarted,
    /// A sync pass ended.
    SyncEnded,
    /// A notice of another build.
    #[serde(other)]
    Unknown,
}

from_tree! {
    tagged "notice" Notice {
        "outbox" => Outbox { seqs },
        "records" => Records { keys },
        "sync_started" => SyncStarted {},
        "sync_ended" => SyncEnded {},
        else Unknown
    }
}
