//! What several targets assert.
//!
//! Owns nothing of the product. A failed assertion is how a target says that it found something.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

/// What was read is written, and reads back equal: from text, and from a tree, as a database hands it over.
///
/// # Panics
/// If it does not.
pub fn assert_reads_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let text = serde_json::to_string(value);
    let back = text
        .as_deref()
        .map_err(ToString::to_string)
        .and_then(|text| serde_json::from_str::<T>(text).map_err(|error| error.to_string()));
    assert_eq!(back.as_ref(), Ok(value), "by way of {text:?}");
    let tree = serde_json::to_value(value).and_then(serde_json::from_value::<T>);
    assert_eq!(tree.ok().as_ref(), Some(value), "by way of a tree");
}
