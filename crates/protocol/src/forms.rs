//! What the office asks of forms: which there are, one of them, a new one, and what became of a workbook.

use crate::Said;
use afield_domain::wire::FromTree;
use afield_domain::{FormTemplate, Question, TemplateId, Timestamp};
use serde::Serialize;

/// The forms of the company, by title and the newest version first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Forms {
    /// A line for each.
    #[wire(each, readable)]
    pub forms: Vec<FormLine>,
    /// How many the server cannot read.
    #[serde(default)]
    #[wire(readable)]
    pub left_out: u64,
}

/// A form in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FormLine {
    /// Its id.
    pub id: TemplateId,
    /// Its name.
    pub name: String,
    /// The name of the first of its versions.
    pub title: String,
    /// How many questions want an answer.
    #[serde(default)]
    #[wire(readable)]
    pub questions: u64,
    /// How many service tasks ask for it.
    #[serde(default)]
    #[wire(readable)]
    pub tasks: u64,
    /// When it was made.
    pub made_at: Timestamp,
}

/// A form with its versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OfficeForm {
    /// The form.
    pub form: FormTemplate,
    /// All versions of it, this one among them, the newest first.
    #[wire(each, readable)]
    pub versions: Vec<FormLine>,
}

/// A form that somebody of the office has made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NewForm {
    /// Its id, made once: a repeated request makes no second form.
    pub id: TemplateId,
    /// What it is called. Of another version, what all of them are called.
    pub name: String,
    /// Of which form it is another version, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version_of: Option<TemplateId>,
    /// What it asks.
    pub questions: Vec<Question>,
}

/// What became of a new form.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FormMade {
    /// The form that is there now; none if it would be made, and nothing was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub id: Option<TemplateId>,
    /// Under which name.
    #[serde(default)]
    #[wire(readable)]
    pub name: String,
    /// Whether it was there already, unchanged.
    #[serde(default)]
    #[wire(readable)]
    pub is_there: bool,
}

/// What became of a workbook, or would.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FormImported {
    /// The form.
    #[serde(default)]
    #[wire(readable)]
    pub form: FormMade,
    /// What it asks.
    #[wire(each, readable)]
    pub questions: Vec<Question>,
    /// Every row of the sheet `survey`, in its order.
    #[wire(each, readable)]
    pub rows: Vec<FormRow>,
    /// What was assumed about the file as a whole, in English.
    #[serde(default)]
    #[wire(each, readable)]
    pub assumed: Vec<String>,
    /// The same in codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[wire(each, readable)]
    pub assumed_said: Vec<Said>,
    /// Why nothing can be made of the file, for whoever asks for codes; the rest says nothing then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub flaw: Option<Said>,
    /// The languages that its labels are there in.
    #[serde(default)]
    #[wire(each, readable)]
    pub languages: Vec<String>,
}

/// A row and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FormRow {
    /// Its line in the sheet.
    pub line: u64,
    /// Its name, may be empty.
    #[serde(default)]
    #[wire(readable)]
    pub name: String,
    /// What became of it.
    #[wire(readable)]
    pub fate: FormFate,
    /// What it loses, or why it is not there, in English.
    #[serde(default)]
    #[wire(each, readable)]
    pub notes: Vec<String>,
    /// The same in codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[wire(each, readable)]
    pub said: Vec<Said>,
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, FromTree)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum FormFate {
    /// It is a question or a heading.
    Imported,
    /// It belongs to the form and needs nothing.
    NotNeeded,
    /// It cannot be asked.
    NotImported,
    /// Something that another build knows.
    #[default]
    #[serde(other)]
    Other,
}
