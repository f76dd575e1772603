//! docs/protocol.md shows the wire as it is: its examples are the snapshots.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)] // These are tests.

use std::path::Path;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The JSON of a snapshot: what follows its header.
fn snapshot(name: &str) -> String {
    let text = read(&format!("snapshots/{name}.snap"));
    let (_, body) = text.rsplit_once("---\n").expect("a snapshot has a header");
    body.trim_end().to_owned()
}

/// The examples of the page: snapshot name and code block.
fn examples(page: &str) -> Vec<(String, String)> {
    let mut examples = Vec::new();
    for part in page.split("<!-- snapshot: ").skip(1) {
        let (name, rest) = part.split_once(" -->\n```json\n").expect("a block follows");
        let (block, _) = rest.split_once("\n```").expect("the block ends");
        examples.push((name.to_owned(), block.to_owned()));
    }
    examples
}

#[test]
fn every_example_of_the_protocol_page_is_its_snapshot() {
    let examples = examples(&read("../../docs/protocol.md"));
    for (name, block) in &examples {
        assert_eq!(
            *block,
            snapshot(name),
            "docs/protocol.md differs from snapshots/{name}.snap: copy the snapshot's JSON there"
        );
    }
    assert!(examples.len() >= 10, "only {} examples", examples.len());
}

/// The lines of the page that stand in no code block, and whether the last block ends.
fn prose(page: &str) -> (Vec<&str>, bool) {
    let (mut lines, mut in_block) = (Vec::new(), false);
    for line in page.lines() {
        if line.starts_with("```") {
            // Only a bare fence ends a block: one that names a language inside a block has lost its end.
            assert!(
                !in_block || line == "```",
                "a block begins in a block: {line}"
            );
            in_block = !in_block;
        } else if !in_block {
            lines.push(line);
        }
    }
    (lines, in_block)
}

#[test]
fn no_block_swallows_what_follows_it() {
    let page = read("../../docs/protocol.md");
    let (lines, in_block) = prose(&page);
    assert!(!in_block, "the last block of docs/protocol.md does not end");
    // Each example is shown: its marker stands in the text and not in another example.
    let shown = |line: &&&str| line.starts_with("<!-- snapshot: ");
    assert_eq!(lines.iter().filter(shown).count(), examples(&page).len());
    for section in ["The envelope", "Session", "Push", "Pull", "Board", "Files"] {
        assert!(
            lines.contains(&format!("## {section}").as_str()),
            "{section}"
        );
    }
}

#[test]
fn a_block_that_does_not_end_is_seen() {
    let (lines, in_block) = prose("## A\n```json\n{}\n## B\n");
    assert_eq!((lines, in_block), (vec!["## A"], true));
    let swallowed = std::panic::catch_unwind(|| prose("```json\n{}\n```json\n{}\n```\n"));
    assert!(swallowed.is_err());
}
