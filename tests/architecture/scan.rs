//! Reads the sources and the manifests for the rules in `architecture.rs`.
//! It must never hold a rule itself, and needs nothing but `std` and `serde_json`.

use std::path::{Path, PathBuf};
use std::process::Command;

/// One source file.
pub(crate) struct Source {
    /// Below the top of the repository, with `/`.
    pub(crate) path: String,
    /// As it stands.
    pub(crate) text: String,
    /// Without comments: strings stay, because a name in a string reaches the browser too.
    pub(crate) code: String,
    /// `code` without tests; empty when the whole file is a test.
    pub(crate) product: String,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let code = without_comments(text);
        let product = if is_test_file(path) {
            String::new()
        } else {
            without_test_modules(&code)
        };
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            code,
            product,
        }
    }

    /// Whether the file is below one of these folders (or is one of these files).
    pub(crate) fn is_in(&self, places: &[&str]) -> bool {
        places.iter().any(|place| self.path.starts_with(place))
    }
}

/// One package of the workspace.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) manifest: String,
    /// Normal and build dependencies.
    pub(crate) needs: Vec<String>,
    pub(crate) needs_in_tests: Vec<String>,
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file of ours.
pub(crate) fn sources() -> Vec<Source> {
    files("rs")
        .into_iter()
        .map(|(path, text)| Source::new(&path, &text))
        .collect()
}

/// The files of ours that end in `.{extension}`: path and text.
pub(crate) fn files(extension: &str) -> Vec<(String, String)> {
    let mut paths = Vec::new();
    for folder in [
        "src",
        "crates",
        "fuzz",
        "service-worker",
        "xtask",
        "tests",
        "benches",
    ] {
        collect(&root().join(folder), extension, &mut paths);
    }
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let name = path
                .strip_prefix(root())
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

fn collect(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !["node_modules", "target"].contains(&name.as_str()) {
            collect(&path, extension, found);
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
}

/// The packages, as cargo understands the manifests.
pub(crate) fn packages() -> Vec<Package> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    packages.iter().map(package).collect()
}

fn package(value: &serde_json::Value) -> Package {
    let names = |test: bool| {
        let all = value["dependencies"].as_array().unwrap().iter();
        all.filter(|dependency| (dependency["kind"] == "dev") == test)
            .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
            .collect()
    };
    Package {
        name: value["name"].as_str().unwrap().to_owned(),
        manifest: std::fs::read_to_string(value["manifest_path"].as_str().unwrap()).unwrap(),
        needs: names(false),
        needs_in_tests: names(true),
    }
}

/// Whether `name` stands in the code as a whole word (`rexie`, but not `rexie_like`).
/// A name that ends in `_` or `(` is a beginning; `::`, `.` and `#[` in it stand for themselves.
pub(crate) fn names(code: &str, name: &str) -> bool {
    let word = |character: char| character.is_alphanumeric() || character == '_';
    code.match_indices(name).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + name.len()..].chars().next();
        let starts = !name.starts_with(word) || !before.is_some_and(word);
        let ends = name.ends_with('_') || !name.ends_with(word) || !after.is_some_and(word);
        starts && ends
    })
}

fn is_test_file(path: &str) -> bool {
    path.starts_with("tests/")
        || path.starts_with("benches/")
        || path.contains("/tests/")
        || path.ends_with("tests.rs")
}

/// Blanks `//` and `/* */` comments, doc comments included, and leaves strings alone.
fn without_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else {
            let length = literal_length(rest).unwrap_or(first.len_utf8());
            code.push_str(&rest[..length]);
            length
        };
        rest = &rest[length..];
    }
    code
}

/// The length of the string or character literal that `rest` begins with.
fn literal_length(rest: &str) -> Option<usize> {
    if let Some(raw) = rest.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw[hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let body = 2 + hashes;
            return Some(
                rest[body..]
                    .find(&end)
                    .map_or(rest.len(), |at| body + at + end.len()),
            );
        }
        return None;
    }
    if rest.starts_with('\'') {
        // A lifetime has no closing quote right after its first character.
        let mut characters = rest.char_indices().skip(1);
        let (_, first) = characters.next()?;
        if first == '\\' {
            return rest[2..]
                .char_indices()
                .skip(1)
                .find(|(_, c)| *c == '\'')
                .map(|(at, _)| at + 3);
        }
        let (at, second) = characters.next()?;
        return (second == '\'').then_some(at + 1);
    }
    if !rest.starts_with('"') {
        return None;
    }
    let mut escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        match character {
            '"' if !escaped => return Some(at + 1),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    Some(rest.len())
}

/// Cuts every item that `#[cfg(test)]` stands on, to its closing brace or semicolon.
fn without_test_modules(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut product = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(at) = rest.find(MARK) {
        product.push_str(&rest[..at]);
        rest = &rest[at + MARK.len()..];
        rest = &rest[item_length(rest)..];
    }
    product.push_str(rest);
    product
}

pub(crate) fn item_length(code: &str) -> usize {
    let mut depth = 0usize;
    let mut at = 0;
    while let Some(first) = code[at..].chars().next() {
        let length = literal_length(&code[at..]).unwrap_or(first.len_utf8());
        if length == first.len_utf8() {
            match first {
                '{' => depth += 1,
                '}' if depth == 1 => return at + length,
                '}' => depth = depth.saturating_sub(1),
                ';' if depth == 0 => return at + length,
                _ => {}
            }
        }
        at += length;
    }
    code.len()
}

#[test]
fn comments_go_and_strings_stay() {
    let source = Source::new(
        "src/a.rs",
        "//! rexie\nlet a = \"http://idb\"; // tokio\n/* leptos */ let q = '\"'; let l: &'a str = r#\"// kept\"#;",
    );
    assert!(
        !names(&source.code, "rexie")
            && !names(&source.code, "tokio")
            && !names(&source.code, "leptos")
    );
    assert!(names(&source.code, "idb") && source.code.contains("// kept"));
}

#[test]
fn tests_are_cut_out_of_the_product() {
    let text = "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { let s = \"}\"; if x { y.unwrap() } } }\nfn c() {}\n#[cfg(test)]\nmod more;\nfn d() {}";
    let source = Source::new("crates/sync/src/a.rs", text);
    assert!(
        names(&source.product, "fn a")
            && names(&source.product, "fn c")
            && names(&source.product, "fn d")
    );
    assert!(!source.product.contains("unwrap") && !source.product.contains("more"));
    assert!(
        Source::new("crates/store/tests/browser.rs", text)
            .product
            .is_empty()
    );
}

#[test]
fn names_are_whole_words_unless_they_say_otherwise() {
    assert!(names("use rexie::Rexie;", "rexie"));
    assert!(!names("let my_rexie_like = 1;", "rexie"));
    assert!(names("window.fetch_with_str(x)", "fetch_with_"));
    assert!(names("tokio::time::sleep(d)", "sleep("));
}
