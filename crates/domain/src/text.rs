//! Checks on text that people type, and what is shown of text that another system says.
//!
//! Owns what counts as acceptable text. Must never change what was typed beyond trimming its ends.

use crate::rejection::{Problem, Rejection};

/// `text` without white space at its ends, if it has between 1 and `max` characters.
///
/// # Errors
/// [`Rejection::Invalid`] naming `field`.
pub fn required(field: &str, text: &str, max: usize) -> Result<String, Rejection> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(invalid(field, Problem::Missing));
    }
    if trimmed.chars().count() > max {
        return Err(invalid(field, Problem::TooLong { max }));
    }
    Ok(trimmed.to_owned())
}

/// `text` without white space at its ends, if it has at most `max` characters; it may be empty.
///
/// # Errors
/// [`Rejection::Invalid`] naming `field`.
pub fn optional(field: &str, text: &str, max: usize) -> Result<String, Rejection> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Ok(String::new());
    }
    required(field, trimmed, max)
}

/// What may be shown of `text`, which another system has sent, beside words of our own: one line of at most `max`
/// characters, without control characters and without those that turn the direction of what follows.
#[must_use]
pub fn plain(text: &str, max: usize) -> String {
    let is_turning = |one| matches!(one, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let shown = text
        .trim()
        .chars()
        .map(|one| if one.is_whitespace() { ' ' } else { one })
        .filter(|one| !one.is_control() && !is_turning(*one));
    shown.take(max).collect()
}

fn invalid(field: &str, problem: Problem) -> Rejection {
    Rejection::Invalid {
        field: field.to_owned(),
        problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, Problem>) {
        let got = required("text", text, 5);
        match (got, expected) {
            (Ok(got), Ok(expected)) => assert_eq!(got, expected),
            (Err(Rejection::Invalid { problem, .. }), Err(expected)) => {
                assert_eq!(problem, expected);
            }
            (got, expected) => panic!("{text:?}: {got:?}, not {expected:?}"),
        }
    }

    #[test]
    fn counts_characters_not_bytes_and_keeps_the_inside() {
        check("  a b  ", Ok("a b"));
        check("äöüßé", Ok("äöüßé"));
        check("👷👷👷👷👷", Ok("👷👷👷👷👷"));
        check("123456", Err(Problem::TooLong { max: 5 }));
        check(" \n\t ", Err(Problem::Missing));
    }

    #[test]
    fn what_another_system_says_is_one_plain_line_of_bounded_length() {
        for (said, shown) in [
            ("The order is closed in SAP.", "The order is closed in SAP."),
            ("  a\r\nb\tc\u{2028}d ", "a  b c d"),
            ("a\u{0}\u{7}\u{1b}[31m\u{9b}b", "a[31mb"),
            ("a\u{202e}b\u{2066}c", "abc"),
            ("<b>a</b>", "<b>a</b>"),
            ("\u{1b}", ""),
            ("", ""),
        ] {
            assert_eq!(plain(said, 100), shown, "{said:?}");
        }
        assert_eq!(plain("äöüßé👷", 5), "äöüßé");
    }
}
