//! Import: a spreadsheet's rows become jobs, their addresses properties, who ordered them organizations;
//! or customers with their properties; or the assets of customers.
//!
//! Owns the accounting: every row is imported, unchanged (its key is here already) or refused with
//! its line and the reason. An import adds; it never changes what is there.

pub mod columns;
pub mod customer_index;
pub mod customer_input;
pub mod dates;
pub mod job_input;
pub mod nyc311;
mod references;
pub mod run_customers;
pub mod run_jobs;
pub mod table;

pub use columns::{Field, Kind, Mapping};
pub use job_input::{JobInput, plan_jobs};
pub use run_customers::{CustomersImport, run_customers};
pub use run_jobs::{Assignment, Import, Report, Shift, run_jobs};
pub use table::Table;

/// How the columns of a file are to be read.
#[derive(Debug, Clone)]
pub enum Format {
    /// The City of New York's service requests ("311"), as published.
    Nyc311,
    /// Columns named by hand.
    Mapped(Mapping),
}
