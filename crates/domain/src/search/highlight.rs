//! Where a text matches a query: what the screen marks.
//!
//! Owns the marks and the excerpt around them. It cuts the text as the index did, so what is marked
//! is what was found.

use super::index::Field;
use super::query::{Query, QueryWord};
use super::tokens::{Chunk, Cutter};
use super::typo::Typos;
use crate::order::Order;
use std::ops::Range;

/// A text with what matches in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Marked {
    /// The text in pieces, each with whether it matches.
    pub pieces: Vec<(String, bool)>,
    /// Which words of the query it has, a bit each.
    pub words: u32,
}

impl Marked {
    /// `text` with nothing marked.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self {
            pieces: pieces(text, &[]),
            words: 0,
        }
    }
}

impl Query {
    /// Every word of it, a bit each: what [`Marked::words`] can be at most.
    #[must_use]
    pub fn all_words(&self) -> u32 {
        (1 << self.words.len()) - 1
    }

    /// `text`, which is a `field`, with what matches. `with_similar`: misspelt words too.
    #[must_use]
    pub fn mark(&self, field: Field, text: &str, with_similar: bool) -> Marked {
        let (ranges, words) = self.ranges(field, text, with_similar);
        Marked {
            pieces: pieces(text, &ranges),
            words,
        }
    }

    fn ranges(&self, field: Field, text: &str, with_similar: bool) -> (Vec<Range<usize>>, u32) {
        let mut typos: Vec<Option<Typos>> = self
            .words
            .iter()
            .map(|word| with_similar.then(|| word.typos()).flatten())
            .collect();
        let mut ranges = Vec::new();
        let mut words = 0;
        Cutter::default().chunks(text, field.is_one(), |chunk| {
            let sought = self.words.iter().zip(&mut typos);
            for (bit, (word, typos)) in sought.enumerate() {
                let before = ranges.len();
                ranges.extend(word.ranges(text, chunk, typos.as_mut()));
                words |= u32::from(ranges.len() > before) << bit;
            }
        });
        ranges.order_by_key(|range| (range.start, range.end));
        (ranges, words)
    }
}

impl QueryWord {
    fn ranges(
        &self,
        text: &str,
        chunk: Chunk<'_>,
        mut typos: Option<&mut Typos>,
    ) -> Vec<Range<usize>> {
        let range = |(word, range): (&str, Range<usize>)| {
            if word == self.text {
                return Some(range);
            }
            if self.is_start && word.starts_with(&self.text) {
                let part = text.get(range.clone())?;
                return Some(range.start..range.start + beginning(part, self.text.len()));
            }
            let typos = typos.as_mut()?;
            let may_be = !word.bytes().any(|byte| byte.is_ascii_digit());
            let grade = may_be.then(|| typos.grade(word, self.is_start)).flatten();
            grade.map(|_| range)
        };
        chunk.words().filter_map(range).collect()
    }
}

/// How many bytes of `text` the first `length` bytes of its folded form take.
fn beginning(text: &str, length: usize) -> usize {
    let mut folded = String::new();
    let mut cutter = Cutter::default();
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let one = text.get(at..end).unwrap_or_default();
        cutter.chunks(one, false, |chunk| {
            folded.extend(chunk.run(0).map(|(run, _)| run));
        });
        if folded.len() >= length {
            return end;
        }
    }
    text.len()
}

fn pieces(text: &str, ranges: &[Range<usize>]) -> Vec<(String, bool)> {
    let mut pieces: Vec<(String, bool)> = Vec::new();
    let mut at = 0;
    let mut push = |range: Range<usize>, is_match: bool| {
        if let Some(piece) = text.get(range).filter(|piece| !piece.is_empty()) {
            pieces.push((piece.to_owned(), is_match));
        }
    };
    for range in ranges {
        push(at..range.start.max(at), false);
        push(range.start.max(at)..range.end.max(at), true);
        at = range.end.max(at);
    }
    push(at..text.len(), false);
    pieces
}

// What an excerpt keeps before the first match.
const BEFORE: usize = 24;

/// At most about `most` characters of `marked` around its first match, from the beginning of a word on,
/// with dots where something is left out.
#[must_use]
pub fn excerpt(marked: &Marked, most: usize) -> Marked {
    let text: String = marked
        .pieces
        .iter()
        .map(|(piece, _)| piece.as_str())
        .collect();
    if text.chars().count() <= most {
        return marked.clone();
    }
    let head = marked.pieces.iter().take_while(|(_, is_match)| !is_match);
    let first: usize = head.map(|(piece, _)| piece.chars().count()).sum();
    let (skip, is_cut) = match first.checked_sub(BEFORE) {
        Some(skip) if first < text.chars().count() => (next_word(&text, skip, first), true),
        _ => (0, false),
    };
    let mut left = (skip, most);
    let mut pieces = Vec::new();
    if is_cut {
        pieces.push(("… ".to_owned(), false));
    }
    for (piece, is_match) in &marked.pieces {
        let part: String = piece.chars().skip(left.0).take(left.1).collect();
        let count = piece.chars().count();
        left.1 = left.1.saturating_sub(part.chars().count());
        left.0 = left.0.saturating_sub(count);
        if !part.is_empty() {
            pieces.push((part, *is_match));
        }
    }
    if skip + most < text.chars().count() {
        pieces.push(("…".to_owned(), false));
    }
    Marked {
        pieces,
        words: marked.words,
    }
}

/// The first beginning of a word from the character `from` on, before `until`.
fn next_word(text: &str, from: usize, until: usize) -> usize {
    let space = text
        .chars()
        .skip(from)
        .take(until - from)
        .position(char::is_whitespace);
    space.map_or(from, |space| from + space + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(marked: &Marked) -> String {
        let piece = |(piece, is_match): &(String, bool)| match is_match {
            true => format!("[{piece}]"),
            false => piece.clone(),
        };
        marked.pieces.iter().map(piece).collect()
    }

    #[track_caller]
    fn check(query: &str, text: &str, expected: &str) {
        let marked = Query::new(query).mark(Field::Text, text, true);
        assert_eq!(shown(&marked), expected, "{query:?}");
    }

    #[test]
    fn what_was_found_is_marked() {
        check("", "Mill Lane", "Mill Lane");
        check("mi", "Mill Lane", "[Mi]ll Lane");
        check(
            "mill la",
            "Mill Lane, Millbrook",
            "[Mill] [La]ne, Millbrook",
        );
        check("uber", "Über die Brücke", "[Über] die Brücke");
        check("gros", "Große Straße", "[Groß]e Straße");
        check("hiezung", "Die Heizung tropft", "Die [Heizung] tropft");
        check("ab12", "Serial AB-12/77x", "Serial [AB-12]/77x");
        check("12/77", "Serial AB-12/77x", "Serial AB-[12/77]x");
        check("77", "Serial AB-12/77x", "Serial AB-12/[77]x");
        check("u\u{308}b", "u\u{308}ber", "[u\u{308}b]er");
    }

    #[test]
    fn the_words_that_match_are_known() {
        let query = Query::new("mill berg 12");
        assert_eq!(query.all_words(), 0b111);
        assert_eq!(query.mark(Field::Address, "Berg 12", false).words, 0b110);
        assert_eq!(query.mark(Field::Address, "Borg", false).words, 0);
        assert_eq!(query.mark(Field::Address, "Borg", true).words, 0b010);
        let spaced = Query::new("ab12").mark(Field::Code, "AB 12 77", false);
        assert_eq!(shown(&spaced), "[AB 12] 77");
    }

    #[test]
    fn an_excerpt_has_the_match_and_little_else() {
        let text = "We went down twice and nobody was there, the valve is leaking since Monday and the \
            neighbour has the key";
        let marked = Query::new("valve").mark(Field::Note, text, false);
        let cut = shown(&excerpt(&marked, 40));
        assert_eq!(cut, "… nobody was there, the [valve] is leaking s…");
        let none = Query::new("zzz").mark(Field::Note, text, false);
        assert_eq!(shown(&excerpt(&none, 12)), "We went down…");
        let short = Query::new("key").mark(Field::Note, "the key", false);
        assert_eq!(shown(&excerpt(&short, 40)), "the [key]");
    }
}
