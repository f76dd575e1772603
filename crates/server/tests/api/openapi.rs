//! The API's description is the committed one and names every route.

use afield_protocol::paths;
use serde_json::Value;
use std::path::Path;

#[test]
fn the_committed_description_is_current() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let committed = std::fs::read_to_string(file).unwrap_or_default();
    let current = afield_server::openapi::document().unwrap() + "\n";
    assert!(
        committed == current,
        "docs/openapi.json is not current; write it anew with: cargo run -p afield-server -- openapi > docs/openapi.json"
    );
}

#[test]
fn every_route_is_described() {
    let document: Value =
        serde_json::from_str(&afield_server::openapi::document().unwrap()).unwrap();
    let mut described: Vec<_> = document["paths"].as_object().unwrap().keys().collect();
    described.sort();
    let assign = format!("{}/{{job}}", paths::ASSIGN);
    let acceptance = format!("{}/{{job}}", paths::ACCEPTANCE);
    let mut routes = vec![
        paths::SESSION,
        paths::PUSH,
        paths::PULL,
        paths::BOARD,
        paths::EVENTS,
        &assign,
        &acceptance,
        paths::HEALTH,
    ];
    routes.sort_unstable();
    assert_eq!(described, routes);
}
