//! A job as a row describes it.
//!
//! Owns what makes such a row acceptable, and which words stand for which status.

use super::bounds::quoted;
use super::columns::Mapping;
use super::dates::Moment;
use super::field::Field;
use super::place::PlaceInput;
use super::refusal::{Refusal, check_description, check_lines, required, some};
use super::row::RowView;
use crate::said::said;
use afield_domain::{JobStatus, limits};

/// A job as a row describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct JobInput {
    /// One line.
    pub title: String,
    /// The details, may be empty.
    pub description: String,
    /// Where it stands.
    pub status: JobStatus,
    /// Planned start.
    pub starts: Moment,
    /// Planned end, if the row says so.
    pub ends: Option<Moment>,
    /// Where.
    pub place: Option<PlaceInput>,
    /// Who ordered it.
    pub organization: Option<String>,
    /// For whom.
    pub customer: Option<String>,
    /// The customer's number, may be empty.
    pub phone: String,
    /// What people call the job, if the row says so.
    pub number: Option<String>,
}

impl JobInput {
    /// Reads a row.
    ///
    /// # Errors
    /// Why it is refused.
    pub(super) fn read(mapping: &Mapping, row: &RowView<'_>) -> Result<Self, Refusal> {
        let get = |field| mapping.get(field, row);
        let date = |field: Field| match mapping.column(field) {
            Some(column) => row.date(column, field.name()),
            None => Ok(None),
        };
        let input = Self {
            title: get(Field::Title).to_owned(),
            description: get(Field::Description).to_owned(),
            status: read_status(get(Field::Status))?,
            starts: date(Field::Starts)?
                .ok_or_else(|| Refusal(said!(starts_missing, "starts: is missing")))?,
            ends: date(Field::Ends)?,
            place: PlaceInput::read(mapping, row)?,
            organization: some(get(Field::Organization)),
            customer: some(get(Field::Customer)),
            phone: get(Field::Phone).to_owned(),
            number: some(get(Field::Number)),
        };
        input.checked()
    }

    /// The limits that hold for every job, however it was made.
    ///
    /// # Errors
    /// When a text is missing or too long.
    pub(super) fn checked(mut self) -> Result<Self, Refusal> {
        self.title = required("title", &self.title, limits::TITLE_CHARS)?;
        check_lines(&[
            ("phone", &self.phone),
            (
                "organization",
                self.organization.as_deref().unwrap_or_default(),
            ),
            ("customer", self.customer.as_deref().unwrap_or_default()),
            ("number", self.number.as_deref().unwrap_or_default()),
        ])?;
        self.place.as_ref().map_or(Ok(()), PlaceInput::check)?;
        check_description(&self.description)?;
        Ok(self)
    }
}

/// The status that a word stands for; nothing stands for a job that is planned.
///
/// # Errors
/// When nobody knows the word.
pub(super) fn read_status(word: &str) -> Result<JobStatus, Refusal> {
    let plain = word.to_lowercase().replace(['_', '-'], " ");
    Ok(match plain.as_str() {
        "" | "open" | "new" | "assigned" | "pending" | "scheduled" | "planned" | "unassigned"
        | "email sent" | "unspecified" => JobStatus::Scheduled,
        "en route" | "on the way" | "travelling" => JobStatus::EnRoute,
        "started" | "in progress" | "working" => JobStatus::Started,
        "paused" | "on hold" => JobStatus::Paused,
        "closed" | "finished" | "done" | "completed" | "resolved" => JobStatus::Finished,
        "cancelled" | "canceled" => JobStatus::Cancelled,
        _ => {
            return Err(Refusal(said!(
                no_status,
                "nobody knows the status {}",
                quoted(word)
            )));
        }
    })
}
