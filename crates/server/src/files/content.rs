//! What a file is, by its own bytes.
//!
//! Owns the few kinds that may be shown as pictures, and how large a picture may be. Pure. Must never believe a name
//! or a media type that somebody sent.

use imagesize::ImageType;

/// Pixels of a picture; a browser needs four bytes for each.
const PIXELS: usize = 100_000_000;

/// Why the bytes of a file are not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// A picture that would take too much memory where it is shown.
    TooManyPixels,
}

/// What the first bytes of a file say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Begin {
    kind: Option<ImageType>,
    pixels: Option<usize>,
}

impl Begin {
    /// Reads the first bytes of a file: as many as are there, up to a piece.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let size = imagesize::blob_size(bytes).ok();
        Self {
            kind: imagesize::image_type(bytes).ok(),
            pixels: size.map(|size| size.width.saturating_mul(size.height)),
        }
    }

    /// The media type under which it may be shown; what is no known picture is only ever saved.
    pub(crate) fn media_type(self) -> &'static str {
        match self.kind {
            Some(ImageType::Jpeg) => "image/jpeg",
            Some(ImageType::Png) => "image/png",
            Some(ImageType::Gif) => "image/gif",
            Some(ImageType::Webp) => "image/webp",
            _ => "application/octet-stream",
        }
    }

    /// Why it is not taken.
    pub(super) fn refused(self) -> Option<Refused> {
        let is_large = self.pixels.is_some_and(|pixels| pixels > PIXELS);
        is_large.then_some(Refused::TooManyPixels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The head of a PNG of this size.
    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 2, 0, 0, 0, 0, 0, 0, 0]);
        bytes
    }

    #[test]
    fn a_file_is_what_its_bytes_say() {
        for (bytes, expected) in [
            (png(1, 1), "image/png"),
            (b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), "image/gif"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01".to_vec(), "image/jpeg"),
            (
                b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>".to_vec(),
                "application/octet-stream",
            ),
            (
                b"<!doctype html><script>".to_vec(),
                "application/octet-stream",
            ),
            (b"%PDF-1.7".to_vec(), "application/octet-stream"),
            (Vec::new(), "application/octet-stream"),
        ] {
            assert_eq!(Begin::of(&bytes).media_type(), expected, "{bytes:?}");
        }
    }

    #[test]
    fn a_picture_that_no_memory_holds_is_refused() {
        assert_eq!(Begin::of(&png(10_000, 10_000)).refused(), None);
        assert_eq!(
            Begin::of(&png(100_000, 100_000)).refused(),
            Some(Refused::TooManyPixels)
        );
        assert_eq!(
            Begin::of(&png(u32::MAX, u32::MAX)).refused(),
            Some(Refused::TooManyPixels)
        );
        assert_eq!(Begin::of(b"\x89PNG\r\n\x1a\n").refused(), None);
    }
}
