//! Reading a batch: each mutation on its own, so that a malformed one takes no other with it.
//!
//! Owns what counts as readable. Pure.

use super::fingerprint::fingerprint;
use afield_domain::{DeviceId, MutationId, OP_VERSION, RecordKey, UserId, limits};
use afield_planted::planted;
use afield_protocol::{EpochId, Mutation, PushRequest};
use serde_json::Value;

/// A mutation as it came.
#[derive(Debug)]
pub(crate) enum Item {
    /// It reads.
    Good {
        /// It.
        mutation: Box<Mutation>,
        /// Its fingerprint.
        fingerprint: String,
    },
    /// It does not, and says that a newer build made it; the parts that read.
    Newer {
        /// Its id.
        id: MutationId,
        /// Its fingerprint.
        fingerprint: String,
        /// Its lane.
        lane: Option<RecordKey>,
        /// What it waits for.
        depends_on: Vec<MutationId>,
    },
    /// It does not; the parts that do.
    Malformed {
        /// Its id.
        id: MutationId,
        /// The field that is wrong, as far as known.
        field: &'static str,
        /// Its lane.
        lane: Option<RecordKey>,
        /// What it waits for.
        depends_on: Vec<MutationId>,
    },
}

impl Item {
    pub(crate) fn id(&self) -> MutationId {
        match self {
            Self::Good { mutation, .. } => mutation.id,
            Self::Newer { id, .. } | Self::Malformed { id, .. } => *id,
        }
    }

    pub(crate) fn lane(&self) -> Option<RecordKey> {
        match self {
            Self::Good { mutation, .. } => Some(mutation.lane),
            Self::Newer { lane, .. } | Self::Malformed { lane, .. } => *lane,
        }
    }

    pub(crate) fn depends_on(&self) -> &[MutationId] {
        match self {
            Self::Good { mutation, .. } => &mutation.depends_on,
            Self::Newer { depends_on, .. } | Self::Malformed { depends_on, .. } => depends_on,
        }
    }
}

/// Why a batch as a whole cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BatchError {
    /// There is no telling which mutation it is.
    #[error("a mutation without a readable id")]
    NoId,
    /// The order is not the device's.
    #[error("the mutations are not in rising order of seq")]
    NotRising,
    /// They are another user's than the session's: somebody else has just signed in on the device.
    #[error("these changes are another user's")]
    OtherUser,
    /// The device knows another data set: a backup was restored.
    #[error("the server has another data set than this device knows")]
    EpochChanged,
    /// The session has ended while they were on their way.
    #[error("the session has ended")]
    Over,
    /// Its device is revoked, and the push cannot hear that it waits for the office, or is of somebody else's work.
    #[error("the office has revoked this device")]
    Revoked,
    /// More than fit in one request.
    #[error("too many mutations in one push")]
    TooMany,
}

/// The mutations of a batch, in order.
///
/// # Errors
/// [`BatchError`]; nothing of the batch is looked at then.
pub(crate) fn read_items(
    request: &PushRequest<Value>,
    user: UserId,
    epoch: &EpochId,
) -> Result<Vec<Item>, BatchError> {
    let items: Vec<Item> = request
        .mutations
        .iter()
        .map(|value| read_item(value, request.device))
        .collect::<Result<_, _>>()?;
    // Also of what does not read as a whole: its owner can still send it.
    let is_other = |value| part(value, "user").is_some_and(|made_by: UserId| made_by != user);
    if request.mutations.iter().any(is_other) {
        return Err(BatchError::OtherUser);
    }
    let knows_other = request.epoch.as_ref().is_some_and(|known| known != epoch);
    if planted!(EpochUnchecked: knows_other => false) {
        return Err(BatchError::EpochChanged);
    }
    if items.len() > limits::PUSH_MUTATIONS || request.asks.len() > limits::PUSH_MUTATIONS {
        return Err(BatchError::TooMany);
    }
    let seqs: Vec<_> = items
        .iter()
        .filter_map(|item| match item {
            Item::Good { mutation, .. } => Some(mutation.seq),
            Item::Newer { .. } | Item::Malformed { .. } => None,
        })
        .collect();
    if seqs.is_sorted_by(|one, next| one < next) {
        Ok(items)
    } else {
        Err(BatchError::NotRising)
    }
}

fn read_item(value: &Value, device: DeviceId) -> Result<Item, BatchError> {
    let id: MutationId = part(value, "id").ok_or(BatchError::NoId)?;
    let malformed = |field| Item::Malformed {
        id,
        field,
        lane: part(value, "lane"),
        depends_on: part(value, "depends_on").unwrap_or_default(),
    };
    let is_long = |name, most| {
        let list = value.get(name).and_then(Value::as_array);
        list.is_some_and(|list| list.len() > most)
    };
    if is_long("depends_on", limits::DEPENDS_ON) {
        return Ok(malformed("depends_on"));
    }
    if is_long("replaces", limits::REPLACES) {
        return Ok(malformed("replaces"));
    }
    Ok(match serde_json::from_value::<Mutation>(value.clone()) {
        Ok(mutation) if mutation.device != device => malformed("device"),
        Ok(mutation) if i64::try_from(mutation.seq.0).is_err() => malformed("seq"),
        Ok(mutation) => Item::Good {
            mutation: Box::new(mutation),
            fingerprint: fingerprint(value),
        },
        // A word that this build does not know is no fault of the phone's.
        Err(_) if is_newer(value) => Item::Newer {
            id,
            fingerprint: fingerprint(value),
            lane: part(value, "lane"),
            depends_on: part(value, "depends_on").unwrap_or_default(),
        },
        Err(_) => malformed("mutation"),
    })
}

/// Whether a newer build than this made it, by its own word.
fn is_newer(value: &Value) -> bool {
    let version = value.get("op_version").and_then(Value::as_u64);
    version.is_some_and(|version| version > u64::from(OP_VERSION))
}

fn part<T: serde::de::DeserializeOwned>(value: &Value, name: &str) -> Option<T> {
    serde_json::from_value(value.get(name)?.clone()).ok()
}
