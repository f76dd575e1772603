//! Every text of the app, from `locales/`, through leptos_i18n.
//!
//! Owns the choice of the language and [`tr!`]. A text is a key known at compile time. Values go
//! into `{name}` by [`fill`]: far fewer bytes than a generated type for each text; the tests below
//! make sure that names and values match. Must never hold a text itself.

#[cfg(target_family = "wasm")]
mod generated {
    //! What leptos_i18n makes of the files. The macro is deprecated in favour of a build script,
    //! which would compile the whole ICU data exporter for the same code.
    #![allow(deprecated, missing_docs, unreachable_pub, clippy::all)]
    leptos_i18n::load_locales!();
}

#[cfg(target_family = "wasm")]
pub use generated::i18n;

// A changed text must rebuild the app; a macro's file is unknown to cargo otherwise.
#[cfg(target_family = "wasm")]
const _: &str = include_str!("../locales/en.json");

/// The language of this run.
#[cfg(target_family = "wasm")]
#[must_use]
pub fn locale() -> i18n::Locale {
    i18n::Locale::en
}

/// The text of a key: `tr!(jobs.title)`, or with values `tr!(jobs.more, count = 3)`.
#[macro_export]
macro_rules! tr {
    ($($key:ident).+) => {
        $crate::texts::i18n::td_string!($crate::texts::locale(), $($key).+)
    };
    ($($key:ident).+, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::texts::fill(
            $crate::texts::i18n::td_string!($crate::texts::locale(), $($key).+),
            &[$((stringify!($name), &$value)),+],
        )
    };
}

/// `template` with each `{name}` replaced by its value.
#[must_use]
pub fn fill(template: &str, values: &[(&str, &dyn std::fmt::Display)]) -> String {
    let mut text = template.to_owned();
    for (name, value) in values {
        text = text.replace(&format!("{{{name}}}"), &value.to_string());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::fill;
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::{Path, PathBuf};

    fn root() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR"))
    }

    fn texts() -> BTreeMap<String, String> {
        fn collect(prefix: &str, value: &serde_json::Value, into: &mut BTreeMap<String, String>) {
            match value {
                serde_json::Value::Object(map) => {
                    for (key, value) in map {
                        let dot = if prefix.is_empty() { "" } else { "." };
                        collect(&format!("{prefix}{dot}{key}"), value, into);
                    }
                }
                value => {
                    let text = value.as_str().expect("a text").to_owned();
                    into.insert(prefix.to_owned(), text);
                }
            }
        }
        let json = std::fs::read_to_string(root().join("locales/en.json")).unwrap();
        let mut into = BTreeMap::new();
        collect("", &serde_json::from_str(&json).unwrap(), &mut into);
        into
    }

    fn sources(folder: &Path, into: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, into);
            } else if path.extension().is_some_and(|ext| ext == "rs")
                && !path.ends_with("src/texts.rs")
            {
                into.push(std::fs::read_to_string(path).unwrap());
            }
        }
    }

    /// Every `tr!(key, name = ..)` in the sources: the key and the names.
    fn uses() -> Vec<(String, BTreeSet<String>)> {
        let mut files = Vec::new();
        sources(&root().join("src"), &mut files);
        let mut uses = Vec::new();
        for file in files {
            for part in file.split("tr!(").skip(1) {
                let mut depth = 1;
                let inner: String = part
                    .chars()
                    .take_while(|c| {
                        depth += i32::from(*c == '(') - i32::from(*c == ')');
                        depth > 0
                    })
                    .collect();
                let mut words = inner.splitn(2, ',');
                let key: String = words.next().unwrap().split_whitespace().collect();
                let names = words.next().unwrap_or_default();
                let names = names
                    .split('=')
                    .map(|before| {
                        before
                            .rsplit(|c: char| !(c.is_alphanumeric() || c == '_' || c == ' '))
                            .next()
                            .unwrap()
                            .trim()
                            .to_owned()
                    })
                    .filter(|_| names.contains('='));
                let count = inner.matches('=').count();
                uses.push((key, names.take(count).collect()));
            }
        }
        uses
    }

    fn placeholders(text: &str) -> BTreeSet<String> {
        text.split('{')
            .skip(1)
            .map(|part| part.split('}').next().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn every_text_gets_exactly_the_values_it_names() {
        let texts = texts();
        for (key, names) in uses() {
            let text = texts
                .get(&key)
                .unwrap_or_else(|| panic!("no text for {key}"));
            assert_eq!(placeholders(text), names, "{key}: {text}");
        }
    }

    #[test]
    fn no_text_is_left_over() {
        let used: BTreeSet<String> = uses().into_iter().map(|(key, _)| key).collect();
        let left: Vec<String> = texts()
            .into_keys()
            .filter(|key| !used.contains(key))
            .collect();
        assert!(left.is_empty(), "unused texts: {left:?}");
    }

    #[test]
    fn values_go_where_their_names_stand() {
        assert_eq!(
            fill(
                "{count} of {total} ({count})",
                &[("count", &2), ("total", &"3")]
            ),
            "2 of 3 (2)"
        );
        assert_eq!(fill("plain", &[]), "plain");
    }
}
