//! Every text of the app, from `locales/`.
//!
//! Owns the choice of the language and [`tr!`]. A text is a key known at compile time, which is a place in a table
//! (`build.rs`); the table is filled with the texts of one language before anything is drawn, out of a file that
//! `boot.mjs` loads beside the app. What only the office's pages read (`locales/*/office`) comes in a file of its own with
//! the first of their pieces. Values go into `{name}` by [`fill`]; the tests below make sure that names and values
//! match. Must never hold a text itself.

#[cfg(target_family = "wasm")]
use afield_domain::Language;
#[cfg(afield_split)]
use afield_platform::texts::loaded_office_texts;
#[cfg(target_family = "wasm")]
use std::cell::Cell;

/// The places of the texts, as their keys are written.
#[cfg(target_family = "wasm")]
#[allow(missing_docs, non_upper_case_globals)]
pub mod keys {
    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
}

#[cfg(target_family = "wasm")]
thread_local! {
    static LANGUAGE: Cell<Language> = const { Cell::new(Language::English) };
    static TEXTS: [Cell<&'static str>; keys::COUNT] = const { [const { Cell::new("") }; keys::COUNT] };
    #[cfg(afield_split)]
    static HAS_OFFICES: Cell<bool> = const { Cell::new(false) };
}

/// The language of this run.
#[cfg(target_family = "wasm")]
#[must_use]
pub fn language() -> Language {
    LANGUAGE.get()
}

/// Sets the language of this run and its texts, as they stand in their file. Once, before anything is drawn: what stands
/// on the screen stays as it is.
#[cfg(target_family = "wasm")]
pub fn set_language(language: Language, texts: String) {
    LANGUAGE.set(language);
    put_texts(0, texts);
}

/// Puts in the office's texts, which came with its pieces. Each function of such a piece begins with it ([`crate::chunk`]);
/// a build in one piece has them among all others.
#[cfg(afield_split)]
pub fn take_office_texts() {
    if !HAS_OFFICES.replace(true) {
        put_texts(keys::OFFICE, loaded_office_texts());
    }
}

/// Puts `texts` into the table, the first at place `from`.
#[cfg(target_family = "wasm")]
fn put_texts(from: usize, texts: String) {
    let texts: &'static str = String::leak(texts);
    TEXTS.with(|table| {
        for (place, text) in table.iter().skip(from).zip(texts.split('\u{1f}')) {
            place.set(text);
        }
    });
}

/// The text at a place of [`keys`].
#[cfg(target_family = "wasm")]
#[inline(always)] // The place is known then, and this becomes two loads.
#[must_use]
pub fn text(place: usize) -> &'static str {
    TEXTS.with(|table| table.get(place).map_or("", Cell::get))
}

/// The text of a key: `tr!(jobs.title)`, or with values `tr!(jobs.more, count = 3)`.
#[macro_export]
macro_rules! tr {
    ($($key:ident).+) => {
        $crate::texts::text($crate::texts::keys::$($key)::+)
    };
    ($($key:ident).+, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::texts::fill(
            $crate::texts::text($crate::texts::keys::$($key)::+),
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

    /// The namespaces of a folder, each with its file.
    fn files(folder: &Path) -> Vec<(String, PathBuf)> {
        let entries = std::fs::read_dir(folder).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let named = |path: PathBuf| (path.file_stem().unwrap().to_str().unwrap().to_owned(), path);
        paths.filter(|path| path.is_file()).map(named).collect()
    }

    fn folders(language: &str) -> [PathBuf; 2] {
        let folder = root().join("locales").join(language);
        [folder.join("office"), folder]
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
        // What the server says in codes is held against its sources there.
        let all = folders(language);
        let all = all.iter().flat_map(|folder| files(folder));
        for (namespace, path) in all.filter(|(namespace, _)| namespace != "said") {
            let json = std::fs::read_to_string(&path).unwrap();
            let value = serde_json::from_str(&json).unwrap_or_else(|e| panic!("{path:?}: {e}"));
            collect(&namespace, &value, &mut into);
        }
        into
    }

    /// Every source file, below the project's folder, with what it says.
    fn sources(folder: &Path, into: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, into);
            } else if path.extension().is_some_and(|ext| ext == "rs")
                && !path.ends_with("src/texts.rs")
            {
                let name = path.strip_prefix(root()).unwrap().to_str().unwrap();
                into.push((name.to_owned(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }

    /// A `tr!(key, name = ..)`: where it stands, its key and its names.
    struct Use {
        place: String,
        key: String,
        names: BTreeSet<String>,
    }

    /// Every one in the sources.
    fn uses() -> Vec<Use> {
        let mut files = Vec::new();
        sources(&root().join("src"), &mut files);
        let mut uses = Vec::new();
        for (place, file) in files {
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
                uses.push(Use {
                    place: place.clone(),
                    key,
                    names: names.take(count).collect(),
                });
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
            for Use { key, names, .. } in uses() {
                let text = texts
                    .get(&key)
                    .unwrap_or_else(|| panic!("no text for {key} in {}", language.tag()));
                assert_eq!(placeholders(text), names, "{key}: {text}");
            }
        }
    }

    #[test]
    fn no_text_is_left_over() {
        let used: BTreeSet<String> = uses().into_iter().map(|it| it.key).collect();
        for language in Language::ALL {
            let left: Vec<String> = texts(language.tag())
                .into_keys()
                .filter(|key| !used.contains(key))
                .collect();
            assert!(left.is_empty(), "unused in {}: {left:?}", language.tag());
        }
    }

    /// What the office's pieces alone hold. What else would be there without the office's texts.
    const OFFICES_ROOMS: [&str; 14] = [
        "company",
        "customers",
        "devices",
        "dispatch",
        "export",
        "forms",
        "imports",
        "office_conflicts",
        "office_job",
        "office_new",
        "office_records",
        "office_series",
        "people",
        "preview",
    ];
    /// What they share with nobody else.
    const OFFICES_SHARED: [&str; 7] = [
        "activity",
        "newcomer_fields",
        "phone_warning",
        "record_desk",
        "record_list",
        "record_words",
        "repetition",
    ];

    fn is_offices(place: &str) -> bool {
        let is_in = |floor: &str, rooms: &[&str]| {
            let room = place.strip_prefix(floor).unwrap_or_default();
            let room = room.split(['/', '.']).next().unwrap_or_default();
            rooms.contains(&room)
        };
        // The page on which anybody sets a password.
        place != "src/features/people/link.rs"
            && (is_in("src/features/", &OFFICES_ROOMS) || is_in("src/shared/", &OFFICES_SHARED))
    }

    #[test]
    fn no_page_of_another_piece_is_in_the_offices_rooms() {
        let pages = std::fs::read_to_string(root().join("src/app/pages.rs")).unwrap();
        let others = ["day", "work", "seldom", "engine"];
        let mut count = 0;
        for chunk in pages.split("chunk!(").skip(1) {
            let (piece, rest) = chunk.split_once(':').unwrap();
            let body = rest.split_once("});").map_or(rest, |(body, _)| body);
            let words = body.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
            for path in words.filter(|word| others.contains(&piece) && word.contains("::")) {
                let place = format!(
                    "src/features/{}.rs",
                    path.rsplit_once("::").unwrap().0.replace("::", "/")
                );
                assert!(
                    !is_offices(&place),
                    "{piece} has {place}, which reads the office's texts"
                );
                count += usize::from(root().join(&place).exists());
            }
        }
        assert!(count > 15, "{count} pages: look at how they are written");
    }

    /// In other pieces they may not be there, and somebody would read an empty line.
    #[test]
    fn only_the_offices_rooms_read_the_offices_texts() {
        let [offices, _] = folders("en");
        let offices: BTreeSet<String> = files(&offices).into_iter().map(|(name, _)| name).collect();
        let elsewhere: Vec<String> = uses()
            .into_iter()
            .filter(|it| offices.contains(it.key.split('.').next().unwrap_or_default()))
            .filter(|it| !is_offices(&it.place))
            .map(|it| format!("{}: {}", it.place, it.key))
            .collect();
        assert!(
            elsewhere.is_empty(),
            "move these out of locales/*/office: {elsewhere:?}"
        );
    }

    #[test]
    fn nothing_else_uses_what_only_the_offices_rooms_share() {
        let mut files = Vec::new();
        sources(&root().join("src"), &mut files);
        for (place, code) in files.iter().filter(|(place, _)| !is_offices(place)) {
            for room in OFFICES_SHARED {
                for path in [format!("shared::{room}::"), format!("super::{room}::")] {
                    assert!(
                        !code.contains(&path),
                        "{place} uses {path}, which reads the office's texts"
                    );
                }
            }
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

    /// A number before a noun needs another text for one, or is never one. New texts stand better as `Rows: {count}`.
    #[test]
    fn nothing_says_one_things() {
        // With the text for one; empty where the number is never one.
        const COUNTED: &[(&str, &str)] = &[
            ("age.days", ""),
            ("assets.several", ""),
            ("counts.changes", "counts.change"),
            ("counts.files", "counts.file"),
            ("counts.jobs", "counts.job"),
            ("counts.photos", "counts.photo"),
            ("counts.records", "counts.record"),
            ("counts.waiting_more", "counts.waiting_one"),
            ("devices.some_owe", "devices.one_owes"),
            ("devices.unheard_some", "devices.unheard_one"),
            ("fields.files", "counts.photo"),
            ("files.waiting", "files.waiting_one"),
            ("form.flawed_many", "form.flawed_one"),
            ("form.open_many", "form.open_one"),
            ("imports.count", "imports.count_one"),
            ("imports.import", "imports.import_one"),
            ("job.note_full", ""),
            ("job.open_questions", "job.open_question"),
            ("job.open_tasks", "job.open_task"),
            ("job.unsaved_answers", "job.unsaved_answer"),
            ("ready.advice", "ready.advice_one"),
            ("ready.forms_bad", "ready.forms_missing_one"),
            ("ready.forms_good", "ready.forms_one"),
            ("ready.no", "ready.no_one"),
            ("route.not_drawn", "route.not_drawn_one"),
            ("series.each_months", "series.each_month"),
            ("series.each_weeks", "series.each_week"),
            ("series.months", "series.monthly"),
            ("series.weeks", "series.weekly"),
            ("settings.offline_recent", ""),
            ("settings.sign_out_files", "settings.sign_out_file"),
            ("sync.clock_ahead", ""),
            ("sync.clock_behind", ""),
            ("sync.tried", "sync.tried_once"),
            ("sync.unreadable", "sync.unreadable_one"),
            ("today.hybrid", ""),
            ("today.live", ""),
            ("today.part_cut", ""),
        ];
        let used: BTreeSet<String> = uses().into_iter().map(|it| it.key).collect();
        let is_plural = |text: &str| {
            let mut after = text.split('}').skip(1).map(|after| after.strip_prefix(' '));
            let numbers = text.split('{').skip(1).map(|part| part.split('}').next());
            numbers.zip(&mut after).any(|(name, after)| {
                let name = name.unwrap_or_default();
                let is_number = ["count", "hours", "minutes", "days", "imported"].contains(&name);
                let words = after.unwrap_or_default().split([' ', '.', ',']);
                let mut nouns = words.take(3).take_while(|word| *word != "of");
                let is_unit = ["min", "h", "more"];
                is_number
                    && !after
                        .is_some_and(|after| is_unit.iter().any(|unit| after.starts_with(unit)))
                    && nouns
                        .any(|word| word.len() > 3 && word.ends_with('s') || word.contains("ies"))
            })
        };
        for (key, text) in texts("en") {
            let known = COUNTED.iter().find(|(counted, _)| *counted == key);
            assert!(known.is_some() || !is_plural(&text), "{key}: {text}");
        }
        for (_, one) in COUNTED.iter().filter(|(_, one)| !one.is_empty()) {
            assert!(used.contains(*one), "{one} is not used");
        }
    }

    /// The place of a text is that of its key among all of its language.
    #[test]
    fn each_language_has_the_same_keys_and_no_text_has_what_stands_between_two() {
        let keys = |language: Language| -> Vec<String> {
            let texts = texts(language.tag());
            assert!(!texts.values().any(|text| text.contains('\u{1f}')));
            texts.into_keys().collect()
        };
        let namespaces = |language: Language| {
            folders(language.tag()).map(|folder| {
                let names = files(&folder).into_iter().map(|(name, _)| name);
                names.collect::<BTreeSet<String>>()
            })
        };
        for language in Language::ALL {
            assert_eq!(keys(language), keys(Language::English));
            assert_eq!(namespaces(language), namespaces(Language::English));
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
