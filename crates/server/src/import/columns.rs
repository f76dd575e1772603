//! Which column is which field, named by hand: `--map "Subject=title,When=starts"`.
//!
//! Owns the fields of each kind of row, and how a row of jobs is read; those of customers and assets
//! are read in `customer_input`.

use super::dates::Moment;
use super::job_input::{JobInput, PlaceInput, Refusal, read_position};
use crate::auth::token::sha256_hex;
use afield_domain::JobStatus;

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
    /// What people call the job; given by the server if there is none.
    Number,
    /// The name of a customer or an asset.
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
}

/// What the rows of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Jobs.
    Jobs,
    /// Customers, each with a property if there is an address.
    Customers,
    /// Assets of customers that are there.
    Assets,
}

impl Kind {
    fn fields(self) -> &'static [(Field, &'static str)] {
        match self {
            Self::Jobs => &JOB_FIELDS,
            Self::Customers => &CUSTOMER_FIELDS,
            Self::Assets => &ASSET_FIELDS,
        }
    }

    /// What a row cannot be without.
    fn needed(self) -> &'static [(Field, &'static str)] {
        match self {
            Self::Jobs => &[(Field::Title, "title"), (Field::Starts, "starts")],
            Self::Customers | Self::Assets => &[(Field::Name, "name")],
        }
    }
}

const CUSTOMER_FIELDS: [(Field, &str); 11] = [
    (Field::ExternalKey, "external_key"),
    (Field::Name, "name"),
    (Field::Phone, "phone"),
    (Field::Email, "email"),
    (Field::Organization, "organization"),
    (Field::Address, "address"),
    (Field::City, "city"),
    (Field::Postcode, "postcode"),
    (Field::Latitude, "latitude"),
    (Field::Longitude, "longitude"),
    (Field::Access, "access"),
];

const ASSET_FIELDS: [(Field, &str); 13] = [
    (Field::ExternalKey, "external_key"),
    (Field::Name, "name"),
    (Field::Model, "model"),
    (Field::Serial, "serial"),
    (Field::Code, "code"),
    (Field::Location, "location"),
    (Field::Installed, "installed"),
    (Field::Customer, "customer"),
    (Field::Address, "address"),
    (Field::City, "city"),
    (Field::Postcode, "postcode"),
    (Field::Latitude, "latitude"),
    (Field::Longitude, "longitude"),
];

const JOB_FIELDS: [(Field, &str); 15] = [
    (Field::ExternalKey, "external_key"),
    (Field::Title, "title"),
    (Field::Description, "description"),
    (Field::Status, "status"),
    (Field::Starts, "starts"),
    (Field::Ends, "ends"),
    (Field::Address, "address"),
    (Field::City, "city"),
    (Field::Postcode, "postcode"),
    (Field::Latitude, "latitude"),
    (Field::Longitude, "longitude"),
    (Field::Organization, "organization"),
    (Field::Customer, "customer"),
    (Field::Phone, "phone"),
    (Field::Number, "number"),
];

/// Which column is which field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping(Vec<(String, Field)>);

/// The mapping cannot be used; the text says why and what is possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MappingError(String);

impl Mapping {
    /// Reads `column=field` entries for jobs.
    ///
    /// # Errors
    /// As [`Self::read_for`].
    pub fn read<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Self, MappingError> {
        Self::read_for(Kind::Jobs, entries)
    }

    /// Reads `column=field` entries.
    ///
    /// # Errors
    /// When an entry has another form, a field is not known or used twice, or one is missing that
    /// no row can be without.
    pub fn read_for<'a>(
        kind: Kind,
        entries: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, MappingError> {
        let mut columns: Vec<(String, Field)> = Vec::new();
        for entry in entries {
            let (column, name) = entry.rsplit_once('=').ok_or_else(|| {
                MappingError(format!("--map takes column=field, not \"{entry}\""))
            })?;
            let (column, name) = (column.trim(), name.trim());
            let field = kind
                .fields()
                .iter()
                .find(|(_, known)| *known == name)
                .map(|(field, _)| *field);
            let Some(field) = field else {
                let known: Vec<&str> = kind.fields().iter().map(|(_, name)| *name).collect();
                let known = known.join(", ");
                return Err(MappingError(format!(
                    "--map knows no field \"{name}\"; there are {known}"
                )));
            };
            if columns.iter().any(|(_, used)| *used == field) {
                return Err(MappingError(format!("--map names {name} twice")));
            }
            columns.push((column.to_owned(), field));
        }
        for (needed, name) in kind.needed() {
            if !columns.iter().any(|(_, field)| field == needed) {
                return Err(MappingError(format!("--map needs a column for {name}")));
            }
        }
        Ok(Self(columns))
    }

    /// The columns it names, which a file must have.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(column, _)| column.as_str())
    }

    /// The cell of `field`, whose row's cells `cell` gives by their column's name; empty if none is it.
    pub(super) fn get<'r>(&self, field: Field, cell: &impl Fn(&str) -> &'r str) -> &'r str {
        let column = self.0.iter().find(|(_, known)| *known == field);
        column.map_or("", |(column, _)| cell(column))
    }

    /// The row's key in the other system, or one made of its content.
    pub(super) fn key<'r>(&self, cells: &[String], cell: &impl Fn(&str) -> &'r str) -> String {
        match self.get(Field::ExternalKey, cell) {
            "" => format!("row:{}", sha256_hex(cells.join("\u{1f}").as_bytes())),
            key => format!("key:{key}"),
        }
    }

    /// Where a row says that it is.
    pub(super) fn place<'r>(
        &self,
        cell: &impl Fn(&str) -> &'r str,
    ) -> Result<Option<PlaceInput>, Refusal> {
        let get = |field| self.get(field, cell);
        let position = read_position(get(Field::Latitude), get(Field::Longitude))?;
        Ok(PlaceInput::new(
            get(Field::Address),
            get(Field::City),
            get(Field::Postcode),
            position,
        ))
    }

    /// Reads a row, whose cells `cell` gives by their column's name.
    ///
    /// # Errors
    /// Why the row is refused.
    pub fn job_input<'r>(
        &self,
        line: u64,
        cells: &[String],
        cell: impl Fn(&str) -> &'r str,
    ) -> Result<JobInput, Refusal> {
        let get = |wanted: Field| self.get(wanted, &cell);
        let moment = |field, name: &str| match get(field) {
            "" => Ok(None),
            text => Moment::read(text)
                .map(Some)
                .ok_or_else(|| Refusal(format!("{name} \"{text}\" is no date that can be read"))),
        };
        Ok(JobInput {
            line,
            external_key: self.key(cells, &cell),
            title: get(Field::Title).to_owned(),
            description: get(Field::Description).to_owned(),
            status: read_status(get(Field::Status))?,
            starts: moment(Field::Starts, "starts")?
                .ok_or_else(|| Refusal("starts is missing".into()))?,
            ends: moment(Field::Ends, "ends")?,
            place: self.place(&cell)?,
            organization: some(get(Field::Organization)),
            customer: some(get(Field::Customer)),
            phone: get(Field::Phone).to_owned(),
            number: some(get(Field::Number)),
        })
    }
}

pub(super) fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// The status that a word stands for.
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
        _ => return Err(Refusal(format!("nobody knows the status \"{word}\""))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(entries: &[&str], expected: Result<usize, &str>) {
        let got = Mapping::read(entries.iter().copied());
        match (got, expected) {
            (Ok(mapping), Ok(columns)) => assert_eq!(mapping.columns().count(), columns),
            (Err(error), Err(start)) => {
                assert!(error.to_string().starts_with(start), "{error}");
            }
            (got, expected) => panic!("{got:?}, not {expected:?}"),
        }
    }

    #[test]
    fn mappings() {
        check(&["What=title", " When = starts "], Ok(2));
        check(&["a=b=title", "When=starts"], Ok(2));
        check(&["What=title"], Err("--map needs a column for starts"));
        check(&["What"], Err("--map takes column=field"));
        check(
            &["What=colour"],
            Err("--map knows no field \"colour\"; there are external_key, title"),
        );
        check(&["A=title", "B=title"], Err("--map names title twice"));
    }

    #[test]
    fn every_kind_has_its_own_fields() {
        for (kind, entries, expected) in [
            (Kind::Customers, &["N=name", "@=email"][..], None),
            (Kind::Assets, &["N=name", "S=serial"], None),
            (
                Kind::Customers,
                &["N=name", "S=serial"],
                Some("--map knows no field \"serial\"; there are external_key, name, phone"),
            ),
            (
                Kind::Assets,
                &["S=serial"],
                Some("--map needs a column for name"),
            ),
        ] {
            let refused = Mapping::read_for(kind, entries.iter().copied()).err();
            let refused = refused.map(|error| error.to_string());
            let is_it = match (&refused, expected) {
                (None, None) => true,
                (Some(refused), Some(start)) => refused.starts_with(start),
                _ => false,
            };
            assert!(is_it, "{kind:?}: {refused:?}");
        }
    }
}
