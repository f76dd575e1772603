//! The texts of the app: those that `boot.mjs` has loaded before it started the app, and those that came with the office's
//! pieces.
//!
//! Owns where they are. Must never choose a language.

use crate::global;

/// The texts of one language that stand before the office's, in their order; none in a worker.
#[must_use]
pub fn loaded_texts() -> String {
    texts_of("texts")
}

/// The office's texts of that language, in their order; none before the office's first piece is there.
#[must_use]
pub fn loaded_office_texts() -> String {
    texts_of("officeTexts")
}

fn texts_of(name: &str) -> String {
    let found = global::find(&["afield", name]);
    found
        .and_then(|texts| texts.as_string())
        .unwrap_or_default()
}
