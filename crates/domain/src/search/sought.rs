//! Finds records in a list that somebody chooses from: by parts of words, by parts of numbers, and misspelt.
//!
//! Owns what matches and how well. Pure. The search of jobs has an index of its own; a list that is chosen from is short.

use super::index::Field;
use super::letters::normalize;
use super::query::Query;

/// What somebody typed to find a record.
#[derive(Debug, Clone)]
pub struct Sought {
    words: Vec<String>,
    query: Query,
}

impl Sought {
    /// What `text` asks for.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let words = normalize(text);
        Self {
            words: words.split_whitespace().map(str::to_owned).collect(),
            query: Query::new(text),
        }
    }

    /// Whether it asks for nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// How well a record with these texts matches: 0 if it has every word, also within its own, 1 if some are spelt
    /// otherwise; none if it does not match.
    #[must_use]
    pub fn rank(&self, texts: &[&str]) -> Option<u8> {
        let text = texts.join(" ");
        if self.is_within(&text, texts) {
            return Some(0);
        }
        let words = self.query.mark(Field::Text, &text, true).words;
        let is_similar = !self.query.is_empty() && words == self.query.all_words();
        is_similar.then_some(1)
    }

    /// Whether each word is somewhere in the texts; a number also without its spaces and dashes.
    fn is_within(&self, text: &str, texts: &[&str]) -> bool {
        let text = normalize(text);
        let tight_texts: Vec<String> = texts.iter().map(|text| squeezed(text)).collect();
        self.words.iter().all(|word| {
            let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
            let tight = squeezed(word);
            let is_within = |text: &String| has_digit && !tight.is_empty() && text.contains(&tight);
            text.contains(word.as_str()) || tight_texts.iter().any(is_within)
        })
    }
}

/// Letters and digits alone, without case.
#[must_use]
pub fn squeezed(text: &str) -> String {
    let text = normalize(text);
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_found_by_parts_of_words_by_numbers_and_misspelt() {
        let texts = ["Heizkessel", "VD-2014/77", "Müller"];
        for (query, rank) in [
            ("", Some(0)),
            ("kessel", Some(0)),
            ("vd2014", Some(0)),
            ("2014 MULLER", Some(0)),
            ("Heizkesel", Some(1)),
            ("Mueler kessel", None),
            ("Muler", Some(1)),
            ("Heizkessel Maier", None),
            ("9914", None),
        ] {
            assert_eq!(Sought::new(query).rank(&texts), rank, "{query}");
        }
    }
}
