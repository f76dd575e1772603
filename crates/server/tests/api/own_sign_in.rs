//! A company's own sign-in: who is let in by a provider's word, and as whom.

use crate::own_browser::*;
use crate::provider::{Fault, Provider, SECRET};
use crate::replicas::Replicas;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use afield_server::storage::ProviderRow;
use serde_json::json;

#[tokio::test]
async fn who_comes_for_the_first_time_is_made_and_comes_back_as_the_same() {
    let (server, provider) = start().await;
    let mut browser = Browser::new(&server);
    assert_eq!(browser.sign_in(&provider, &nora()).await, "/jobs");
    let made = browser.who().await.unwrap();
    assert_eq!(
        (made.name.as_str(), made.role),
        ("Nora Lund", Role::Dispatcher)
    );
    let stored = account(&server, "nora@example.com").await.unwrap();
    assert_eq!((stored.company, stored.user.id), (NORDHAUS, made.id));
    // Nobody signs in as her with a password.
    for password in ["", "password"] {
        let nobody = server.nobody();
        let tried = nobody.try_sign_in("nora@example.com", password).await;
        assert_eq!(tried.status, 401);
    }
    // Married, with another address and no group: the same person, and what she may do is the company's to say by now.
    let later = json!({"sub": "n-1", "email": "n.berg@example.com", "email_verified": false});
    let mut elsewhere = Browser::new(&server);
    assert_eq!(elsewhere.sign_in(&provider, &later).await, "/jobs");
    assert_eq!(elsewhere.who().await, Some(made));
    assert!(account(&server, "n.berg@example.com").await.is_none());
}

#[tokio::test]
async fn a_provider_whose_tokens_say_little_is_asked_for_the_rest() {
    let (server, provider) = start().await;
    provider.turn(Fault::SaysLittle);
    let mut browser = Browser::new(&server);
    assert_eq!(browser.sign_in(&provider, &nora()).await, "/jobs");
    let made = browser.who().await.unwrap();
    assert_eq!(
        (made.name.as_str(), made.role),
        ("Nora Lund", Role::Dispatcher)
    );
}

#[tokio::test]
async fn the_session_is_one_like_any_other_and_takes_the_place_of_the_one_before() {
    let (server, provider) = start().await;
    let mut browser = Browser::new(&server);
    browser.sign_in(&provider, &nora()).await;
    let first = browser.jar[SESSION].clone();
    let to = browser.begin().await;
    let back = provider.approve(&to, nora());
    let answer = browser.go(&back, "cross-site").await;
    let cookies = answer.headers.get_all("set-cookie").iter();
    let session = cookies
        .map(|cookie| cookie.to_str().unwrap())
        .find(|cookie| cookie.starts_with("__Host-afield="))
        .unwrap();
    for attribute in ["; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/"] {
        assert!(session.contains(attribute), "{session}");
    }
    // The browser did not send the one of before along when it came back.
    let mut before = Browser::new(&server);
    before.jar.insert(SESSION.into(), first);
    assert_eq!(before.who().await, None);
    assert!(browser.who().await.is_some());
    let mut out = server.nobody();
    out.cookie = Some(format!("{SESSION}={}", browser.jar[SESSION]));
    assert_eq!(out.ask("DELETE", paths::SESSION, None).await.status, 200);
    assert_eq!(browser.who().await, None);
}

#[tokio::test]
async fn who_is_here_already_is_found_once_by_a_verified_address_within_the_company() {
    let (server, provider) = start().await;
    for (claims, expected) in [
        (json!({"email": email(ANNA)}), Err("email")),
        (
            json!({"email": email(ANNA), "email_verified": false}),
            Err("email"),
        ),
        (json!({"email_verified": true}), Err("email")),
        (
            json!({"email": "no address", "email_verified": true}),
            Err("email"),
        ),
        (
            json!({"email": email(TOM), "email_verified": true}),
            Err("taken"),
        ),
        (
            json!({"email": email(ANNA), "email_verified": true}),
            Ok(ANNA),
        ),
        // The address has passed on to another person there.
        (
            json!({"sub": "another", "email": email(ANNA), "email_verified": true}),
            Err("taken"),
        ),
    ] {
        let mut whole = json!({"sub": "anna"});
        let said = claims.as_object().unwrap().clone();
        whole.as_object_mut().unwrap().extend(said);
        let mut browser = Browser::new(&server);
        let end = browser.sign_in(&provider, &whole).await;
        let who = browser.who().await.map(|user| user.id);
        match expected {
            Ok(user) => assert_eq!((end.as_str(), who), ("/jobs", Some(user)), "{claims}"),
            Err(word) => {
                let failed = format!("/sign-in#failed={word}");
                assert_eq!((end, who), (failed, None), "{claims}");
            }
        }
    }
    // Her role, and her password, stay what they were.
    let anna = account(&server, &email(ANNA)).await.unwrap();
    assert_eq!(anna.user.role, Role::Technician);
    server.sign_in(ANNA).await;
}

#[tokio::test]
async fn where_the_company_vouches_for_its_addresses_none_needs_to_be_called_verified() {
    let (server, provider) = start().await;
    let row = ProviderRow {
        vouches: true,
        ..row(&provider.issuer)
    };
    set(&server, &row).await;
    let unsaid = json!({"sub": "anna", "email": email(ANNA)});
    let mut browser = Browser::new(&server);
    assert_eq!(browser.sign_in(&provider, &unsaid).await, "/jobs");
    let denied = json!({"sub": "ben", "email": email(BEN), "email_verified": false});
    let end = Browser::new(&server).sign_in(&provider, &denied).await;
    assert_eq!(end, "/sign-in#failed=email");
}

#[tokio::test]
async fn whose_account_was_ended_gets_no_session_and_nobody_else_theirs() {
    let (server, provider) = start().await;
    let mut browser = Browser::new(&server);
    let claims = json!({"sub": "anna", "email": email(ANNA), "email_verified": true});
    browser.sign_in(&provider, &claims).await;
    let mut tx = server.app.storage.write().await.unwrap();
    for user in [ANNA, BEN] {
        let mut account = tx.account_of(NORDHAUS, user).await.unwrap().unwrap();
        account.active = false;
        tx.set_account(&account).await.unwrap();
    }
    tx.commit().await.unwrap();
    // The one that was open is none any more, and known or not, nobody comes in again.
    assert_eq!(browser.who().await, None);
    for claims in [
        claims,
        json!({"sub": "ben", "email": email(BEN), "email_verified": true}),
    ] {
        let mut browser = Browser::new(&server);
        let end = browser.sign_in(&provider, &claims).await;
        assert_eq!(end, "/sign-in#failed=ended");
        assert_eq!(browser.who().await, None);
    }
    // Somebody else at the provider who has the address now does not become Anna.
    let heir = json!({"sub": "heir", "email": email(ANNA), "email_verified": true});
    let end = Browser::new(&server).sign_in(&provider, &heir).await;
    assert_eq!(end, "/sign-in#failed=ended");
}

#[tokio::test]
async fn a_provider_that_ends_no_session_is_asked_to_have_people_choose() {
    let (server, provider) = start().await;
    provider.turn(Fault::EndsNothing);
    let mut browser = Browser::new(&server);
    let chooses = "prompt=select_account";
    let end = "/api/v1/sign-in/oidc/end?company=test-nordhaus";
    let to = browser.page(end).await.header("location").to_owned();
    assert!(
        to.starts_with(&provider.issuer) && to.contains(chooses),
        "{to}"
    );
    let back = provider.approve(&to, nora());
    assert_eq!(browser.back(&back).await, "/");
    assert!(browser.who().await.is_some());
    assert!(!browser.begin().await.contains(chooses));
}

#[tokio::test]
async fn nobody_is_led_where_they_did_not_want_to_go() {
    let (server, provider) = start().await;
    for wanted in [
        "https://evil.example",
        "//evil.example",
        "/%5Cevil.example",
        "/api/v1/session",
    ] {
        let mut browser = Browser::new(&server);
        let path = format!("/api/v1/sign-in/oidc?company=test-nordhaus&return={wanted}");
        let asked = browser.page(&path).await.header("location").to_owned();
        let back = provider.approve(&asked, nora());
        assert_eq!(browser.back(&back).await, "/", "{wanted}");
    }
    // Another site's page, a mail and what somebody types begin and end nothing here: they show the way.
    let end = "/api/v1/sign-in/oidc/end?company=test-nordhaus";
    let nobody = "/api/v1/sign-in/oidc?company=nobody";
    for (path, is_shown) in [(BEGIN, true), (end, false), (nobody, false)] {
        for from in ["cross-site", "same-site", "none"] {
            let mut browser = Browser::new(&server);
            let answer = browser.go(path, from).await;
            assert_eq!(answer.header("location"), "/sign-in", "{path} {from}");
            assert!(!browser.jar.contains_key(UNDER_WAY) && !browser.jar.contains_key(SESSION));
            assert_eq!(browser.jar.len(), usize::from(is_shown), "{path} {from}");
        }
    }
    let mut browser = Browser::new(&server);
    for path in [
        "/api/v1/sign-in/oidc?company=test-harbor",
        "/api/v1/sign-in/oidc?company=nobody",
        "/api/v1/sign-in/oidc/end?company=test-harbor",
    ] {
        let answer = browser.page(path).await;
        assert_eq!(
            answer.header("location"),
            "/sign-in#failed=company",
            "{path}"
        );
    }
}

#[tokio::test]
async fn whoever_is_nobody_is_told_where_their_company_signs_them_in() {
    let server = Server::start().await;
    let mut browser = Browser::new(&server);
    let told = async |browser: &mut Browser| {
        let error = browser.page(paths::SESSION).await.error();
        assert_eq!(error.code, ErrorCode::Unauthorized);
        (error.sign_in_url, error.sign_out_url)
    };
    assert_eq!(told(&mut browser).await, (None, None));
    let provider = Provider::start(&server.clock, Fault::None).await;
    set(&server, &row(&provider.issuer)).await;
    let nordhaus = || Some("/api/v1/sign-in/oidc?company=test-nordhaus".to_owned());
    assert_eq!(told(&mut browser).await, (nordhaus(), None));

    // Of two, the one that this browser has used before.
    let other = ProviderRow {
        company: HARBOR,
        ..row(&provider.issuer)
    };
    set(&server, &other).await;
    assert_eq!(told(&mut browser).await, (None, None));
    browser.sign_in(&provider, &nora()).await;
    browser.jar.remove(SESSION);
    let (sign_in, sign_out) = told(&mut browser).await;
    assert_eq!(sign_in, nordhaus());
    let ended = browser.page(&sign_out.unwrap()).await;
    let ended = ended.header("location");
    assert!(
        ended.starts_with(&format!("{}/end?", provider.issuer)),
        "{ended}"
    );
    assert!(ended.contains("client_id=afield"), "{ended}");
    assert!(ended.contains("post_logout_redirect_uri=https%3A%2F%2Fafield.example%2Fsign-in"));
}

#[tokio::test]
async fn the_secret_goes_to_the_provider_and_nowhere_else() {
    let (server, provider) = start().await;
    let mut browser = Browser::new(&server);
    let answer = browser.page(BEGIN).await;
    let back = provider.approve(answer.header("location"), nora());
    let ended = browser.go(&back, "cross-site").await;
    let session = browser.page(paths::SESSION).await;
    for answer in [&answer, &ended, &session] {
        let said = format!("{:?} {}", answer.headers, answer.body);
        assert!(
            !said.contains("a secret") && !said.contains("a%20secret"),
            "{said}"
        );
    }
    assert!(!format!("{:?}", row(&provider.issuer)).contains(SECRET));
}

#[tokio::test]
async fn any_server_ends_what_another_began_and_of_two_at_once_one_user_is_made() {
    let replicas = Replicas::start().await;
    let (one, other) = (&replicas.one, &replicas.other);
    let provider = Provider::start(&one.clock, Fault::None).await;
    set(one, &row(&provider.issuer)).await;
    let (mut phone, mut desk) = (Browser::new(one), Browser::new(other));
    let (first, second) = (phone.begin().await, desk.begin().await);
    let first = provider.approve(&first, nora());
    let second = provider.approve(&second, nora());
    // What the one began comes back to the other.
    std::mem::swap(&mut phone.client, &mut desk.client);
    let ends = tokio::join!(phone.back(&first), desk.back(&second));
    assert_eq!(ends, ("/jobs".to_owned(), "/jobs".to_owned()));
    let (phone, desk) = (phone.who().await.unwrap(), desk.who().await.unwrap());
    assert_eq!(phone, desk);
    assert_eq!(phone.name, "Nora Lund");
}
