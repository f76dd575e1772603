//! Which package may need which: ours and others.
//! It must never be made to pass by weakening a rule: where a rule is wrong, change it and write why in `docs/adr/`.

use crate::names::WEB_OR_RUNTIME;
use crate::scan::Package;

/// Who may need whom. The order of the design: domain ← protocol ← sync ← {store, platform} ← {app, worker}.
pub(crate) const ARROWS: [(&str, &[&str]); 13] = [
    // Bugs on purpose, compiled out: everything they stand in may name them.
    ("afield-planted", &[]),
    // It runs in the compiler and ships no code of its own.
    ("afield-wire-derive", &[]),
    ("afield-domain", &["afield-planted", "afield-wire-derive"]),
    ("afield-protocol", &["afield-domain"]),
    (
        "afield-sync",
        &["afield-domain", "afield-planted", "afield-protocol"],
    ),
    (
        "afield-store",
        &["afield-domain", "afield-protocol", "afield-sync"],
    ),
    (
        "afield-platform",
        &["afield-domain", "afield-protocol", "afield-sync"],
    ),
    (
        "afield-worker",
        &[
            "afield-domain",
            "afield-protocol",
            "afield-sync",
            "afield-store",
            "afield-platform",
        ],
    ),
    (
        "afield",
        &[
            "afield-domain",
            "afield-protocol",
            "afield-sync",
            "afield-store",
            "afield-platform",
            // The worker runs the app's module.
            "afield-worker",
        ],
    ),
    (
        "afield-server",
        &["afield-domain", "afield-planted", "afield-protocol"],
    ),
    // The simulation stands where the app stands: above the engine, with a world of its own.
    (
        "afield-sim",
        &[
            "afield-domain",
            "afield-planted",
            "afield-protocol",
            "afield-server",
            "afield-sync",
        ],
    ),
    // It looks at any back end from outside, ours too: it knows the wire, and how none is made.
    ("afield-conformance", &["afield-protocol"]),
    ("xtask", &[]),
];

/// What tests may need besides.
pub(crate) const ARROWS_IN_TESTS: [(&str, &[&str]); 2] = [
    ("afield-server", &["afield-conformance", "afield-sync"]),
    (
        "afield",
        &[
            "afield-server",
            "afield-sync",
            "afield-protocol",
            "afield-domain",
        ],
    ),
];

pub(crate) const PURE_PACKAGES: [&str; 3] = ["afield-domain", "afield-protocol", "afield-sync"];

pub(crate) fn arrows(package: &Package) -> Vec<String> {
    let allowed = |table: &[(&str, &'static [&'static str])]| {
        let row = table.iter().find(|(name, _)| *name == package.name);
        row.map(|(_, needs)| *needs)
    };
    let Some(may_need) = allowed(&ARROWS) else {
        return vec![format!(
            "{} has no row in ARROWS: say there what it may need",
            package.name
        )];
    };
    let in_tests = allowed(&ARROWS_IN_TESTS).unwrap_or_default();
    let ours = |name: &&String| {
        ARROWS.iter().any(|(package, _)| package == name) && **name != package.name
    };
    let wrong = |name: &String, more: &[&str]| {
        !may_need.contains(&name.as_str()) && !more.contains(&name.as_str())
    };
    let product = package
        .needs
        .iter()
        .filter(ours)
        .filter(|name| wrong(name, &[]));
    let tests = package
        .needs_in_tests
        .iter()
        .filter(ours)
        .filter(|name| wrong(name, in_tests));
    product
        .chain(tests)
        .map(|name| {
            format!(
                "{} must not need {name}: move the code to the side the arrow allows",
                package.name
            )
        })
        .collect()
}

/// Packages from elsewhere that only one of ours may need.
pub(crate) fn foreign_packages(package: &Package) -> Vec<String> {
    let owners: [(&[&str], &[&str]); 3] = [
        (&["rexie", "idb", "indexed_db_futures"], &["afield-store"]),
        (&["gloo-net"], &["afield-platform"]),
        (
            &["leptos", "leptos_router", "leptos_meta", "reactive_stores"],
            &["afield"],
        ),
    ];
    let mut wrong = Vec::new();
    for name in &package.needs {
        for (names, owners) in owners {
            if names.contains(&name.as_str()) && !owners.contains(&package.name.as_str()) {
                wrong.push(format!(
                    "{} must not need {name}: only {owners:?} may",
                    package.name
                ));
            }
        }
        let web = WEB_OR_RUNTIME
            .iter()
            .any(|word| name.replace('-', "_").starts_with(word));
        if PURE_PACKAGES.contains(&package.name.as_str()) && web {
            wrong.push(format!(
                "{} must not need {name}: it is pure, put the rest behind a port",
                package.name
            ));
        }
    }
    wrong
}

pub(crate) fn inherited_lints(package: &Package) -> Vec<String> {
    let lints = package
        .manifest
        .split_once("\n[lints]\n")
        .map(|(_, after)| after.trim_start());
    match lints {
        Some(after) if after.starts_with("workspace = true") => Vec::new(),
        _ => vec![format!(
            "{}: its Cargo.toml must say `[lints]` and below it `workspace = true`",
            package.name
        )],
    }
}

#[test]
fn each_rule_of_packages_can_fail() {
    let package = |name: &str, needs: &[&str], tests: &[&str]| Package {
        name: name.to_owned(),
        manifest: "[package]\n".to_owned(),
        needs: needs.iter().map(|&need| need.to_owned()).collect(),
        needs_in_tests: tests.iter().map(|&need| need.to_owned()).collect(),
    };
    assert_eq!(
        arrows(&package("afield-domain", &["afield-sync", "serde"], &[])).len(),
        1
    );
    assert_eq!(
        arrows(&package(
            "afield-server",
            &["afield-sync"],
            &["afield-store"]
        ))
        .len(),
        2
    );
    assert!(
        arrows(&package(
            "afield-server",
            &["afield-domain"],
            &["afield-sync"]
        ))
        .is_empty()
    );
    assert_eq!(arrows(&package("afield-new", &[], &[])).len(), 1);
    assert_eq!(
        foreign_packages(&package(
            "afield-sync",
            &["tokio", "js-sys", "rexie"],
            &["tokio"]
        ))
        .len(),
        3
    );
    assert!(foreign_packages(&package("afield-store", &["rexie", "js-sys"], &[])).is_empty());
    assert_eq!(inherited_lints(&package("afield", &[], &[])).len(), 1);
}
