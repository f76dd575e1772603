//! What the server says of a file in codes, worded in the language of the screen.
//!
//! Owns the filling in of the values. The sentences stand in `locales/*/said.json`, and here in one list of both
//! languages (`build.rs`), so that only the pages of imports load them: they are in no text of the app. A code that this
//! build does not know is told as the server has worded it. Pure.

use afield_domain::Language;
use afield_protocol::Said;

/// A line for each code: the code, its sentence in English and in German, by what stands between.
const SENTENCES: &str = include!(concat!(env!("OUT_DIR"), "/said.rs"));
const BETWEEN: char = '\u{1f}';

/// What words a page needs besides.
pub struct Wording<'w> {
    /// The language of the screen.
    pub language: Language,
    /// What a field is called.
    pub field: &'w dyn Fn(&str) -> String,
}

/// A sentence as it is shown; and whether it is in English because nothing else is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The sentence.
    pub text: String,
    /// Whether it is in the language of the screen.
    pub is_worded: bool,
}

impl Wording<'_> {
    /// `said`, or the English that was sent beside it where that is all there is.
    #[must_use]
    pub fn tell(&self, said: Option<&Said>, english: &str) -> Told {
        let worded = said.and_then(|said| self.sentence(said));
        Told {
            is_worded: worded.is_some(),
            text: worded.unwrap_or_else(|| match said {
                Some(said) if english.is_empty() => said.text.clone(),
                _ => english.to_owned(),
            }),
        }
    }

    /// Every sentence, each by what stands beside it.
    #[must_use]
    pub fn tell_all(&self, said: &[Said], english: &[String]) -> Vec<Told> {
        let all = english.iter().enumerate();
        all.map(|(place, english)| self.tell(said.get(place), english))
            .collect()
    }

    fn sentence(&self, said: &Said) -> Option<String> {
        let template = template(&said.code, self.language)?;
        let mut parts = template.split('{');
        let mut text = parts.next().unwrap_or_default().to_owned();
        // One pass: what a cell holds may look like the place of another value.
        for part in parts {
            let (place, after) = part.split_once('}')?;
            let value = said.values.get(place.parse::<usize>().ok()?)?;
            text.push_str(&self.value(value));
            text.push_str(after);
        }
        Some(text)
    }

    fn value(&self, value: &Said) -> String {
        match value.code.as_str() {
            "" => value.text.clone(),
            "field" => (self.field)(&value.text),
            _ => self.sentence(value).unwrap_or_else(|| value.text.clone()),
        }
    }
}

fn template(code: &str, language: Language) -> Option<&'static str> {
    let mut lines = SENTENCES.lines();
    lines.find_map(|line| {
        let (known, texts) = line.split_once(BETWEEN)?;
        let (english, german) = texts.split_once(BETWEEN)?;
        (known == code).then_some(match language {
            Language::English => english,
            Language::German => german,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GERMAN: Wording<'static> = Wording {
        language: Language::German,
        field: &|name| name.to_uppercase(),
    };

    fn plain(text: &str) -> Said {
        Said {
            text: text.into(),
            ..Said::default()
        }
    }

    fn said(code: &str, text: &str, values: Vec<Said>) -> Said {
        Said {
            code: code.into(),
            text: text.into(),
            values,
        }
    }

    #[test]
    fn a_sentence_holds_its_values_and_a_sentence_within() {
        let why = said("no_date", "\"x\" is no date", vec![plain("\"x\"")]);
        let whole = said("of_field", "", vec![said("field", "starts", vec![]), why]);
        let told = GERMAN.tell(Some(&whole), "starts: \"x\" is no date");
        assert_eq!(told.text, "STARTS: \"x\" ist kein lesbares Datum");
        assert!(told.is_worded);
    }

    #[test]
    fn a_cell_that_looks_like_a_place_is_a_cell() {
        let values = vec![plain("{1}"), plain("{0}")];
        let told = GERMAN.tell(Some(&said("no_choice", "", values)), "");
        assert_eq!(told.text, "{1} hat keine Auswahl {0}.");
    }

    #[test]
    fn what_this_build_cannot_word_is_told_in_english() {
        for (said, english, expected) in [
            (None, "is damaged", "is damaged"),
            (
                Some(said("of_tomorrow", "", vec![])),
                "a new flaw",
                "a new flaw",
            ),
            (Some(said("of_tomorrow", "alone", vec![])), "", "alone"),
        ] {
            let told = GERMAN.tell(said.as_ref(), english);
            assert_eq!((told.text.as_str(), told.is_worded), (expected, false));
        }
        let inner = said("of_tomorrow", "a new flaw", vec![]);
        let told = GERMAN.tell(Some(&said("at_line", "", vec![plain("3"), inner])), "");
        assert_eq!(told.text, "Zeile 3: a new flaw");
    }

    #[test]
    fn both_languages_have_every_sentence() {
        assert!(SENTENCES.lines().count() > 150);
        for line in SENTENCES.lines() {
            let parts: Vec<&str> = line.split(BETWEEN).collect();
            assert_eq!(parts.len(), 3, "{line}");
            assert!(parts.iter().all(|part| !part.trim().is_empty()), "{line}");
        }
    }
}
