//! Forms that an organisation has as XLSForm (the workbook that ODK, Kobo and CHT read) become forms of Afield.
//!
//! Owns the way of such a file: sheets of rows (`sheets`), expressions (`expression`), what becomes of each row
//! (`survey`), and the storage ([`run_form_import`]). Every row is imported, or named with the reason why not; what an
//! imported one loses is named too. Must never guess: what Afield cannot ask as it was meant is said.

mod answered;
mod calculation;
mod choices;
mod condition;
#[cfg(test)]
mod condition_tests;
mod constant;
mod constraint;
mod expression;
mod labels;
#[cfg(test)]
mod property_tests;
mod question_type;
mod questions;
mod report;
mod run;
mod sheets;
mod survey;
#[cfg(test)]
mod survey_tests;

pub use report::{FormReport, RowFate, RowReport};
pub use run::run_form_import;
pub use survey::{Read, read_form};
