//! Checks on text that people type.
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
}
