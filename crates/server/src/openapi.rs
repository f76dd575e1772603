//! The API's description.

use crate::error::ServerError;

/// The OpenAPI document, as JSON.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn document() -> Result<String, ServerError> {
    Ok(String::new())
}
