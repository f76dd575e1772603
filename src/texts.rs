//! Every text of the app, from `locales/`, through leptos_i18n.
//!
//! Owns the choice of the language and [`tr!`]. A text is a key known at compile time. Values go
//! into `{name}` by [`fill`]: far fewer bytes than a generated type for each text; the tests below
//! make sure that names and values match. Must never hold a text itself.

#[cfg(target_family = "wasm")]
use afield_domain::Language;
#[cfg(target_family = "wasm")]
use std::cell::Cell;

#[cfg(target_family = "wasm")]
mod generated {
    //! What leptos_i18n makes of the files. The macro is deprecated in favour of a build script,
    //! which would compile the whole ICU data exporter for the same code.
    #![allow(deprecated, missing_docs, unreachable_pub, clippy::all)]
    leptos_i18n::load_locales!();
}

#[cfg(target_family = "wasm")]
pub use generated::i18n;

#[cfg(target_family = "wasm")]
thread_local! {
    static LANGUAGE: Cell<Language> = const { Cell::new(Language::English) };
}

/// The language of this run.
#[cfg(target_family = "wasm")]
#[must_use]
pub fn language() -> Language {
    LANGUAGE.get()
}

/// Sets the language of this run. Once, before anything is drawn: what stands on the screen stays as it is.
#[cfg(target_family = "wasm")]
pub fn set_language(language: Language) {
    LANGUAGE.set(language);
}

/// The texts of that language.
#[cfg(target_family = "wasm")]
#[must_use]
pub fn locale() -> i18n::Locale {
    match language() {
        Language::English => i18n::Locale::en,
        Language::German => i18n::Locale::de,
    }
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
    use afield_domain::Language;
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::{Path, PathBuf};

    fn root() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR"))
    }

    /// The namespaces of a language, each with its file.
    fn files(language: &str) -> Vec<(String, PathBuf)> {
        let folder = root().join("locales").join(language);
        let entries = std::fs::read_dir(folder).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let named = |path: PathBuf| (path.file_stem().unwrap().to_str().unwrap().to_owned(), path);
        paths.map(named).collect()
    }

    /// Every text of a language, by its key.
    fn texts(language: &str) -> BTreeMap<String, String> {
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
        let mut into = BTreeMap::new();
        for (namespace, path) in files(language) {
            let json = std::fs::read_to_string(&path).unwrap();
            let value = serde_json::from_str(&json).unwrap_or_else(|e| panic!("{path:?}: {e}"));
            collect(&namespace, &value, &mut into);
        }
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
        for language in Language::ALL {
            let texts = texts(language.tag());
            for (key, names) in uses() {
                let text = texts
                    .get(&key)
                    .unwrap_or_else(|| panic!("no text for {key} in {}", language.tag()));
                assert_eq!(placeholders(text), names, "{key}: {text}");
            }
        }
    }

    #[test]
    fn no_text_is_left_over() {
        let used: BTreeSet<String> = uses().into_iter().map(|(key, _)| key).collect();
        for language in Language::ALL {
            let left: Vec<String> = texts(language.tag())
                .into_keys()
                .filter(|key| !used.contains(key))
                .collect();
            assert!(left.is_empty(), "unused in {}: {left:?}", language.tag());
        }
    }

    #[test]
    fn no_text_is_empty() {
        for language in Language::ALL {
            for (key, text) in texts(language.tag()) {
                assert_eq!(text.trim(), text, "{key} in {}", language.tag());
                assert!(!text.is_empty(), "{key} in {}", language.tag());
            }
        }
    }

    #[test]
    fn the_manifest_names_each_language_and_each_file() {
        let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
        let (_, table) = manifest
            .split_once("[package.metadata.leptos-i18n]")
            .unwrap();
        let named = |key: &str| -> BTreeSet<String> {
            let (_, rest) = table.split_once(&format!("\n{key} = [")).unwrap();
            let list = rest.split(']').next().unwrap();
            let quoted = list.split('"').skip(1).step_by(2);
            quoted.map(str::to_owned).collect()
        };
        let tags = Language::ALL.map(|language| language.tag().to_owned());
        assert_eq!(named("locales"), BTreeSet::from(tags));
        for language in Language::ALL {
            let files = files(language.tag()).into_iter();
            let files: BTreeSet<String> = files.map(|(namespace, _)| namespace).collect();
            assert_eq!(named("namespaces"), files, "{}", language.tag());
        }
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
