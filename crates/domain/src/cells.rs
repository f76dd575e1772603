//! Cells that no spreadsheet takes for a formula.
//!
//! Owns what is done to a text before it stands in a cell. Pure.

use std::borrow::Cow;

/// What a spreadsheet may take for the beginning of a formula or of a command, and what some skip before one. The wide
/// forms are those of East Asian keyboards, which some spreadsheets read alike.
const BEGINNINGS: [char; 11] = [
    '=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
];

/// `text` so that a spreadsheet shows it and does nothing else: what begins like a formula is preceded by an apostrophe.
/// A number below zero too: what is exact is in the JSON.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    match text.starts_with(BEGINNINGS) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_begins_like_a_formula_is_text() {
        for bad in [
            "=1+1",
            "+49 30 1",
            "-2",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "\u{ff1d}1+1",
            "=",
        ] {
            assert_eq!(harmless(bad), format!("'{bad}"));
        }
        for good in ["", "Boiler", "1-2", " =1", "a=b", "'=1", "\u{e4}"] {
            assert_eq!(harmless(good), good);
        }
    }

    proptest! {
        #[test]
        fn no_cell_begins_like_one(text in any::<String>()) {
            let cell = harmless(&text);
            prop_assert!(!cell.starts_with(BEGINNINGS));
            prop_assert!(cell.ends_with(&text));
        }
    }
}
