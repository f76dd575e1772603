//! What page and service worker say to each other, over `postMessage` and a broadcast channel.
//!
//! Owns the message types. They cross versions (an old page, a new worker): unknown ones are skipped.

use crate::Seq;
use afield_domain::wire::{FromTree, Tree, TreeError};
use afield_domain::{Op, RecordKey};
use serde::{Deserialize, Deserializer, Serialize};

/// From a page to the worker.
#[derive(Debug, Clone, PartialEq, Serialize, FromTree)]
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
    /// Hold the running worker no longer, whatever it is at: a newer one has waited for long.
    LetGo,
    /// A message of another build.
    #[serde(other)]
    Unknown,
}

/// From the worker to the page that asked, through the message's port.
#[derive(Debug, Clone, PartialEq, Serialize, FromTree)]
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
    /// A pass was made.
    Done,
    /// No pass was made: another page is at it, nobody is signed in, or it is too early. Nothing is lost by that.
    NotNow,
    /// A message of another build.
    #[serde(other)]
    Unknown,
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
    /// These records changed in the cache.
    Records {
        /// Their keys; none: all may have.
        keys: Vec<RecordKey>,
    },
    /// Drafts changed: what is typed and not saved.
    Drafts,
    /// A sync pass began.
    SyncStarted,
    /// A sync pass ended.
    SyncEnded,
    /// A notice of another build.
    #[serde(other)]
    Unknown,
}

impl<'de> FromTree<'de> for Notice {
    fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError> {
        let mut fields = tree.into_fields()?;
        let notice: String = fields.take("notice")?;
        // A list with an element that this build cannot read counts as none: then anything may have
        // changed. With a part of the list this page would go on showing the rest as it was.
        Ok(match &*notice {
            "outbox" => Self::Outbox {
                seqs: fields.take_readable("seqs", None),
            },
            "records" => Self::Records {
                keys: fields.take_readable("keys", Vec::new()),
            },
            "drafts" => Self::Drafts,
            "sync_started" => Self::SyncStarted,
            "sync_ended" => Self::SyncEnded,
            _ => Self::Unknown,
        })
    }
}

impl<'de> Deserialize<'de> for Notice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        afield_domain::wire::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_notice_of_another_build_says_at_worst_that_all_may_have_changed() {
        #[track_caller]
        fn check(json: serde_json::Value, is: Notice) {
            assert_eq!(serde_json::from_value::<Notice>(json).unwrap(), is);
        }
        let id = "01930000-0000-7000-8000-000000000007";
        let job = json!({"module": "job", "id": id});
        let strange = json!({"module": "spaceship", "id": id});
        let all = || Notice::Records { keys: Vec::new() };
        check(json!({"notice": "records", "keys": [job, strange]}), all());
        check(json!({"notice": "records", "keys": {"job": [id]}}), all());
        check(json!({"notice": "records"}), all());
        let any = || Notice::Outbox { seqs: None };
        check(json!({"notice": "outbox", "seqs": [3, "4-b"]}), any());
        check(json!({"notice": "outbox", "seqs": "all"}), any());
        check(json!({"notice": "outbox"}), any());
        let seqs = Some(vec![Seq(3), Seq(4)]);
        check(
            json!({"notice": "outbox", "seqs": [3, 4]}),
            Notice::Outbox { seqs },
        );
        check(json!({"notice": "sung", "keys": 7}), Notice::Unknown);
    }
}
