//! Which encoding the letters of a text without any sign of one tell of.
//!
//! Owns what looks wrong in a text of a Western European language, and the choice that follows. It is made only
//! where one encoding alone gives plausible letters. Must never read a file.

use super::text_encoding::TextEncoding;
use encoding_rs::{MACINTOSH, WINDOWS_1252};

/// What programs write that know no UTF-8.
const OLD: [TextEncoding; 4] = [
    TextEncoding::Web(WINDOWS_1252),
    TextEncoding::Web(MACINTOSH),
    TextEncoding::Dos850,
    TextEncoding::Dos437,
];

/// Of so many letters beyond ASCII one may look wrong, and the text still counts as Windows-1252: people mistype.
const ONE_IN: usize = 20;

/// The encoding of `bytes`, which are neither UTF-8 nor UTF-16.
///
/// # Errors
/// With those that are possible, if they are several, or none.
pub(super) fn tell_encoding(bytes: &[u8]) -> Result<TextEncoding, Vec<TextEncoding>> {
    let [usual, ..] = OLD;
    let beyond = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    if count_wrong(&usual.decode(bytes)) * ONE_IN <= beyond {
        return Ok(usual);
    }
    let read = OLD.map(|encoding| (encoding, encoding.decode(bytes)));
    let mut possible = read.into_iter().filter(|(_, text)| count_wrong(text) == 0);
    let Some((first, text)) = possible.next() else {
        return Err(Vec::new());
    };
    let others: Vec<_> = possible.filter(|(_, other)| *other != text).collect();
    if others.is_empty() {
        return Ok(first);
    }
    let others = others.into_iter().map(|(encoding, _)| encoding);
    Err([first].into_iter().chain(others).collect())
}

/// How many characters beyond ASCII stand where no text has them.
fn count_wrong(text: &str) -> usize {
    let mut wrong = 0;
    let mut before = None;
    let mut characters = text.chars().peekable();
    while let Some(each) = characters.next() {
        if !each.is_ascii() && is_wrong(before, each, characters.peek().copied()) {
            wrong += 1;
        }
        before = Some(each);
    }
    wrong
}

fn is_wrong(before: Option<char>, each: char, after: Option<char>) -> bool {
    let is_letter = |near: Option<char>| near.is_some_and(char::is_alphabetic);
    match each {
        // Half a letter, or none at all.
        '\u{80}'..='\u{9f}' | '\u{fffd}' => true,
        // Ordinal signs and a florin are letters to Unicode, and stand in no word.
        'ª' | 'º' | 'ƒ' | 'ˆ' | '˜' => is_letter(before) && is_letter(after),
        _ if each.is_alphabetic() => {
            let is_western = matches!(
                each,
                'À'..='ÿ' | 'ı' | 'Œ' | 'œ' | 'Š' | 'š' | 'Ž' | 'ž' | 'Ÿ'
            );
            let is_in_word = is_letter(before) && after.is_some_and(char::is_lowercase);
            let is_in_small = before.is_some_and(char::is_lowercase) || is_in_word;
            !is_western || (each.is_uppercase() && is_in_small)
        }
        // An apostrophe, dashes and spaces stand within words.
        '’' | '‘' | '–' | '—' | '·' | '´' | '\u{a0}' | '\u{ad}' => false,
        '‚' | '„' => is_letter(before),
        '§' | '†' | '¶' => is_letter(before) || is_letter(after),
        '°' | '²' | '³' | '¹' | '€' | '£' | '½' | '¼' | '¾' | '«' | '»' | '±' | 'µ' | '×' | '…'
        | '“' | '”' | '©' | '®' | '™' | '¿' | '¡' | '•' | '÷' | '‰' | '‹' | '›' | '¢' | '¥' => {
            is_letter(before) && is_letter(after)
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Told: by the letters alone. Asked: the file is refused, and its user names the encoding.
    #[test]
    fn one_encoding_is_told_where_it_alone_gives_words() {
        let of_1252 = |text: &str| WINDOWS_1252.encode(text).0.into_owned();
        let usual = Ok(TextEncoding::Web(WINDOWS_1252));
        let mac = Ok(TextEncoding::Web(MACINTOSH));
        let dos = Ok(TextEncoding::Dos850);
        for (bytes, expected) in [
            (of_1252("Müller;Groß;Übersee;Jäger"), usual.clone()),
            (
                of_1252("Señor Ángel, Peña 3º «B»; 5 €; O’Neill – 20 °C"),
                usual.clone(),
            ),
            (of_1252("Café Šimić…".trim_end_matches('ć')), usual),
            (
                b"M\x9Fller;Gro\xA7;\x86bersee;J\x8Ager".to_vec(),
                mac.clone(),
            ),
            (b"M\x9Fnchen Andr\x8E".to_vec(), mac),
            (
                b"M\x81ller;Gro\xE1;\x9Abersee;J\x84ger".to_vec(),
                dos.clone(),
            ),
            (b"M\x81nchen Andr\x82".to_vec(), dos),
        ] {
            assert_eq!(tell_encoding(&bytes), expected, "{bytes:x?}");
        }
        // Bäcker of a Mac, or Bècker of DOS?
        let asked = tell_encoding(b"B\x8Acker").unwrap_err();
        assert!(asked.len() > 1, "{asked:?}");
        // No text at all.
        assert_eq!(tell_encoding(b"a\x01\xFFb\xD7c\x81\xB0d"), Err(Vec::new()));
    }
}
