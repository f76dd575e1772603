//! Push: what cannot be read, what is too much, and a storage that fails.

use crate::client::short;
use crate::fragile::Mood;
use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use afield_server::storage::MutationRow;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

/// Pushes raw mutations, after one good note was changed by `change`.
async fn check_raw(change: impl Fn(&mut Value), expected: Result<&[&str], StatusCode>) {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let mut first = serde_json::to_value(phone.note(job, "wet")).unwrap();
    change(&mut first);
    let second = serde_json::to_value(phone.note(job, "dry")).unwrap();
    let body = json!({"device": phone.device, "ack_below": 0, "mutations": [first, second]});
    let answer = anna.post(paths::PUSH, body).await;
    match expected {
        Ok(expected) => {
            let response: PushResponse = answer.ok();
            let got: Vec<_> = response
                .verdicts
                .iter()
                .map(|verdict| short(&verdict.verdict))
                .collect();
            assert_eq!(got, expected);
        }
        Err(status) => {
            assert_eq!(answer.status, status, "{}", answer.body);
            assert_eq!(
                server.notes(NORDHAUS, job).await,
                0,
                "nothing of it is done"
            );
        }
    }
}

#[tokio::test]
async fn a_malformed_mutation_takes_no_other_with_it() {
    let bad = StatusCode::BAD_REQUEST;
    check_raw(|_| (), Ok(&["applied", "applied"])).await;
    check_raw(|m| m["op"] = json!(7), Ok(&["invalid", "applied"])).await;
    check_raw(|m| m["wall"] = json!("noon"), Ok(&["invalid", "applied"])).await;
    check_raw(|m| m["seq"] = json!(-1), Ok(&["invalid", "applied"])).await;
    check_raw(|m| m["seq"] = json!(u64::MAX), Ok(&["invalid", "applied"])).await;
    check_raw(
        |m| m["device"] = json!(Uuid::from_u128(1)),
        Ok(&["invalid", "applied"]),
    )
    .await;
    check_raw(
        |m| m["op"]["text"] = json!("x".repeat(limits::NOTE_CHARS + 1)),
        Ok(&["invalid", "applied"]),
    )
    .await;
    check_raw(|m| m["id"] = json!("no id"), Err(bad)).await;
    check_raw(|m| *m = json!([1]), Err(bad)).await;
    check_raw(|m| m["seq"] = json!(9), Err(bad)).await;
}

#[tokio::test]
async fn an_operation_of_a_newer_app_is_refused_for_now_and_not_for_good() {
    check_raw(
        |m| m["op"] = json!({"op": "teleport"}),
        Ok(&["unknown_op", "applied"]),
    )
    .await;
    check_raw(
        |m| m["op_version"] = json!(OP_VERSION + 1),
        Ok(&["unknown_op", "applied"]),
    )
    .await;
    // The version is looked at before the words.
    let newer_words = |m: &mut Value, version: u16| {
        m["op_version"] = json!(version);
        m["op"] = json!({"op": "set_job_status", "job": Uuid::nil(), "to": "teleported"});
    };
    check_raw(
        |m| newer_words(m, OP_VERSION + 1),
        Ok(&["unknown_op", "applied"]),
    )
    .await;
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let anna = server.sign_in(ANNA).await;
    let known = Phone::of(ANNA).note(job, "wet");
    let newer = Mutation {
        op_version: OP_VERSION + 1,
        ..known.clone()
    };
    assert_eq!(anna.push(&[newer]).await, ["unknown_op"]);
    assert_eq!(anna.push(&[known]).await, ["applied"]);
}

#[tokio::test]
async fn what_only_a_newer_server_reads_is_repeated_if_it_was_decided_and_is_its_user_s() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let anna = server.sign_in(ANNA).await;
    let mut newer = serde_json::to_value(Phone::of(ANNA).note(job, "wet")).unwrap();
    newer["op_version"] = json!(OP_VERSION + 1);
    newer["op"]["job"] = json!({"of": "tomorrow"});
    let push = async |client: &crate::client::Client| {
        let body = json!({"device": newer["device"], "ack_below": 0, "mutations": [newer.clone()]});
        client.post(paths::PUSH, body).await
    };
    let ben = push(&server.sign_in(BEN).await).await;
    assert_eq!(ben.error().code, ErrorCode::Unauthorized);
    let told = |answer: &crate::client::Answer| {
        let response: PushResponse = answer.ok();
        short(&response.verdicts[0].verdict)
    };
    assert_eq!(told(&push(&anna).await), "unknown_op");
    // That newer server has decided it, and was set back to this one.
    let mut tx = server.app.storage.write().await.unwrap();
    let row = MutationRow {
        id: serde_json::from_value(newer["id"].clone()).unwrap(),
        device: serde_json::from_value(newer["device"].clone()).unwrap(),
        seq: Seq(1),
        user: ANNA,
        lane: None,
        fingerprint: "of another payload".into(),
        rejected: false,
        verdict: None,
        received_at: at(NOON),
        brought_by: None,
    };
    tx.add_mutation(NORDHAUS, &row).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(told(&push(&anna).await), "idempotency_mismatch");
}

#[tokio::test]
async fn limits_of_a_push() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let batch: Vec<_> = (0..=limits::PUSH_MUTATIONS)
        .map(|_| phone.note(job, "wet"))
        .collect();
    let answer = anna.push_raw(&batch).await;
    assert_eq!(
        (answer.status, answer.error().code),
        (StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::TooLarge)
    );
    assert_eq!(server.notes(NORDHAUS, job).await, 0);
    assert_eq!(
        anna.push(&batch[..limits::PUSH_MUTATIONS]).await.len(),
        limits::PUSH_MUTATIONS
    );

    let text = "x".repeat(limits::PUSH_BYTES);
    let too_long = anna.push_raw(&[phone.note(job, &text)]).await;
    assert_eq!(
        (too_long.status, too_long.error().code),
        (StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::TooLarge)
    );

    for body in ["", "{", "[]", "{\"device\":1}"] {
        let request = Request::post(paths::PUSH)
            .header("content-type", "application/json")
            .body(Body::from(body))
            .unwrap();
        let answer = anna.send(request).await;
        assert_eq!(
            (answer.status, answer.error().code),
            (StatusCode::BAD_REQUEST, ErrorCode::Invalid),
            "{body}"
        );
    }
    assert_eq!(anna.push(&[]).await, [""; 0]);
}

#[tokio::test]
async fn a_pruned_verdict_still_has_one_effect() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let note = [phone.note(job, "wet")];
    let illegal = [phone.status(job, JobStatus::Finished)];
    assert_eq!(anna.push(&note).await, ["applied"]);
    assert_eq!(anna.push(&illegal).await, ["illegal_status"]);
    let prune = async || {
        afield_server::maintenance::run_maintenance(&server.app)
            .await
            .unwrap()
            .verdicts
    };
    server.clock.advance(31 * DAY_MS);
    assert_eq!(prune().await, 0, "not acknowledged");
    let anna = server.sign_in(ANNA).await;
    let ack = json!({"device": phone.device, "ack_below": 3, "mutations": []});
    assert_eq!(anna.post(paths::PUSH, ack).await.status, StatusCode::OK);
    server.clock.set(at(NOON).plus_ms(29 * DAY_MS));
    assert_eq!(prune().await, 0, "not 30 days old");
    server.clock.advance(2 * DAY_MS);
    assert_eq!(prune().await, 1);
    let anna = server.sign_in(ANNA).await;
    assert_eq!(anna.push(&note).await, ["already"]);
    assert_eq!(anna.push(&illegal).await, ["illegal_status"]);
    assert_eq!(server.notes(NORDHAUS, job).await, 1);
}

#[tokio::test]
async fn a_storage_that_fails_means_retry_and_nothing_is_lost() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let batch = [phone.note(job, "wet"), phone.note(job, "dry")];
    server.storage.set(Mood::NoWrites);
    assert_eq!(anna.push(&batch).await, ["retry"]);
    server.storage.set(Mood::Well);
    assert_eq!(anna.push(&batch).await, ["applied", "applied"]);
}

/// Verdicts carry whole records: phones pay for bytes, and a slow line for time.
#[tokio::test]
async fn the_reply_to_a_push_is_packed_for_those_who_ask() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let notes: Vec<Mutation> = (0..20)
        .map(|_| phone.note(job, "The valve is stuck."))
        .collect();
    let body = json!({"device": phone.device, "ack_below": 0, "mutations": notes}).to_string();
    let sent = |accept: &str| {
        let request = Request::builder()
            .method("POST")
            .uri(paths::PUSH)
            .header("content-type", "application/json")
            .header("accept-encoding", accept)
            .body(Body::from(body.clone()));
        anna.send(request.unwrap())
    };
    let plain = sent("").await;
    assert_eq!(plain.status, StatusCode::OK, "{}", plain.body);
    let packed = sent("gzip").await;
    assert_eq!(packed.headers["content-encoding"], "gzip");
    assert!(packed.body.len() < plain.body.len() / 3);
}
