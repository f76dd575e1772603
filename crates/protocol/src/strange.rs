//! What a build cannot know, put into every place of what is said: for the tests of who reads it.
//!
//! Owns the places and the strange values. Must never be built into a product; the feature `testing` asks
//! for it.

use serde_json::{Value, json};
use std::path::Path;

/// Every place of `json`, each as a JSON pointer and as a path with `*` for the elements of lists.
#[must_use]
pub fn places(json: &Value) -> Vec<(String, String)> {
    let mut all = Vec::new();
    add_places(json, "", "", &mut all);
    all
}

fn add_places(json: &Value, pointer: &str, path: &str, all: &mut Vec<(String, String)>) {
    let mut below = |step: &str, name: &str, value: &Value| {
        let pointer = format!("{pointer}/{step}");
        let path = match path {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        };
        add_places(value, &pointer, &path, all);
        all.push((pointer, path));
    };
    match json {
        Value::Object(fields) => fields
            .iter()
            .for_each(|(name, value)| below(name, name, value)),
        Value::Array(list) => {
            let list = list.iter().enumerate();
            list.for_each(|(index, value)| below(&index.to_string(), "*", value));
        }
        _ => {}
    }
}

/// What a newer or an own server may say in some place.
fn strange_values() -> Vec<Value> {
    vec![
        json!("spaceship"),
        json!(""),
        json!("2026-11-21T08:00:00Z"),
        json!(null),
        json!(7),
        json!(-7.5),
        json!(true),
        json!([]),
        json!([[1], {"a": 1}]),
        json!({}),
        json!({"spaceship": {"crew": ["a"]}}),
    ]
}

/// `json` with each of the strange values at `pointer` in turn, and without what stands there.
#[must_use]
pub fn strange(json: &Value, pointer: &str) -> Vec<Value> {
    let mut all = Vec::new();
    for value in strange_values() {
        let mut changed = json.clone();
        if let Some(place) = changed.pointer_mut(pointer) {
            *place = value;
            all.push(changed);
        }
    }
    let mut without = json.clone();
    if let Some((parent, field)) = pointer.rsplit_once('/')
        && let Some(Value::Object(fields)) = without.pointer_mut(parent)
        && fields.remove(field).is_some()
    {
        all.push(without);
    }
    all
}

/// The JSON files of a folder of this crate, by name: `snapshots` (`snap`) or `shipped/v1` (`json`).
///
/// # Errors
/// When one cannot be read.
pub fn files(folder: &str, extension: &str) -> std::io::Result<Vec<(String, Value)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found = Vec::new();
    for file in std::fs::read_dir(folder)? {
        let path = file?.path();
        if path.extension().is_some_and(|is| is == extension) {
            let text = std::fs::read_to_string(&path)?;
            let json = text.rsplit_once("---\n").map_or(&*text, |(_, body)| body);
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            found.push((name.into_owned(), serde_json::from_str(json)?));
        }
    }
    Ok(found)
}
