//! A file that a command is given to import.
//!
//! Owns how it is read, and that whatever goes wrong says that nothing was imported. Must never know what is in it.

use crate::error::ServerError;
use crate::import::bounds;
use std::io::Read as _;
use std::path::Path;

/// Why nothing was imported.
pub(super) fn unusable(error: &dyn std::fmt::Display) -> ServerError {
    ServerError::Unusable(format!("{error}; nothing was imported"))
}

/// The file's bytes.
///
/// # Errors
/// When it cannot be read, or has more than [`bounds::FILE_BYTES`].
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, ServerError> {
    let unreadable =
        |error: std::io::Error| unusable(&format!("cannot read {} ({error})", path.display()));
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(bounds::FILE_BYTES.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    let is_more = u64::try_from(bytes.len()).unwrap_or(u64::MAX) > bounds::FILE_BYTES;
    if is_more {
        let text = format!(
            "the file is larger than {} MiB: split it",
            bounds::FILE_BYTES / 1024 / 1024
        );
        return Err(unusable(&text));
    }
    Ok(bytes)
}
