//! Signing in, staying signed in, and who may write from where.

use crate::client::Client;
use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use serde_json::json;
use std::net::SocketAddr;

#[tokio::test]
async fn signing_in_and_out() {
    let server = Server::start().await;
    let answer = server
        .nobody()
        .try_sign_in(" ANNA@example.com ", PASSWORD)
        .await;
    let info: SessionInfo = answer.ok();
    assert_eq!((info.user.id, info.user.role), (ANNA, Role::Technician));
    assert_eq!((info.company.id, info.company.expiry_hours), (NORDHAUS, 24));
    let zone = Zone::from_data(&info.company.zone).unwrap();
    assert_eq!(zone.time(at(NOON)), "12:00");

    let cookie = answer.header("set-cookie");
    let token = cookie
        .strip_prefix("__Host-afield=")
        .unwrap()
        .split(';')
        .next()
        .unwrap();
    assert_eq!(token.len(), 64);
    for attribute in [
        "; Secure",
        "; HttpOnly",
        "; SameSite=Strict",
        "; Path=/",
        "; Max-Age=2592000",
    ] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");

    let mut anna = server.nobody();
    anna.cookie = answer.cookie();
    assert_eq!(anna.get(paths::SESSION).await.ok::<SessionInfo>(), info);
    let out = anna.ask("DELETE", paths::SESSION, None).await;
    assert_eq!(out.status, StatusCode::OK);
    assert!(out.header("set-cookie").starts_with("__Host-afield=; "));
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(
        anna.get(paths::SESSION).await.error().code,
        ErrorCode::Unauthorized
    );
    assert_eq!(
        anna.ask("DELETE", paths::SESSION, None).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn the_token_is_nowhere_in_the_database() {
    let server = Server::start().await;
    let anna = server.sign_in(ANNA).await;
    let token = anna.cookie.unwrap().split_once('=').unwrap().1.to_owned();
    server.app.storage.close().await;
    for entry in std::fs::read_dir(server.folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(
            !bytes
                .windows(token.len())
                .any(|part| part == token.as_bytes())
        );
    }
}

#[tokio::test]
async fn a_new_sign_in_ends_the_session_it_replaces() {
    let server = Server::start().await;
    let anna = server.sign_in(ANNA).await;
    let again = anna.try_sign_in(&email(ANNA), PASSWORD).await;
    assert_ne!(again.cookie(), anna.cookie);
    assert_eq!(
        anna.get(paths::SESSION).await.status,
        StatusCode::UNAUTHORIZED
    );
}

/// Whether Anna is still signed in after using the app on these days.
async fn check_session(days: &[i64], expected: bool) {
    let server = Server::start().await;
    let anna = server.sign_in(ANNA).await;
    let (last, before) = days.split_last().unwrap();
    for day in before {
        server.clock.set(at(NOON).plus_ms(day * DAY_MS));
        assert_eq!(
            anna.get(paths::SESSION).await.status,
            StatusCode::OK,
            "day {day}"
        );
    }
    server.clock.set(at(NOON).plus_ms(last * DAY_MS));
    let signed_in = anna.get(paths::SESSION).await.status == StatusCode::OK;
    assert_eq!(signed_in, expected, "{days:?}");
}

#[tokio::test]
async fn a_session_lasts_fourteen_days_from_its_last_use_and_thirty_in_all() {
    check_session(&[13], true).await;
    check_session(&[14], false).await;
    check_session(&[13, 26, 29], true).await;
    check_session(&[13, 26, 30], false).await;
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_answer_alike() {
    let server = Server::start().await;
    let nobody = server.nobody();
    let wrong = nobody.try_sign_in(&email(ANNA), "wrong").await;
    let unknown = nobody.try_sign_in("nobody@example.com", "wrong").await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        (wrong.status, wrong.error()),
        (unknown.status, unknown.error())
    );
    assert!(wrong.cookie().is_none());
}

#[tokio::test]
async fn five_failures_for_an_account_and_then_a_wait() {
    let server = Server::start().await;
    let nobody = server.nobody();
    for address in [email(ANNA), "nobody@example.com".into()] {
        for _ in 0..5 {
            let answer = nobody.try_sign_in(&address, "wrong").await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        }
        let limited = nobody.try_sign_in(&address, PASSWORD).await;
        assert_eq!(
            (limited.status, limited.error().code),
            (StatusCode::TOO_MANY_REQUESTS, ErrorCode::RateLimited)
        );
        assert_eq!(
            (
                limited.header("retry-after"),
                limited.error().retry_after_ms
            ),
            ("60", Some(60_000))
        );
        server.clock.advance(60_000);
    }
    server.sign_in(ANNA).await;
}

#[tokio::test]
async fn people_who_sign_in_at_the_same_time_behind_one_address_all_get_in() {
    let server = Server::start().await;
    let nobody = server.nobody();
    let people = (0..40).map(|_| async {
        let body = json!({"email": email(ANNA), "password": PASSWORD});
        post_from(&nobody, "192.0.2.1:5000", body).await
    });
    let answers = futures::future::join_all(people).await;
    assert!(
        answers.iter().all(|status| *status == StatusCode::OK),
        "{answers:?}"
    );
}

#[tokio::test]
async fn wrong_passwords_from_elsewhere_do_not_lock_the_owner_out() {
    let server = Server::start().await;
    let nobody = server.nobody();
    for n in 0..10 {
        for _ in 0..6 {
            try_from(&nobody, &format!("192.0.2.{n}:1"), &email(ANNA)).await;
        }
    }
    let body = json!({"email": email(ANNA), "password": PASSWORD});
    let owner = post_from(&nobody, "198.51.100.7:5000", body).await;
    assert_eq!(owner, StatusCode::OK);
}

#[tokio::test]
async fn a_hundred_wrong_ones_at_once_are_not_all_looked_at() {
    let server = Server::start().await;
    let nobody = server.nobody();
    let guesses = (0..60).map(|_| try_from(&nobody, "192.0.2.1:1", "anna@example.com"));
    let answers = futures::future::join_all(guesses).await;
    let wrong = answers
        .iter()
        .filter(|status| **status == StatusCode::UNAUTHORIZED)
        .count();
    // Two are checked at the same time here: as many may be under way when the fifth fails.
    assert!((5..=6).contains(&wrong), "{wrong}");
}

#[tokio::test]
async fn a_network_that_asks_for_many_sign_ins_at_once_leaves_the_others_theirs() {
    let server = Server::start().await;
    let nobody = server.nobody();
    let sign_in = |peer| {
        let body = json!({"email": email(ANNA), "password": PASSWORD});
        post_from(&nobody, peer, body)
    };
    let crowd = (0..100).map(|_| sign_in("192.0.2.1:5000"));
    let one = [sign_in("198.51.100.7:5000")];
    let answers = futures::future::join_all(crowd.chain(one)).await;
    assert_eq!(answers.last(), Some(&StatusCode::OK), "{answers:?}");
}

#[tokio::test]
async fn all_addresses_of_one_ipv6_network_count_as_one() {
    let server = Server::start().await;
    let nobody = server.nobody();
    let address = |n: u32| format!("[2001:db8:1:2::{n:x}]:5000");
    for n in 0..30 {
        let status = try_from(&nobody, &address(n), &format!("{n}@example.com")).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
    let next = try_from(&nobody, &address(99), "x@example.com").await;
    assert_eq!(next, StatusCode::TOO_MANY_REQUESTS);
    let neighbour = try_from(&nobody, "[2001:db8:1:3::1]:5000", "x@example.com").await;
    assert_eq!(neighbour, StatusCode::UNAUTHORIZED);
}

async fn post_from(client: &Client, peer: &str, body: serde_json::Value) -> StatusCode {
    let peer: SocketAddr = peer.parse().unwrap();
    let request = Request::post(paths::SESSION)
        .header("content-type", "application/json")
        .extension(ConnectInfo(peer))
        .body(Body::from(body.to_string()));
    client.send(request.unwrap()).await.status
}

async fn try_from(client: &Client, peer: &str, email: &str) -> StatusCode {
    post_from(client, peer, json!({"email": email, "password": "wrong"})).await
}

#[tokio::test]
async fn thirty_failures_from_an_address_and_then_a_wait() {
    let server = Server::start().await;
    let nobody = server.nobody();
    for n in 0..30 {
        let status = try_from(&nobody, "192.0.2.1:5000", &format!("{n}@example.com")).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(
        try_from(&nobody, "192.0.2.1:5000", "x@example.com").await,
        StatusCode::TOO_MANY_REQUESTS
    );
    assert_eq!(
        try_from(&nobody, "192.0.2.2:5000", "x@example.com").await,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn behind_a_proxy_the_address_is_the_last_one_it_names() {
    for (behind_proxy, expected) in [
        (true, StatusCode::UNAUTHORIZED),
        (false, StatusCode::TOO_MANY_REQUESTS),
    ] {
        let config = afield_server::Config {
            behind_proxy,
            ..afield_server::Config::default()
        };
        let server = Server::start_with(config, afield_server::web_app::WebApp::embedded()).await;
        let mut last = StatusCode::OK;
        for n in 0..31 {
            // What the client itself claims comes first and does not count.
            let request = Request::post(paths::SESSION)
                .header("content-type", "application/json")
                .header("x-forwarded-for", format!("203.0.113.9, 192.0.2.{n}"))
                .body(Body::from(
                    json!({"email": format!("{n}@example.com"), "password": "wrong"}).to_string(),
                ));
            last = server.nobody().send(request.unwrap()).await.status;
        }
        assert_eq!(last, expected, "{behind_proxy}");
    }
}

/// How a write with these headers is answered to a signed-in user.
async fn check_write(headers: &[(&str, &str)], expected: StatusCode) {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let mut anna = server.sign_in(ANNA).await;
    anna.same_origin = false;
    let mut phone = Phone::of(ANNA);
    let body = PushRequest {
        device: phone.device,
        ack_below: Seq(0),
        epoch: None,
        asks: Vec::new(),
        review: false,
        mutations: vec![phone.note(job, "wet")],
    };
    let mut request = Request::post(paths::PUSH);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = Body::from(serde_json::to_string(&body).unwrap());
    let answer = anna.send(request.body(body).unwrap()).await;
    assert_eq!(answer.status, expected, "{headers:?}");
    let done = usize::from(expected == StatusCode::OK);
    assert_eq!(server.notes(NORDHAUS, job).await, done, "{headers:?}");
}

#[tokio::test]
async fn only_our_own_pages_may_write() {
    let json = ("content-type", "application/json");
    let host = ("host", "afield.example");
    let forbidden = StatusCode::FORBIDDEN;
    check_write(&[json, ("sec-fetch-site", "same-origin")], StatusCode::OK).await;
    check_write(
        &[json, host, ("origin", "https://afield.example")],
        StatusCode::OK,
    )
    .await;
    for site in ["cross-site", "same-site", "none"] {
        check_write(&[json, ("sec-fetch-site", site)], forbidden).await;
    }
    check_write(&[json, host, ("origin", "https://evil.example")], forbidden).await;
    check_write(&[json, host, ("origin", "null")], forbidden).await;
    check_write(&[json, host], forbidden).await;
    let own = ("sec-fetch-site", "same-origin");
    check_write(&[own], StatusCode::UNSUPPORTED_MEDIA_TYPE).await;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ] {
        check_write(
            &[own, ("content-type", kind)],
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        )
        .await;
    }
    check_write(
        &[own, ("content-type", "application/json; charset=utf-8")],
        StatusCode::OK,
    )
    .await;
}

#[tokio::test]
async fn a_user_has_so_many_sessions_and_the_one_that_was_used_longest_ago_ends() {
    let server = Server::start().await;
    let ben = server.sign_in(BEN).await;
    let mut annas = Vec::new();
    for n in 0..50 {
        server.clock.set(at(NOON).plus_ms(n));
        annas.push(server.sign_in(ANNA).await);
    }
    // The first is used again, hours later; the second is then the oldest.
    server.clock.set(at(NOON).plus_ms(2 * 3_600_000));
    assert_eq!(annas[0].get(paths::SESSION).await.status, StatusCode::OK);
    let newest = server.sign_in(ANNA).await;
    for (client, expected) in [
        (&annas[0], StatusCode::OK),
        (&annas[1], StatusCode::UNAUTHORIZED),
        (&annas[2], StatusCode::OK),
        (&newest, StatusCode::OK),
        (&ben, StatusCode::OK),
    ] {
        assert_eq!(client.get(paths::SESSION).await.status, expected);
    }
}

#[tokio::test]
async fn made_up_tokens_are_not_counted_and_so_push_nobody_s_count_out() {
    let config = afield_server::Config {
        requests_per_minute: 3,
        ..afield_server::Config::default()
    };
    let server = Server::start_with(config, afield_server::web_app::WebApp::embedded()).await;
    let anna = server.sign_in(ANNA).await;
    for expected in [200, 200, 200, 429] {
        assert_eq!(anna.get(paths::SESSION).await.status.as_u16(), expected);
    }
    let mut nobody = server.nobody();
    nobody.cookie = Some("__Host-afield=made-up".into());
    for _ in 0..5 {
        assert_eq!(nobody.get(paths::SESSION).await.status.as_u16(), 401);
    }
}
