//! What a column of a file can be.
//!
//! Owns the fields of all kinds of rows, and what a cell of a field may not be. Must never know which kind has which.

use super::bounds::quoted;
use super::refusal::Refusal;
use super::spreadsheet_damage::{error_value, scientific};
use crate::said::{Said, said};

/// What a column can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The row's key in the other system; without one the row's content is its key.
    ExternalKey,
    /// One line: what to do.
    Title,
    /// The details.
    Description,
    /// Where the job stands.
    Status,
    /// Planned start.
    Starts,
    /// Planned end; an hour after the start if there is none.
    Ends,
    /// Street and number.
    Address,
    /// City.
    City,
    /// Postal code.
    Postcode,
    /// Degrees north.
    Latitude,
    /// Degrees east.
    Longitude,
    /// Who ordered it.
    Organization,
    /// For whom it is.
    Customer,
    /// The customer's number.
    Phone,
    /// What people call a job (given by the server if there is none), a contract or a part.
    Number,
    /// The name of a customer, an asset, a contract or a part.
    Name,
    /// The customer's mail address.
    Email,
    /// How to get in.
    Access,
    /// Maker and model.
    Model,
    /// The serial number.
    Serial,
    /// The text of the barcode.
    Code,
    /// Where on the property it is.
    Location,
    /// The day it was installed.
    Installed,
    /// What a contract covers.
    Covers,
    /// The first day of a contract.
    From,
    /// Its last day.
    Until,
    /// Hours within which somebody must be there.
    ResponseHours,
    /// How often visits are due.
    Visits,
    /// Whether it is a part or a service.
    PartKind,
    /// What is counted.
    Unit,
    /// The price of one unit.
    Price,
}

impl Field {
    /// As it is written on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ExternalKey => "external_key",
            Self::Title => "title",
            Self::Description => "description",
            Self::Status => "status",
            Self::Starts => "starts",
            Self::Ends => "ends",
            Self::Address => "address",
            Self::City => "city",
            Self::Postcode => "postcode",
            Self::Latitude => "latitude",
            Self::Longitude => "longitude",
            Self::Organization => "organization",
            Self::Customer => "customer",
            Self::Phone => "phone",
            Self::Number => "number",
            Self::Name => "name",
            Self::Email => "email",
            Self::Access => "access",
            Self::Model => "model",
            Self::Serial => "serial",
            Self::Code => "code",
            Self::Location => "location",
            Self::Installed => "installed",
            Self::Covers => "covers",
            Self::From => "from",
            Self::Until => "until",
            Self::ResponseHours => "response_hours",
            Self::Visits => "visits",
            Self::PartKind => "kind",
            Self::Unit => "unit",
            Self::Price => "price",
        }
    }

    /// Whether its cells are dates.
    #[must_use]
    pub fn is_date(self) -> bool {
        matches!(
            self,
            Self::Starts | Self::Ends | Self::Installed | Self::From | Self::Until
        )
    }

    /// Whether its cells are codes, of which every character counts.
    #[must_use]
    pub fn is_code(self) -> bool {
        matches!(
            self,
            Self::ExternalKey | Self::Number | Self::Serial | Self::Code
        )
    }

    /// Whether its cells are digits that are no number, so that what is doubtful in a code is doubtful in them.
    #[must_use]
    pub fn is_code_like(self) -> bool {
        self.is_code() || matches!(self, Self::Postcode | Self::Phone)
    }

    /// Whether people write its cells in several lines, in a text file as well.
    fn has_lines(self) -> bool {
        matches!(self, Self::Description | Self::Access | Self::Covers)
    }

    /// Whether its cells have one line, in a workbook as well.
    fn is_one_line(self) -> bool {
        self.is_code() || matches!(self, Self::Title | Self::Name)
    }

    fn is_number(self) -> bool {
        matches!(self, Self::Latitude | Self::Longitude)
    }

    /// Refuses what a spreadsheet shows where the value is lost, and in a text file what a stray quote can have
    /// joined.
    ///
    /// # Errors
    /// Naming the field and what is there.
    pub(super) fn check(self, cell: &str, is_text: bool) -> Result<(), Refusal> {
        let name = Said::field(self.name());
        if error_value(cell) {
            return Err(Refusal(said!(
                error_value,
                "{}: {} is what a spreadsheet shows in place of a value",
                name,
                quoted(cell)
            )));
        }
        let is_one_line = self.is_one_line() || (is_text && !self.has_lines());
        if is_one_line && cell.contains(['\n', '\r']) {
            return Err(Refusal(said!(
                several_lines,
                "{}: {} runs over several lines; is a quote missing?",
                name,
                quoted(cell)
            )));
        }
        if !self.is_number() && scientific(cell) {
            return Err(Refusal(said!(
                shortened_number,
                "{}: {} is a number that a spreadsheet has shortened; format the column as text and export it again",
                name,
                quoted(cell)
            )));
        }
        Ok(())
    }
}
