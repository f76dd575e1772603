//! What becomes of what cannot be read: what is remembered of it, what is said in the log, and what the
//! rest is taken for.

use crate::strange::files;
use crate::unknown_tests::read;
use crate::*;
use afield_domain::wire::take_left_out;
use serde_json::{Value, json};

#[track_caller]
fn changed(name: &str, pointer: &str, value: Value) -> Value {
    let files = files("snapshots", "snap").unwrap();
    let (_, mut json) = files.into_iter().find(|(file, _)| file == name).unwrap();
    *json.pointer_mut(pointer).unwrap() = value;
    json
}

#[test]
fn what_cannot_be_read_of_a_page_is_named() {
    #[track_caller]
    fn check(pointer: &str, value: Value, module: &str, id: &str, gone: bool) {
        let json = changed("pull_response", &format!("/reply/ok{pointer}"), value);
        let envelope: Envelope<PullResponse> = read(&json).unwrap();
        let Reply::Ok(page) = envelope.reply else {
            panic!("{:?}", envelope.reply)
        };
        let mut unread = page.changes.into_iter().filter_map(|change| match change {
            Change::Unread(unread) => Some(unread),
            _ => None,
        });
        let (module, id) = (module.to_owned(), id.to_owned());
        assert_eq!(unread.next(), Some(UnreadChange { module, id, gone }));
        assert_eq!(unread.next(), None);
    }
    let job = "01930000-0000-7000-8000-000000000007";
    check(
        "/changes/0/record/status",
        json!("on_hold"),
        "job",
        job,
        false,
    );
    check(
        "/changes/0/record/module",
        json!("spaceship"),
        "spaceship",
        job,
        false,
    );
    check("/changes/0/record/id", json!("J-7"), "job", "J-7", false);
    check("/changes/0/record", json!(null), "", "", true);
    check(
        "/changes/0",
        json!({"change": "moved", "key": {"module": "job", "id": job}}),
        "job",
        job,
        true,
    );
    let long = "x".repeat(10_000);
    check(
        "/changes/0/record/id",
        json!(long),
        "job",
        &"x".repeat(64),
        false,
    );
}

#[test]
fn the_log_is_told_where_something_cannot_be_read() {
    let _ = take_left_out();
    let json = changed(
        "pull_response",
        "/reply/ok/changes/0/record/starts",
        json!("2026-11-21T08:00:00Z"),
    );
    let envelope: Envelope<PullResponse> = read_envelope(&json.to_string()).unwrap();
    assert!(matches!(envelope.reply, Reply::Ok(_)));
    let said = ["changes[0].record.starts: expected a whole number within its limits"];
    assert_eq!(take_left_out(), said);
    let json = changed("pull_response", "/reply/ok/cursor", json!(null));
    let envelope: Envelope<PullResponse> = read_envelope(&json.to_string()).unwrap();
    assert_eq!(envelope.reply, Reply::Unread);
    assert_eq!((&*envelope.build, &*envelope.epoch.0), ("b1c2d3", "e-5f0c"));
    assert_eq!(take_left_out(), ["reply.ok.cursor: expected text"]);
    let json = changed("pull_response", "/epoch", json!(null));
    assert_eq!(read_envelope::<PullResponse>(&json.to_string()), None);
    assert_eq!(take_left_out(), ["epoch: expected text"]);
    assert_eq!(read_envelope::<PullResponse>("<html>"), None);
    assert_eq!(read_envelope::<PullResponse>(r#"{"portal":1}"#), None);
    assert!(take_left_out().is_empty());
}

#[test]
fn a_server_of_one_s_own_may_write_a_cursor_and_an_epoch_as_numbers() {
    let mut json = changed("pull_response", "/reply/ok/cursor", json!(17));
    *json.pointer_mut("/epoch").unwrap() = json!(3);
    let envelope: Envelope<PullResponse> = read(&json).unwrap();
    assert_eq!(envelope.epoch, EpochId("3".into()));
    let Reply::Ok(page) = envelope.reply else {
        panic!()
    };
    assert_eq!(page.cursor, Cursor("17".into()));
}

#[test]
fn a_newer_version_of_the_protocol_is_not_misread_and_its_errors_are_heard() {
    let json = changed("pull_response", "/afield", json!(PROTOCOL_VERSION + 1));
    let envelope: Envelope<PullResponse> = read(&json).unwrap();
    assert_eq!(envelope.reply, Reply::Unread);
    let json = changed("error", "/afield", json!(PROTOCOL_VERSION + 1));
    let envelope: Envelope<()> = read(&json).unwrap();
    assert!(matches!(envelope.reply, Reply::Error(error) if error.code == ErrorCode::RateLimited));
}

#[test]
fn an_unknown_role_has_the_least_rights_and_signs_in() {
    for role in [json!("lead"), json!(null), json!(7)] {
        let json = changed("session_info", "/reply/ok/user/role", role);
        let envelope: Envelope<SessionInfo> = read(&json).unwrap();
        let Reply::Ok(info) = envelope.reply else {
            panic!()
        };
        assert_eq!(info.user.role, afield_domain::Role::Technician);
    }
}

#[test]
fn the_word_of_a_verdict_decides_whatever_stands_beside_it() {
    #[track_caller]
    fn check(json: Value, expected: Verdict) {
        let id = "01930000-0000-7000-8000-000000000068";
        let Value::Object(mut fields) = json else {
            panic!()
        };
        fields.insert("id".into(), json!(id));
        let read: MutationVerdict = read(&Value::Object(fields)).unwrap();
        assert_eq!(read.verdict, expected);
        assert_eq!(read.message, "");
    }
    let applied = Verdict::Applied {
        records: Vec::new(),
    };
    check(json!({"verdict": "applied"}), applied.clone());
    check(
        json!({"verdict": "applied", "records": null}),
        applied.clone(),
    );
    check(
        json!({"verdict": "applied", "records": [{"rev": 1, "record": {"module": "job"}}]}),
        applied,
    );
    check(json!({"verdict": "retry"}), Verdict::Retry { after_ms: 0 });
    let reason = afield_domain::Rejection::Other;
    check(
        json!({"verdict": "rejected"}),
        Verdict::Rejected {
            reason: reason.clone(),
        },
    );
    let credit = json!({"code": "credit_limit", "limit": 500});
    check(
        json!({"verdict": "rejected", "reason": credit}),
        Verdict::Rejected {
            reason: reason.clone(),
        },
    );
    let on_hold = json!({"code": "illegal_status", "from": "on_hold", "to": "en_route"});
    check(
        json!({"verdict": "rejected", "reason": on_hold}),
        Verdict::Rejected { reason },
    );
    check(json!({"verdict": "postponed"}), Verdict::Unknown);
    check(json!({"verdict": 7}), Verdict::Unknown);
    check(json!({}), Verdict::Unknown);
}

#[test]
fn a_refusal_s_own_words_are_read_plain_and_bounded_whatever_its_code() {
    #[track_caller]
    fn check(reason: Value, expected: &str) {
        let id = "01930000-0000-7000-8000-000000000068";
        let json = json!({"id": id, "verdict": "rejected", "reason": reason});
        let read: MutationVerdict = read(&json).unwrap();
        assert!(matches!(read.verdict, Verdict::Rejected { .. }));
        assert_eq!(read.message, expected);
    }
    let closed = "The order is closed in SAP.";
    check(json!({"code": "deleted", "message": closed}), closed);
    check(json!({"code": "credit_limit", "message": closed}), closed);
    check(json!({"message": closed}), closed);
    check(json!({"code": "deleted", "message": "a\nb\u{1b}c"}), "a bc");
    check(
        json!({"code": "deleted", "message": "x".repeat(100_000)}),
        &"x".repeat(500),
    );
    for strange in [
        json!(null),
        json!(7),
        json!({"de": closed}),
        json!([closed]),
    ] {
        check(json!({"code": "deleted", "message": strange}), "");
    }
    check(json!("deleted"), "");
}
