//! The names of what can be taken from a role, and of what can be asked for.
//!
//! Owns [`Right`] and [`Requirable`]. Stored and sent: names are only ever added. Must never know a record: what a right
//! is about, `rights` says.

use crate::user::Role;
use crate::wire::FromTree;
use serde::Serialize;

/// What can be taken from a role: the edit of a field, or a kind of operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, FromTree)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Right {
    /// Edit a job's title.
    EditTitle,
    /// Edit a job's description.
    EditDescription,
    /// Edit a job's priority.
    EditPriority,
    /// Move a job in time.
    EditSchedule,
    /// Give a job to somebody else.
    EditAssignee,
    /// Answer the questions of a job's checklist.
    EditAnswer,
    /// Link assets to a job.
    EditAsset,
    /// Edit the parts of a job.
    EditPart,
    /// Say what a photo shows.
    EditPhoto,
    /// Go on with a job's day: on the way, started, paused.
    SetStatus,
    /// Finish a job.
    Finish,
    /// End a job as not possible.
    NotPossible,
    /// Reopen a finished job.
    Reopen,
    /// Call a job off.
    Cancel,
    /// Accept or reject an offered job.
    AnswerOffer,
    /// Take a service task to another status.
    SetTaskStatus,
    /// Submit a form.
    SubmitForm,
    /// Add a note.
    AddNote,
    /// Add a photo.
    AddPhoto,
    /// Add a signature.
    AddSignature,
    /// Add a file.
    AddFile,
    /// Take back one's own note, photo or file.
    Withdraw,
    /// Make a job.
    CreateJob,
    /// Make a customer, a place or an asset.
    CreateRecord,
    /// A right of another build.
    #[serde(other)]
    Other,
}

impl Right {
    /// Every right, those of fields first.
    pub const ALL: [Self; 24] = [
        Self::EditTitle,
        Self::EditDescription,
        Self::EditPriority,
        Self::EditSchedule,
        Self::EditAssignee,
        Self::EditAnswer,
        Self::EditAsset,
        Self::EditPart,
        Self::EditPhoto,
        Self::SetStatus,
        Self::Finish,
        Self::NotPossible,
        Self::Reopen,
        Self::Cancel,
        Self::AnswerOffer,
        Self::SetTaskStatus,
        Self::SubmitForm,
        Self::AddNote,
        Self::AddPhoto,
        Self::AddSignature,
        Self::AddFile,
        Self::Withdraw,
        Self::CreateJob,
        Self::CreateRecord,
    ];

    /// Whether it is about the value of a field, and not about a kind of operation.
    #[must_use]
    pub fn is_of_field(self) -> bool {
        self <= Self::EditPhoto
    }

    /// Whether `role` has it unless it was taken.
    #[must_use]
    pub fn is_given_to(self, role: Role) -> bool {
        match self {
            Self::EditAssignee | Self::Cancel => role.is_office(),
            Self::Other => false,
            _ => true,
        }
    }
}

/// What a company can want filled in. The title of a job always is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, FromTree)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Requirable {
    /// A job's description: in every new job, and whenever a job's details are edited.
    Description,
    /// The customer of a new job.
    Customer,
    /// The place of a new job.
    Property,
    /// A field of another build.
    #[serde(other)]
    Other,
}

impl Requirable {
    /// Every one that this build knows.
    pub const ALL: [Self; 3] = [Self::Description, Self::Customer, Self::Property];
}
