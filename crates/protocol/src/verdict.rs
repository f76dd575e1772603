//! The server's answer for one mutation.

use afield_domain::wire::{self, Fields, FromTree, Tree, TreeError};
use afield_domain::{MutationId, Rejection, Versioned, limits, text};
use serde::{Serialize, Serializer};

/// The verdict on one mutation.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MutationVerdict {
    /// Which mutation.
    pub id: MutationId,
    /// What became of it.
    #[cfg_attr(feature = "schema", serde(flatten))]
    pub verdict: Verdict,
    /// What the back end says of a refusal in its own words, on one line; empty where it says nothing. On the wire it is
    /// the `message` in the `reason`. Afield's own server says nothing: phones have words of their own for its codes.
    #[cfg_attr(feature = "schema", schema(ignore))]
    pub message: String,
}

impl MutationVerdict {
    /// One without words.
    #[must_use]
    pub fn new(id: MutationId, verdict: Verdict) -> Self {
        let message = String::new();
        Self {
            id,
            verdict,
            message,
        }
    }
}

impl<'de> FromTree<'de> for MutationVerdict {
    fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError> {
        let mut fields = tree.into_fields()?;
        let said = fields.object("reason");
        let said = said.and_then(|reason| reason.text("message"));
        Ok(Self {
            id: fields.take("id")?,
            message: said.map_or_else(String::new, |said| {
                text::plain(&said, limits::MESSAGE_CHARS)
            }),
            verdict: Verdict::read(fields),
        })
    }
}

impl Serialize for MutationVerdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Plain<'a> {
            id: MutationId,
            #[serde(flatten)]
            verdict: &'a Verdict,
        }
        #[derive(Serialize)]
        struct Worded<'a> {
            id: MutationId,
            verdict: &'static str,
            reason: Refusal<'a>,
        }
        #[derive(Serialize)]
        struct Refusal<'a> {
            #[serde(flatten)]
            reason: &'a Rejection,
            message: &'a str,
        }
        let (id, verdict, message) = (self.id, &self.verdict, self.message.as_str());
        match verdict {
            Verdict::Rejected { reason } if !message.is_empty() => {
                let reason = Refusal { reason, message };
                let verdict = "rejected";
                let worded = Worded {
                    id,
                    verdict,
                    reason,
                };
                worded.serialize(serializer)
            }
            _ => Plain { id, verdict }.serialize(serializer),
        }
    }
}

impl<'de> serde::Deserialize<'de> for MutationVerdict {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::deserialize(deserializer)
    }
}

/// What became of a mutation. A repeated mutation gets the stored verdict again.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Verdict {
    /// Done as asked.
    Applied {
        /// The records as they are now.
        records: Vec<Versioned>,
    },
    /// Done, joined with another's change.
    Merged {
        /// The records as they are now.
        records: Vec<Versioned>,
    },
    /// The server's state already was as asked for.
    AlreadyApplied {
        /// The records as they are now.
        records: Vec<Versioned>,
    },
    /// Refused: to be parked and shown.
    Rejected {
        /// Why.
        #[cfg_attr(feature = "schema", schema(value_type = RefusalSchema))]
        reason: Rejection,
    },
    /// Not decided: send it again, not before the time given.
    Retry {
        /// Milliseconds to wait.
        after_ms: u64,
    },
    /// A verdict of a newer server: this build cannot tell what became of the mutation, keeps it and asks again.
    #[serde(other)]
    Unknown,
}

impl Verdict {
    /// Reads what there is to read: the word decides. Records that cannot be read come with the next
    /// pull, a reason that cannot be read is one that this build does not know.
    fn read(mut fields: Fields<'_>) -> Self {
        let word = fields.text("verdict").unwrap_or_default();
        match &*word {
            "applied" => Self::Applied {
                records: fields.take_each_readable("records"),
            },
            "merged" => Self::Merged {
                records: fields.take_each_readable("records"),
            },
            "already_applied" => Self::AlreadyApplied {
                records: fields.take_each_readable("records"),
            },
            "rejected" => Self::Rejected {
                reason: fields.take_readable("reason", Rejection::Other),
            },
            "retry" => Self::Retry {
                after_ms: fields.take_readable("after_ms", 0),
            },
            _ => Self::Unknown,
        }
    }
}

impl<'de> FromTree<'de> for Verdict {
    fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError> {
        tree.into_fields().map(Self::read)
    }
}

impl<'de> serde::Deserialize<'de> for Verdict {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::deserialize(deserializer)
    }
}

/// Why a mutation was refused, and what the back end says of it in its own words.
#[cfg(feature = "schema")]
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Refusal)]
pub struct RefusalSchema {
    /// The code, and what belongs to it.
    #[serde(flatten)]
    pub reason: Rejection,
    /// Plain text on one line, in whatever language the back end speaks; it is shown under the phone's own sentence.
    #[schema(max_length = 500)]
    pub message: Option<String>,
}
