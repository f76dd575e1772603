//! No files of a crate that name each other in a circle: whoever reads one of them would have to read them all.

use crate::paths::Crate;
use crate::scan::Source;
use std::collections::{BTreeMap, BTreeSet};

/// The folders of the crates: everything that has a `lib.rs` or a `main.rs`.
fn crates(sources: &[Source]) -> BTreeSet<&str> {
    let roots = sources.iter().filter_map(|source| {
        let path = source.path.as_str();
        let folder = path
            .strip_suffix("lib.rs")
            .or(path.strip_suffix("main.rs"))?;
        folder.ends_with("src/").then_some(folder)
    });
    roots.collect()
}

/// Every circle, as the list of its files.
pub(crate) fn circles(sources: &[Source]) -> Vec<String> {
    let mut wrong = Vec::new();
    for folder in crates(sources) {
        let arrows = Crate::of(sources, folder).arrows();
        let reached: BTreeMap<&str, BTreeSet<&str>> = arrows
            .keys()
            .map(|file| (*file, reached_from(&arrows, file)))
            .collect();
        let mut seen = BTreeSet::new();
        for (file, to) in &reached {
            if !to.contains(file) || seen.contains(file) {
                continue;
            }
            let is_back = |other: &&&str| reached.get(**other).is_some_and(|to| to.contains(file));
            let circle: Vec<&str> = to.iter().filter(is_back).copied().collect();
            seen.extend(circle.iter().copied());
            wrong.push(format!("a circle of files: {}", drawn(&arrows, &circle)));
        }
    }
    wrong
}

/// Every file that `from` names, or that one of those names, and so on.
fn reached_from<'a>(
    arrows: &BTreeMap<&'a str, BTreeSet<&'a str>>,
    from: &str,
) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&str> = arrows.get(from).into_iter().flatten().copied().collect();
    while let Some(file) = next.pop() {
        if reached.insert(file) {
            next.extend(arrows.get(file).into_iter().flatten());
        }
    }
    reached
}

fn drawn(arrows: &BTreeMap<&str, BTreeSet<&str>>, circle: &[&str]) -> String {
    let arrow = |from: &&str| {
        let inside = |to: &&&str| circle.contains(*to);
        let to = arrows.get(from).into_iter().flatten().filter(inside);
        let to: Vec<&str> = to.copied().collect();
        format!("\n    {from} -> {}", to.join(", "))
    };
    circle.iter().map(arrow).collect()
}

#[test]
fn a_circle_is_found_once() {
    let source = |path: &str, text: &str| Source::new(&format!("crates/a/src/{path}.rs"), text);
    let sources = [
        source("lib", "pub use one::One;"),
        source("one", "use crate::two::Two;\npub struct One;"),
        source("two", "use crate::three::Three;\npub struct Two;"),
        source("three", "use crate::One;\npub struct Three;"),
        source("four", "use crate::One;"),
        source(
            "five",
            "#[cfg(test)]\nmod tests { use crate::six::Six; }\npub struct Five;",
        ),
        source("six", "use crate::five::Five;\npub struct Six;"),
    ];
    let found = circles(&sources);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains("three.rs -> crates/a/src/one.rs"),
        "{found:?}"
    );
    assert!(!found[0].contains("four.rs"), "{found:?}");
}
