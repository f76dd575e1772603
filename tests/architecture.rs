//! Holds the workspace to its rules: who may depend on whom, who may name what, how a file must look.
//! One test per rule; the rules are in `architecture/`. It must never need a network, a browser or a build.

// A panic is how a test fails, and how this one stops on a source it cannot read.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

#[path = "architecture/circles.rs"]
mod circles;
#[path = "architecture/floors.rs"]
mod floors;
#[path = "architecture/names.rs"]
mod names;
#[path = "architecture/numbers.rs"]
mod numbers;
#[path = "architecture/packages.rs"]
mod packages;
#[path = "architecture/paths.rs"]
mod paths;
#[path = "architecture/scan.rs"]
mod scan;
#[path = "architecture/shape.rs"]
mod shape;

use names::*;
use packages::*;
use scan::{Package, Source};
use shape::*;

#[track_caller]
fn hold(rule: &str, wrong: Vec<String>) {
    assert!(wrong.is_empty(), "{rule}\n  {}\n", wrong.join("\n  "));
}

#[track_caller]
fn hold_in_sources(rule: &str, check: fn(&Source) -> Vec<String>) {
    let sources = scan::sources();
    assert!(sources.len() > 10, "the scan finds no sources");
    hold(rule, sources.iter().flat_map(check).collect());
}

#[track_caller]
fn hold_in_packages(rule: &str, check: fn(&Package) -> Vec<String>) {
    hold(rule, scan::packages().iter().flat_map(check).collect());
}

#[test]
fn the_arrows_between_crates_hold() {
    hold_in_packages(
        "domain ← protocol ← sync ← {store, platform} ← {app, worker}; server sees domain and protocol",
        arrows,
    );
}

#[test]
fn each_library_is_needed_only_where_it_belongs() {
    hold_in_packages(
        "IndexedDB in store, the network in platform, leptos in the app, none of it in pure crates",
        foreign_packages,
    );
}

#[test]
fn every_package_inherits_the_lints() {
    hold_in_packages(
        "the lints of the workspace hold everywhere",
        inherited_lints,
    );
    let manifest = std::fs::read_to_string(scan::root().join("Cargo.toml")).unwrap();
    for lint in PANIC_LINTS {
        assert!(
            manifest.contains(&format!("\n{lint} = \"deny\"")),
            "Cargo.toml must deny clippy::{lint}"
        );
    }
}

#[test]
fn pure_crates_name_no_web_no_clock_no_chance() {
    hold_in_sources("domain, protocol and sync are pure", pure_crates);
}

#[test]
fn only_the_store_names_an_indexed_db_library() {
    hold_in_sources("one crate knows how records are stored", indexed_db);
}

#[test]
fn only_the_platform_names_the_network_and_locks() {
    hold_in_sources(
        "one crate knows the browser's network, locks and channels",
        network_and_locks,
    );
}

#[test]
fn only_the_app_names_leptos() {
    hold_in_sources("the rest works without a user interface", leptos);
}

#[test]
fn the_floors_of_the_app_hold() {
    hold(
        "in the app each floor sees what is below it, and no page sees another",
        floors::floors(&scan::sources()),
    );
}

#[test]
fn no_files_name_each_other_in_a_circle() {
    hold(
        "a file can be read with what is below it alone",
        circles::circles(&scan::sources()),
    );
}

#[test]
fn every_module_says_what_it_owns() {
    hold_in_sources("every module begins with its purpose", module_docs);
}

#[test]
fn no_file_is_too_long() {
    hold_in_sources("files stay readable in one go", length);
}

#[test]
fn no_panic_lint_is_silenced_outside_tests() {
    hold_in_sources("a panic ends the app or the worker", no_silenced_panics);
}

#[test]
fn no_test_is_ignored() {
    hold_in_sources("a test that does not run proves nothing", no_ignored_tests);
}

#[test]
fn no_test_sleeps() {
    hold_in_sources(
        "a fixed wait is slow or flaky, and often both",
        no_sleep_in_tests,
    );
    let scripts = ["ts", "mjs", "js"].into_iter().flat_map(scan::files);
    let wrong = scripts.flat_map(|(path, text)| no_sleep_in_browser_tests(&path, &text));
    hold(
        "a fixed wait is slow or flaky, and often both",
        wrong.collect(),
    );
}

#[test]
fn every_exception_is_still_needed() {
    for path in LONG_FILES.iter().chain(&MAY_SLEEP) {
        assert!(
            scan::root().join(path).exists(),
            "{path} is gone: take it off the list of exceptions"
        );
    }
}

#[test]
fn a_job_s_number_stands_on_one_line() {
    hold_in_sources(
        "a name with a job's number in it is shown unbroken",
        numbers::names_are_unbroken,
    );
    hold_in_sources(
        "a job's number by itself is not broken",
        numbers::bare_numbers_are_unbroken,
    );
    hold(
        "the class of a number keeps it together",
        numbers::styles_keep_numbers(),
    );
    hold(
        "a number in a text gets that class",
        numbers::the_helper_keeps_numbers(),
    );
}
