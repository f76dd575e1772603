//! How an edit of a job's field stands in the description of the API.
//!
//! Owns nothing that is sent: a generic type would be described once for each kind under another name.

use super::{FieldEdit, JobField};
use crate::merge::FieldValue;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// One field, as the user saw it and as it shall be.
#[derive(ToSchema)]
#[schema(as = FieldEdit)]
#[allow(dead_code, reason = "only its description is read")]
struct Description {
    /// Which field.
    field: JobField,
    /// Which item of it; empty for a field with one value.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    item: String,
    /// What the user saw.
    base: FieldValue,
    /// What it shall be.
    new: FieldValue,
}

impl PartialSchema for FieldEdit {
    fn schema() -> RefOr<Schema> {
        Description::schema()
    }
}

impl ToSchema for FieldEdit {
    fn name() -> std::borrow::Cow<'static, str> {
        Description::name()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Description::schemas(schemas);
    }
}
