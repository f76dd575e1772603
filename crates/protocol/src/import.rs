//! What the office imports: what stands in a file, and what becomes of its rows.
//!
//! Owns the answer of the import and what it consists of. What is written for a person to read (`text`, `texts`,
//! `assumed`) is in English, as the command's report is; beside it stands the same in codes (`said`), sentence by
//! sentence.

use crate::Said;
use afield_domain::wire::FromTree;
use serde::Serialize;

/// What stands in a file, and, where it was tried or imported, what became of its rows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ImportAnswer {
    /// The sheets of a workbook; none of a text file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[wire(each, readable)]
    pub sheets: Vec<String>,
    /// Its columns, in their order; none if the file cannot be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[wire(each, readable)]
    pub columns: Vec<ImportColumn>,
    /// How many rows it has below the line that names the columns.
    #[serde(default)]
    #[wire(readable)]
    pub rows: u64,
    /// What a column can mean.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[wire(each, readable)]
    pub fields: Vec<ImportField>,
    /// Whether the columns mean what they meant in the last import of a file with this header.
    #[serde(default)]
    #[wire(readable)]
    pub remembered: bool,
    /// Why nothing can be imported as it is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub flaw: Option<ImportFlaw>,
    /// What became of the rows, or would.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub report: Option<ImportReport>,
}

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ImportColumn {
    /// What stands above it.
    pub name: String,
    /// What it means: the name of a field; empty if it is not imported.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub field: String,
    /// The first cells that hold something, shortened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[wire(each, readable)]
    pub examples: Vec<String>,
    /// What to know of it, such as that another has its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub remark: Option<Said>,
}

/// What a column can mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ImportField {
    /// Its name.
    pub name: String,
    /// Whether no row can be without it.
    #[serde(default)]
    pub needed: bool,
}

/// Why nothing can be imported as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ImportFlaw {
    /// What must be done about it.
    pub what: ImportLack,
    /// The details.
    pub text: String,
    /// The same in codes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub said: Option<Said>,
}

/// What an import lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, FromTree)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ImportLack {
    /// A file that can be read.
    Readable,
    /// Which sheet is meant.
    Sheet,
    /// What the columns mean, or a column that no row can be without.
    Columns,
    /// In which order day, month and year stand.
    Dates,
    /// Fewer rows.
    Rows,
    /// Any row at all.
    Content,
    /// Something of another build.
    #[serde(other)]
    Other,
}

/// What became of the rows of a file, or would.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ImportReport {
    /// Whether it was written; else it is what would be.
    #[serde(default)]
    pub written: bool,
    /// Rows that became records.
    #[serde(default)]
    pub created: u64,
    /// Rows whose records follow them.
    #[serde(default)]
    pub updated: u64,
    /// Rows that say what they said last time.
    #[serde(default)]
    pub unchanged: u64,
    /// Rows of which everything new was changed in Afield too, which stays.
    #[serde(default)]
    pub kept: u64,
    /// Rows that cannot be used.
    #[serde(default)]
    pub refused: u64,
    /// What came with the rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[wire(each, readable)]
    pub also: Vec<ImportAlso>,
    /// What was assumed about the file as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[wire(each, readable)]
    pub assumed: Vec<String>,
    /// The same in codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[wire(each, readable)]
    pub assumed_said: Vec<Said>,
    /// Every row, in the order of the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[wire(each, readable)]
    pub lines: Vec<ImportLine>,
}

/// Records that came with the rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ImportAlso {
    /// The module of the records.
    pub module: String,
    /// How many.
    pub count: u64,
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ImportLine {
    /// The line of the file, or the row of the sheet.
    pub line: u64,
    /// What became of it.
    pub sort: ImportSort,
    /// What it is called, if it can be read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The fields that follow the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[wire(each, readable)]
    pub fields: Vec<String>,
    /// Why it is refused, what stays as it is, what to look at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[wire(each, readable)]
    pub texts: Vec<String>,
    /// The same in codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[wire(each, readable)]
    pub said: Vec<Said>,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, FromTree)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ImportSort {
    /// It cannot be used.
    Refused,
    /// It is a record that was not there.
    Created,
    /// Its record follows it.
    Updated,
    /// Everything new in it was changed in Afield too, and stays as it is there.
    Kept,
    /// It says what it said last time.
    Unchanged,
    /// Something of another build.
    #[serde(other)]
    Other,
}

impl ImportSort {
    /// Every one that this build knows, what needs somebody first.
    pub const ALL: [Self; 5] = [
        Self::Refused,
        Self::Created,
        Self::Updated,
        Self::Kept,
        Self::Unchanged,
    ];
}
