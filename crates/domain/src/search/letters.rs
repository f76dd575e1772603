//! Letters without case and accents: `Ä`, `á` and `A` are all `a`.
//!
//! Owns the table. It covers Latin-1 and Latin Extended-A (and so German, French, Polish, Turkish,
//! Czech and their neighbours); any other script only loses its case. A table of 192 bytes instead
//! of a Unicode crate, which would weigh more than the whole search.

use super::case::small;

const FIRST: u32 = 0xC0;

// One letter for each character from U+00C0 on; a capital stands for two letters, see `pair`, and a
// space for what is no letter.
const BASE: &[u8; 192] = b"aaaaaaAceeeeiiiidnooooo ouuuuyTS\
aaaaaaAceeeeiiiidnooooo ouuuuyTy\
aaaaaaccccccccddddeeeeeeeeeegggg\
gggghhhhiiiiiiiiiiJJjjkkklllllll\
lllnnnnnnnnnooooooOOrrrrrrssssss\
ssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

fn pair(capital: u8) -> &'static str {
    match capital {
        b'A' => "ae",
        b'J' => "ij",
        b'O' => "oe",
        b'S' => "ss",
        b'T' => "th",
        _ => "",
    }
}

/// Appends `c` without case and accents to `into`; nothing for an accent that stands alone.
pub(super) fn push_folded(c: char, into: &mut String) {
    if c.is_ascii() {
        into.push(c.to_ascii_lowercase());
        return;
    }
    let code = u32::from(c);
    let index = code
        .checked_sub(FIRST)
        .and_then(|index| usize::try_from(index).ok());
    match (index.and_then(|index| BASE.get(index)), code) {
        (Some(capital @ b'A'..=b'Z'), _) => into.push_str(pair(*capital)),
        (Some(letter), _) => into.push(char::from(*letter)),
        // An accent after its letter, as some systems write file names and pasted text.
        (None, 0x300..=0x36F) => {}
        (None, 0x218 | 0x219) => into.push('s'),
        (None, 0x21A | 0x21B) => into.push('t'),
        (None, 0x1E9E) => into.push_str("ss"),
        (None, _) => into.push(small(c)),
    }
}

/// `text` without case and accents.
#[must_use]
pub fn normalize(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        push_folded(c, &mut folded);
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_accents_go() {
        for (text, expected) in [
            ("Mühlgasse 4", "muhlgasse 4"),
            ("GRÜSSE aus Weißensee", "grusse aus weissensee"),
            ("STRAẞE", "strasse"),
            ("Café Noël à la Crème", "cafe noel a la creme"),
            ("Łódź, Żółć, Gęś", "lodz, zolc, ges"),
            ("Iğdır, İZMİR, Şişli", "igdir, izmir, sisli"),
            ("Þór Æsir Œuvre Ĳssel Øre", "thor aesir oeuvre ijssel ore"),
            ("Dvořák Háček Ňů", "dvorak hacek nu"),
            ("Űrhajó Őz", "urhajo oz"),
            ("Țăndărei Ștefan", "tandarei stefan"),
            ("u\u{308}ber e\u{301}te\u{301}", "uber ete"),
            ("Киев ΑΘΗΝΑ", "киев αθηνα"),
            ("3×4 ÷ 2", "3 4   2"),
            ("", ""),
        ] {
            assert_eq!(normalize(text), expected);
        }
    }

    #[test]
    fn every_letter_of_the_table_is_the_same_in_both_cases() {
        for code in FIRST..FIRST + 192 {
            let c = char::from_u32(code).unwrap();
            let upper: String = c.to_uppercase().collect();
            // ÿ has its capital elsewhere in the table, ŉ has none of its own.
            if upper.chars().count() == 1 && upper != "Μ" {
                assert_eq!(normalize(&upper), normalize(&c.to_string()), "{c}");
            }
        }
    }
}
