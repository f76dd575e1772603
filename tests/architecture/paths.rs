//! Which file of a crate names which other: reads `use` and the paths in the code, and follows what a
//! module hands on with `pub use`. It sees no macros and no methods. It must never hold a rule itself.

use crate::scan::{self, Source};
use std::collections::{BTreeMap, BTreeSet};

/// A path in pieces.
type Path = Vec<String>;

/// The files of one crate without its tests, each under the path of its module.
pub(crate) struct Crate<'a> {
    modules: BTreeMap<Path, Module<'a>>,
}

struct Module<'a> {
    file: &'a Source,
    /// What is brought in, by the name that it has here.
    names: BTreeMap<String, Path>,
    /// What is brought in as a whole, `path::*`.
    globs: Vec<Path>,
    /// The paths in the code.
    paths: Vec<Path>,
}

/// More hand-overs than this are a loop.
const MOST_HANDS: usize = 16;

impl<'a> Crate<'a> {
    /// The crate whose sources stand in `folder` (`src/`, `crates/domain/src/`).
    pub(crate) fn of(sources: &'a [Source], folder: &str) -> Self {
        let own = |source: &&Source| source.path.starts_with(folder) && !source.product.is_empty();
        let has_lib = sources
            .iter()
            .any(|source| source.path == format!("{folder}lib.rs"));
        let path = |source: &Source| match source.path[folder.len()..].trim_end_matches(".rs") {
            "lib" => Path::new(),
            "main" if !has_lib => Path::new(),
            name => name.split('/').map(str::to_owned).collect(),
        };
        let modules = sources.iter().filter(own);
        Self {
            modules: modules
                .map(|source| (path(source), Module::of(source)))
                .collect(),
        }
    }

    /// By file: the other files that it names. A file that stands below another (`a/b.rs` below `a.rs`) is a
    /// part of it: that it names what stands there is no arrow.
    pub(crate) fn arrows(&self) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
        let of_module = |(at, module): (&Path, &Module<'a>)| {
            let paths = module
                .names
                .values()
                .chain(&module.globs)
                .chain(&module.paths);
            let files = paths.filter_map(|path| self.file_of(at, path, MOST_HANDS));
            let own = module.file.path.as_str();
            let is_above = |file: &&str| {
                let folder = file.trim_end_matches(".rs");
                own.strip_prefix(folder)
                    .is_some_and(|rest| rest.starts_with('/'))
            };
            (
                own,
                files
                    .filter(|file| *file != own && !is_above(file))
                    .collect(),
            )
        };
        self.modules.iter().map(of_module).collect()
    }

    /// The file of what `path` means in the module `from`; none if it is of another crate.
    fn file_of(&self, from: &Path, path: &[String], hands: usize) -> Option<&'a str> {
        let path = self.path_from_root(from, path, hands)?;
        let depth = (0..=path.len())
            .rev()
            .find(|at| self.modules.contains_key(&path[..*at]))?;
        let (at, rest) = (path[..depth].to_vec(), &path[depth..]);
        let module = self.modules.get(&at)?;
        let own = module.file.path.as_str();
        let Some(name) = rest.first() else {
            return Some(own);
        };
        if defines(&module.file.product, name) {
            return Some(own);
        }
        if let Some(brought) = module.names.get(name) {
            return self.file_of(&at, &joined(brought, &rest[1..]), hands.checked_sub(1)?);
        }
        let in_glob = |glob: &Path| {
            let file = self.file_of(&at, &joined(glob, rest), hands.checked_sub(1)?)?;
            (file != own).then_some(file)
        };
        let in_glob = module.globs.iter().find_map(in_glob);
        // At the root, what nobody defines is a macro or another crate.
        in_glob.or((!at.is_empty()).then_some(own))
    }

    /// `path` from the root of this crate; none if it leads elsewhere.
    fn path_from_root(&self, from: &Path, path: &[String], hands: usize) -> Option<Path> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some(joined(from, rest)),
            "super" => {
                let (_, above) = from.split_last()?;
                let is_more = rest.first().is_some_and(|piece| piece == "super");
                if is_more {
                    return self.path_from_root(&above.to_vec(), rest, hands);
                }
                Some(joined(above, rest))
            }
            child => {
                let below = joined(from, &[child.to_owned()]);
                if self.modules.contains_key(&below) {
                    return Some(joined(&below, rest));
                }
                let brought = self.modules.get(from)?.names.get(child)?;
                self.path_from_root(from, &joined(brought, rest), hands.checked_sub(1)?)
            }
        }
    }
}

impl<'a> Module<'a> {
    fn of(file: &'a Source) -> Self {
        let code = with_inner_modules_as_this_one(&file.product);
        let (trees, rest) = without_uses(&code);
        let mut module = Self {
            file,
            names: BTreeMap::new(),
            globs: Vec::new(),
            paths: paths_in(&rest),
        };
        for tree in trees {
            module.bring_in(&[], tree.trim());
        }
        module
    }

    /// Notes what `use {prefix}::{tree};` brings in.
    fn bring_in(&mut self, prefix: &[String], tree: &str) {
        if let Some((before, group)) = tree.split_once('{') {
            let prefix = joined(prefix, &pieces(before));
            let group = group.rsplit_once('}').map_or(group, |(inside, _)| inside);
            for tree in split_at_top(group) {
                self.bring_in(&prefix, tree.trim());
            }
            return;
        }
        let (tree, alias) = match tree.split_once(" as ") {
            Some((tree, alias)) => (tree, Some(alias.trim())),
            None => (tree, None),
        };
        let mut path = joined(prefix, &pieces(tree));
        match path.last().map(String::as_str) {
            None => return,
            Some("*") => {
                path.pop();
                self.globs.push(path);
                return;
            }
            Some("self") if path.len() > 1 => {
                path.pop();
            }
            Some(_) => {}
        }
        if let Some(name) = alias.or(path.last().map(String::as_str)) {
            self.names.insert(name.to_owned(), path.clone());
        }
    }
}

fn joined(path: &[String], more: &[String]) -> Path {
    path.iter().chain(more).cloned().collect()
}

fn pieces(path: &str) -> Path {
    let pieces = path.split("::").map(str::trim);
    pieces
        .filter(|piece| !piece.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The parts of `a, b::{c, d}` between commas that stand in no braces.
fn split_at_top(group: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    let is_end = move |character: char| {
        depth += i32::from(character == '{') - i32::from(character == '}');
        character == ',' && depth == 0
    };
    group.split(is_end).collect()
}

/// What stands between `use` and `;`, and the code without that.
fn without_uses(code: &str) -> (Vec<String>, String) {
    let (mut trees, mut rest) = (Vec::new(), String::new());
    let mut open: Option<String> = None;
    for line in code.lines() {
        let begun = || {
            let line = line.trim_start();
            let after = match line.strip_prefix("pub") {
                Some(after) if after.starts_with('(') => after.split_once(')')?.1,
                Some(after) => after,
                None => line,
            };
            after.trim_start().strip_prefix("use ")
        };
        let part = match &open {
            Some(_) => Some(line),
            None => begun(),
        };
        let Some(part) = part else {
            rest.push_str(line);
            rest.push('\n');
            continue;
        };
        let mut tree = open.take().unwrap_or_default();
        match part.split_once(';') {
            Some((end, _)) => {
                tree.push_str(end);
                trees.push(tree);
            }
            None => {
                tree.push_str(part.trim());
                tree.push(' ');
                open = Some(tree);
            }
        }
    }
    (trees, rest)
}

/// Every `a::b` in the code.
fn paths_in(code: &str) -> Vec<Path> {
    let is_end = |c: char| !(c.is_alphanumeric() || c == '_' || c == ':');
    let words = code.split(is_end).filter(|word| word.contains("::"));
    words.map(pieces).filter(|path| path.len() > 1).collect()
}

/// In `mod x { .. }`, `super` is the module of the file: there it is read as `self`.
fn with_inner_modules_as_this_one(code: &str) -> String {
    let mut text = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(at) = inner_module(rest) {
        let (before, inside) = rest.split_at(at);
        let (inside, after) = inside.split_at(scan::item_length(inside));
        text.push_str(before);
        let inside = inside.replace("super::super::", "\0");
        let inside = inside.replace("super::", "self::");
        text.push_str(&inside.replace('\0', "super::"));
        rest = after;
    }
    text.push_str(rest);
    text
}

/// Where the next `mod x {` begins.
fn inner_module(code: &str) -> Option<usize> {
    let mut at = 0;
    for line in code.split_inclusive('\n') {
        let is_module = line.starts_with("mod ") || line.starts_with("pub mod ");
        if is_module && line.trim_end().ends_with('{') {
            return Some(at);
        }
        at += line.len();
    }
    None
}

/// Whether an item of that name begins a line of `code`.
fn defines(code: &str, name: &str) -> bool {
    const ITEMS: [&str; 7] = ["fn", "struct", "enum", "trait", "type", "const", "static"];
    let is_it = |line: &str| {
        let mut words = line.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        let named = words.position(|word| ITEMS.contains(&word));
        named.is_some() && words.next() == Some(name)
    };
    code.lines()
        .filter(|line| !line.starts_with(' '))
        .any(is_it)
}

#[test]
fn paths_lead_to_the_file_that_defines() {
    let source = |path: &str, text: &str| Source::new(&format!("crates/a/src/{path}.rs"), text);
    let sources = [
        source("lib", "mod one;\npub use one::One;\npub use two::*;"),
        source(
            "one",
            "use crate::{Two, three::{self, Three as T}};\npub struct One;",
        ),
        source(
            "two",
            "pub struct Two;\nmod inner {\n    use super::Two;\n    fn a() { super::super::One; }\n}\n",
        ),
        source(
            "three",
            "mod four;\npub(crate) use four::Four;\npub struct Three;\nfn a() { four::b() }",
        ),
        source(
            "three/four",
            "use super::super::one;\nuse serde::Serialize;\npub struct Four;\nfn b() { std::mem::take(x) }",
        ),
        source(
            "three/four/deep",
            "use super::Four;\nuse crate::{made, three::Three, two::Two};",
        ),
        source(
            "five",
            "use crate::three::Four;\n#[cfg(test)]\nmod tests {\n    use crate::One;\n}\n",
        ),
        source("five_tests", "use crate::One;"),
    ];
    let arrows = Crate::of(&sources, "crates/a/src/").arrows();
    let names = |path: &str| -> Vec<&str> {
        let to = &arrows[format!("crates/a/src/{path}.rs").as_str()];
        to.iter()
            .map(|path| {
                path.trim_start_matches("crates/a/src/")
                    .trim_end_matches(".rs")
            })
            .collect()
    };
    assert_eq!(names("lib"), ["one", "two"]);
    assert_eq!(names("one"), ["three", "two"]);
    assert_eq!(names("two"), ["one"]);
    assert_eq!(names("three"), ["three/four"]);
    assert_eq!(names("three/four"), ["one"]);
    assert_eq!(names("three/four/deep"), ["two"]);
    assert_eq!(names("five"), ["three/four"]);
    assert!(!arrows.contains_key("crates/a/src/five_tests.rs"));
}
