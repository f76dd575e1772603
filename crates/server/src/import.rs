//! Import: a spreadsheet's rows become jobs, their addresses properties, who ordered them organizations;
//! or customers with their properties; or the assets of customers.
//!
//! Owns the accounting: every row is imported, unchanged (its key is here already) or refused with
//! its line and the reason. An import adds; it never changes what is there.

pub mod columns;
pub mod dates;
pub mod draft;
pub mod known;
mod met;
pub mod nyc311;
pub mod run;
pub mod run_things;
pub mod table;
pub mod things;

pub use columns::{Field, Kind, Mapping};
pub use draft::{Draft, plan_drafts};
pub use run::{Assignment, Import, Report, Shift, run_import};
pub use run_things::{ThingsImport, run_things};
pub use table::Table;

/// How the columns of a file are to be read.
#[derive(Debug, Clone)]
pub enum Format {
    /// The City of New York's service requests ("311"), as published.
    Nyc311,
    /// Columns named by hand.
    Mapped(Mapping),
}
