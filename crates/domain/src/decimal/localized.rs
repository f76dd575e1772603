//! Decimal numbers as people of each language type and read them.
//!
//! Owns the way from what is typed to the canonical form, in which numbers are kept and travel (an
//! optional minus, digits, and optionally a dot and digits: `12.5`), and back. Must never compute with
//! floating-point numbers: a price has to stay the one that was typed.

use crate::decimal::Decimal;
use crate::language::Language;

/// Digits before the dot, at most.
pub const MAX_WHOLE: usize = 12;

/// Digits after the dot, at most.
pub const MAX_FRACTION: usize = 6;

const SEPARATORS: [char; 2] = ['.', ','];

/// A text is no number that can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Something else than digits, one separator and a leading minus.
    #[error("not a number")]
    NotANumber,
    /// More digits than [`MAX_WHOLE`] before the separator, or than [`MAX_FRACTION`] after it.
    #[error("a number with too many digits")]
    TooLong,
}

/// Whether `text` is a number in canonical form.
#[must_use]
pub fn is_canonical(text: &str) -> bool {
    Decimal::parse(text).is_some()
}

/// The canonical form of what somebody typed, with a comma or a dot, in its shortest writing.
///
/// # Errors
/// When it is no number, has both separators (one of them could mean thousands), or too many digits.
pub fn parse(typed: &str) -> Result<String, DecimalError> {
    let (is_negative, whole, fraction) = parts(typed.trim(), &SEPARATORS);
    let fraction = fraction.unwrap_or_default();
    let mut digits = whole.bytes().chain(fraction.bytes());
    if !digits.all(|byte| byte.is_ascii_digit()) || whole.len() + fraction.len() == 0 {
        return Err(DecimalError::NotANumber);
    }
    let (whole, fraction) = (
        whole.trim_start_matches('0'),
        fraction.trim_end_matches('0'),
    );
    if whole.len() > MAX_WHOLE || fraction.len() > MAX_FRACTION {
        return Err(DecimalError::TooLong);
    }
    let is_zero = whole.is_empty() && fraction.is_empty();
    let mut text = String::with_capacity(whole.len() + fraction.len() + 2);
    text.push_str(if is_negative && !is_zero { "-" } else { "" });
    text.push_str(if whole.is_empty() { "0" } else { whole });
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    Ok(text)
}

/// The two numbers that may be meant by what was typed with one separator and three digits behind it: `1,000` is a
/// thousand to whoever writes English and one to whoever writes German, and the language of the screen does not say
/// how somebody learned to write numbers. Canonical, the larger one first; none where only one can be meant.
#[must_use]
pub fn meanings(typed: &str) -> Option<[String; 2]> {
    let (_, whole, fraction) = parts(typed.trim(), &SEPARATORS);
    let is_group =
        fraction?.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
    let thousands = parse(&typed.replace(SEPARATORS, "")).ok()?;
    let fraction = parse(typed).ok()?;
    is_group.then_some([thousands, fraction])
}

/// A number as it is read, so that it can be read as nothing else: `1.234` becomes `1.2340`. For inputs, which are
/// read again.
#[must_use]
pub fn unmistakable(mut shown: String) -> String {
    if meanings(&shown).is_some() {
        shown.push('0');
    }
    shown
}

/// A canonical number as it is written in `language`.
#[must_use]
pub fn shown(canonical: &str, language: Language) -> String {
    canonical.replace('.', separator(language))
}

/// What stands between whole and fraction.
#[must_use]
pub fn separator(language: Language) -> &'static str {
    match language {
        Language::English => ".",
        Language::German => ",",
    }
}

/// Whether there is a minus, what stands before the first separator and what after it.
fn parts<'a>(text: &'a str, separators: &[char]) -> (bool, &'a str, Option<&'a str>) {
    let unsigned = text.strip_prefix('-');
    let number = unsigned.unwrap_or(text);
    match number.split_once(separators) {
        Some((whole, fraction)) => (unsigned.is_some(), whole, Some(fraction)),
        None => (unsigned.is_some(), number, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_people_type_becomes_canonical() {
        for (typed, canonical) in [
            ("12.5", "12.5"),
            ("12,5", "12.5"),
            (" 12,50 ", "12.5"),
            ("-3", "-3"),
            ("007", "7"),
            (",5", "0.5"),
            ("5,", "5"),
            ("-0,0", "0"),
            ("000000000000000001,0000000", "1"),
            ("999999999999,999999", "999999999999.999999"),
        ] {
            assert_eq!(parse(typed).as_deref(), Ok(canonical), "{typed}");
        }
    }

    #[test]
    fn what_is_no_number_or_too_long_says_so() {
        for typed in [
            "", "-", ".", ",", "--1", "+1", "1.234,5", "1,234.5", "1..2", "1e3", "1 000", "12a",
            "٣", "∞",
        ] {
            assert_eq!(parse(typed), Err(DecimalError::NotANumber), "{typed}");
        }
        for typed in ["1234567890123", "0.1234567"] {
            assert_eq!(parse(typed), Err(DecimalError::TooLong), "{typed}");
        }
    }

    #[test]
    fn what_may_be_thousands_is_asked_about_with_either_separator() {
        for (typed, expected) in [
            ("1,000", Some(["1000", "1"])),
            ("1.000", Some(["1000", "1"])),
            (" -12,345 ", Some(["-12345", "-12.345"])),
            ("123.450", Some(["123450", "123.45"])),
            // What cannot be thousands.
            ("0,125", None),
            ("0.125", None),
            ("1234,567", None),
            (",125", None),
            ("1,25", None),
            ("1,0000", None),
            ("1000", None),
            ("1,000,000", None),
            ("1.000,000", None),
            ("1,00a", None),
            ("", None),
        ] {
            let expected = expected.map(|both| both.map(str::to_owned));
            assert_eq!(meanings(typed), expected, "{typed}");
        }
    }

    #[test]
    fn each_language_has_its_separator() {
        assert_eq!(shown("-12.5", Language::English), "-12.5");
        assert_eq!(shown("-12.5", Language::German), "-12,5");
        assert_eq!(shown("3", Language::German), "3");
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(number in "-?[1-9][0-9]{0,11}(\\.[0-9]{0,5}[1-9])?") {
            prop_assert!(is_canonical(&number));
            for language in Language::ALL {
                let written = unmistakable(shown(&number, language));
                prop_assert_eq!(meanings(&written), None);
                prop_assert_eq!(parse(&written), Ok(number.clone()));
            }
        }

        #[test]
        fn whatever_is_typed_ends_canonical_or_refused(typed in "[-., 0-9a]{0,20}") {
            if let Ok(canonical) = parse(&typed) {
                prop_assert!(is_canonical(&canonical), "{}", canonical);
                prop_assert_eq!(parse(&canonical), Ok(canonical.clone()));
            }
        }
    }
}
