//! A cell as it was meant: what programs put around a text is not part of it.
//!
//! Owns the form in which text is compared and stored: letters and their accents as one (Macs export them apart, and
//! two names that look alike must be one), without blanks and invisible marks at its ends, and without the formula
//! `="00123"` in which programs hide a code from spreadsheets. Pure. Must never change a letter for another.

use encoding_rs::WINDOWS_1252;
use icu_normalizer::ComposingNormalizerBorrowed;

/// Marks that take no room: zero-width blanks and joiners, directions, and a byte order mark inside a file.
const INVISIBLE: [char; 6] = [
    '\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}', '\u{200f}', '\u{feff}',
];

/// Beyond this a spreadsheet's number is no longer exact.
const EXACT: f64 = 1e15;

/// The text of a cell.
#[must_use]
pub(super) fn tidy(cell: &str) -> String {
    let is_around = |each: char| each.is_whitespace() || INVISIBLE.contains(&each);
    let text = cell.trim_matches(is_around);
    let formula = text
        .strip_prefix("=\"")
        .and_then(|text| text.strip_suffix('"'));
    let text = formula.filter(|text| !text.contains('"')).unwrap_or(text);
    ComposingNormalizerBorrowed::new_nfc()
        .normalize(text.trim_matches(is_around))
        .into_owned()
}

/// A number of a workbook as a spreadsheet shows it: of fifteen digits, without what only its reckoning has behind them
/// (4.45 may be held as 4.449999999999999).
#[must_use]
pub(super) fn number_text(number: f64) -> String {
    let shown = if number.fract() == 0.0 {
        number
    } else {
        format!("{number:.14e}").parse().unwrap_or(number)
    };
    if shown.abs() < EXACT {
        shown.to_string()
    } else {
        format!("{shown:E}").replacen('E', "E+", 1)
    }
}

/// What a text was before it was read in a wrong encoding, if it looks like that: `Müller` for `MÃ¼ller`.
#[must_use]
pub(super) fn unspoilt(cell: &str) -> Option<String> {
    if cell.is_ascii() {
        return None;
    }
    let (bytes, _, has_others) = WINDOWS_1252.encode(cell);
    let text = std::str::from_utf8(&bytes).ok()?;
    // What has a letter beyond that encoding was not read in it.
    (!has_others).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_around_a_text_is_not_part_of_it() {
        for (cell, expected) in [
            ("", ""),
            (" a b ", "a b"),
            ("\u{a0}\u{200b}T\u{feff} ", "T"),
            // As Macs write it.
            ("Ko\u{308}ln", "Köln"),
            ("Stra\u{df}e", "Straße"),
            ("=\"00123\"", "00123"),
            ("=\" 00123 \"", "00123"),
            ("=\"a\"&\"b\"", "=\"a\"&\"b\""),
            ("=A1", "=A1"),
            ("=\"", "=\""),
        ] {
            assert_eq!(tidy(cell), expected, "{cell:?}");
        }
    }

    #[test]
    fn a_number_is_what_a_spreadsheet_shows_of_it() {
        for (number, expected) in [
            (4.0, "4"),
            (4.45, "4.45"),
            (4.449_999_999_999_999, "4.45"),
            (1.1 * 1.1, "1.21"),
            (1234.5, "1234.5"),
            (52.516_274_123_456, "52.516274123456"),
            (4_006_381_333_931.0, "4006381333931"),
            (999_999_999_999_999.0, "999999999999999"),
            (1e15, "1E+15"),
            (-0.5, "-0.5"),
        ] {
            assert_eq!(number_text(number), expected);
        }
    }

    #[test]
    fn text_that_was_read_in_a_wrong_encoding_shows() {
        for (cell, expected) in [
            ("MÃ¼ller", Some("Müller")),
            ("GroÃŸ", Some("Groß")),
            ("5 â‚¬", Some("5 €")),
            ("Müller", None),
            ("Muller", None),
            ("Łódź", None),
            ("Ã", None),
            ("10 °C, Größe 5", None),
        ] {
            assert_eq!(unspoilt(cell).as_deref(), expected, "{cell}");
        }
    }
}
