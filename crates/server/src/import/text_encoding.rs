//! The encodings that text files are read in.
//!
//! Owns their names and how they are decoded: those of the web, and the two of DOS that Western European
//! programs still write. Must never choose one.

use encoding_rs::Encoding;

/// An encoding of a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextEncoding {
    /// One that browsers know.
    Web(&'static Encoding),
    /// IBM's code page 437.
    Dos437,
    /// IBM's code page 850.
    Dos850,
}

const UPPER_437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
const UPPER_850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

impl TextEncoding {
    /// The encoding that people call `label`, whatever its case.
    #[must_use]
    pub fn for_label(label: &str) -> Option<Self> {
        match label.trim().to_ascii_lowercase().as_str() {
            "ibm437" | "cp437" | "437" => Some(Self::Dos437),
            "ibm850" | "cp850" | "850" => Some(Self::Dos850),
            "macroman" => Encoding::for_label(b"macintosh").map(Self::Web),
            "cp1252" => Encoding::for_label(b"windows-1252").map(Self::Web),
            other => Encoding::for_label(other.as_bytes()).map(Self::Web),
        }
    }

    /// The name by which `--encoding` knows it.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Web(encoding) => encoding.name().to_ascii_lowercase(),
            Self::Dos437 => "ibm437".to_owned(),
            Self::Dos850 => "ibm850".to_owned(),
        }
    }

    /// The text of `bytes`, without a byte order mark. What cannot be read becomes U+FFFD.
    #[must_use]
    pub fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Web(encoding) => encoding.decode(bytes).0.into_owned(),
            Self::Dos437 => decode_dos(bytes, UPPER_437),
            Self::Dos850 => decode_dos(bytes, UPPER_850),
        }
    }
}

fn decode_dos(bytes: &[u8], upper: &str) -> String {
    let upper: Vec<char> = upper.chars().collect();
    let letter = |byte: &u8| match byte.checked_sub(0x80) {
        None => char::from(*byte),
        Some(place) => upper.get(usize::from(place)).copied().unwrap_or('\u{fffd}'),
    };
    bytes.iter().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_is_known_by_its_names_and_reads_its_letters() {
        for (labels, bytes) in [
            (["macintosh", "MacRoman"], &b"Gr\x9A\xA7e"[..]),
            (["ibm850", "CP850"], b"Gr\x94\xE1e"),
            (["ibm437", "cp437"], b"Gr\x94\xE1e"),
            (["windows-1252", "cp1252"], b"Gr\xF6\xDFe"),
            (["utf-8", "UTF8"], "Größe".as_bytes()),
        ] {
            for label in labels {
                let encoding = TextEncoding::for_label(label).unwrap();
                assert_eq!(encoding.decode(bytes), "Größe", "{label}");
                assert_eq!(TextEncoding::for_label(&encoding.name()), Some(encoding));
            }
        }
        assert_eq!(TextEncoding::for_label("klingon"), None);
        for upper in [UPPER_437, UPPER_850] {
            assert_eq!(upper.chars().count(), 128);
        }
    }
}
