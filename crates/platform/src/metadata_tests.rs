//! Tests of `metadata`: pictures lose place and device, and nothing else.

use super::*;

fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap();
    [&[0xFF, marker], &length.to_be_bytes()[..], body].concat()
}

/// Exif with a place, and how the picture is turned.
fn exif(is_little: bool, turn: u16) -> Vec<u8> {
    let short = |n: u16| {
        if is_little {
            n.to_le_bytes()
        } else {
            n.to_be_bytes()
        }
    };
    let long = |n: u32| {
        if is_little {
            n.to_le_bytes()
        } else {
            n.to_be_bytes()
        }
    };
    let mut all = b"Exif\0\0".to_vec();
    all.extend(if is_little { b"II" } else { b"MM" });
    all.extend(short(42));
    all.extend(long(8));
    all.extend(short(2));
    // GPS, then the orientation.
    for (tag, kind, value) in [(0x8825, 4, 99), (0x0112, 3, turn)] {
        all.extend(short(tag));
        all.extend(short(kind));
        all.extend(long(1));
        all.extend(short(value));
        all.extend([0, 0]);
    }
    all.extend(long(0));
    all.extend(b"53.5511 N 9.9937 E");
    all
}

const ICC: &[u8] = b"ICC_PROFILE\0\x01\x01colours";
/// A table with an end in it, pixels with an escaped byte and a place to begin anew, a table between two scans.
fn pixels() -> Vec<u8> {
    let scan = segment(0xDA, &[1, 1, 0, 0, 63, 0]);
    let table = segment(0xC4, &[0, 0xFF, 0xD9, 7]);
    let data = [0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD3, 0x56];
    [&scan[..], &data, &table, &scan, &data, &[0xFF, 0xD9]].concat()
}

fn picture(parts: &[Vec<u8>]) -> Vec<u8> {
    [START, &parts.concat(), &pixels()].concat()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn a_jpeg_keeps_pixels_colours_and_turn_and_nothing_else() {
    let table = segment(0xDB, &[0, 0xFF, 0xD9, 1]);
    for is_little in [false, true] {
        for turn in 1..=8 {
            let all = picture(&[
                segment(0xE0, b"JFIF\0"),
                segment(0xE1, &exif(is_little, turn)),
                segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>"),
                segment(0xE2, ICC),
                segment(0xE2, b"MPF\0 where the second picture is"),
                segment(0xED, b"Photoshop 3.0\0Caption"),
                segment(0xFE, b"by Anna"),
                table.clone(),
            ]);
            let with_more = [&all[..], b"a film, 53.5511 N"].concat();
            let mut expected = vec![segment(0xE0, b"JFIF\0")];
            if turn > 1 {
                expected.push(turned(u8::try_from(turn).unwrap()));
            }
            expected.extend([segment(0xE2, ICC), table.clone()]);
            assert_eq!(without_metadata(with_more), picture(&expected), "{turn}");
        }
    }
    // What was written is read again.
    let again = picture(&[turned(6)]);
    assert_eq!(without_metadata(again.clone()), again);
}

#[test]
fn an_orientation_that_is_none_is_left_out() {
    for bad in [0, 9, 0x0600, u16::MAX] {
        let all = picture(&[segment(0xE1, &exif(false, bad))]);
        assert_eq!(without_metadata(all), picture(&[]), "{bad}");
    }
    let mut far = exif(true, 6);
    far[10..14].copy_from_slice(&u32::MAX.to_le_bytes());
    let mut many = exif(true, 6);
    many[14..16].copy_from_slice(&u16::MAX.to_le_bytes());
    for (hostile, expected) in [
        (far, vec![]),
        (many, vec![turned(6)]),
        (b"Exif\0\0II*\0".to_vec(), vec![]),
        (b"Exif\0\0".to_vec(), vec![]),
    ] {
        let all = picture(&[segment(0xE1, &hostile)]);
        assert_eq!(without_metadata(all), picture(&expected));
    }
}

#[test]
fn a_png_keeps_what_is_drawn() {
    let chunk = |kind: &[u8], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap();
        [&length.to_be_bytes()[..], kind, data, b"sum!"].concat()
    };
    let file = |chunks: &[Vec<u8>]| [PNG, &chunks.concat()].concat();
    let (head, data, end) = (
        chunk(b"IHDR", &[1; 13]),
        chunk(b"IDAT", b"tEXt"),
        chunk(b"IEND", b""),
    );
    let colours = chunk(b"iCCP", b"colours");
    let mut all = vec![head.clone(), colours.clone()];
    for kind in [b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME"] {
        all.push(chunk(kind, b"53.5511 N"));
    }
    all.extend([data.clone(), end.clone(), b"more".to_vec()]);
    assert_eq!(
        without_metadata(file(&all)),
        file(&[head, colours, data, end])
    );
}

#[test]
fn a_webp_keeps_what_is_drawn_and_says_so() {
    let chunk = |kind: &[u8], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap();
        let filled = vec![0; data.len() % 2];
        [kind, &length.to_le_bytes(), data, &filled].concat()
    };
    let file = |chunks: &[Vec<u8>]| {
        let body = [b"WEBP", &chunks.concat()[..]].concat();
        let length = u32::try_from(body.len()).unwrap();
        [b"RIFF", &length.to_le_bytes()[..], &body].concat()
    };
    let flags = |flags: u8| chunk(b"VP8X", &[flags, 0, 0, 0, 9, 0, 0, 9, 0, 0]);
    let drawn = chunk(b"VP8 ", b"odd");
    let all = file(&[
        flags(0b11_1100),
        drawn.clone(),
        chunk(b"EXIF", b"53.5511 N"),
        chunk(b"XMP ", b"<x/>"),
    ]);
    assert_eq!(without_metadata(all), file(&[flags(0b11_0000), drawn]));
}

#[test]
fn whatever_is_cut_or_is_something_else_stays_or_gets_no_longer() {
    let all = picture(&[
        segment(0xE0, b"JFIF\0"),
        segment(0xE1, &exif(true, 6)),
        segment(0xE2, ICC),
    ]);
    for end in 0..all.len() {
        let cut = all.get(..end).unwrap().to_vec();
        let got = without_metadata(cut.clone());
        assert!(got == cut || !contains(&got, b"53.5511"), "cut at {end}");
        assert!(got.len() <= cut.len());
    }
    for other in [
        &b""[..],
        b"%PDF-1.7",
        b"\xFF\xD8",
        b"\xFF\xD8\xFF\xE1\0\0",
        b"\xFF\xD8\xFF\xE1\0\x01",
        b"RIFF",
        b"RIFF\xFF\xFF\xFF\xFFWEBP",
        b"\0\0\0\x18ftypheic",
    ] {
        assert_eq!(without_metadata(other.to_vec()), other);
    }
}

/// The shortest Exif that says how a picture is turned has no room for anything else.
#[test]
fn an_exif_of_nothing_but_the_turn_gets_no_longer() {
    for is_little in [false, true] {
        let mut short = exif(is_little, 6);
        // Without the entry of the place, the offset of a second directory, and what is behind.
        short.drain(16..28);
        short.truncate(28);
        let one = if is_little { [1, 0] } else { [0, 1] };
        short[14..16].copy_from_slice(&one);
        let all = picture(&[segment(0xE1, &short)]);
        assert_eq!(without_metadata(all.clone()), all);
    }
}

#[test]
fn what_was_drawn_anew_says_what_the_original_said_but_for_the_turn() {
    let drawn = picture(&[segment(0xE0, b"JFIF\0")]);
    for is_little in [false, true] {
        for turn in 1..=8 {
            let original = picture(&[
                segment(0xE0, b"JFIF\0"),
                segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>"),
                segment(0xE1, &exif(is_little, turn)),
            ]);
            let straight = segment(0xE1, &exif(is_little, 1));
            let expected = picture(&[straight, segment(0xE0, b"JFIF\0")]);
            assert_eq!(with_exif_of(&original, drawn.clone()), expected, "{turn}");
        }
    }
    let other = picture(&[segment(0xE1, b"Exif\0\0cut")]);
    assert!(contains(
        &with_exif_of(&other, drawn.clone()),
        b"Exif\0\0cut"
    ));
    for other in [
        &b""[..],
        b"%PDF-1.7",
        b"\xFF\xD8",
        b"\xFF\xD8\xFF\xE1\0\0",
        &drawn,
    ] {
        assert_eq!(with_exif_of(other, drawn.clone()), drawn);
    }
    // What is no JPEG gets nothing.
    assert_eq!(with_exif_of(&other, PNG.to_vec()), PNG);
}
