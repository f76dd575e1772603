//! Admins add people, change them, let them in and keep them out; a sign-in link sets a password once.

use crate::client::Client;
use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use uuid::Uuid;

const NEW: UserId = UserId(Uuid::from_u128(0x9001));
const HOURS: i64 = 3_600_000;

fn new_person(password: Option<&str>) -> Value {
    let new = NewPerson {
        id: NEW,
        name: " Nora ".into(),
        email: " Nora@Example.com ".into(),
        role: Role::Technician,
        password: password.map(str::to_owned),
    };
    serde_json::to_value(new).unwrap()
}

async fn change(client: &Client, user: UserId, body: Value) -> PeopleChanged {
    let path = format!("{}/{user}", paths::PEOPLE);
    client.post(&path, body).await.ok()
}

async fn status_of(client: &Client, user: UserId, body: Value) -> u16 {
    let path = format!("{}/{user}", paths::PEOPLE);
    client.post(&path, body).await.status.as_u16()
}

fn person(people: &People, user: UserId) -> &Person {
    let mut all = people.people.iter();
    all.find(|person| person.user.id == user).unwrap()
}

async fn use_link(server: &Server, link: &str, password: &str) -> crate::client::Answer {
    let body = json!({"link": link, "password": password});
    server.nobody().post(paths::LINK, body).await
}

#[tokio::test]
async fn somebody_new_sets_a_password_by_a_link_once() {
    let server = Server::start().await;
    let ada = server.sign_in(ADA).await;
    let added: PeopleChanged = ada.post(paths::PEOPLE, new_person(None)).await.ok();
    let link = added.link.unwrap();
    let nora = person(&added.people, NEW);
    assert_eq!(
        (nora.user.name.as_str(), nora.email.as_str()),
        ("Nora", "nora@example.com")
    );
    assert!(nora.active && !nora.has_password && nora.link_until.is_some());
    // Nobody signs in without a password, whatever they type.
    for password in ["", "12345678"] {
        let answer = server
            .nobody()
            .try_sign_in("nora@example.com", password)
            .await;
        assert_eq!(answer.status, 401);
    }
    // One that is too short uses nothing up.
    assert_eq!(use_link(&server, &link, "1234567").await.status, 400);
    let used = use_link(&server, &link, "nora's own").await;
    assert!(used.cookie().is_some());
    let told: LinkUsed = used.ok();
    assert_eq!(
        (told.session.user.id, told.email.as_str()),
        (NEW, "nora@example.com")
    );
    assert_eq!(
        use_link(&server, &link, "somebody else's").await.status,
        404
    );
    let answer = server
        .nobody()
        .try_sign_in("nora@example.com", "nora's own")
        .await;
    assert_eq!(answer.status, 200);
    let people: People = ada.get(paths::PEOPLE).await.ok();
    let nora = person(&people, NEW);
    assert!(nora.has_password && nora.link_until.is_none() && nora.seen_at.is_some());
    let did: Vec<_> = people
        .trail
        .iter()
        .map(|row| (row.by.as_str(), row.who.as_str()))
        .collect();
    assert_eq!(did, [("Nora", "Nora"), ("Ada", "Nora")]);
}

#[tokio::test]
async fn a_link_is_good_for_48_hours_and_the_last_one_alone() {
    let server = Server::start().await;
    let ada = server.sign_in(ADA).await;
    let first: PeopleChanged = ada.post(paths::PEOPLE, new_person(None)).await.ok();
    // The answer was lost: the same again adds nobody, and gives a link that works.
    let again: PeopleChanged = ada.post(paths::PEOPLE, new_person(None)).await.ok();
    assert_eq!(again.people.people.len(), 5);
    assert_eq!(
        use_link(&server, &first.link.unwrap(), "12345678")
            .await
            .status,
        404
    );
    server.clock.advance(48 * HOURS);
    assert_eq!(
        use_link(&server, &again.link.unwrap(), "12345678")
            .await
            .status,
        404
    );
    let ada = server.sign_in(ADA).await;
    let third = change(&ada, NEW, json!({"change": "link"}))
        .await
        .link
        .unwrap();
    server.clock.advance(48 * HOURS - 1);
    assert_eq!(use_link(&server, &third, "12345678").await.status, 200);
    // Who is kept out does not come in by a link that was made before.
    let ada = server.sign_in(ADA).await;
    let fourth = change(&ada, NEW, json!({"change": "link"}))
        .await
        .link
        .unwrap();
    change(&ada, NEW, json!({"change": "disable"})).await;
    assert_eq!(use_link(&server, &fourth, "12345678").await.status, 404);
    assert_eq!(status_of(&ada, NEW, json!({"change": "link"})).await, 400);
}

#[tokio::test]
async fn only_what_was_asked_for_before_is_a_repeat_and_a_new_link_is_told_of() {
    let server = Server::start().await;
    let ada = server.sign_in(ADA).await;
    let deeds = async || {
        let people: People = ada.get(paths::PEOPLE).await.ok();
        let told = people.trail.into_iter().map(|row| (row.who, row.what));
        told.collect::<Vec<_>>()
    };
    for _ in 0..2 {
        assert_eq!(ada.post(paths::PEOPLE, new_person(None)).await.status, 200);
    }
    let nora = |what| ("Nora".to_owned(), what);
    let added = PersonDeed::Added {
        role: Role::Technician,
    };
    let made = [nora(PersonDeed::LinkMade), nora(added)];
    assert_eq!(deeds().await, made);
    let other = |field: &str, value: Value| {
        let mut new = new_person(None);
        new[field] = value;
        new
    };
    let of_anna = json!({
        "id": ANNA, "name": "Anna", "email": email(ANNA), "role": "technician",
    });
    for body in [
        other("name", json!("Nora Lund")),
        other("email", json!("nora.lund@example.com")),
        other("role", json!("dispatcher")),
        new_person(Some("12345678")),
        // Who has a password already was not invited by the same request.
        of_anna,
    ] {
        let refused = ada.post(paths::PEOPLE, body.clone()).await;
        assert_eq!(refused.error().code, ErrorCode::Invalid, "{body}");
    }
    let mut nobody = other("id", json!(UserId(Uuid::nil())));
    nobody["email"] = json!("nobody@example.com");
    assert_eq!(ada.post(paths::PEOPLE, nobody).await.status, 400);
    change(&ada, NEW, json!({"change": "disable"})).await;
    let answer = ada.post(paths::PEOPLE, new_person(None)).await;
    assert_eq!(answer.status, 400, "who was kept out since gets no link");
    let mut expected = vec![nora(PersonDeed::Disabled)];
    expected.extend(made);
    assert_eq!(deeds().await, expected);
    // With a password there is no link to tell of.
    let with = |id: u128| {
        let mut new = new_person(Some("12345678"));
        new["id"] = json!(UserId(Uuid::from_u128(id)));
        new["email"] = json!("olga@example.com");
        new
    };
    for _ in 0..2 {
        let done: PeopleChanged = ada.post(paths::PEOPLE, with(0x9002)).await.ok();
        assert_eq!(done.link, None);
    }
    assert_eq!(ada.post(paths::PEOPLE, with(0x9003)).await.status, 400);
    assert_eq!(deeds().await.len(), 4);
}

/// Sends a change as Ada, of whom `meanwhile` becomes while its body is on its way; the status.
async fn late(server: &Server, path: &str, body: Value, meanwhile: Value) -> u16 {
    let (ada, dora) = (server.sign_in(ADA).await, server.sign_in(DORA).await);
    let sent = futures::stream::once(async move {
        change(&dora, ADA, meanwhile).await;
        Ok::<_, std::io::Error>(body.to_string())
    });
    let request = Request::builder()
        .method("POST")
        .uri(path)
        .header("content-type", "application/json")
        .body(Body::from_stream(sent));
    ada.send(request.unwrap()).await.status.as_u16()
}

#[tokio::test]
async fn who_is_no_admin_any_more_when_the_body_arrives_changes_nothing() {
    let right = json!({
        "change": "right", "role": "technician", "right": "add_note", "given": false,
    });
    let anna = format!("{}/{ANNA}", paths::PEOPLE);
    let rename = json!({"change": "rename", "name": "Anna K."});
    for (path, body) in [
        (paths::RIGHTS, right),
        (paths::PEOPLE, new_person(Some("12345678"))),
        (anna.as_str(), rename),
    ] {
        for (meanwhile, expected) in [
            (json!({"change": "rename", "name": "Ada F."}), 200),
            (json!({"change": "role", "role": "dispatcher"}), 401),
            (json!({"change": "disable"}), 401),
            (
                json!({"change": "password", "password": "another one"}),
                401,
            ),
        ] {
            let server = Server::start().await;
            let ada = server.sign_in(ADA).await;
            change(&ada, DORA, json!({"change": "role", "role": "admin"})).await;
            let status = late(&server, path, body.clone(), meanwhile.clone()).await;
            assert_eq!(status, expected, "{path} {meanwhile}");
            let dora = server.sign_in(DORA).await;
            let people: People = dora.get(paths::PEOPLE).await.ok();
            let rights: RightsPage = dora.get(paths::RIGHTS).await.ok();
            let mut by = people.trail.iter().map(|row| row.by.as_str());
            let by_ada = by.any(|by| by == "Ada F.") || !rights.trail.is_empty();
            assert_eq!(by_ada, expected == 200, "{path} {meanwhile}");
        }
    }
    // The role alone, as it is changed beside the app, is enough.
    let server = Server::start().await;
    let ada = server.sign_in(ADA).await;
    let app = server.app.clone();
    let sent = futures::stream::once(async move {
        let mut tx = app.storage.write().await.unwrap();
        let mut account = tx.account(&email(ADA)).await.unwrap().unwrap();
        account.user.role = Role::Dispatcher;
        tx.set_account(&account).await.unwrap();
        tx.commit().await.unwrap();
        Ok::<_, std::io::Error>(json!({"change": "disable"}).to_string())
    });
    let request = Request::builder()
        .method("POST")
        .uri(anna)
        .header("content-type", "application/json")
        .body(Body::from_stream(sent));
    assert_eq!(ada.send(request.unwrap()).await.status, 403);
}

#[tokio::test]
async fn guessing_links_is_braked() {
    let server = Server::start().await;
    let mut last = 0;
    for n in 0..40 {
        let answer = use_link(&server, &format!("guess {n}"), "12345678").await;
        last = answer.status.as_u16();
    }
    assert_eq!(last, 429);
    // For whoever guesses; who is signed in goes on.
    server.clock.advance(60_000);
    assert_eq!(use_link(&server, "guess", "12345678").await.status, 404);
}

#[tokio::test]
async fn who_is_disabled_is_out_at_once_and_what_they_have_not_sent_goes_when_they_are_back() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await;
    let (anna, ada) = (server.sign_in(ANNA).await, server.sign_in(ADA).await);
    let note = Phone::of(ANNA).note(job.id, "wet");
    change(&ada, ANNA, json!({"change": "disable"})).await;
    assert_eq!(anna.push_raw(std::slice::from_ref(&note)).await.status, 401);
    let answer = server.nobody().try_sign_in(&email(ANNA), PASSWORD).await;
    assert_eq!(answer.status, 401);
    let enabled = change(&ada, ANNA, json!({"change": "enable"})).await;
    assert!(person(&enabled.people, ANNA).active);
    assert_eq!(server.sign_in(ANNA).await.push(&[note]).await, ["applied"]);
}

#[tokio::test]
async fn name_role_and_password_are_changed_and_sessions_end_where_they_must() {
    let server = Server::start().await;
    let ada = server.sign_in(ADA).await;
    let anna = server.sign_in(ANNA).await;
    change(&ada, ANNA, json!({"change": "rename", "name": "Anna K."})).await;
    let info: SessionInfo = anna.get(paths::SESSION).await.ok();
    assert_eq!(info.user.name, "Anna K.", "she stays signed in");
    change(&ada, ANNA, json!({"change": "role", "role": "dispatcher"})).await;
    assert_eq!(anna.get(paths::SESSION).await.status, 401);
    let anna = server.sign_in(ANNA).await;
    let info: SessionInfo = anna.get(paths::SESSION).await.ok();
    assert_eq!(info.user.role, Role::Dispatcher);
    // What the new role may is news to the phone.
    assert!(!info.rights.is_unchanged());
    change(
        &ada,
        ANNA,
        json!({"change": "password", "password": "another one"}),
    )
    .await;
    assert_eq!(anna.get(paths::SESSION).await.status, 401);
    assert_eq!(
        server
            .nobody()
            .try_sign_in(&email(ANNA), PASSWORD)
            .await
            .status,
        401
    );
    let answer = server
        .nobody()
        .try_sign_in(&email(ANNA), "another one")
        .await;
    assert_eq!(answer.status, 200);
    for body in [
        json!({"change": "password", "password": "short"}),
        json!({"change": "rename", "name": " "}),
        json!({"change": "fly"}),
    ] {
        assert_eq!(status_of(&ada, ANNA, body.clone()).await, 400, "{body}");
    }
}

#[tokio::test]
async fn one_session_of_many_is_ended() {
    let server = Server::start().await;
    let ada = server.sign_in(ADA).await;
    let here = server.sign_in(ANNA).await;
    let people: People = ada.get(paths::PEOPLE).await.ok();
    let first = person(&people, ANNA).sessions[0].id.clone();
    server.clock.advance(HOURS);
    let there = server.sign_in(ANNA).await;
    let body = json!({"change": "end_session", "session": first});
    // It is hers, and of nobody else.
    assert_eq!(status_of(&ada, BEN, body.clone()).await, 404);
    let ended = change(&ada, ANNA, body).await;
    assert_eq!(person(&ended.people, ANNA).sessions.len(), 1);
    assert_eq!(here.get(paths::SESSION).await.status, 401);
    assert_eq!(there.get(paths::SESSION).await.status, 200);
}

#[tokio::test]
async fn the_last_admin_stays_and_nobody_reaches_another_company() {
    let server = Server::start().await;
    let ada = server.sign_in(ADA).await;
    for body in [
        json!({"change": "disable"}),
        json!({"change": "role", "role": "technician"}),
    ] {
        let path = format!("{}/{ADA}", paths::PEOPLE);
        let refused = ada.post(&path, body).await;
        assert_eq!(refused.error().code, ErrorCode::Conflict);
        assert!(refused.error().message.contains("last admin"));
    }
    assert_eq!(ada.get(paths::SESSION).await.status, 200);
    // With another one, she can go.
    change(&ada, DORA, json!({"change": "role", "role": "admin"})).await;
    change(&ada, ADA, json!({"change": "disable"})).await;
    let dora = server.sign_in(DORA).await;
    let people: People = dora.get(paths::PEOPLE).await.ok();
    assert!(
        people
            .people
            .iter()
            .all(|person| ![TOM, DANA].contains(&person.user.id))
    );
    for user in [TOM, UserId(Uuid::from_u128(404))] {
        assert_eq!(
            status_of(&dora, user, json!({"change": "disable"})).await,
            404
        );
    }
    // Another company's mail address is told of as any that cannot be used.
    let mut taken = new_person(None);
    taken["email"] = json!(email(TOM));
    let mut odd = new_person(None);
    odd["email"] = json!("no address");
    for body in [taken, odd] {
        assert_eq!(dora.post(paths::PEOPLE, body).await.status, 400);
    }
}

#[tokio::test]
async fn somebody_is_put_into_a_team_and_taken_out_and_the_board_knows() {
    let server = Server::start().await;
    let ada = server.sign_in(ADA).await;
    let into = |team: &str| json!({"change": "team", "team": team});
    let teams = async || {
        let board: BoardResponse = ada.get(paths::BOARD).await.ok();
        let teams = board
            .teams
            .into_iter()
            .map(|team| (team.name, team.members));
        teams.collect::<Vec<_>>()
    };
    assert!(teams().await.is_empty());
    let changed = change(&ada, ANNA, into("  North ")).await;
    assert_eq!(person(&changed.people, ANNA).team, "North");
    change(&ada, BEN, into("East")).await;
    let north = ("North".to_owned(), vec![ANNA]);
    assert_eq!(
        teams().await,
        [("East".to_owned(), vec![BEN]), north.clone()]
    );
    // Whoever is kept out is in no team that work could be given to; their team is theirs when they are back.
    change(&ada, BEN, json!({"change": "disable"})).await;
    assert_eq!(teams().await, [north]);
    let changed = change(&ada, BEN, json!({"change": "enable"})).await;
    assert_eq!(person(&changed.people, BEN).team, "East");
    let changed = change(&ada, ANNA, into("")).await;
    let said = &changed.people.trail[0].what;
    let (from, to) = ("North".to_owned(), String::new());
    assert_eq!(*said, PersonDeed::Team { from, to });
    // The same again is nothing that is told, and a name without end is none.
    let again = change(&ada, ANNA, into(" ")).await;
    assert_eq!(again.people.trail.len(), changed.people.trail.len());
    let long = "x".repeat(81);
    assert_eq!(status_of(&ada, ANNA, into(&long)).await, 400);
    assert_eq!(
        person(&change(&ada, ANNA, into(&long[1..])).await.people, ANNA).team,
        long[1..]
    );
}
