//! Import: a spreadsheet's rows become jobs, customers with their properties, their assets and contracts, or parts.
//!
//! Owns the accounting: every row is created, updated, unchanged, kept as Afield has it, or refused with
//! its line and the reason. The way of a file: bytes ([`Table`]: encoding, quotes, workbooks), rows
//! ([`read_inputs`]: columns, dates, damage), plans ([`plan`]: who is who, what changes), and only then
//! the storage ([`run_import`]). What is not clear is refused; nothing is guessed.

mod agreed;
mod asset_input;
mod assignment;
pub mod bounds;
mod calendar_day;
mod cell;
pub mod columns;
mod contract_input;
mod customer_input;
pub mod date_columns;
#[cfg(test)]
mod date_tests;
mod date_words;
pub mod dates;
pub mod decoding;
mod delimited;
pub mod directory;
mod doubled;
pub mod existing;
mod field;
pub mod input;
mod job_input;
mod kind;
mod letters;
mod numbered;
pub mod nyc311;
pub(crate) mod office;
mod part_input;
pub mod place;
pub mod plan;
mod plan_assets;
mod plan_builder;
mod plan_contracts;
mod plan_customers;
mod plan_jobs;
mod plan_parts;
pub(crate) mod raw_row;
pub mod reading;
mod refusal;
pub mod report;
mod row;
mod row_plan;
mod rows;
pub mod run;
pub mod spreadsheet_damage;
mod suggest;
mod suggest_words;
pub mod table;
#[cfg(test)]
mod table_tests;
pub mod text_encoding;
mod times;
pub mod update;
pub(crate) mod workbook;
mod workbook_bounds;
mod xls_bounds;

pub use asset_input::AssetInput;
pub use assignment::Assignment;
pub use columns::Mapping;
pub use contract_input::ContractInput;
pub use customer_input::CustomerInput;
pub use date_columns::DateOptions;
pub use dates::{DateOrder, DayNumbers};
pub use field::Field;
pub use input::{Described, Input};
pub use job_input::JobInput;
pub use kind::Kind;
pub use part_input::PartInput;
pub use reading::read_inputs;
pub use refusal::Refusal;
pub use report::{Report, RowTold};
pub use run::{Between, Import, Rest, Shift, run_import};
pub use table::{Table, TableOptions};

/// How the columns of a file are to be read.
#[derive(Debug, Clone)]
pub enum Format {
    /// The City of New York's service requests ("311"), as published.
    Nyc311,
    /// Columns named by hand.
    Mapped(Mapping),
}

impl Format {
    /// What the rows are.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Nyc311 => Kind::Jobs,
            Self::Mapped(mapping) => mapping.kind(),
        }
    }
}
