//! How a source must look, and what a test may not do: each rule returns, as advice, what breaks it.
//! It must never be made to pass by weakening a rule: where a rule is wrong, change it and write why in `docs/adr/`.

use crate::names::{RULES, named};
use crate::scan::Source;

/// Tests that several crates run, so that they cannot stand in a `tests` folder.
const SHARED_TESTS: [&str; 1] = ["crates/sync/src/conformance.rs"];

pub(crate) const PANIC_LINTS: [&str; 3] = ["unwrap_used", "expect_used", "panic"];

pub(crate) const MOST_LINES: usize = 500;

/// Files that may be longer, each with the reason. Split them rather than adding one.
pub(crate) const LONG_FILES: [&str; 0] = [];

/// Tests that may wait for a fixed time, each with the reason.
pub(crate) const MAY_SLEEP: [&str; 0] = [];

pub(crate) fn module_docs(source: &Source) -> Vec<String> {
    if source.text.starts_with("//!") {
        return Vec::new();
    }
    vec![format!(
        "{}: begin with `//!`, what the module owns and what it must never do",
        source.path
    )]
}

pub(crate) fn length(source: &Source) -> Vec<String> {
    let lines = source.text.lines().count();
    if lines <= MOST_LINES || LONG_FILES.contains(&source.path.as_str()) {
        return Vec::new();
    }
    vec![format!(
        "{} has {lines} lines, more than {MOST_LINES}: split it by what it does",
        source.path
    )]
}

pub(crate) fn no_silenced_panics(source: &Source) -> Vec<String> {
    if SHARED_TESTS.contains(&source.path.as_str()) {
        return Vec::new();
    }
    let lints: Vec<String> = PANIC_LINTS
        .iter()
        .map(|lint| format!("clippy::{lint}"))
        .collect();
    let lints: Vec<&str> = lints.iter().map(String::as_str).collect();
    named(
        &source.product,
        &source.path,
        &lints,
        "return an error instead of silencing the lint",
    )
}

pub(crate) fn no_ignored_tests(source: &Source) -> Vec<String> {
    named(
        &source.code,
        &source.path,
        &["#[ignore", "#[should_panic"],
        "a test runs, and says what it expects",
    )
}

pub(crate) fn no_sleep_in_tests(source: &Source) -> Vec<String> {
    let count = |code: &str| code.matches("sleep(").count();
    let only_in_product = count(&source.code) == count(&source.product);
    if only_in_product || MAY_SLEEP.contains(&source.path.as_str()) || source.is_in(&RULES) {
        return Vec::new();
    }
    vec![format!(
        "{}: a test sleeps; wait for what it expects, or drive the clock",
        source.path
    )]
}

pub(crate) fn no_sleep_in_browser_tests(path: &str, text: &str) -> Vec<String> {
    if !text.contains("waitForTimeout(") || MAY_SLEEP.contains(&path) {
        return Vec::new();
    }
    vec![format!(
        "{path}: waitForTimeout; wait for what a person would see"
    )]
}

#[test]
fn each_rule_of_shape_can_fail() {
    type Rule = fn(&Source) -> Vec<String>;
    let long = "//! x\n".repeat(MOST_LINES + 1);
    let samples: [(Rule, &str, &str); 5] = [
        (module_docs, "src/a.rs", "// not a module doc\nfn a() {}"),
        (length, "src/a.rs", &long),
        (
            no_silenced_panics,
            "src/a.rs",
            "#[allow(clippy::unwrap_used)] fn a() {}",
        ),
        (
            no_ignored_tests,
            "src/a.rs",
            "#[cfg(test)] mod t { #[test] #[ignore = \"slow\"] fn a() {} }",
        ),
        (
            no_sleep_in_tests,
            "src/a.rs",
            "#[cfg(test)] mod t { fn a() { std::thread::sleep(d) } }",
        ),
    ];
    for (rule, path, text) in samples {
        assert_eq!(rule(&Source::new(path, text)).len(), 1, "{path}: {text}");
        assert!(
            rule(&Source::new(path, "//! Fine.\nfn fine() {}")).is_empty(),
            "{path}"
        );
    }
    assert_eq!(
        no_sleep_in_browser_tests("tests/browser/a.spec.ts", "page.waitForTimeout(5)").len(),
        1
    );
}
