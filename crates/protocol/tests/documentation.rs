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
