//! What spreadsheets make of values: errors, shortened numbers, codes turned into dates.
//!
//! Owns how such damage shows. What leaves no trace (leading zeros that were dropped) cannot be known.

use super::date_words::{Named, read_word};
use crate::said::{Said, said};

/// What programs show in place of a value, in English and German.
const ERRORS: [&str; 22] = [
    "#REF!",
    "#N/A",
    "#VALUE!",
    "#DIV/0!",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#DATA!",
    "#SPILL!",
    "#CALC!",
    "#FIELD!",
    "#BLOCKED!",
    "#UNKNOWN!",
    "#GETTING_DATA",
    "#BEZUG!",
    "#NV",
    "#WERT!",
    "#ZAHL!",
    "#ÜBERLAUF!",
    "#KALK!",
    "#FELD!",
    "#UNBEKANNT!",
];

/// Whether a cell is an error, or the bars of a column that is too narrow.
#[must_use]
pub fn error_value(cell: &str) -> bool {
    let is_bars = cell.len() > 1 && cell.bytes().all(|byte| byte == b'#');
    let is_office_error = cell.strip_prefix("Err:").is_some_and(|number| {
        number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    is_bars || is_office_error || ERRORS.contains(&cell.to_uppercase().as_str())
}

/// Whether a cell is a number that lost its digits, such as `4.00638E+12`.
#[must_use]
pub fn scientific(cell: &str) -> bool {
    let plain = cell.strip_prefix(['-', '+']).unwrap_or(cell);
    let Some((mantissa, exponent)) = plain.split_once(['E', 'e']) else {
        return false;
    };
    let is_digits = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_mantissa = match mantissa.split_once(['.', ',']) {
        None => is_digits(mantissa, 1),
        Some((whole, fraction)) => is_digits(whole, 3) && is_digits(fraction, 20),
    };
    is_mantissa
        && exponent
            .strip_prefix(['+', '-'])
            .is_some_and(|digits| is_digits(digits, 3))
}

/// What may be a code that was turned into a date, such as `MAR-12`, or lost its last digits.
#[must_use]
pub fn doubtful_code(cell: &str) -> Option<Said> {
    let is_month = |word: &str| matches!(read_word(word), Some(Named::Month(_)));
    let is_day = |text: &str| {
        (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_month_and_day = cell
        .split_once(['-', '.', ' '])
        .is_some_and(|(one, other)| {
            (is_month(one) && is_day(other)) || (is_day(one) && is_month(other.trim_start()))
        });
    if is_month_and_day {
        return Some(said!(
            doubt_month,
            "may be a code that a spreadsheet has turned into a date"
        ));
    }
    if is_written_day(cell) {
        return Some(said!(
            doubt_day,
            "is a date: spreadsheets make one of codes such as 3.12"
        ));
    }
    let is_fraction = cell
        .strip_suffix(".0")
        .is_some_and(|whole| !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit()));
    if is_fraction {
        return Some(said!(
            doubt_fraction,
            "may be a whole number that a program has written with a fraction"
        ));
    }
    let is_long = cell.len() > 15 && cell.bytes().all(|byte| byte.is_ascii_digit());
    let is_cut = is_long && cell.bytes().skip(15).all(|byte| byte == b'0');
    is_cut.then_some(said!(
        doubt_digits,
        "may have lost its last digits: spreadsheets keep fifteen"
    ))
}

/// Whether a cell is a whole date in digits, as `03.12.2026`.
fn is_written_day(cell: &str) -> bool {
    let part = |text: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let parts: Vec<&str> = cell.split(['.', '/', '-']).collect();
    let is_same = ['.', '/', '-']
        .iter()
        .any(|each| cell.matches(*each).count() == 2);
    match parts.as_slice() {
        [day, month, year] if is_same => {
            let is_short = part(month, 1..=2);
            is_short
                && (part(day, 1..=2) && part(year, 4..=4) || part(day, 4..=4) && part(year, 1..=2))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_told_from_codes_that_look_odd() {
        for lost in [
            "4.00638E+12",
            "4,00638E+12",
            "1E+15",
            "-1.5e-07",
            "1.23457E+15",
        ] {
            assert!(scientific(lost) && !error_value(lost), "{lost}");
        }
        for error in [
            "#REF!", "#N/A", "#n/a", "#####", "##", "#BEZUG!", "Err:502", "#DIV/0!",
        ] {
            assert!(error_value(error) && !scientific(error), "{error}");
        }
        for code in [
            "",
            "1E5",
            "E+12",
            "3E12",
            "#",
            "#12",
            "A-1",
            "12345678905",
            "00012",
            "10E+5",
            "Err: none",
        ] {
            assert!(!error_value(code) && !scientific(code), "{code}");
        }
        for (code, is_doubtful) in [
            ("MAR-12", true),
            ("1. Mrz", true),
            ("12-Sep", true),
            ("4006381333931000", true),
            ("4006381333931", false),
            ("03.12.2026", true),
            ("2026-12-03", true),
            ("12/3/2026", true),
            ("1.0", true),
            ("24103.0", true),
            ("1.2.3", false),
            ("1.2-2026", false),
            ("10.20.30.40", false),
            ("A.0", false),
            (".0", false),
            ("1.10", false),
            ("MARK-12", false),
            ("NF-1", false),
        ] {
            assert_eq!(doubtful_code(code).is_some(), is_doubtful, "{code}");
        }
    }
}
