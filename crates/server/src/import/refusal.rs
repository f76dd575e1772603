//! Why a row is refused, and the checks of its texts.
//!
//! Owns both. Must never know what a row describes.

use afield_domain::{limits, text};

/// Why a row is refused, for the person who imports.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

/// Refuses texts that are longer than a line may be.
///
/// # Errors
/// Naming the first one.
pub(super) fn check_lines(lines: &[(&str, &str)]) -> Result<(), Refusal> {
    for (name, line) in lines {
        text::optional(name, line, limits::LINE_CHARS)
            .map_err(|rejection| Refusal(rejection.to_string()))?;
    }
    Ok(())
}

/// A text that a row cannot be without.
///
/// # Errors
/// When it is empty or longer than `most` characters.
pub(super) fn required(name: &str, cell: &str, most: usize) -> Result<String, Refusal> {
    text::required(name, cell, most).map_err(|rejection| Refusal(rejection.to_string()))
}

/// The text if there is one.
pub(super) fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
