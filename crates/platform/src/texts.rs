//! The texts of the app that `boot.mjs` has loaded before it started the app.
//!
//! Owns where they are. Must never choose a language.

use crate::global;

/// All texts of one language, in their order; none in a worker.
#[must_use]
pub fn loaded_texts() -> String {
    let found = global::find(&["afield", "texts"]);
    found
        .and_then(|texts| texts.as_string())
        .unwrap_or_default()
}
