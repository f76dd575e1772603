//! What a picture says beside its pixels: where and when it was taken, with which device.
//!
//! Owns [`without_metadata`], and [`with_exif_of`] for companies that want it kept. Pure. Must never change a pixel or
//! how the picture is turned, and never lose a file: what it does not understand stays as it is.

/// The first bytes of a JPEG, a PNG and a WebP.
const PICTURES: [&[u8]; 3] = [START, b"\x89PNG", b"RIFF"];

/// Whether what begins with these bytes may be a picture that says something beside its pixels.
#[must_use]
pub fn may_tell(first: &[u8]) -> bool {
    PICTURES.iter().any(|start| first.starts_with(start))
}

/// The bytes of a picture without place, time, device and texts. A JPEG keeps how it is turned, and its colours; what is
/// neither JPEG, PNG nor WebP, or is not built as such, stays as it is.
#[must_use]
pub fn without_metadata(bytes: Vec<u8>) -> Vec<u8> {
    let stripped = jpeg(&bytes)
        .or_else(|| png(&bytes))
        .or_else(|| webp(&bytes));
    stripped.unwrap_or(bytes)
}

/// Big-endian, as JPEG and PNG write.
fn number(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .fold(0, |all, byte| (all << 8) | usize::from(*byte))
}

const START: &[u8] = &[0xFF, 0xD8];
const SCAN: u8 = 0xDA;
const EXIF: &[u8] = b"Exif\0\0";

/// The segments before the pixels, without those that tell something; then everything from the pixels on.
fn jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut rest = bytes.strip_prefix(START)?;
    let mut kept = START.to_vec();
    loop {
        let (&[first, marker], after) = rest.split_first_chunk()?;
        if first != 0xFF {
            return None;
        }
        // Any number of these may fill up.
        if marker == 0xFF {
            rest = rest.get(1..)?;
            continue;
        }
        if marker == SCAN {
            kept.extend_from_slice(up_to_end(rest));
            return Some(kept);
        }
        let length = number(after.get(..2)?);
        let segment = rest.get(..length.checked_add(2)?)?;
        let body = after.get(2..length)?;
        match marker {
            // JFIF, the colours, and how they are coded.
            0xE0 | 0xEE => kept.extend_from_slice(segment),
            0xE2 if body.starts_with(b"ICC_PROFILE\0") => kept.extend_from_slice(segment),
            0xE1 => match body.strip_prefix(EXIF).and_then(orientation) {
                // So short a one has no room for anything else.
                Some(_) if segment.len() < SHORTEST => kept.extend_from_slice(segment),
                Some((_, turn)) => kept.extend(turned(turn)),
                None => {}
            },
            0xE2..=0xEF | 0xFE => {}
            _ => kept.extend_from_slice(segment),
        }
        rest = rest.get(segment.len()..)?;
    }
}

/// The pixels and the end of the picture, without what phones hang behind it (a film, a second picture). All of it if
/// there is no end.
fn up_to_end(scans: &[u8]) -> &[u8] {
    end_of(scans)
        .and_then(|end| scans.get(..end))
        .unwrap_or(scans)
}

fn end_of(scans: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let found = scans.get(at..)?.iter().position(|byte| *byte == 0xFF)?;
        at += found;
        match scans.get(at + 1)? {
            0xD9 => return Some(at + 2),
            // Within pixels: a byte, a place to begin anew, filling.
            0x00 | 0x01 | 0xD0..=0xD7 => at += 2,
            0xFF => at += 1,
            // The next scan, or a table for it, in which anything may stand.
            _ => at += 2 + number(scans.get(at + 2..at + 4)?),
        }
    }
}

/// How the picture is turned, from 2 to 8, if Exif says so, and at which byte; 1 is as it stands.
fn orientation(tiff: &[u8]) -> Option<(usize, u8)> {
    let is_little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let read = |at: usize, length: usize| {
        let mut bytes = tiff.get(at..at.checked_add(length)?)?.to_vec();
        if is_little {
            bytes.reverse();
        }
        Some(number(&bytes))
    };
    let directory = read(4, 4)?;
    let count = read(directory, 2)?;
    let entries = (0..count).map(|n| directory.checked_add(2 + n * 12));
    let found = entries
        .map_while(|at| at.filter(|at| at + 12 <= tiff.len()))
        .find(|at| read(*at, 2) == Some(0x0112))?;
    let turn = u8::try_from(read(found + 8, 2)?).ok()?;
    let at = found + if is_little { 8 } else { 9 };
    (2..=8).contains(&turn).then_some((at, turn))
}

/// `drawn`, a JPEG that stands as it is meant to be seen, with what the JPEG `original` says in its Exif, but for how that
/// was turned. Without a word of Exif as it is.
#[must_use]
pub fn with_exif_of(original: &[u8], drawn: Vec<u8>) -> Vec<u8> {
    let with = |exif: Vec<u8>| {
        let rest = drawn.strip_prefix(START)?;
        Some([START, &exif, rest].concat())
    };
    exif_of(original).and_then(with).unwrap_or(drawn)
}

/// The segment with Exif of a JPEG, which says that the picture stands as it is.
fn exif_of(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut rest = bytes.strip_prefix(START)?;
    loop {
        let (&[first, marker], after) = rest.split_first_chunk()?;
        if first != 0xFF || marker == SCAN {
            return None;
        }
        if marker == 0xFF {
            rest = rest.get(1..)?;
            continue;
        }
        let length = number(after.get(..2)?);
        let segment = rest.get(..length.checked_add(2)?)?;
        if let (0xE1, Some(tiff)) = (marker, after.get(2..length)?.strip_prefix(EXIF)) {
            let mut exif = segment.to_vec();
            let turn = orientation(tiff).map(|(at, _)| segment.len() - tiff.len() + at);
            if let Some(byte) = turn.and_then(|at| exif.get_mut(at)) {
                *byte = 1;
            }
            return Some(exif);
        }
        rest = rest.get(segment.len()..)?;
    }
}

/// Bytes of [`turned`].
const SHORTEST: usize = 36;

/// A segment that says nothing but how the picture is turned.
fn turned(turn: u8) -> Vec<u8> {
    let mut segment = vec![0xFF, 0xE1, 0, 34];
    segment.extend_from_slice(EXIF);
    segment.extend_from_slice(b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0");
    segment.extend_from_slice(&[turn, 0, 0, 0, 0, 0, 0]);
    segment
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

fn png(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut rest = bytes.strip_prefix(PNG)?;
    let mut kept = PNG.to_vec();
    while !rest.is_empty() {
        let length = number(rest.get(..4)?);
        let kind = rest.get(4..8)?;
        // The length, the kind, the data, and a sum over them.
        let chunk = rest.get(..length.checked_add(12)?)?;
        if !matches!(kind, b"eXIf" | b"tEXt" | b"iTXt" | b"zTXt" | b"tIME") {
            kept.extend_from_slice(chunk);
        }
        if kind == b"IEND" {
            return Some(kept);
        }
        rest = rest.get(chunk.len()..)?;
    }
    None
}

/// In the flags of an extended WebP: it has Exif, it has XMP.
const TELLING: u8 = 0b1100;

fn webp(bytes: &[u8]) -> Option<Vec<u8>> {
    let length = usize::try_from(u32::from_le_bytes(*bytes.get(4..8)?.first_chunk()?)).ok()?;
    if !bytes.starts_with(b"RIFF") || bytes.get(8..12)? != b"WEBP" {
        return None;
    }
    let mut rest = bytes.get(12..length.checked_add(8)?)?;
    let mut kept = b"WEBP".to_vec();
    while !rest.is_empty() {
        let kind = rest.get(..4)?;
        let size = u32::from_le_bytes(*rest.get(4..8)?.first_chunk()?);
        let size = usize::try_from(size).ok()?;
        let whole = size.checked_add(size % 2)?.checked_add(8)?;
        let chunk = rest.get(..whole)?;
        match kind {
            b"EXIF" | b"XMP " => {}
            b"VP8X" => {
                let from = kept.len() + 8;
                kept.extend_from_slice(chunk);
                *kept.get_mut(from)? &= !TELLING;
            }
            _ => kept.extend_from_slice(chunk),
        }
        rest = rest.get(whole..)?;
    }
    let mut all = b"RIFF".to_vec();
    all.extend(u32::try_from(kept.len()).ok()?.to_le_bytes());
    all.extend(kept);
    Some(all)
}

#[cfg(test)]
#[path = "metadata_tests.rs"]
mod tests;
