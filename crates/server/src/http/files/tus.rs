//! The headers of tus 1.0.
//!
//! Owns how they are read and written. Pure: must never touch a file or a record.

use super::super::reply::Enveloped;
use afield_domain::{AttachmentId, limits};
use axum::http::header::{HeaderName, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub(super) const LENGTH: HeaderName = HeaderName::from_static("upload-length");
pub(super) const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
pub(super) const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");
const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const VERSION: HeaderName = HeaderName::from_static("tus-version");
const EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
const MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
const ALGORITHM: HeaderName = HeaderName::from_static("tus-checksum-algorithm");

/// The media type of bytes on their way.
pub(super) const BYTES: &str = "application/offset+octet-stream";
const V1: &str = "1.0.0";
/// The key of the metadata that names the attachment.
const ATTACHMENT: &str = "attachment";

/// Whether the client speaks this version.
pub(super) fn is_ours(headers: &HeaderMap) -> bool {
    headers.get(RESUMABLE).is_some_and(|version| version == V1)
}

/// An answer of tus without a body.
pub(super) fn answer(status: StatusCode) -> Response {
    let mut response = status.into_response();
    let headers = response.headers_mut();
    headers.insert(RESUMABLE, HeaderValue::from_static(V1));
    response.extensions_mut().insert(Enveloped);
    response
}

/// What this server can do.
pub(super) fn abilities(status: StatusCode) -> Response {
    let mut response = answer(status);
    let headers = response.headers_mut();
    headers.insert(VERSION, HeaderValue::from_static(V1));
    let extensions = HeaderValue::from_static("creation,checksum,expiration");
    headers.insert(EXTENSION, extensions);
    headers.insert(MAX_SIZE, HeaderValue::from(limits::ATTACHMENT_BYTES));
    headers.insert(ALGORITHM, HeaderValue::from_static("sha256"));
    response
}

/// The status that tus gives to bytes of another hash.
pub(super) fn checksum_mismatch() -> StatusCode {
    StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST)
}

pub(super) fn number(headers: &HeaderMap, name: HeaderName) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

/// The attachment that the metadata names.
pub(super) fn attachment(headers: &HeaderMap) -> Option<AttachmentId> {
    let all = headers.get(METADATA)?.to_str().ok()?;
    let value = all.split(',').find_map(|pair| {
        let (key, value) = pair.trim().split_once(' ')?;
        (key == ATTACHMENT).then_some(value)
    })?;
    let id = STANDARD.decode(value.trim()).ok()?;
    String::from_utf8(id).ok()?.parse().ok()
}

/// The hash that the bytes of this request must have, if one is given.
pub(super) fn checksum(headers: &HeaderMap) -> Result<Option<Vec<u8>>, &'static str> {
    let Some(given) = headers.get(CHECKSUM) else {
        return Ok(None);
    };
    let given = given.to_str().unwrap_or_default();
    match given.split_once(' ') {
        Some(("sha256", sum)) => match STANDARD.decode(sum.trim()) {
            Ok(sum) => Ok(Some(sum)),
            Err(_) => Err("Upload-Checksum is not base64"),
        },
        _ => Err("Upload-Checksum must be sha256 and the hash in base64"),
    }
}

/// When an upload is forgotten whose last piece came at this time (milliseconds since 1970).
pub(super) fn expires(last_at: i64) -> Option<HeaderValue> {
    let kept = i64::try_from(crate::files::UPLOAD_KEPT.as_millis()).ok()?;
    let at = jiff::Timestamp::from_millisecond(last_at.saturating_add(kept)).ok()?;
    let text = at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    HeaderValue::from_str(&text).ok()
}

/// How a file is named when it is saved: no folder, no quote, no line end can be in it.
pub(super) fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| match c {
            ' ' | '.' | '-' | '_' => c,
            c if c.is_ascii_alphanumeric() => c,
            _ => '_',
        })
        .collect();
    let exact: String = name.bytes().map(encoded).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}")
}

/// A byte as RFC 8187 writes it.
fn encoded(byte: u8) -> String {
    match byte {
        b'.' | b'-' | b'_' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: HeaderName, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        headers
    }

    #[test]
    fn the_metadata_name_an_attachment() {
        let id = "00000000-0000-4000-8000-0000000000e1";
        let encoded = STANDARD.encode(id);
        for (given, expected) in [
            (format!("attachment {encoded}"), true),
            (
                format!("filename YS5qcGc=, attachment {encoded},is_confidential"),
                true,
            ),
            (format!("attachment {id}"), false),
            (format!("Attachment {encoded}"), false),
            ("attachment".to_owned(), false),
            ("attachment YQ==".to_owned(), false),
            (",,, ,".to_owned(), false),
        ] {
            let found = attachment(&with(METADATA, &given)).map(|id| id.to_string());
            assert_eq!(found.as_deref() == Some(id), expected, "{given}");
        }
    }

    #[test]
    fn a_hash_is_read_or_refused() {
        assert_eq!(checksum(&HeaderMap::new()), Ok(None));
        assert_eq!(
            checksum(&with(CHECKSUM, "sha256 AQI=")),
            Ok(Some(vec![1, 2]))
        );
        for given in ["md5 AQI=", "sha256", "sha256 %", ""] {
            assert!(checksum(&with(CHECKSUM, given)).is_err(), "{given}");
        }
    }

    #[test]
    fn a_name_leads_nowhere() {
        for (name, expected) in [
            (
                "photo 1.jpg",
                "attachment; filename=\"photo 1.jpg\"; filename*=UTF-8''photo%201.jpg",
            ),
            (
                "../../etc/x",
                "attachment; filename=\".._.._etc_x\"; filename*=UTF-8''..%2F..%2Fetc%2Fx",
            ),
            (
                "a\"\r\nb: c",
                "attachment; filename=\"a___b_ c\"; filename*=UTF-8''a%22%0D%0Ab%3A%20c",
            ),
            ("ö", "attachment; filename=\"_\"; filename*=UTF-8''%C3%B6"),
        ] {
            assert_eq!(disposition(name), expected);
            assert!(HeaderValue::from_str(&disposition(name)).is_ok());
        }
    }

    #[test]
    fn an_upload_says_when_it_is_forgotten() {
        let text = expires(0).unwrap();
        assert_eq!(text, "Thu, 15 Jan 1970 00:00:00 GMT");
    }
}
