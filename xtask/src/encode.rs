//! Writes bytes as a JavaScript string literal: one character U+0000–U+00FF per byte.
//! Owns that encoding and the line of JavaScript that undoes it. It must never emit a byte order mark or a raw line end.
//!
//! Why not base64: brotli finds the repetitions of the wasm in this text and cannot find them in base64.

/// The expression that turns the literal back into a `Uint8Array`.
pub(crate) fn decoder(literal: &str) -> String {
    format!(
        "(s=>{{const b=new Uint8Array(s.length);for(let i=0;i<s.length;i++)b[i]=s.charCodeAt(i);return b}})({literal})"
    )
}

/// The literal, with its quotes. The file it stands in must be UTF-8, which is what browsers read worker scripts as.
pub(crate) fn literal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 5 / 4);
    text.push('"');
    let mut rest = bytes.iter().peekable();
    while let Some(&byte) = rest.next() {
        match byte {
            // `\0` before a digit would be an octal escape.
            0 if rest.peek().is_some_and(|next| next.is_ascii_digit()) => text.push_str("\\x00"),
            0 => text.push_str("\\0"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\\' => text.push_str("\\\\"),
            b'"' => text.push_str("\\\""),
            other => text.push(char::from(other)),
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a JavaScript engine makes of the literal, for the escapes we use.
    fn decode(literal: &str) -> Vec<u8> {
        let body = literal
            .strip_prefix('"')
            .unwrap()
            .strip_suffix('"')
            .unwrap();
        let mut bytes = Vec::new();
        let mut rest = body.chars().peekable();
        while let Some(character) = rest.next() {
            assert!(!matches!(character, '\n' | '\r' | '"'), "unescaped");
            let code = if character == '\\' {
                match rest.next().unwrap() {
                    'n' => 10,
                    'r' => 13,
                    'x' => {
                        assert_eq!((rest.next(), rest.next()), (Some('0'), Some('0')));
                        0
                    }
                    '0' => {
                        assert!(!rest.peek().is_some_and(char::is_ascii_digit), "octal");
                        0
                    }
                    same @ ('\\' | '"') => u32::from(same),
                    other => panic!("escape {other}"),
                }
            } else {
                u32::from(character)
            };
            bytes.push(u8::try_from(code).unwrap());
        }
        bytes
    }

    #[track_caller]
    fn check(bytes: &[u8]) {
        assert_eq!(decode(&literal(bytes)), bytes);
    }

    #[test]
    fn every_pair_of_bytes_comes_back() {
        let pairs: Vec<u8> = (0..=255u8)
            .flat_map(|a| (0..=255u8).flat_map(move |b| [a, b]))
            .collect();
        check(&pairs);
        check(b"");
        check(b"\0");
        check(b"\0asm\x01\0\0\0");
        check(b"\x001\0a\\0\"\r\n");
    }

    #[test]
    fn the_text_is_what_the_language_wants() {
        assert_eq!(
            literal(b"\0a\x007\"\\\n\xff"),
            "\"\\0a\\x007\\\"\\\\\\n\u{ff}\""
        );
    }
}
