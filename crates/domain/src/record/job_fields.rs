//! The fields of a job that can be edited: how each is read and set, and what wins when two edit one.
//!
//! Owns [`JobField`] with its tables of what wins and of who may edit, [`Job::value`] and
//! [`Job::set_value`]. The merge itself is in `merge`. Must never judge who may work on the job (that is
//! `permission`).

use super::job::{Job, Priority};
use super::part::PartLine;
use super::photo::{PhotoMark, PhotoMoment, moment_of};
use crate::answers::{Answer, answer_to};
use crate::decimal::Decimal;
use crate::ids::{AssetId, AttachmentId, PartId};
use crate::limits;
use crate::merge::{Edit, Editable, Field, FieldValue, Policy, Stamp};
use crate::order::Order;
use crate::rejection::{Problem, Rejection};
use crate::text;
use crate::user::Role;
use crate::wire::FromTree;
use serde::Serialize;

/// A field of a job that can be edited. A field added after this build reads as [`JobField::Other`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, FromTree)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum JobField {
    /// The title: text.
    Title,
    /// The description: text.
    Description,
    /// The priority: its name.
    Priority,
    /// Planned start and end: a span. One field, so that two edits cannot make an end before a start.
    Schedule,
    /// The assignee: the user's id, or nothing.
    Assignee,
    /// An answer of the checklist; the item is the question's key. Its value is the answer.
    Answer,
    /// An asset; the item is its id. Its value is [`crate::record::LINKED`] or nothing.
    Asset,
    /// A part or service; the item is its id. Its value is the quantity or nothing.
    Part,
    /// A photo of the job; the item is its id. Its value is `before`, `after` or nothing.
    Photo,
    /// A field of another build.
    #[serde(other)]
    Other,
}

impl JobField {
    /// Every field that has one value. The others have one for each item, and merge item by item.
    pub const ALL: [Self; 5] = [
        Self::Title,
        Self::Description,
        Self::Priority,
        Self::Schedule,
        Self::Assignee,
    ];

    /// Its name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Description => "description",
            Self::Priority => "priority",
            Self::Schedule => "schedule",
            Self::Assignee => "assignee",
            Self::Answer => "answer",
            Self::Asset => "asset",
            Self::Part => "part",
            Self::Photo => "photo",
            Self::Other => "other",
        }
    }

    /// What wins when two have edited it: the whole table. What is not here merges otherwise: a status
    /// follows the state machine, notes are only ever added.
    #[must_use]
    pub fn policy(self) -> Policy {
        match self {
            Self::Title | Self::Description | Self::Priority => Policy::LatestWins,
            Self::Schedule | Self::Assignee => Policy::OfficeWins,
            Self::Answer | Self::Asset | Self::Part | Self::Photo => Policy::LatestWins,
            Self::Other => Policy::Other,
        }
    }

    /// Whether `role` may edit it on a job that it may work on.
    #[must_use]
    pub fn may_be_edited_by(self, role: Role) -> bool {
        match self {
            Self::Title
            | Self::Description
            | Self::Priority
            | Self::Schedule
            | Self::Answer
            | Self::Asset
            | Self::Part
            | Self::Photo => true,
            Self::Assignee => role.is_office(),
            Self::Other => false,
        }
    }
}

impl Field for JobField {
    const SINGLE: &'static [Self] = &Self::ALL;

    fn is_known(self) -> bool {
        self != Self::Other
    }

    fn policy(self) -> Policy {
        self.policy()
    }

    fn may_be_edited_by(self, role: Role) -> bool {
        self.may_be_edited_by(role)
    }
}

/// An edit of a job's field.
pub type FieldEdit = Edit<JobField>;

/// Who gave a job's field the value it has.
pub type FieldStamp = Stamp<JobField>;

impl Editable for Job {
    type Field = JobField;

    fn value(&self, field: JobField, item: &str) -> FieldValue {
        self.value(field, item)
    }

    fn set_value(
        &mut self,
        field: JobField,
        item: &str,
        value: &FieldValue,
    ) -> Result<(), Rejection> {
        self.set_value(field, item, value)
    }

    fn items(&self) -> Vec<(JobField, String)> {
        let answers = self.answers.iter().map(|answer| answer.item.clone());
        let assets = self.assets.iter().map(ToString::to_string);
        let parts = self.parts.iter().map(|line| line.part.to_string());
        let photos = self.photos.iter().map(|mark| mark.photo.to_string());
        let answers = answers.map(|item| (JobField::Answer, item));
        let assets = assets.map(|item| (JobField::Asset, item));
        let parts = parts.map(|item| (JobField::Part, item));
        let photos = photos.map(|item| (JobField::Photo, item));
        answers.chain(assets).chain(parts).chain(photos).collect()
    }
}

#[cfg(feature = "schema")]
mod schema;

/// The value of an asset that is linked to a job.
pub const LINKED: &str = "linked";

impl Job {
    /// What stands in `field`; nothing for a field of another build.
    #[must_use]
    pub fn field(&self, field: JobField) -> FieldValue {
        match field {
            JobField::Title => FieldValue::Text(self.title.clone()),
            JobField::Description => FieldValue::Text(self.description.clone()),
            JobField::Priority => FieldValue::Text(self.priority.name().to_owned()),
            JobField::Schedule => FieldValue::Span {
                from: self.starts,
                until: self.ends,
            },
            JobField::Assignee => self.assignee.map_or(FieldValue::Nothing, |user| {
                FieldValue::Text(user.to_string())
            }),
            JobField::Answer
            | JobField::Asset
            | JobField::Part
            | JobField::Photo
            | JobField::Other => FieldValue::Nothing,
        }
    }

    /// What stands in `field`, or in the `item` of it.
    #[must_use]
    pub fn value(&self, field: JobField, item: &str) -> FieldValue {
        let text = |text: &str| FieldValue::Text(text.to_owned());
        match field {
            JobField::Answer => answer_to(&self.answers, item).clone(),
            JobField::Asset => {
                let linked = self.assets.iter().any(|id| id.to_string() == item);
                if linked {
                    text(LINKED)
                } else {
                    FieldValue::Nothing
                }
            }
            JobField::Part => {
                let line = self.parts.iter().find(|line| line.part.to_string() == item);
                line.map_or(FieldValue::Nothing, |line| text(&line.quantity))
            }
            JobField::Photo => {
                let moment = canonical_id(item).and_then(|photo| moment_of(&self.photos, photo));
                moment.map_or(FieldValue::Nothing, |moment| text(moment.name()))
            }
            other => self.field(other),
        }
    }

    /// Sets `field`, or the `item` of it.
    ///
    /// # Errors
    /// As [`Self::set_field`]; an item of which there is none is [`Rejection::Invalid`].
    pub fn set_value(
        &mut self,
        field: JobField,
        item: &str,
        value: &FieldValue,
    ) -> Result<(), Rejection> {
        match field {
            JobField::Answer => self.set_answer(item, value),
            JobField::Asset => self.set_asset(item, value),
            JobField::Part => self.set_part(item, value),
            JobField::Photo => self.set_photo(item, value),
            other => self.set_field(other, value),
        }
    }

    fn set_answer(&mut self, item: &str, value: &FieldValue) -> Result<(), Rejection> {
        let question = self.checklist.iter().find(|question| question.item == item);
        let question = question.ok_or_else(|| invalid(item, Problem::Malformed))?;
        let value = question.check(value)?;
        self.answers.retain(|answer| answer.item != item);
        if value != FieldValue::Nothing {
            self.answers.push(Answer {
                item: item.to_owned(),
                value,
            });
            // In the order of the questions, whatever the order in which they were answered.
            let place = |item: &str| {
                self.checklist
                    .iter()
                    .position(|question| question.item == item)
            };
            self.answers.order_by_key(|answer| place(&answer.item));
        }
        Ok(())
    }

    fn set_asset(&mut self, item: &str, value: &FieldValue) -> Result<(), Rejection> {
        let malformed = || invalid(JobField::Asset.name(), Problem::Malformed);
        let id: AssetId = canonical_id(item).ok_or_else(malformed)?;
        self.assets.retain(|asset| *asset != id);
        match value {
            FieldValue::Nothing => Ok(()),
            FieldValue::Text(text) if text == LINKED => {
                check_room(JobField::Asset, self.assets.len(), limits::JOB_LINKS)?;
                self.assets.push(id);
                self.assets.order();
                Ok(())
            }
            _ => Err(malformed()),
        }
    }

    fn set_part(&mut self, item: &str, value: &FieldValue) -> Result<(), Rejection> {
        let malformed = || invalid(JobField::Part.name(), Problem::Malformed);
        let part: PartId = canonical_id(item).ok_or_else(malformed)?;
        self.parts.retain(|line| line.part != part);
        let quantity = match value {
            FieldValue::Nothing => return Ok(()),
            FieldValue::Text(text) => Decimal::parse(text).ok_or_else(malformed)?,
            _ => return Err(malformed()),
        };
        if quantity <= Decimal::default() {
            return Err(invalid(JobField::Part.name(), Problem::OutOfRange));
        }
        check_room(JobField::Part, self.parts.len(), limits::JOB_LINKS)?;
        self.parts.push(PartLine {
            part,
            quantity: quantity.to_string(),
        });
        self.parts.order_by_key(|line| line.part);
        Ok(())
    }

    fn set_photo(&mut self, item: &str, value: &FieldValue) -> Result<(), Rejection> {
        let malformed = || invalid(JobField::Photo.name(), Problem::Malformed);
        let photo: AttachmentId = canonical_id(item).ok_or_else(malformed)?;
        self.photos.retain(|mark| mark.photo != photo);
        let moment = match value {
            FieldValue::Nothing => return Ok(()),
            FieldValue::Text(name) => PhotoMoment::from_name(name).ok_or_else(malformed)?,
            _ => return Err(malformed()),
        };
        check_room(JobField::Photo, self.photos.len(), limits::PHOTO_MARKS)?;
        self.photos.push(PhotoMark { photo, moment });
        self.photos.order_by_key(|mark| mark.photo);
        Ok(())
    }

    /// Sets `field`.
    ///
    /// # Errors
    /// [`Rejection::Invalid`] naming the field; [`Rejection::UnknownOp`] for a field of another build.
    pub fn set_field(&mut self, field: JobField, value: &FieldValue) -> Result<(), Rejection> {
        let malformed = || Rejection::Invalid {
            field: field.name().to_owned(),
            problem: Problem::Malformed,
        };
        match (field, value) {
            (JobField::Other, _) => return Err(Rejection::UnknownOp),
            (JobField::Title, FieldValue::Text(title)) => {
                self.title = text::required(field.name(), title, limits::TITLE_CHARS)?;
            }
            (JobField::Description, FieldValue::Text(description)) => {
                self.description =
                    text::optional(field.name(), description, limits::DESCRIPTION_CHARS)?;
            }
            (JobField::Priority, FieldValue::Text(name)) => {
                self.priority = Priority::from_name(name).ok_or_else(malformed)?;
            }
            (JobField::Schedule, FieldValue::Span { from, until }) if from <= until => {
                (self.starts, self.ends) = (*from, *until);
            }
            (JobField::Assignee, FieldValue::Nothing) => self.assignee = None,
            (JobField::Assignee, FieldValue::Text(user)) => {
                self.assignee = Some(user.parse().map_err(|_| malformed())?);
            }
            _ => return Err(malformed()),
        }
        Ok(())
    }
}

fn invalid(field: &str, problem: Problem) -> Rejection {
    Rejection::Invalid {
        field: field.to_owned(),
        problem,
    }
}

/// The id that `item` writes as we write it: every other writing would be another item.
fn canonical_id<Id: std::str::FromStr + ToString>(item: &str) -> Option<Id> {
    let id: Id = item.parse().ok()?;
    (id.to_string() == item).then_some(id)
}

fn check_room(field: JobField, there: usize, max: usize) -> Result<(), Rejection> {
    if there < max {
        Ok(())
    } else {
        Err(invalid(field.name(), Problem::TooLong { max }))
    }
}
