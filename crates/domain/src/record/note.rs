//! A note on a job. Notes are only ever added.

use super::RecordKey;
use super::kind::Kind;
use crate::ids::{AttachmentId, JobId, NoteId, UserId};
use crate::time::Timestamp;
use crate::wire::FromTree;
use serde::Serialize;

/// What somebody wrote on a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Note {
    /// Made by the phone that wrote it, and never changed.
    pub id: NoteId,
    /// The job it stands on.
    pub job: JobId,
    /// Who wrote it.
    pub author: UserId,
    /// Their name at that time.
    pub author_name: String,
    /// The text, as typed, without white space at its ends.
    pub text: String,
    /// Photos and files that belong to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<AttachmentId>,
    /// When it was written, by the phone's corrected clock.
    pub made_at: Timestamp,
}

impl Kind for Note {
    const IS_PART_OF_JOB: bool = true;

    fn links(&self) -> Vec<RecordKey> {
        Vec::new()
    }

    fn owner(&self) -> Option<RecordKey> {
        Some(self.job.into())
    }
}
