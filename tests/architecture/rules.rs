//! The rules themselves: each is one function that returns, as advice, what breaks it.
//! It must never be made to pass by weakening a rule: where a rule is wrong, change it and write why in `docs/adr/`.

use crate::scan::{self, Package, Source};

/// These files name what they forbid.
const RULES: [&str; 1] = ["tests/architecture"];

/// Who may need whom. The order of the design: domain ← protocol ← sync ← {store, platform} ← {app, worker}.
pub(crate) const ARROWS: [(&str, &[&str]); 11] = [
    // Bugs on purpose, compiled out: everything they stand in may name them.
    ("afield-planted", &[]),
    ("afield-domain", &["afield-planted"]),
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
    ("xtask", &[]),
];

/// Tests that several crates run, so that they cannot stand in a `tests` folder.
const SHARED_TESTS: [&str; 1] = ["crates/sync/src/conformance.rs"];

/// What tests may need besides.
pub(crate) const ARROWS_IN_TESTS: [(&str, &[&str]); 2] = [
    ("afield-server", &["afield-sync"]),
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

pub(crate) const PURE: [&str; 3] = ["crates/domain/", "crates/protocol/", "crates/sync/"];
pub(crate) const PURE_PACKAGES: [&str; 3] = ["afield-domain", "afield-protocol", "afield-sync"];
/// What runs in a browser; `crates/server` and `xtask` do not.
pub(crate) const IN_BROWSER: [&str; 4] = [
    "src/",
    "service-worker/",
    "crates/store/",
    "crates/platform/",
];

pub(crate) const WEB_OR_RUNTIME: [&str; 7] = [
    "web_sys",
    "js_sys",
    "wasm_bindgen",
    "wasm_bindgen_futures",
    "leptos",
    "tokio",
    "gloo_",
];
pub(crate) const INDEXED_DB: [&str; 3] = ["rexie", "idb", "indexed_db_futures"];
pub(crate) const NETWORK_AND_LOCKS: [&str; 6] = [
    "gloo_net",
    "fetch_with_",
    "BroadcastChannel",
    "LockManager",
    "\"locks\"",
    "navigator.locks",
];
pub(crate) const CLOCK_OR_CHANCE: [&str; 11] = [
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    // The zone of the machine.
    "TimeZone::system",
    "TimeZone::try_system",
    "rand::",
    "getrandom",
    "Uuid::now_v7",
    "Uuid::new_v4",
    "thread_rng",
];
pub(crate) const PANIC_LINTS: [&str; 3] = ["unwrap_used", "expect_used", "panic"];

pub(crate) const MOST_LINES: usize = 500;
/// Files that may be longer, each with the reason. Split them rather than adding one.
pub(crate) const LONG_FILES: [&str; 0] = [];
/// Examples of pure crates that may read a clock, each with the reason.
pub(crate) const MAY_MEASURE: [&str; 1] = [
    // It prints how long a search takes; nothing of the product needs it.
    "crates/domain/examples/search_speed.rs",
];
/// Tests that may wait for a fixed time, each with the reason.
pub(crate) const MAY_SLEEP: [&str; 0] = [];

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
            &[
                "leptos",
                "leptos_router",
                "leptos_meta",
                "leptos_i18n",
                "reactive_stores",
            ],
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

/// What `names` finds, as a complaint each.
pub(crate) fn named(code: &str, path: &str, words: &[&str], advice: &str) -> Vec<String> {
    if RULES.iter().any(|place| path.starts_with(place)) {
        return Vec::new();
    }
    let found = words.iter().filter(|word| scan::names(code, word));
    found
        .map(|word| format!("{path} names `{word}`: {advice}"))
        .collect()
}

pub(crate) fn pure_crates(source: &Source) -> Vec<String> {
    if !source.is_in(&PURE) {
        return Vec::new();
    }
    let mut wrong = named(
        &source.product,
        &source.path,
        &WEB_OR_RUNTIME,
        "this crate is pure, put it behind a port",
    );
    if MAY_MEASURE.contains(&source.path.as_str()) {
        return wrong;
    }
    wrong.extend(named(
        &source.product,
        &source.path,
        &CLOCK_OR_CHANCE,
        "take the time or the id as an argument",
    ));
    wrong
}

pub(crate) fn indexed_db(source: &Source) -> Vec<String> {
    if source.is_in(&["crates/store/", "xtask/"]) {
        return Vec::new();
    }
    named(
        &source.code,
        &source.path,
        &INDEXED_DB,
        "only crates/store may, ask it",
    )
}

pub(crate) fn network_and_locks(source: &Source) -> Vec<String> {
    if !source.is_in(&IN_BROWSER) || source.is_in(&["crates/platform/"]) {
        return Vec::new();
    }
    named(
        &source.product,
        &source.path,
        &NETWORK_AND_LOCKS,
        "only crates/platform may, ask it",
    )
}

pub(crate) fn leptos(source: &Source) -> Vec<String> {
    if source.is_in(&["src/"]) {
        return Vec::new();
    }
    named(
        &source.code,
        &source.path,
        &["leptos", "leptos_"],
        "only the app in src/ may",
    )
}

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
fn each_rule_can_fail() {
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

    type Rule = fn(&Source) -> Vec<String>;
    let long = "//! x\n".repeat(MOST_LINES + 1);
    let samples: [(Rule, &str, &str); 11] = [
        (
            pure_crates,
            "crates/domain/src/a.rs",
            "use web_sys::Window;",
        ),
        (
            pure_crates,
            "crates/sync/src/a.rs",
            "let id = Uuid::now_v7();",
        ),
        (indexed_db, "crates/sync/src/a.rs", "use rexie::Rexie;"),
        (network_and_locks, "src/a.rs", "window.fetch_with_str(url)"),
        (
            network_and_locks,
            "service-worker/src/a.rs",
            "get(&navigator, \"locks\")",
        ),
        (leptos, "crates/store/src/a.rs", "use leptos_router::A;"),
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
    assert!(pure_crates(&Source::new("crates/sync/tests/a.rs", "use tokio::spawn;")).is_empty());
    assert_eq!(
        no_sleep_in_browser_tests("tests/browser/a.spec.ts", "page.waitForTimeout(5)").len(),
        1
    );
}
