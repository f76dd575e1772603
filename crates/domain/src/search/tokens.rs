//! The words of a text.
//!
//! Owns the cut. Between spaces stands a chunk; a chunk is cut into runs of letters and runs of
//! digits. `AB-12/77x` is one chunk of four runs: its words are each run (`ab`, `12`, `77`, `x`) and
//! each run with all that follows (`ab1277x`, `1277x`, `77x`), so that any part of a number that
//! somebody can read off a plate is the beginning of a word.

use super::letters::push_folded;
use std::ops::Range;

// A pasted address of a page has hundreds of runs: no word is longer than so many.
pub(super) const MOST_RUNS: usize = 6;
// From so many digits on a number is long enough to be looked for by its beginning.
pub(super) const LONG_NUMBER: usize = 4;

/// An EAN-13 that begins with 0 is the UPC-A without it: scanners give either. The UPC-A; the code itself where it is
/// none.
#[must_use]
pub fn one_code(code: &str) -> &str {
    match code.strip_prefix('0') {
        Some(upc) if upc.len() == 12 && is_number(upc) => upc,
        _ => code,
    }
}

fn is_number(run: &str) -> bool {
    run.bytes().all(|byte| byte.is_ascii_digit())
}

/// Cuts texts; holds what one chunk needs, so that cutting allocates nothing.
#[derive(Debug, Default)]
pub(super) struct Cutter {
    /// The runs of the chunk, folded, one after the other.
    folded: String,
    runs: Vec<Run>,
}

#[derive(Debug, Clone, Copy)]
struct Run {
    /// Where it begins in `folded`.
    folded: usize,
    /// Where it begins and ends in the text.
    start: usize,
    end: usize,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letters,
    Digits,
    Neither,
}

fn kind_of(c: char) -> Kind {
    match c {
        '0'..='9' => Kind::Digits,
        '×' | '÷' => Kind::Neither,
        'a'..='z' | 'A'..='Z' => Kind::Letters,
        // An accent that stands alone belongs to the letter before it.
        '\u{300}'..='\u{36F}' => Kind::Letters,
        c if !c.is_ascii() && c.is_alphanumeric() => Kind::Letters,
        _ => Kind::Neither,
    }
}

/// One chunk, cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chunk<'a> {
    folded: &'a str,
    runs: &'a [Run],
}

impl Cutter {
    /// Calls `each` with every chunk of `text`. `is_one`: spaces do not part it, as in a serial
    /// number that is printed in groups.
    pub(super) fn chunks(&mut self, text: &str, is_one: bool, mut each: impl FnMut(Chunk<'_>)) {
        self.clear();
        let mut before = Kind::Neither;
        for (at, c) in text.char_indices() {
            if c.is_whitespace() && !is_one {
                self.give(&mut each);
                before = Kind::Neither;
                continue;
            }
            let kind = kind_of(c);
            if kind != Kind::Neither {
                let end = at + c.len_utf8();
                match self.runs.last_mut() {
                    Some(run) if kind == before => run.end = end,
                    _ => self.runs.push(Run {
                        folded: self.folded.len(),
                        start: at,
                        end,
                        kind,
                    }),
                }
                push_folded(c, &mut self.folded);
            }
            before = kind;
        }
        self.give(&mut each);
    }

    fn give(&mut self, each: &mut impl FnMut(Chunk<'_>)) {
        if !self.folded.is_empty() {
            each(Chunk {
                folded: &self.folded,
                runs: &self.runs,
            });
        }
        self.clear();
    }

    fn clear(&mut self) {
        self.folded.clear();
        self.runs.clear();
    }
}

impl<'a> Chunk<'a> {
    /// How many runs it has.
    pub(super) fn len(self) -> usize {
        self.runs.len()
    }

    /// Whether any of it is a number.
    pub(super) fn has_digits(self) -> bool {
        self.runs.iter().any(|run| run.kind == Kind::Digits)
    }

    /// The run `index`, and where it stands in the text.
    pub(super) fn run(self, index: usize) -> Option<(&'a str, Range<usize>)> {
        self.joined(index, 1)
    }

    /// The run `index` with what follows, and where that stands in the text.
    pub(super) fn rest(self, index: usize) -> Option<(&'a str, Range<usize>)> {
        self.joined(index, MOST_RUNS)
    }

    fn joined(self, index: usize, count: usize) -> Option<(&'a str, Range<usize>)> {
        let first = self.runs.get(index)?;
        let last = self
            .runs
            .get(index + count - 1)
            .or_else(|| self.runs.last())?;
        let end = match self.runs.get(index + count) {
            Some(next) => next.folded,
            None => self.folded.len(),
        };
        let word = self.folded.get(first.folded..end)?;
        (!word.is_empty()).then_some((word, first.start..last.end))
    }

    /// Every word of it, and where it stands in the text.
    pub(super) fn words(self) -> impl Iterator<Item = (&'a str, Range<usize>)> {
        let count = self.len();
        (0..count).flat_map(move |index| {
            // The last run is all that follows it; a long number is found by its beginning anyway.
            let alone = self.run(index).filter(|(run, _)| {
                index + 1 < count && !(run.len() >= LONG_NUMBER && is_number(run))
            });
            let rest = self.rest(index);
            // As typed, also in its shorter writing; what is looked for has that alone.
            let code = rest.clone().filter(|(word, _)| one_code(word) != *word);
            let code = code.map(|(word, place)| (one_code(word), place));
            rest.into_iter().chain(alone).chain(code)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, is_one: bool, expected: &[&str]) {
        let mut words = Vec::new();
        Cutter::default().chunks(text, is_one, |chunk| {
            words.extend(chunk.words().map(|(word, _)| word.to_owned()));
        });
        words.sort();
        words.dedup();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(words, expected, "{text:?}");
    }

    #[test]
    fn words_are_runs_and_what_follows_them() {
        check("", false, &[]);
        check(" — !", false, &[]);
        check("Boiler, kaputt!", false, &["boiler", "kaputt"]);
        let parts = ["ab", "12", "77", "x", "ab1277x", "1277x", "77x"];
        check("AB-12/77x", false, &parts);
        check("AB 12 77x", true, &parts);
        check("AB 12", false, &["ab", "12"]);
        check("J-1042", false, &["j", "j1042", "1042"]);
        let ean = ["0012345678905", "012345678905"];
        check("0012345678905", false, &ean);
        check("5012345678900", false, &["5012345678900"]);
        check("K 204711x", true, &["k", "k204711x", "204711x", "x"]);
        check("O'Brien", false, &["o", "brien", "obrien"]);
        check("Weiß-Str. 4", false, &["weiss", "weissstr", "str", "4"]);
        check("u\u{308}ber", false, &["uber"]);
        check("\u{301}", false, &[]);
    }

    #[test]
    fn a_long_chunk_has_no_long_words() {
        let text = "a1".repeat(500);
        let mut longest = 0;
        Cutter::default().chunks(&text, false, |chunk| {
            longest = chunk.words().map(|(word, _)| word.len()).max().unwrap();
        });
        assert_eq!(longest, MOST_RUNS);
    }
}
