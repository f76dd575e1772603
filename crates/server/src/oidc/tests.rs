//! What a browser carries, and where it may be led.

use super::admit::role_of;
use super::flow::{Flow, PATIENCE_MS, way_back};
use super::line::{Line, may_be_asked};
use crate::pull::cursor::CursorKey;
use crate::storage::ProviderRow;
use afield_domain::{CompanyId, Role, Timestamp};
use std::collections::BTreeMap;
use std::time::Duration;
use uuid::Uuid;

fn flow() -> Flow {
    Flow {
        id: "ab".repeat(32),
        company: CompanyId(Uuid::from_u128(1)),
        began: Timestamp(1_000_000),
        back: "/jobs".into(),
        replaces: None,
    }
}

fn keys() -> (CursorKey, CursorKey) {
    let key = |secret| CursorKey::new(secret).unwrap();
    (key("one"), key("other"))
}

#[test]
fn what_a_browser_carries_is_ours_and_good_for_ten_minutes() {
    let (key, other) = keys();
    let text = flow().write(&key).unwrap();
    let began = flow().began;
    for (after, expected) in [
        (0, Some(flow())),
        (PATIENCE_MS - 1, Some(flow())),
        (PATIENCE_MS, None),
        // The clock of the server that began it is ahead.
        (-1_000, Some(flow())),
        (-PATIENCE_MS - 1, None),
    ] {
        let read = Flow::read(&text, &key, began.plus_ms(after));
        assert_eq!(read, expected, "{after}");
    }
    assert_eq!(Flow::read(&text, &other, began), None);
    let (content, signature) = text.split_once('.').unwrap();
    let moved = Flow {
        back: "/sync".into(),
        ..flow()
    };
    let moved = moved.write(&key).unwrap();
    let moved = moved.split_once('.').unwrap().0;
    for text in [
        "",
        ".",
        content,
        &format!("{content}."),
        &format!("{moved}.{signature}"),
        &format!("{content}.{signature}x"),
    ] {
        assert_eq!(Flow::read(text, &key, began), None, "{text}");
    }
}

#[test]
fn what_only_we_know_is_another_for_each_sign_in_and_each_data_set() {
    let (key, other) = keys();
    let another = Flow {
        id: "cd".repeat(32),
        ..flow()
    };
    let made = [
        flow().nonce(&key),
        flow().verifier(&key),
        another.nonce(&key),
        another.verifier(&key),
        flow().nonce(&other),
        flow().verifier(&other),
    ];
    let different: std::collections::BTreeSet<&String> = made.iter().collect();
    assert_eq!(different.len(), made.len());
    // As RFC 7636 wants a verifier.
    assert!(made.iter().all(|text| text.len() == 43));
    // A browser carries neither.
    let carried = flow().write(&key).unwrap();
    assert!(made.iter().all(|text| !carried.contains(text.as_str())));
}

#[test]
fn a_browser_is_led_to_pages_of_this_app_alone() {
    for path in ["/", "/today", "/jobs/01930000?tab=notes", "/sign-in"] {
        assert_eq!(way_back(Some(path)), path);
    }
    let long = format!("/{}", "a".repeat(500));
    for path in [
        "",
        "today",
        "//evil.example",
        "/\\evil.example",
        "/a\\b",
        "/\tevil.example",
        "/a\r\nSet-Cookie: a=b",
        "https://evil.example",
        "javascript:alert(1)",
        "/api/v1/sign-in/oidc",
        "/jobs/ä",
        &long,
    ] {
        assert_eq!(way_back(Some(path)), "/", "{path:?}");
    }
    assert_eq!(way_back(None), "/");
}

#[test]
fn a_provider_is_asked_by_tls_or_on_this_machine() {
    for (address, expected) in [
        ("https://id.example.com/a", true),
        ("http://127.0.0.1:8080/a", true),
        ("http://[::1]:8080/a", true),
        ("http://localhost/a", true),
        ("http://id.example.com/a", false),
        ("http://127.0.0.1.evil.example/a", false),
        ("http://10.0.0.1/a", false),
        ("ftp://127.0.0.1/a", false),
        ("/a", false),
    ] {
        assert_eq!(
            may_be_asked(&address.parse().unwrap()),
            expected,
            "{address}"
        );
    }
}

#[test]
fn a_provider_that_is_asked_by_tls_leads_to_no_program_of_this_machine() {
    let line = Line::new(Duration::from_secs(1)).unwrap();
    for (issuer, address, expected) in [
        ("https://id.example.com", "https://keys.example.com/a", true),
        (
            "https://id.example.com",
            "http://127.0.0.1:9000/token",
            false,
        ),
        ("https://id.example.com", "http://localhost/token", false),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8081/token", true),
        ("http://127.0.0.1:8080", "http://10.0.0.1/token", false),
    ] {
        let may = line.to(issuer).may_ask(&address.parse().unwrap());
        assert_eq!(may, expected, "{issuer} to {address}");
    }
}

#[test]
fn of_the_values_of_a_claim_the_one_counts_that_gives_most() {
    let roles = [("office", Role::Dispatcher), ("it", Role::Admin)];
    let row = ProviderRow {
        company: flow().company,
        issuer: String::new(),
        client_id: String::new(),
        client_secret: String::new(),
        address: String::new(),
        role_claim: "groups".into(),
        roles: roles
            .map(|(value, role)| (value.to_owned(), role))
            .into_iter()
            .collect::<BTreeMap<_, _>>(),
        vouches: false,
    };
    for (values, expected) in [
        (&[][..], Role::Technician),
        (&["nobody", "Office"], Role::Technician),
        (&["office"], Role::Dispatcher),
        (&["it", "office"], Role::Admin),
    ] {
        let values: Vec<String> = values.iter().map(|&value| value.to_owned()).collect();
        assert_eq!(role_of(&row, &values), expected, "{values:?}");
    }
}
