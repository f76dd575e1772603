//! A photo, a signature or a file of a job.
//!
//! Owns [`Attachment`]: what is known of it as text. The bytes are elsewhere: on the phone that made
//! them until the server has them.

use super::RecordKey;
use super::kind::Kind;
use crate::ids::{AttachmentId, JobId, UserId};
use crate::limits;
use crate::rejection::{Problem, Rejection};
use crate::text;
use crate::time::Timestamp;
use crate::wire::FromTree;
use serde::Serialize;

/// What it is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, FromTree,
)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum AttachmentKind {
    /// A picture.
    Photo,
    /// A signature.
    Signature,
    /// Anything else.
    #[default]
    #[serde(other)]
    File,
}

/// A photo, a signature or a file, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Attachment {
    /// Made by the phone that took it.
    pub id: AttachmentId,
    /// The job it was taken on.
    pub job: JobId,
    /// What it is.
    #[serde(default)]
    pub kind: AttachmentKind,
    /// Its file name.
    pub name: String,
    /// Its media type, such as `image/jpeg`.
    pub mime: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// The SHA-256 of its bytes, 64 hexadecimal digits in lower case.
    pub sha256: String,
    /// Its width in pixels, 0 for what is no picture.
    #[serde(default)]
    pub width: u32,
    /// Its height in pixels, 0 for what is no picture.
    #[serde(default)]
    pub height: u32,
    /// A small picture of it: JPEG, base64; empty if there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub thumbnail: String,
    /// Who took it.
    pub author: UserId,
    /// Their name at that time.
    pub author_name: String,
    /// When, by the phone's corrected clock.
    pub made_at: Timestamp,
    /// When the server had all its bytes; none while some are elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_at: Option<Timestamp>,
}

impl Kind for Attachment {
    const IS_PART_OF_JOB: bool = true;

    fn links(&self) -> Vec<RecordKey> {
        Vec::new()
    }

    fn owner(&self) -> Option<RecordKey> {
        Some(self.job.into())
    }
}

impl Attachment {
    /// The attachment with its texts in the form in which they are stored.
    ///
    /// # Errors
    /// [`Rejection::Invalid`] naming the field.
    pub fn checked(mut self) -> Result<Self, Rejection> {
        let invalid = |field: &str, problem| Rejection::Invalid {
            field: field.to_owned(),
            problem,
        };
        self.name = text::required("name", &self.name, limits::LINE_CHARS)?;
        self.mime = text::required("mime", &self.mime, limits::LINE_CHARS)?;
        let is_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if self.sha256.len() != 64 || !self.sha256.bytes().all(is_hex) {
            return Err(invalid("sha256", Problem::Malformed));
        }
        if self.bytes == 0 {
            return Err(invalid("bytes", Problem::Missing));
        }
        if self.bytes > limits::ATTACHMENT_BYTES {
            return Err(invalid("bytes", Problem::OutOfRange));
        }
        // Base64 writes three bytes as four.
        let max = limits::THUMBNAIL_BYTES.div_ceil(3) * 4;
        if self.thumbnail.len() > max {
            return Err(invalid("thumbnail", Problem::TooLong { max }));
        }
        let is_base64 = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=');
        if !self.thumbnail.bytes().all(is_base64) {
            return Err(invalid("thumbnail", Problem::Malformed));
        }
        Ok(self)
    }
}
