//! Gives the files of a finished build names that follow from their bytes, and lists them for the worker.
//! Owns final names, the precache list and the packed copies. It must never change what a file says, other names in it aside.
//!
//! Trunk's own hash is of cargo's output, before wasm-bindgen and wasm-opt ran: the same address could get other bytes.
//! Files of the top folder that the page names are `name-<16 hex>.ext` after this; a server may call those immutable.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::json;

use crate::{files, packing, split};

/// One file that the worker keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) url: String,
    pub(crate) integrity: String,
    pub(crate) bytes: usize,
}

/// A file is renamed before the files that may name it: wasm, texts and styles, then scripts, then the script that starts them.
const ORDER: [&[&str]; 4] = [&["wasm", "bin", "txt"], &["css"], &["js"], &["mjs"]];

/// What compresses well enough to be worth a packed copy.
const PACKED: [&str; 10] = [
    "bin",
    "css",
    "html",
    "js",
    "json",
    "mjs",
    "svg",
    "txt",
    "wasm",
    "webmanifest",
];

/// Not for the worker's cache: itself, packed copies, source maps, robots, development helpers, pictures for shops.
const NOT_KEPT: [&str; 4] = ["sw.js", "robots.txt", "dev-reload.mjs", "dev-build.txt"];
const NOT_KEPT_FOLDERS: [&str; 1] = ["screenshots/"];

/// Renames scripts, wasm and styles of the top folder by content, and every mention of them.
pub(crate) fn rename_by_content(folder: &Path) -> Result<()> {
    for extensions in ORDER {
        for path in top_files(folder, extensions)? {
            let name = files::below(folder, &path);
            if NOT_KEPT.contains(&name.as_str()) {
                continue;
            }
            let renamed = hashed_name(&name, &files::read(&path)?);
            std::fs::rename(&path, folder.join(&renamed))
                .with_context(|| format!("cannot rename {name}"))?;
            for mention in top_files(folder, &["html", "css", "js", "mjs"])? {
                let text = String::from_utf8(files::read(&mention)?)
                    .with_context(|| format!("{} is not UTF-8", mention.display()))?;
                let changed = replace_name(&text, &name, &renamed);
                if changed != text {
                    files::write(&mention, changed)?;
                }
            }
        }
    }
    Ok(())
}

/// Every file that is needed to work offline, in a stable order. Which of them a browser has no use for, its worker knows.
pub(crate) fn precache_list(folder: &Path) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for path in files::list(folder)? {
        let name = files::below(folder, &path);
        let left_out = NOT_KEPT.contains(&name.as_str())
            || NOT_KEPT_FOLDERS.iter().any(|start| name.starts_with(start))
            || matches!(files::extension(&path).as_str(), "br" | "map");
        if left_out {
            continue;
        }
        let bytes = files::read(&path)?;
        entries.push(Entry {
            url: match name.as_str() {
                "index.html" => "/".to_owned(),
                other => format!("/{other}"),
            },
            integrity: files::integrity(&bytes),
            bytes: bytes.len(),
        });
    }
    Ok(entries)
}

/// The text of `self.AFIELD_BUILD`; `worker` is everything else in the worker's script.
///
/// `script` and `module` are what the worker runs of the app's files.
pub(crate) fn build_json(entries: &[Entry], worker: &[u8]) -> Result<String> {
    let mut identity = worker.to_vec();
    for entry in entries {
        identity.extend_from_slice(format!("\n{} {}", entry.url, entry.integrity).as_bytes());
    }
    let told = |entry: &Entry| json!({"url": entry.url, "integrity": entry.integrity});
    let (together, pieces) = pieces(entries)?;
    let list: Vec<_> = entries
        .iter()
        .filter(|entry| together != Some(*entry) && !pieces.contains(entry))
        .map(told)
        .collect();
    let build = files::short_hash(&identity);
    let (script, module) = (
        find(entries, "/afield-", ".js")?,
        find(entries, "/afield_bg-", ".wasm")?,
    );
    let piece = |entry: &Entry| json!({"url": entry.url, "integrity": entry.integrity, "bytes": entry.bytes});
    let pieces: Vec<_> = pieces.into_iter().map(piece).collect();
    let together = together.map(told);
    let told = json!({
        "build": build, "files": list, "module": module, "pieces": pieces, "script": script, "together": together,
    });
    Ok(told.to_string())
}

/// The file that holds all pieces of the app, and the pieces, in the order in which they stand in it; a development
/// build has none.
fn pieces(entries: &[Entry]) -> Result<(Option<&Entry>, Vec<&Entry>)> {
    let Some(together) = entries
        .iter()
        .find(|entry| is_named(entry, "/pieces-", ".bin"))
    else {
        return Ok((None, Vec::new()));
    };
    let piece = |name: &str| {
        let start = format!("/{name}-");
        let found = entries
            .iter()
            .find(|entry| is_named(entry, &start, ".wasm"));
        found.with_context(|| format!("the build has no piece {name}"))
    };
    let pieces = split::ORDER.iter().map(|name| piece(name));
    Ok((Some(together), pieces.collect::<Result<_>>()?))
}

fn is_named(entry: &Entry, start: &str, end: &str) -> bool {
    entry.url.starts_with(start) && entry.url.ends_with(end)
}

fn find<'a>(entries: &'a [Entry], start: &str, end: &str) -> Result<&'a str> {
    let found = entries.iter().find(|entry| is_named(entry, start, end));
    found
        .map(|entry| entry.url.as_str())
        .with_context(|| format!("the build has no {start}…{end}"))
}

/// Writes `name.br` next to each file worth it.
pub(crate) fn write_packed_copies(folder: &Path) -> Result<()> {
    for path in files::list(folder)? {
        if PACKED.contains(&files::extension(&path).as_str()) {
            let packed = packing::shortest(&files::read(&path)?)?;
            let mut name = path.into_os_string();
            name.push(".br");
            files::write(&PathBuf::from(name), packed)?;
        }
    }
    Ok(())
}

pub(crate) fn top_files(folder: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>> {
    Ok(files::list(folder)?
        .into_iter()
        .filter(|path| path.parent() == Some(folder))
        .filter(|path| extensions.contains(&files::extension(path).as_str()))
        .collect())
}

fn hashed_name(name: &str, bytes: &[u8]) -> String {
    let hash = files::short_hash(bytes);
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{hash}.{extension}"),
        None => format!("{name}-{hash}"),
    }
}

/// Replaces a file name where it stands as a whole name: after a quote, a slash or a bracket, and before an end of name.
fn replace_name(text: &str, name: &str, renamed: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(name) {
        result.push_str(before);
        let starts = result
            .chars()
            .next_back()
            .is_some_and(|last| matches!(last, '"' | '\'' | '`' | '/' | '(' | '='));
        let ends = !after
            .chars()
            .next()
            .is_some_and(|next| next.is_alphanumeric() || matches!(next, '.' | '-' | '_'));
        result.push_str(if starts && ends { renamed } else { name });
        rest = after;
    }
    result.push_str(rest);
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::TestFolder;

    fn built(name: &str) -> TestFolder {
        let folder = TestFolder::new(name);
        folder.put("index.html", r#"<link href="/app.css"><link href="/afield.js"><script src="/boot.mjs" data-js="/afield.js" data-wasm="/afield_bg.wasm"></script>"#);
        folder.put("afield.js", "new URL('afield_bg.wasm', import.meta.url)");
        folder.put("afield_bg.wasm", "\0asm");
        folder.put("app.css", "a{}");
        folder.put("boot.mjs", "import(js)");
        folder.put("icons/a.svg", "<svg/>");
        folder.put("robots.txt", "x");
        folder.put("screenshots/a.png", "x");
        folder
    }

    fn urls(folder: &TestFolder) -> Vec<String> {
        let list = precache_list(&folder.0).unwrap();
        list.into_iter().map(|entry| entry.url).collect()
    }

    #[test]
    fn names_follow_the_final_bytes_and_every_mention_follows_the_names() {
        let folder = built("seal");
        rename_by_content(&folder.0).unwrap();
        let urls = urls(&folder);
        let html = std::fs::read_to_string(folder.0.join("index.html")).unwrap();
        for url in urls
            .iter()
            .filter(|url| !["/", "/icons/a.svg"].contains(&url.as_str()))
        {
            assert!(html.contains(&format!("\"{url}\"")), "{url} in {html}");
            let bytes = std::fs::read(folder.0.join(url.trim_start_matches('/'))).unwrap();
            assert!(url.contains(&files::short_hash(&bytes)), "{url}");
        }
        assert_eq!(urls.len(), 6);
        let script = urls.iter().find(|url| url.ends_with(".js")).unwrap();
        let script =
            std::fs::read_to_string(folder.0.join(script.trim_start_matches('/'))).unwrap();
        assert!(script.contains("afield_bg-"), "{script}");
    }

    #[test]
    fn other_wasm_bytes_give_the_script_that_names_it_another_address() {
        let (one, other) = (built("one"), built("other"));
        other.put("afield_bg.wasm", "\0asm2");
        rename_by_content(&one.0).unwrap();
        rename_by_content(&other.0).unwrap();
        let script = |folder| urls(folder).into_iter().find(|url| url.ends_with(".js"));
        assert_ne!(script(&one), script(&other));
    }

    #[test]
    fn the_list_holds_final_bytes_and_leaves_out_what_no_visit_needs() {
        let folder = built("list-seal");
        folder.put("sw.js", "old");
        folder.put("app.css.br", "x");
        folder.put("afield.js.map", "x");
        let list = precache_list(&folder.0).unwrap();
        let page = list.iter().find(|entry| entry.url == "/").unwrap();
        let bytes = std::fs::read(folder.0.join("index.html")).unwrap();
        assert_eq!(
            (page.bytes, page.integrity.as_str()),
            (bytes.len(), files::integrity(&bytes).as_str())
        );
        for absent in [
            "/sw.js",
            "/app.css.br",
            "/afield.js.map",
            "/robots.txt",
            "/screenshots/a.png",
            "/index.html",
        ] {
            assert!(!list.iter().any(|entry| entry.url == absent), "{absent}");
        }
    }

    #[test]
    fn the_build_changes_with_any_file_and_with_the_worker() {
        let entry = |integrity: &str| Entry {
            url: "/".into(),
            integrity: integrity.into(),
            bytes: 1,
        };
        let file = |url: &str| Entry {
            url: url.into(),
            ..entry("c")
        };
        let build = |integrity, worker| {
            let app = [file("/afield-1.js"), file("/afield_bg-2.wasm")];
            let text = build_json(&[&[entry(integrity)], app.as_slice()].concat(), worker).unwrap();
            assert!(text.contains(r#""module":"/afield_bg-2.wasm""#), "{text}");
            assert!(text.contains(r#""script":"/afield-1.js""#), "{text}");
            text
        };
        assert_eq!(build("a", b"w"), build("a", b"w"));
        assert_ne!(build("a", b"w"), build("b", b"w"));
        assert_ne!(build("a", b"w"), build("a", b"v"));
    }

    #[test]
    fn the_pieces_are_told_apart_from_the_files_and_in_their_order() {
        let file = |url: &str, bytes| Entry {
            url: url.into(),
            integrity: "c".into(),
            bytes,
        };
        let mut entries = vec![
            file("/afield-1.js", 1),
            file("/afield_bg-2.wasm", 2),
            file("/day-3.wasm", 3),
            file("/engine-4.wasm", 4),
            file("/office-5.wasm", 5),
            file("/pieces-6.bin", 18),
        ];
        assert!(build_json(&entries, b"w").is_err(), "one is missing");
        entries.extend([file("/work-7.wasm", 6), file("/seldom-8.wasm", 7)]);
        let told: serde_json::Value =
            serde_json::from_str(&build_json(&entries, b"w").unwrap()).unwrap();
        let urls = |list: &str| -> Vec<String> {
            let files = told[list].as_array().unwrap().iter();
            files
                .map(|file| file["url"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(
            urls("files"),
            ["/afield-1.js", "/afield_bg-2.wasm", "/office-5.wasm"]
        );
        assert_eq!(
            urls("pieces"),
            [
                "/engine-4.wasm",
                "/day-3.wasm",
                "/work-7.wasm",
                "/seldom-8.wasm"
            ]
        );
        assert_eq!(told["together"]["url"], "/pieces-6.bin");
    }

    #[test]
    fn only_whole_names_are_replaced() {
        let changed = replace_name(
            r#""/app.js" "/my-app.js" '/app.js.map' `./app.js` url(app.js)"#,
            "app.js",
            "app-1.js",
        );
        assert_eq!(
            changed,
            r#""/app-1.js" "/my-app.js" '/app.js.map' `./app-1.js` url(app-1.js)"#
        );
    }
}
