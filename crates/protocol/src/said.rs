//! A sentence that the server says of a file: its code with the values in it, for an app that words it itself.
//!
//! Owns the shape. The English of each sentence is sent beside it: whoever does not know a code shows that.

use afield_domain::wire::FromTree;
use serde::Serialize;

/// A sentence, or a value in one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Said {
    /// Which sentence it is; `field` for the name of a field; empty for a value that stands as it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[wire(readable)]
    pub code: String,
    /// The value, or the sentence in English; empty where that is sent beside it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[wire(readable)]
    pub text: String,
    /// What stands in the sentence, in its order: `{0}`, `{1}` and so on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[wire(each, readable)]
    #[cfg_attr(feature = "schema", schema(no_recursion))]
    pub values: Vec<Said>,
}
