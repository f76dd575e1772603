//! The texts of a language out of `locales/`, in one order that the app and its build agree on.
//! Owns that order, whose a text is (those in the folder `office` come with the office's pieces, all others before
//! anything is drawn), and the order of the sentences which stand in no such file. Must never change a text.

use std::collections::BTreeMap;
use std::path::Path;

/// What stands between two texts in the file that the app loads.
#[allow(dead_code)] // The build script writes no such file.
pub(crate) const BETWEEN: char = '\u{1f}';

/// The sentences that the server says in codes: only the pages that show them load them (`src/shared/said.rs`).
const SAID: &str = "said";

/// A line for each such sentence: its code and its texts in the languages of `folders`, by what stands between two.
///
/// # Errors
/// A file cannot be read, is not an object of texts, or has other codes than the first.
#[allow(dead_code)] // The build of a release writes no such file.
pub(crate) fn said(folders: &[&Path]) -> Result<String, String> {
    let mut lines: BTreeMap<String, String> = BTreeMap::new();
    for (place, folder) in folders.iter().enumerate() {
        let path = folder.join(SAID).with_extension("json");
        let wrong = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let json = std::fs::read_to_string(&path).map_err(|error| wrong(&error))?;
        let texts: BTreeMap<String, String> =
            serde_json::from_str(&json).map_err(|error| wrong(&error))?;
        for (code, text) in texts {
            let line = match place {
                0 => lines.entry(code.clone()).or_insert(code),
                _ => lines.get_mut(&code).ok_or_else(|| wrong(&code))?,
            };
            line.push(BETWEEN);
            line.push_str(&text);
        }
    }
    Ok(lines.into_values().collect::<Vec<_>>().join("\n"))
}

/// The folder, in that of a language, of the texts that only the office's pages read.
const OFFICE: &str = "office";

/// The texts of a language, by their keys (`jobs.title`: `title` in `jobs.json`), each part in the order of the keys.
/// The office's stand behind the others.
pub(crate) struct Texts {
    pub(crate) everybodys: BTreeMap<String, String>,
    pub(crate) offices: BTreeMap<String, String>,
}

/// Every text of the language in `folder`.
///
/// # Errors
/// A file cannot be read, or is not an object of texts and of such objects.
pub(crate) fn texts(folder: &Path) -> Result<Texts, String> {
    Ok(Texts {
        everybodys: texts_in(folder)?,
        offices: texts_in(&folder.join(OFFICE))?,
    })
}

fn texts_in(folder: &Path) -> Result<BTreeMap<String, String>, String> {
    let mut texts = BTreeMap::new();
    let wrong = |error: &dyn std::fmt::Display| format!("{}: {error}", folder.display());
    for file in std::fs::read_dir(folder).map_err(|error| wrong(&error))? {
        let path = file.map_err(|error| wrong(&error))?.path();
        if path.is_dir() {
            continue;
        }
        let namespace = path.file_stem().unwrap_or_default().to_string_lossy();
        if namespace == SAID {
            continue;
        }
        let json = std::fs::read_to_string(&path).map_err(|error| wrong(&error))?;
        let json = serde_json::from_str(&json).map_err(|error| wrong(&error))?;
        take(&namespace, json, &mut texts)?;
    }
    Ok(texts)
}

fn take(
    key: &str,
    json: serde_json::Value,
    texts: &mut BTreeMap<String, String>,
) -> Result<(), String> {
    match json {
        serde_json::Value::String(text) => {
            texts.insert(key.to_owned(), text);
            Ok(())
        }
        serde_json::Value::Object(parts) => parts
            .into_iter()
            .try_for_each(|(name, part)| take(&format!("{key}.{name}"), part, texts)),
        other => Err(format!("{key} is not a text: {other}")),
    }
}
