//! What is said of a file that somebody imports: a code with values, and the sentence in English.
//!
//! Owns [`Said`] and [`said!`], which makes one. The app words each code in its user's language
//! (`locales/*/said.json`), a terminal shows the English; the test below holds the two together. Must never be parsed:
//! whoever needs to know what is wrong asks the code.

use afield_protocol::Said as Wire;
use std::fmt;

/// A sentence, or a value in one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    code: &'static str,
    text: String,
    values: Vec<Said>,
}

/// A sentence by its code: `said!(no_day, "{} is no day", cell)`. Each `{}` takes the next value.
macro_rules! said {
    ($code:ident, $template:literal $(, $value:expr)* $(,)?) => {
        $crate::said::Said::new(stringify!($code), $template, vec![$($crate::said::Said::from($value)),*])
    };
}
pub(crate) use said;

impl Said {
    /// For [`said!`] alone, whose test counts the values.
    #[must_use]
    pub(crate) fn new(code: &'static str, template: &str, values: Vec<Self>) -> Self {
        let mut text = String::with_capacity(template.len());
        let mut said = values.iter();
        for (place, part) in template.split("{}").enumerate() {
            if place > 0 {
                text.push_str(said.next().map_or("", |value| value.text.as_str()));
            }
            text.push_str(part);
        }
        Self { code, text, values }
    }

    /// The name of a field, which an app shows as it calls the field.
    #[must_use]
    pub(crate) fn field(name: &str) -> Self {
        Self {
            code: "field",
            text: name.to_owned(),
            values: Vec::new(),
        }
    }

    /// Several as one, each added by `with`.
    #[must_use]
    pub(crate) fn joined(values: Vec<Self>, with: fn(Self, Self) -> Self) -> Self {
        let joined = values.into_iter().reduce(with);
        joined.unwrap_or_else(|| Self::from(""))
    }

    /// Which sentence it is.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// In English.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// As it is sent beside its English.
    #[must_use]
    pub(crate) fn wire(&self) -> Wire {
        Wire {
            text: String::new(),
            ..self.wire_with_text()
        }
    }

    /// As it is sent alone.
    #[must_use]
    pub(crate) fn wire_with_text(&self) -> Wire {
        Wire {
            code: self.code.to_owned(),
            text: self.text.clone(),
            values: self.values.iter().map(Self::wire_with_text).collect(),
        }
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<String> for Said {
    fn from(text: String) -> Self {
        Self {
            code: "",
            text,
            values: Vec::new(),
        }
    }
}

impl From<&str> for Said {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<&String> for Said {
    fn from(text: &String) -> Self {
        text.clone().into()
    }
}

impl From<&Said> for Said {
    fn from(said: &Said) -> Self {
        said.clone()
    }
}

macro_rules! of_numbers {
    ($($number:ty),*) => {$(
        impl From<$number> for Said {
            fn from(number: $number) -> Self {
                number.to_string().into()
            }
        }
    )*};
}
of_numbers!(usize, u64, u32, u16);

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::{Path, PathBuf};

    fn root() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR"))
    }

    fn sources(folder: &Path, into: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, into);
            } else if path.extension().is_some_and(|ext| ext == "rs") && !path.ends_with("said.rs")
            {
                into.push(std::fs::read_to_string(path).unwrap());
            }
        }
    }

    /// What stands between the quotes at the start of `text`, and what follows.
    fn literal(text: &str) -> (&str, &str) {
        let inside = text.trim_start().strip_prefix('"').expect("a text");
        let mut before = ' ';
        let end = inside.find(|each| {
            let is_end = each == '"' && before != '\\';
            before = each;
            is_end
        });
        inside.split_at(end.unwrap())
    }

    /// Every `said!(code, "template", values)` of the sources: the code, its template and how many values it gets.
    fn uses() -> Vec<(String, String, usize)> {
        let mut files = Vec::new();
        sources(&root().join("src"), &mut files);
        let mut uses = Vec::new();
        for part in files.iter().flat_map(|file| file.split("said!(").skip(1)) {
            let (code, rest) = part.split_once(',').unwrap();
            let (template, rest) = literal(rest);
            let rest = rest.strip_prefix('"').unwrap();
            let (mut depth, mut commas, mut is_text, mut after_comma) = (1, 0, false, false);
            for each in rest.chars() {
                match each {
                    '"' => is_text = !is_text,
                    _ if is_text => {}
                    '(' | '[' => depth += 1,
                    ')' | ']' => depth -= 1,
                    ',' if depth == 1 => {
                        commas += 1;
                        after_comma = true;
                        continue;
                    }
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
                after_comma &= each.is_whitespace();
            }
            let values = commas - usize::from(after_comma);
            uses.push((code.trim().to_owned(), template.to_owned(), values));
        }
        uses
    }

    fn texts(language: &str) -> BTreeMap<String, String> {
        let file = format!("../../locales/{language}/said.json");
        let json = std::fs::read_to_string(root().join(file)).unwrap();
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn every_code_has_a_text_in_both_languages_that_takes_its_values_and_no_text_is_left_over() {
        let uses = uses();
        assert!(uses.len() > 150, "{}", uses.len());
        for language in ["en", "de"] {
            let texts = texts(language);
            for (code, template, values) in &uses {
                assert_eq!(
                    template.matches("{}").count(),
                    *values,
                    "{code}: {template}"
                );
                let text = texts.get(code);
                let text = text.unwrap_or_else(|| panic!("no text for {code} in {language}"));
                let places: BTreeSet<usize> = text
                    .split('{')
                    .skip(1)
                    .map(|part| part.split('}').next().unwrap().parse().unwrap())
                    .collect();
                // What only the command has is not named on a page.
                assert!(places.iter().all(|place| place < values), "{code}: {text}");
                assert!(!text.contains("--"), "{code}: {text}");
                let is_whole = places.len() == *values || template.contains("--");
                assert!(is_whole, "{code} in {language} loses a value: {text}");
            }
            let used: BTreeSet<&String> = uses.iter().map(|(code, ..)| code).collect();
            let left: Vec<_> = texts.keys().filter(|code| !used.contains(code)).collect();
            assert!(left.is_empty(), "unused in {language}: {left:?}");
        }
    }

    #[test]
    fn a_code_is_one_sentence() {
        let mut known = BTreeMap::new();
        for (code, template, _) in uses() {
            let before = known.insert(code.clone(), template.clone());
            assert!(before.is_none_or(|before| before == template), "{code}");
        }
    }

    #[test]
    fn the_english_stands_in_the_text_and_the_values_beside_it() {
        let why = said!(no_day, "{} is no day", "31.2.");
        let said = said!(of_both, "{}: {}", Said::field("starts"), why);
        assert_eq!(said.to_string(), "starts: 31.2. is no day");
        let wire = said.wire();
        assert_eq!((wire.code.as_str(), wire.text.as_str()), ("of_both", ""));
        let inner: Vec<&str> = wire
            .values
            .iter()
            .map(|value| value.code.as_str())
            .collect();
        assert_eq!(inner, ["field", "no_day"]);
        assert_eq!(wire.values[1].text, "31.2. is no day");
    }
}
