//! Which column is which field, named by hand: `--map "Subject=title,When=starts"`.

use super::dates::Moment;
use super::draft::{Draft, PlaceDraft, Refusal, read_position};
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
}

const FIELDS: [(Field, &str); 15] = [
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
    /// Reads `column=field` entries.
    ///
    /// # Errors
    /// When an entry has another form, a field is not known or used twice, or title or starts is missing.
    pub fn read<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Self, MappingError> {
        let mut columns: Vec<(String, Field)> = Vec::new();
        for entry in entries {
            let (column, name) = entry.rsplit_once('=').ok_or_else(|| {
                MappingError(format!("--map takes column=field, not \"{entry}\""))
            })?;
            let (column, name) = (column.trim(), name.trim());
            let field = FIELDS
                .iter()
                .find(|(_, known)| *known == name)
                .map(|(field, _)| *field);
            let Some(field) = field else {
                let known: Vec<&str> = FIELDS.iter().map(|(_, name)| *name).collect();
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
        for (needed, name) in [(Field::Title, "title"), (Field::Starts, "starts")] {
            if !columns.iter().any(|(_, field)| *field == needed) {
                return Err(MappingError(format!("--map needs a column for {name}")));
            }
        }
        Ok(Self(columns))
    }

    /// The columns it names, which a file must have.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(column, _)| column.as_str())
    }

    /// Reads a row, whose cells `cell` gives by their column's name.
    ///
    /// # Errors
    /// Why the row is refused.
    pub fn draft<'r>(
        &self,
        line: u64,
        cells: &[String],
        cell: impl Fn(&str) -> &'r str,
    ) -> Result<Draft, Refusal> {
        let get = |wanted: Field| {
            let column = self.0.iter().find(|(_, field)| *field == wanted);
            column.map_or("", |(column, _)| cell(column))
        };
        let moment = |field, name: &str| match get(field) {
            "" => Ok(None),
            text => Moment::read(text)
                .map(Some)
                .ok_or_else(|| Refusal(format!("{name} \"{text}\" is no date that can be read"))),
        };
        let key = match get(Field::ExternalKey) {
            "" => format!("row:{}", sha256_hex(cells.join("\u{1f}").as_bytes())),
            key => format!("key:{key}"),
        };
        let position = read_position(get(Field::Latitude), get(Field::Longitude))?;
        let place = PlaceDraft::new(
            get(Field::Address),
            get(Field::City),
            get(Field::Postcode),
            position,
        );
        Ok(Draft {
            line,
            external_key: key,
            title: get(Field::Title).to_owned(),
            description: get(Field::Description).to_owned(),
            status: read_status(get(Field::Status))?,
            starts: moment(Field::Starts, "starts")?
                .ok_or_else(|| Refusal("starts is missing".into()))?,
            ends: moment(Field::Ends, "ends")?,
            place,
            organization: some(get(Field::Organization)),
            customer: some(get(Field::Customer)),
            phone: get(Field::Phone).to_owned(),
            number: some(get(Field::Number)),
        })
    }
}

fn some(text: &str) -> Option<String> {
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
}
