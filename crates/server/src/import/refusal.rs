//! Why a row is refused, and the checks of its texts.
//!
//! Owns both. Must never know what a row describes.

use crate::said::{Said, said};
use afield_domain::rejection::Problem;
use afield_domain::{Rejection, limits, text};

/// Why a row is refused, for the person who imports.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub Said);

/// Refuses texts that are longer than a line may be.
///
/// # Errors
/// Naming the first one.
pub(super) fn check_lines(lines: &[(&str, &str)]) -> Result<(), Refusal> {
    for (name, line) in lines {
        text::optional(name, line, limits::LINE_CHARS)
            .map_err(|rejection| of_rejection(&rejection))?;
    }
    Ok(())
}

/// Refuses a description that is longer than one may be.
///
/// # Errors
/// Saying how long it may be.
pub(super) fn check_description(description: &str) -> Result<(), Refusal> {
    let is_too_long = description.chars().nth(limits::DESCRIPTION_CHARS).is_some();
    if is_too_long {
        return Err(Refusal(said!(
            description_too_long,
            "description: is longer than {} characters",
            limits::DESCRIPTION_CHARS
        )));
    }
    Ok(())
}

/// A text that a row cannot be without.
///
/// # Errors
/// When it is empty or longer than `most` characters.
pub(super) fn required(name: &str, cell: &str, most: usize) -> Result<String, Refusal> {
    text::required(name, cell, most).map_err(|rejection| of_rejection(&rejection))
}

/// Why a text cannot be used.
fn of_rejection(rejection: &Rejection) -> Refusal {
    Refusal(match rejection {
        Rejection::Invalid { field, problem } => {
            let field = Said::field(field);
            match problem {
                Problem::Missing => said!(missing, "{}: is missing", field),
                Problem::TooLong { max } => {
                    said!(too_long, "{}: is longer than {} characters", field, *max)
                }
                Problem::OutOfRange | Problem::Malformed => {
                    said!(not_usable, "{}: is not of the expected form", field)
                }
            }
        }
        other => other.to_string().into(),
    })
}

/// The text if there is one.
pub(super) fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
