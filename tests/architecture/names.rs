//! What a source may name: each rule returns, as advice, what breaks it.
//! It must never be made to pass by weakening a rule: where a rule is wrong, change it and write why in `docs/adr/`.

use crate::scan::{self, Source};

/// These files name what they forbid.
pub(crate) const RULES: [&str; 1] = ["tests/architecture"];

pub(crate) const PURE: [&str; 3] = ["crates/domain/", "crates/protocol/", "crates/sync/"];

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

/// Examples of pure crates that may read a clock, each with the reason.
pub(crate) const MAY_MEASURE: [&str; 1] = [
    // It prints how long a search takes; nothing of the product needs it.
    "crates/domain/examples/search_speed.rs",
];

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

#[test]
fn each_rule_of_names_can_fail() {
    type Rule = fn(&Source) -> Vec<String>;
    let samples: [(Rule, &str, &str); 6] = [
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
    ];
    for (rule, path, text) in samples {
        assert_eq!(rule(&Source::new(path, text)).len(), 1, "{path}: {text}");
        assert!(
            rule(&Source::new(path, "//! Fine.\nfn fine() {}")).is_empty(),
            "{path}"
        );
    }
    assert!(pure_crates(&Source::new("crates/sync/tests/a.rs", "use tokio::spawn;")).is_empty());
}
