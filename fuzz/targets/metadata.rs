//! Pictures as a phone picks them: whole, cut, or made to harm.
//!
//! Asserts that what comes out is no longer than what went in, has nothing left to take out, and is what went in with
//! nothing but whole parts taken out, and never a part that is drawn.
#![no_main]

use afield_platform::metadata::without_metadata;
use libfuzzer_sys::fuzz_target;

/// Bytes of the longest part that is made of made-up bytes.
const LONGEST_PART: usize = 300;

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    let parts = parts_of(bytes);
    check_built(&jpeg(&parts, false), &jpeg(&parts, true));
    check_built(&png(&parts, false), &png(&parts, true));
    check_built(&webp(&parts, false), &webp(&parts, true));
});

fn check(bytes: &[u8]) -> Vec<u8> {
    let out = without_metadata(bytes.to_vec());
    assert!(out.len() <= bytes.len(), "it has become longer");
    assert_eq!(
        without_metadata(out.clone()),
        out,
        "there was more to take out"
    );
    out
}

/// A picture that is built as it should be loses all that tells something, and nothing else.
fn check_built(whole: &[u8], drawn: &[u8]) {
    assert_eq!(check(whole), drawn);
}

/// Parts of a picture: what decides of which kind each is, and what is in it.
fn parts_of(bytes: &[u8]) -> Vec<(u8, &[u8])> {
    let mut parts = Vec::new();
    let mut rest = bytes;
    while let Some((&[kind, length], after)) = rest.split_first_chunk() {
        let length = (usize::from(length) * 2 % LONGEST_PART).min(after.len());
        let (body, after) = after.split_at(length);
        parts.push((kind, body));
        rest = after;
    }
    parts
}

fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// Tables, colours and comments, then pixels in which no marker stands.
fn jpeg(parts: &[(u8, &[u8])], is_drawn: bool) -> Vec<u8> {
    const TELLING: [u8; 4] = [0xE1, 0xE3, 0xED, 0xFE];
    const DRAWN: [u8; 5] = [0xDB, 0xC0, 0xC4, 0xE0, 0xEE];
    let mut all = vec![0xFF, 0xD8];
    for (kind, body) in parts {
        let at = usize::from(*kind) / 2;
        let tells = kind % 2 == 0;
        let marker = match tells {
            true => TELLING.get(at % TELLING.len()),
            false => DRAWN.get(at % DRAWN.len()),
        };
        // Whatever Exif says of how it is turned has its own tests.
        let is_exif = body.starts_with(b"Exif");
        if tells && (is_drawn || is_exif) {
            continue;
        }
        all.extend([0xFF, *marker.unwrap_or(&0xDB)]);
        all.extend(u16::try_from(body.len() + 2).unwrap_or(2).to_be_bytes());
        all.extend_from_slice(body);
    }
    all.extend(b"\xFF\xDA\0\x08\x01\x01\0\0\x3F\0");
    let pixels = parts.iter().flat_map(|(_, body)| body.iter());
    all.extend(pixels.copied().filter(|byte| *byte != 0xFF));
    all.extend([0xFF, 0xD9]);
    if !is_drawn {
        all.extend(b"a film that hangs behind it");
    }
    all
}

fn png(parts: &[(u8, &[u8])], is_drawn: bool) -> Vec<u8> {
    const TELLING: [&[u8]; 5] = [b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME"];
    const DRAWN: [&[u8]; 5] = [b"IHDR", b"IDAT", b"PLTE", b"iCCP", b"tRNS"];
    let mut all = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut add = |kind: &[u8], body: &[u8]| {
        all.extend(length(body.len()).to_be_bytes());
        all.extend_from_slice(kind);
        all.extend_from_slice(body);
        all.extend(b"sum!");
    };
    for (kind, body) in parts {
        let at = usize::from(*kind) / 2 % 5;
        match (kind % 2 == 0, TELLING.get(at), DRAWN.get(at)) {
            (true, Some(kind), _) if !is_drawn => add(kind, body),
            (false, _, Some(kind)) => add(kind, body),
            _ => {}
        }
    }
    add(b"IEND", b"");
    all
}

fn webp(parts: &[(u8, &[u8])], is_drawn: bool) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    let mut add = |kind: &[u8], data: &[u8]| {
        body.extend_from_slice(kind);
        body.extend(length(data.len()).to_le_bytes());
        body.extend_from_slice(data);
        body.resize(body.len() + data.len() % 2, 0);
    };
    // There are colours and there is transparency; until it is taken out, there are Exif and XMP too.
    let flags = if is_drawn { 0b11_0000 } else { 0b11_1100 };
    add(b"VP8X", &[flags, 0, 0, 0, 9, 0, 0, 9, 0, 0]);
    for (kind, data) in parts {
        match kind % 4 {
            0 | 1 if is_drawn => {}
            0 => add(b"EXIF", data),
            1 => add(b"XMP ", data),
            2 => add(b"VP8 ", data),
            _ => add(b"ICCP", data),
        }
    }
    [b"RIFF", &length(body.len()).to_le_bytes()[..], &body].concat()
}
