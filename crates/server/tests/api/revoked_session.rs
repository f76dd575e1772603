//! The session of a revoked device: how long its cookie lasts, who sees it and ends it, and whose contact it is.

use crate::client::Answer;
use crate::revoke::{Lost, person};
use crate::support::*;
use afield_protocol::*;
use serde_json::json;

/// What the browser is told to keep under the name of the session, and for how many seconds.
fn cookies(answer: &Answer) -> Vec<(String, i64)> {
    let all = answer.headers.get_all("set-cookie").iter();
    let of = |text: &str| {
        let (pair, attributes) = text.split_once(';')?;
        let (name, token) = pair.split_once('=')?;
        let (_, age) = attributes.split_once("Max-Age=")?;
        (name == "__Host-afield").then(|| (token.to_owned(), age.parse().unwrap()))
    };
    all.filter_map(|value| of(value.to_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn its_browser_keeps_the_cookie_for_as_long_as_the_server_takes_what_it_sends() {
    let mut lost = Lost::new().await;
    // Signed in twenty days ago: by its own word the cookie ends in ten.
    for _ in 0..2 {
        lost.server.clock.advance(10 * DAY_MS);
        assert_eq!(lost.anna.get(paths::SESSION).await.status, 200);
    }
    let note = lost.phone.note(lost.job, "The pump leaks.");
    assert_eq!(cookies(&lost.anna.push_raw(&[note]).await), []);
    let ada = lost.server.sign_in(ADA).await;
    assert_eq!(lost.revoke(&ada).await.status, 200);
    let cookie = lost.anna.cookie.clone().unwrap();
    let (_, token) = cookie.split_once('=').unwrap();
    let kept = |seconds: i64| vec![(token.to_owned(), seconds)];
    let report = json!({
        "device": lost.phone.device, "user": ANNA, "unsent": 1, "files": 0, "heard": false,
    });
    let told = lost.anna.post(paths::DEVICE, report).await;
    assert_eq!(cookies(&told), kept(30 * DAY_MS / 1000));
    lost.server.clock.advance(25 * DAY_MS + 1);
    let note = lost.phone.note(lost.job, "It still leaks.");
    let pushed = lost.anna.push_raw(&[note]).await;
    assert_eq!(cookies(&pushed), kept(5 * DAY_MS / 1000));
    // What is not sent is asked with nothing that could bring a cookie back.
    assert_eq!(cookies(&lost.anna.get(paths::PULL).await), []);
}

/// The cookie of an ordinary session never ends before the session does.
#[tokio::test]
async fn the_cookie_of_a_sign_in_lasts_as_long_as_any_use_can_make_its_session_last() {
    let server = Server::start().await;
    let answer = server.nobody().try_sign_in(&email(ANNA), PASSWORD).await;
    let [(_, seconds)] = cookies(&answer)[..] else {
        panic!("{:?}", answer.headers);
    };
    assert_eq!(seconds, 30 * DAY_MS / 1000);
    let anna = server.sign_in(ANNA).await;
    for _ in 0..29 {
        server.clock.advance(DAY_MS);
        assert_eq!(anna.get(paths::SESSION).await.status, 200);
    }
    server.clock.advance(DAY_MS);
    assert_eq!(anna.get(paths::SESSION).await.status, 401);
}

#[tokio::test]
async fn an_admin_sees_its_session_and_ends_it_for_good() {
    let mut lost = Lost::revoked().await;
    let note = lost.phone.note(lost.job, "The pump leaks.");
    assert_eq!(lost.anna.push(&[note]).await, ["in_review"]);
    let people: People = lost.ada.get(paths::PEOPLE).await.ok();
    let anna = person(&people, ANNA);
    assert_eq!(anna.sessions, []);
    let [session] = anna.revoked.as_slice() else {
        panic!("{anna:?}");
    };
    assert_eq!(
        (session.revoked_at, session.until),
        (at(NOON), at(NOON).plus_ms(30 * DAY_MS))
    );
    assert!(!lost.seen().await.revoked_over);

    let end = json!({"change": "end_session", "session": session.id});
    let path = format!("{}/{ANNA}", paths::PEOPLE);
    let changed: PeopleChanged = lost.ada.post(&path, end).await.ok();
    assert_eq!(person(&changed.people, ANNA).revoked, []);
    let late = lost.phone.note(lost.job, "Nobody takes this.");
    let answer = lost.anna.push_raw(&[late]).await;
    let error = answer.error();
    assert_eq!(
        (error.code, error.revoked),
        (ErrorCode::Unauthorized, false)
    );
    assert_eq!(cookies(&answer), []);
    let seen = lost.seen().await;
    assert_eq!((seen.revoked_at, seen.revoked_over), (Some(at(NOON)), true));
    // What had come waits as before.
    assert_eq!(lost.page().await.groups.len(), 1);
}

/// Whoever holds it need not be its user.
#[tokio::test]
async fn what_it_sends_is_no_contact_of_its_user() {
    let mut lost = Lost::new().await;
    let note = lost.phone.note(lost.job, "The pump leaks.");
    assert_eq!(lost.anna.push(&[note]).await, ["applied"]);
    assert_eq!(lost.revoke(&lost.ada).await.status, 200);
    lost.server.clock.advance(3_600_000);
    let note = lost.phone.note(lost.job, "It still leaks.");
    assert_eq!(lost.anna.push(&[note]).await, ["in_review"]);
    lost.tells(0, 0).await;
    let people: People = lost.ada.get(paths::PEOPLE).await.ok();
    let anna = person(&people, ANNA);
    assert_eq!(anna.seen_at, Some(at(NOON)));
    assert_eq!(anna.devices[0].last_seen, at(NOON));
    let seen = lost.seen().await;
    assert_eq!(
        (seen.seen_at, seen.told_at),
        (Some(at(NOON)), at(NOON).plus_ms(3_600_000))
    );
}
