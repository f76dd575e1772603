//! From bytes to text: which encoding a file is in.
//!
//! Owns the rule: a byte order mark decides; without one, UTF-16 shows by its zeros, UTF-8 by being
//! valid; what is left and has no letter of UTF-8 at all is what its letters tell
//! ([`super::letters`]), and the report says so, or it is asked for. What cannot be read becomes U+FFFD,
//! which no cell may hold.

use super::letters::tell_encoding;
use super::text_encoding::TextEncoding;
use crate::said::{Said, said};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes that are looked at to tell UTF-16.
const SAMPLE: usize = 4_096;

/// A file's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// What it was written in.
    pub encoding: TextEncoding,
    /// Whether nothing in the file said so.
    pub is_assumed: bool,
}

/// Reads `bytes`, in the encoding `asked` for if there is one. A byte order mark is stronger.
///
/// # Errors
/// With the encodings that are possible, when nothing tells which it is; with none when no letters make sense.
pub fn decode(bytes: &[u8], asked: Option<TextEncoding>) -> Result<Decoded, Vec<TextEncoding>> {
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| TextEncoding::Web(encoding));
    let (encoding, is_assumed) = match (marked, asked) {
        (Some(encoding), _) | (None, Some(encoding)) => (encoding, false),
        (None, None) => recognise(bytes)?,
    };
    Ok(Decoded {
        text: encoding.decode(bytes),
        encoding,
        is_assumed,
    })
}

/// What a file is that is no text with cells, as far as its beginning tells. Some programs call a web page `.xls`.
#[must_use]
pub fn foreign(bytes: &[u8]) -> Option<Said> {
    let begin = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let begin = begin.trim_ascii_start();
    let is_utf32 = bytes.starts_with(&[0xFF, 0xFE, 0, 0]) || bytes.starts_with(&[0, 0, 0xFE, 0xFF]);
    let is_tag = |tag: &[u8]| {
        let start = begin.get(..tag.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(tag))
    };
    if is_utf32 {
        Some(said!(what_utf32, "in UTF-32"))
    } else if [
        &b"<!doctype html"[..],
        b"<html",
        b"<table",
        b"<?xml",
        b"<meta",
    ]
    .into_iter()
    .any(is_tag)
    {
        Some(said!(
            what_page,
            "a page of HTML or XML, whatever its name says"
        ))
    } else if begin.starts_with(b"%PDF-") {
        Some(said!(what_pdf, "a PDF"))
    } else if bytes.starts_with(b"\x1F\x8B") {
        Some(said!(what_gzip, "compressed (gzip)"))
    } else {
        picture(bytes).map(|picture| said!(what_picture, "a picture ({})", picture))
    }
}

/// The kind of a picture, by its first bytes.
fn picture(bytes: &[u8]) -> Option<&'static str> {
    let starts = |start: &[u8]| bytes.starts_with(start);
    let holds = |at: usize, what: &[u8]| bytes.get(at..).is_some_and(|rest| rest.starts_with(what));
    Some(match bytes {
        _ if starts(b"\x89PNG\r\n") => "PNG",
        _ if starts(b"\xFF\xD8\xFF") => "JPEG",
        _ if starts(b"GIF8") => "GIF",
        _ if starts(b"RIFF") && holds(8, b"WEBP") => "WebP",
        _ if holds(4, b"ftypheic") || holds(4, b"ftypmif1") => "HEIC",
        _ => return None,
    })
}

fn recognise(bytes: &[u8]) -> Result<(TextEncoding, bool), Vec<TextEncoding>> {
    if let Some(wide) = wide(bytes) {
        return Ok((TextEncoding::Web(wide), false));
    }
    match std::str::from_utf8(bytes) {
        Ok(_) => Ok((TextEncoding::Web(UTF_8), false)),
        // One damaged row in a file of UTF-8 must not turn all other letters into something else.
        Err(_) if has_letters_of_utf8(bytes) => Ok((TextEncoding::Web(UTF_8), false)),
        Err(_) => tell_encoding(bytes).map(|encoding| (encoding, true)),
    }
}

/// UTF-16 without a mark: of Latin letters every other byte is zero.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let zeros = |from: usize| {
        let each = sample.iter().skip(from).step_by(2);
        each.filter(|byte| **byte == 0).count()
    };
    let (high, low) = (zeros(0), zeros(1));
    let most = sample.len() / 4;
    match (high > most, low > most) {
        (true, false) if low == 0 => Some(UTF_16BE),
        (false, true) if high == 0 => Some(UTF_16LE),
        _ => None,
    }
}

/// Whether any letter beyond ASCII is written as UTF-8 writes it.
fn has_letters_of_utf8(bytes: &[u8]) -> bool {
    bytes
        .utf8_chunks()
        .any(|chunk| chunk.valid().bytes().any(|byte| !byte.is_ascii()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::WINDOWS_1252;

    #[test]
    fn the_encoding_is_told_by_the_bytes() {
        let utf16 = |text: &str, little: bool| -> Vec<u8> {
            let units = text.encode_utf16();
            let bytes = units.map(|unit| {
                if little {
                    unit.to_le_bytes()
                } else {
                    unit.to_be_bytes()
                }
            });
            bytes.flatten().collect()
        };
        let mark = |mark: &[u8], rest: &[u8]| [mark, rest].concat();
        let text = "Name;Straße\nGroß;Bahnhofstraße 3\n";
        for (bytes, encoding, is_assumed) in [
            (text.as_bytes().to_vec(), UTF_8, false),
            (mark(b"\xEF\xBB\xBF", text.as_bytes()), UTF_8, false),
            (utf16(text, true), UTF_16LE, false),
            (utf16(text, false), UTF_16BE, false),
            (mark(b"\xFF\xFE", &utf16(text, true)), UTF_16LE, false),
            (mark(b"\xFE\xFF", &utf16(text, false)), UTF_16BE, false),
            (WINDOWS_1252.encode(text).0.into_owned(), WINDOWS_1252, true),
        ] {
            let decoded = decode(&bytes, None).unwrap();
            assert_eq!(
                (decoded.text.as_str(), decoded.encoding, decoded.is_assumed),
                (text, TextEncoding::Web(encoding), is_assumed)
            );
        }
    }

    #[test]
    fn one_damaged_row_does_not_change_the_encoding_of_the_others() {
        let decoded = decode(b"Stra\xC3\x9Fe\nStra\xDFe\n", None).unwrap();
        assert_eq!(
            (decoded.text.as_str(), decoded.encoding),
            ("Straße\nStra\u{fffd}e\n", TextEncoding::Web(UTF_8))
        );
        let asked = decode(b"\xA4", TextEncoding::for_label("iso-8859-15")).unwrap();
        assert_eq!((asked.text.as_str(), asked.is_assumed), ("€", false));
    }
}
