//! A picked file that goes straight to the office, read part by part.
//!
//! Owns what must be known of it before. A picture is made as small and as silent as on a phone; everything else stays
//! where it is, and nothing of it is held but the part that is being sent. Its hash is the browser's, which takes the
//! bytes as a whole, outside of what the app holds.

use crate::metadata::may_tell;
use crate::picture::{Limits, PickError, blob_of, read_picked};
use crate::rescue::{hash_of_part, read_part};
use crate::scaling::{tidy_mime, tidy_name};
use web_sys::{Blob, File};

/// A file, and where its bytes are.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub mime: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// The SHA-256 of its bytes, as 64 hexadecimal digits.
    pub sha256: String,
    /// Its width in pixels; 0 if it is no picture that this browser can decode.
    pub width: u32,
    /// Its height in pixels, or 0.
    pub height: u32,
    /// A small JPEG as base64; "" if there is none.
    pub thumbnail: String,
    source: Blob,
}

impl Outgoing {
    /// Looks at what was picked.
    ///
    /// # Errors
    /// [`PickError`].
    pub async fn of(file: &File, limits: Limits) -> Result<Self, PickError> {
        let size = file.size() as u64;
        let first = read_part(file, 0, 8).await.ok_or(PickError::Unreadable)?;
        if file.type_().starts_with("image/") || may_tell(&first) {
            return Self::of_picture(file, limits).await;
        }
        if size == 0 {
            return Err(PickError::Empty);
        }
        if size > limits.bytes {
            return Err(PickError::TooLarge);
        }
        let sha256 = hash_of_part(file, 0, size).await;
        Ok(Self {
            name: tidy_name(&file.name()),
            mime: tidy_mime(&file.type_()),
            bytes: size,
            sha256: sha256.ok_or(PickError::Unreadable)?,
            width: 0,
            height: 0,
            thumbnail: String::new(),
            source: file.clone().into(),
        })
    }

    async fn of_picture(file: &File, limits: Limits) -> Result<Self, PickError> {
        let picked = read_picked(file, limits).await?;
        let source = blob_of(&picked.bytes, &picked.mime).ok_or(PickError::Unreadable)?;
        Ok(Self {
            name: picked.name,
            mime: picked.mime,
            bytes: picked.bytes.length() as u64,
            sha256: picked.sha256,
            width: picked.width,
            height: picked.height,
            thumbnail: picked.thumbnail,
            source,
        })
    }

    /// These bytes of it; none if it has gone or the browser may not read it any more.
    pub async fn part(&self, at: u64, length: u64) -> Option<Vec<u8>> {
        let part = read_part(&self.source, at, length).await;
        part.filter(|part| part.len() as u64 == length)
    }
}
