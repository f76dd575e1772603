//! What a company has taken from a role, and which fields it wants filled in.
//!
//! Owns [`Rights`] (what somebody has at one moment) and [`CompanyRights`] (what an admin sets), and which right is asked
//! for by what. Stored and sent: names are only ever added. Must never decide
//! by itself who may work on which job: a right that is not taken is no more than that.

use super::right::{Requirable, Right};
use crate::order::Order;
use crate::record::{AttachmentKind, Job, JobField};
use crate::rejection::{Problem, Rejection};
use crate::time::Timestamp;
use crate::user::Role;
use crate::wire::FromTree;
use serde::Serialize;

impl Right {
    /// The right to edit `field`.
    #[must_use]
    pub fn to_edit(field: JobField) -> Self {
        match field {
            JobField::Title => Self::EditTitle,
            JobField::Description => Self::EditDescription,
            JobField::Priority => Self::EditPriority,
            JobField::Schedule => Self::EditSchedule,
            JobField::Assignee => Self::EditAssignee,
            JobField::Answer => Self::EditAnswer,
            JobField::Asset => Self::EditAsset,
            JobField::Part => Self::EditPart,
            JobField::Photo => Self::EditPhoto,
            JobField::Other => Self::Other,
        }
    }

    /// The right to add an attachment of this kind.
    #[must_use]
    pub fn to_add(kind: AttachmentKind) -> Self {
        match kind {
            AttachmentKind::Photo => Self::AddPhoto,
            AttachmentKind::Signature => Self::AddSignature,
            AttachmentKind::File => Self::AddFile,
        }
    }
}

impl Requirable {
    fn is_empty_in(self, job: &Job) -> bool {
        match self {
            Self::Description => job.description.is_empty(),
            Self::Customer => job.customer.is_none(),
            Self::Property => job.property.is_none(),
            Self::Other => false,
        }
    }

    /// Whether it can be filled in once the job is there.
    fn can_be_edited(self) -> bool {
        self == Self::Description
    }
}

/// What somebody lacks, and what they must fill in: only what differs from a company that has set nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Rights {
    /// Rises with every change, beyond the time of it in milliseconds; 0 where nothing was ever changed.
    #[serde(default)]
    #[wire(readable)]
    pub version: u64,
    /// What was taken from their role.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[wire(each, readable)]
    pub taken: Vec<Right>,
    /// What may not be left empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[wire(each, readable)]
    pub required: Vec<Requirable>,
}

/// The rights of a company that never changed any.
pub static UNCHANGED: Rights = Rights {
    version: 0,
    taken: Vec::new(),
    required: Vec::new(),
};

impl Rights {
    /// Whether nothing was ever changed.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        self.version == 0
    }

    /// Whether `right` was not taken.
    #[must_use]
    pub fn has(&self, right: Right) -> bool {
        !self.taken.contains(&right)
    }

    /// Whether `field` may not be left empty.
    #[must_use]
    pub fn requires(&self, field: Requirable) -> bool {
        self.required.contains(&field)
    }

    /// Whether all of `needed` are there.
    ///
    /// # Errors
    /// [`Rejection::NotPermitted`] with the first that was taken.
    pub fn check(&self, needed: &[Right]) -> Result<(), Rejection> {
        match needed.iter().find(|right| !self.has(**right)) {
            Some(right) => Err(Rejection::NotPermitted {
                right: *right,
                version: self.version,
            }),
            None => Ok(()),
        }
    }

    /// Whether a job that was `before` (none: a new one) may stand as `after`. Work on a job is never held up by what
    /// its head lacks: only whoever edits the head is asked to fill it in.
    ///
    /// # Errors
    /// [`Rejection::FieldRequired`] with the first that is empty.
    pub fn check_required(&self, before: Option<&Job>, after: &Job) -> Result<(), Rejection> {
        let edits_head = |before: &Job| {
            let head = |job: &Job| (job.title.clone(), job.description.clone(), job.priority);
            head(before) != head(after)
        };
        let is_asked = |field: Requirable| match before {
            None => true,
            Some(before) => field.can_be_edited() && edits_head(before),
        };
        let mut required = self.required.iter().copied();
        let empty = required.find(|field| is_asked(*field) && field.is_empty_in(after));
        let version = self.version;
        empty.map_or(Ok(()), |field| {
            Err(Rejection::FieldRequired { field, version })
        })
    }
}

/// What an admin sets for a company. Admins lack nothing: somebody must be able to give back what was taken.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CompanyRights {
    /// Rises with every change.
    pub version: u64,
    /// What was taken from technicians.
    #[wire(each)]
    pub technician: Vec<Right>,
    /// What was taken from dispatchers.
    #[wire(each)]
    pub dispatcher: Vec<Right>,
    /// What may not be left empty.
    #[wire(each)]
    pub required: Vec<Requirable>,
}

/// One change by an admin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, FromTree)]
#[serde(tag = "change", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum RightsChange {
    /// A right is given to a role, or taken from it.
    Right {
        /// Whose.
        role: Role,
        /// Which.
        right: Right,
        /// Whether they have it from now on.
        given: bool,
    },
    /// A field may not be left empty any more, or may again.
    Required {
        /// Which.
        field: Requirable,
        /// Whether it must be filled in from now on.
        required: bool,
    },
    /// A change of another build.
    #[serde(other)]
    Other,
}

impl CompanyRights {
    /// What somebody with `role` has of it.
    #[must_use]
    pub fn of(&self, role: Role) -> Rights {
        Rights {
            version: self.version,
            taken: self.taken_from(role).to_vec(),
            required: self.required.clone(),
        }
    }

    /// What was taken from `role`.
    #[must_use]
    pub fn taken_from(&self, role: Role) -> &[Right] {
        match role {
            Role::Technician => &self.technician,
            Role::Dispatcher => &self.dispatcher,
            Role::Admin => &[],
        }
    }

    /// The same, as it is told anew at `at`: whoever was refused before then tries again.
    #[must_use]
    pub fn renewed(mut self, at: Timestamp) -> Self {
        // A time, so that it rises beyond what was told before a backup was restored.
        let next = self.version.saturating_add(1);
        self.version = next.max(u64::try_from(at.0).unwrap_or(0));
        self
    }

    /// With `change` made at `at`; none if it changes nothing.
    ///
    /// # Errors
    /// [`Rejection::Invalid`] for what nobody can set: a right that the role never had, or an admin's.
    pub fn changed(&self, change: RightsChange, at: Timestamp) -> Result<Option<Self>, Rejection> {
        let mut after = self.clone();
        match change {
            RightsChange::Right { role, right, given } => {
                let list = match role {
                    Role::Technician => &mut after.technician,
                    Role::Dispatcher => &mut after.dispatcher,
                    Role::Admin => return Err(malformed("role")),
                };
                if !right.is_given_to(role) {
                    return Err(malformed("right"));
                }
                set(list, right, !given);
            }
            RightsChange::Required {
                field: Requirable::Other,
                ..
            }
            | RightsChange::Other => return Err(malformed("change")),
            RightsChange::Required { field, required } => set(&mut after.required, field, required),
        }
        if after == *self {
            return Ok(None);
        }
        Ok(Some(after.renewed(at)))
    }
}

fn malformed(field: &str) -> Rejection {
    Rejection::Invalid {
        field: field.to_owned(),
        problem: Problem::Malformed,
    }
}

/// Puts `value` into the ordered `list`, or takes it out.
fn set<T: Copy + Ord>(list: &mut Vec<T>, value: T, there: bool) {
    list.retain(|known| *known != value);
    if there {
        list.push(value);
        list.order();
    }
}
