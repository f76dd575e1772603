//! What somebody types.
//!
//! Owns the reading of a query. The last word is taken as a beginning, because it is still being
//! typed; so is a long number or one of several parts, because nobody types a whole serial number.

use super::tokens::{Cutter, LONG_NUMBER, one_code};
use super::typo::Typos;

// More words than this only come from a slip of the clipboard.
const MOST_WORDS: usize = 12;

/// A query, ready to be looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    pub(super) words: Vec<QueryWord>,
}

/// One word of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct QueryWord {
    /// Without case and accents.
    pub(super) text: String,
    /// Whether longer words match too.
    pub(super) is_start: bool,
    /// Whether it may be misspelt.
    pub(super) is_letters: bool,
}

impl Query {
    /// What `text` asks for.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut words = Vec::new();
        Cutter::default().chunks(text, false, |chunk| {
            if chunk.has_digits() {
                words.extend(chunk.rest(0).map(|(text, _)| QueryWord {
                    text: one_code(text).to_owned(),
                    is_start: chunk.len() > 1 || text.len() >= LONG_NUMBER,
                    is_letters: false,
                }));
            } else {
                let runs = (0..chunk.len()).filter_map(|index| chunk.run(index));
                words.extend(runs.map(|(text, _)| QueryWord {
                    text: text.to_owned(),
                    is_start: false,
                    is_letters: true,
                }));
            }
        });
        words.truncate(MOST_WORDS);
        if let Some(last) = words.last_mut() {
            last.is_start = true;
        }
        Self { words }
    }

    /// Whether it asks for nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}

impl QueryWord {
    /// The words like it, if it may be misspelt.
    pub(super) fn typos(&self) -> Option<Typos> {
        self.is_letters.then(|| Typos::of(&self.text)).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, bool, bool)]) {
        let query = Query::new(text);
        let words: Vec<(&str, bool, bool)> = query
            .words
            .iter()
            .map(|word| (word.text.as_str(), word.is_start, word.is_letters))
            .collect();
        assert_eq!(words, expected, "{text:?}");
        assert_eq!(query.is_empty(), expected.is_empty());
    }

    #[test]
    fn the_last_word_and_numbers_of_parts_are_beginnings() {
        check("", &[]);
        check(" / ", &[]);
        check("Mill", &[("mill", true, true)]);
        check(
            "Müller Ada",
            &[("muller", false, true), ("ada", true, true)],
        );
        check("O'Brien", &[("o", false, true), ("brien", true, true)]);
        check("4 Mill", &[("4", false, false), ("mill", true, true)]);
        let number = ("ab12", true, false);
        check("AB-12 Mill", &[number, ("mill", true, true)]);
        check("0012345678905", &[("012345678905", true, false)]);
        check("12/77", &[("1277", true, false)]);
        check("8010 a", &[("8010", true, false), ("a", true, true)]);
    }

    #[test]
    fn a_pasted_page_is_cut() {
        assert_eq!(Query::new(&"a ".repeat(900)).words.len(), MOST_WORDS);
    }
}
