//! What the fuzz targets in `fuzz/` see of the server's readers: a batch, a fingerprint, a cursor.
//!
//! Owns their public form, and stands behind the feature `fuzzing`. It must never hold logic: what it
//! calls is what the server calls.

use crate::decide::batch::{Item, read_items};
use crate::decide::fingerprint;
use crate::pull::cursor::{CursorKey, Position};
use afield_domain::time::ScopeWindow;
use afield_domain::{MutationId, RecordKey, UserId};
use afield_protocol::{EpochId, Mutation, PushRequest};
use serde_json::Value;

/// A mutation of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadItem {
    /// Its id.
    pub id: MutationId,
    /// Its lane, if that could be read.
    pub lane: Option<RecordKey>,
    /// What it waits for.
    pub depends_on: Vec<MutationId>,
    /// Itself and its fingerprint; none if it does not read.
    pub good: Option<(Mutation, String)>,
}

/// The mutations of a batch as the server reads them.
///
/// # Errors
/// What the server says of a batch that it cannot read.
pub fn read_batch(request: &PushRequest<Value>, user: UserId) -> Result<Vec<ReadItem>, String> {
    // Of whatever data set the phone knows.
    let epoch = request.epoch.clone().unwrap_or(EpochId(String::new()));
    let items = read_items(request, user, &epoch).map_err(|error| error.to_string())?;
    Ok(items.into_iter().map(ReadItem::from).collect())
}

impl From<Item> for ReadItem {
    fn from(item: Item) -> Self {
        Self {
            id: item.id(),
            lane: item.lane(),
            depends_on: item.depends_on().to_vec(),
            good: match item {
                Item::Good {
                    mutation,
                    fingerprint,
                } => Some((*mutation, fingerprint)),
                Item::Newer { .. } | Item::Malformed { .. } => None,
            },
        }
    }
}

/// The fingerprint of a mutation.
#[must_use]
pub fn fingerprint(value: &Value) -> String {
    fingerprint::fingerprint(value)
}

/// A cursor that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadCursor(Position);

fn key() -> Option<CursorKey> {
    CursorKey::new("fuzzing")
}

impl ReadCursor {
    /// A cursor of any content with the signature that belongs to it: what would be read if the key
    /// were known.
    #[must_use]
    pub fn signed(content: &[u8]) -> Option<String> {
        Some(Position::signed(&key()?, content))
    }

    /// Reads the text of a cursor of the version before, as if the days of a phone were `days`.
    #[must_use]
    pub fn read_unsigned(
        text: &str,
        epoch: &EpochId,
        user: UserId,
        days: ScopeWindow,
    ) -> Option<Self> {
        Position::read_unsigned(text, epoch, user, days).map(Self)
    }

    /// Reads the text of a cursor.
    #[must_use]
    pub fn read(text: &str, epoch: &EpochId, user: UserId) -> Option<Self> {
        Position::read(text, &key()?, epoch, user).map(Self)
    }

    /// Its text.
    #[must_use]
    pub fn write(&self, epoch: &EpochId, user: UserId) -> Option<String> {
        Some(self.0.write(&key()?, epoch, user))
    }

    /// Whether the server can go on from it.
    #[must_use]
    pub fn is_known(&self, change_seq: u64, floor: u64) -> bool {
        self.0.is_known(change_seq, floor)
    }
}
