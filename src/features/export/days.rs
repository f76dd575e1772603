//! The days of an export and the address of its file.
//!
//! Pure. Must never know what stands in the file.

use afield_domain::Language;
use afield_domain::time::Day;
use afield_protocol::paths;

/// Days of one file at most, as the server says.
const MOST: i64 = 366;

/// The form of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For spreadsheets.
    Csv,
    /// For programs.
    Json,
}

/// The last week up to `today`.
#[must_use]
pub fn usual(today: Day) -> (Day, Day) {
    (today.plus(-6), today)
}

/// The days that were typed; none where they are no days of one file.
#[must_use]
pub fn days(from: &str, until: &str) -> Option<(Day, Day)> {
    let (from, until) = (from.parse::<Day>().ok()?, until.parse::<Day>().ok()?);
    (0..MOST)
        .contains(&until.days_since(from))
        .then_some((from, until))
}

/// The address of the file. A spreadsheet that is used in German divides cells by semicolons.
#[must_use]
pub fn href(from: Day, until: Day, format: Format, language: Language) -> String {
    let form = match (format, language) {
        (Format::Json, _) => "json",
        (Format::Csv, Language::English) => "csv",
        (Format::Csv, Language::German) => "csv&separator=semicolon",
    };
    format!("{}?from={from}&until={until}&format={form}", paths::EXPORT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_in_their_order_and_within_a_year() {
        for (from, until, expected) in [
            ("2026-11-01", "2026-11-30", true),
            ("2026-11-01", "2026-11-01", true),
            ("2026-11-02", "2026-11-01", false),
            ("2026-01-01", "2027-01-01", true),
            ("2026-01-01", "2027-01-02", false),
            ("", "2026-11-01", false),
            ("2026-11-31", "2026-12-01", false),
        ] {
            assert_eq!(days(from, until).is_some(), expected, "{from} {until}");
        }
    }

    #[test]
    fn a_file_has_the_address_that_the_server_knows() {
        let (from, until) = usual("2026-11-21".parse().unwrap());
        let of = |format, language| href(from, until, format, language);
        let days = "/api/v1/export?from=2026-11-15&until=2026-11-21";
        for (format, language, expected) in [
            (Format::Csv, Language::English, "csv"),
            (Format::Csv, Language::German, "csv&separator=semicolon"),
            (Format::Json, Language::German, "json"),
        ] {
            assert_eq!(of(format, language), format!("{days}&format={expected}"));
        }
    }
}
