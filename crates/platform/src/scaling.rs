//! Sizes and names of pictures. Pure.

/// How a picture is encoded: from 0 to 1.
pub const QUALITY: f64 = 0.85;
/// Thumbnails to try, one after the other: the longest side and the quality.
pub const THUMBNAILS: [(u32, f64); 7] = [
    (240, 0.6),
    (240, 0.4),
    (200, 0.4),
    (160, 0.4),
    (128, 0.4),
    (96, 0.3),
    (48, 0.3),
];

/// The media type of what nobody knows.
const BYTES: &str = "application/octet-stream";
/// The name of what has none.
const NO_NAME: &str = "file";
/// Longer names are cut: a list shows them.
const NAME_CHARS: usize = 120;

/// Media types that a browser draws and that carry no script.
const DRAWN: [&str; 6] = [
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/gif",
    "image/avif",
    "image/bmp",
];

/// Width and height in the same proportion, no side above `longest` and none below 1; never larger.
#[must_use]
pub fn fitted(width: u32, height: u32, longest: u32) -> (u32, u32) {
    let side = width.max(height);
    if side <= longest || side == 0 {
        return (width, height);
    }
    let scaled = |length: u32| {
        let (length, longest, side) = (u64::from(length), u64::from(longest), u64::from(side));
        let rounded = (length * longest + side / 2) / side;
        u32::try_from(rounded).unwrap_or(u32::MAX).max(1)
    };
    (scaled(width), scaled(height))
}

/// The media type under which bytes may be shown: what could run a script is mere bytes.
#[must_use]
pub fn shown_as(mime: &str) -> &'static str {
    let drawn = DRAWN.iter().find(|drawn| mime.eq_ignore_ascii_case(drawn));
    drawn.copied().unwrap_or(BYTES)
}

/// `name` with the ending of a JPEG.
#[must_use]
pub fn as_jpeg(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    if lower.ends_with(".jpg") || lower.ends_with(".jpeg") {
        return name.to_owned();
    }
    let stem = match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        Some(_) | None => name,
    };
    format!("{stem}.jpg")
}

/// A name that can be stored and read: never empty, not too long, with its ending.
#[must_use]
pub fn tidy_name(name: &str) -> String {
    let name = name.trim();
    if name.is_empty() {
        return NO_NAME.to_owned();
    }
    let count = name.chars().count();
    if count <= NAME_CHARS {
        return name.to_owned();
    }
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let dot = usize::from(!ending.is_empty());
    let kept = NAME_CHARS.checked_sub(ending.chars().count() + dot);
    match kept.filter(|kept| dot == 1 && *kept > 0) {
        Some(kept) => {
            let stem: String = name.chars().take(kept).collect();
            format!("{stem}.{ending}")
        }
        None => name.chars().take(NAME_CHARS).collect(),
    }
}

/// The media type of bytes; never empty.
#[must_use]
pub fn tidy_mime(mime: &str) -> String {
    let mime = if mime.trim().is_empty() { BYTES } else { mime };
    mime.to_owned()
}

/// Bytes as hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or('0');
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_its_proportion_and_never_grows() {
        for ((width, height, longest), expected) in [
            ((4000, 3000, 2048), (2048, 1536)),
            ((3000, 4000, 2048), (1536, 2048)),
            ((2048, 1, 2048), (2048, 1)),
            ((640, 480, 2048), (640, 480)),
            ((10_000, 3, 240), (240, 1)),
            ((0, 0, 240), (0, 0)),
            ((u32::MAX, u32::MAX, 2048), (2048, 2048)),
        ] {
            assert_eq!(fitted(width, height, longest), expected);
        }
    }

    #[test]
    fn what_could_run_a_script_is_never_shown_as_itself() {
        for (mime, expected) in [
            ("image/jpeg", "image/jpeg"),
            ("IMAGE/PNG", "image/png"),
            ("image/svg+xml", "application/octet-stream"),
            ("text/html", "application/octet-stream"),
            ("", "application/octet-stream"),
        ] {
            assert_eq!(shown_as(mime), expected, "{mime}");
        }
    }

    #[test]
    fn a_name_tells_what_is_in_the_file() {
        for (name, expected) in [
            ("IMG_1.JPG", "IMG_1.JPG"),
            ("a.jpeg", "a.jpeg"),
            ("IMG.1.heic", "IMG.1.jpg"),
            ("photo", "photo.jpg"),
            (".png", ".png.jpg"),
        ] {
            assert_eq!(as_jpeg(name), expected);
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let long = "n".repeat(200);
        for (name, expected) in [
            (" a.jpg ".to_owned(), "a.jpg".to_owned()),
            ("  ".to_owned(), "file".to_owned()),
            (format!("{long}.jpg"), format!("{}.jpg", "n".repeat(116))),
            (long.clone(), "n".repeat(120)),
            (format!("a.{long}"), format!("a.{}", "n".repeat(118))),
            (format!("{long}."), "n".repeat(120)),
        ] {
            assert_eq!(tidy_name(&name), expected, "{name}");
        }
        assert_eq!(tidy_mime(""), "application/octet-stream");
        assert_eq!(tidy_mime("image/png"), "image/png");
    }

    #[test]
    fn thumbnails_get_smaller_step_by_step() {
        for pair in THUMBNAILS.windows(2) {
            let [(side, quality), (next_side, next_quality)] = pair else {
                panic!("a window of two");
            };
            assert!(next_side <= side && next_quality <= quality);
        }
    }

    #[test]
    fn bytes_read_as_digits() {
        assert_eq!(hex(&[0, 15, 16, 255]), "000f10ff");
        assert_eq!(hex(&[]), "");
    }
}
