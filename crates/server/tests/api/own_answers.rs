//! A company's own sign-in: what is not to be believed of a provider's answers, and of what comes in its name.

use crate::own_browser::*;
use crate::provider::{Fault, Provider};
use crate::support::*;
use afield_server::Config;
use afield_server::clock::Clock as _;
use afield_server::web_app::WebApp;
use serde_json::json;
use std::time::Duration;

/// That nobody is let in by a provider that is bad like this.
async fn check(server: &Server, fault: Fault, expected: &str) {
    let provider = Provider::start(&server.clock, fault).await;
    set(server, &row(&provider.issuer)).await;
    let mut browser = Browser::new(server);
    let end = browser.sign_in(&provider, &nora()).await;
    assert_eq!(end, format!("/sign-in#failed={expected}"), "{fault:?}");
    assert_eq!(browser.jar.get(SESSION), None, "{fault:?}");
    let made = account(server, "nora@example.com").await;
    assert!(made.is_none(), "{fault:?}");
    // What failed a minute ago keeps nobody out.
    server.clock.set(server.clock.now().plus_ms(60_000));
}

#[tokio::test]
async fn what_is_not_to_be_believed_lets_nobody_in() {
    let server = Server::start().await;
    for (fault, expected) in [
        (Fault::OtherIssuer, "refused"),
        (Fault::OtherAudience, "refused"),
        (Fault::AnotherAudienceToo, "refused"),
        (Fault::OtherNonce, "refused"),
        (Fault::NoNonce, "refused"),
        (Fault::Expired, "refused"),
        (Fault::FromTomorrow, "refused"),
        (Fault::FromYesterday, "refused"),
        (Fault::Unsigned, "refused"),
        (Fault::SignedWithTheSecret, "refused"),
        (Fault::SignedByAnother, "refused"),
        (Fault::NoToken, "refused"),
        (Fault::Refuses, "refused"),
        (Fault::SaysAnother, "refused"),
        (Fault::SaysNothing, "provider"),
        (Fault::NoJson, "provider"),
        (Fault::Huge, "provider"),
        (Fault::LeadsElsewhere, "provider"),
        (Fault::IsAnother, "provider"),
        (Fault::IsAPage, "provider"),
        (Fault::IsHuge, "provider"),
    ] {
        check(&server, fault, expected).await;
    }
}

#[tokio::test]
async fn a_provider_that_says_nothing_more_is_waited_for_no_longer_than_that() {
    let config = Config {
        provider_patience: Duration::from_millis(200),
        ..Config::default()
    };
    let server = Server::start_with(config, WebApp::embedded()).await;
    for fault in [Fault::Silent, Fault::IsSilent] {
        check(&server, fault, "provider").await;
    }
}

#[tokio::test]
async fn a_clock_that_differs_by_less_than_a_minute_keeps_nobody_out() {
    let (server, provider) = start().await;
    for (sub, seconds) in [("a", -59_i64), ("b", 59)] {
        let now = at(NOON).0 / 1000 + seconds;
        let claims = json!({
            "sub": sub, "email": format!("{sub}@example.com"), "email_verified": true,
            "iat": now, "exp": now + 1,
        });
        let end = Browser::new(&server).sign_in(&provider, &claims).await;
        assert_eq!(end, "/jobs", "{seconds}");
    }
}

#[tokio::test]
async fn an_answer_counts_in_the_browser_that_asked_and_once() {
    let (server, provider) = start().await;
    let (mut anna, mut eve) = (Browser::new(&server), Browser::new(&server));
    let to = anna.begin().await;
    let back = provider.approve(&to, nora());

    // In a browser that has asked nothing, and in one that has asked something else.
    assert_eq!(eve.back(&back).await, "/sign-in#failed=again");
    eve.begin().await;
    assert_eq!(eve.back(&back).await, "/sign-in#failed=again");
    assert_eq!(provider.asked("token"), 0);

    // As it was meant; and the same again, also with the cookie that was taken away.
    let under_way = anna.jar[UNDER_WAY].clone();
    assert_eq!(anna.back(&back).await, "/jobs");
    assert_eq!(anna.back(&back).await, "/sign-in#failed=again");
    anna.jar.insert(UNDER_WAY.into(), under_way);
    assert_eq!(anna.back(&back).await, "/sign-in#failed=refused");
    assert!(anna.who().await.is_some());

    // Ten minutes later, or begun once more: too late.
    let to = eve.begin().await;
    let late = provider.approve(&to, nora());
    eve.begin().await;
    assert_eq!(eve.back(&late).await, "/sign-in#failed=again");
    let to = eve.begin().await;
    let late = provider.approve(&to, nora());
    server.clock.set(at(NOON).plus_ms(10 * 60_000));
    assert_eq!(eve.back(&late).await, "/sign-in#failed=again");
    assert_eq!(eve.who().await, None);
}

#[tokio::test]
async fn an_answer_of_another_provider_is_not_looked_at() {
    let (server, provider) = start().await;
    for (from, to) in [
        ("&iss=", "&iss=https://evil.example&was="),
        ("&iss=", "&was="),
    ] {
        let mut browser = Browser::new(&server);
        let asked = browser.begin().await;
        let back = provider.approve(&asked, nora()).replace(from, to);
        assert_eq!(browser.back(&back).await, "/sign-in#failed=refused");
    }
    assert_eq!(provider.asked("token"), 0);
}

#[tokio::test]
async fn who_says_no_at_the_provider_is_told_so() {
    let (server, provider) = start().await;
    for (error, expected) in [
        ("access_denied", "cancelled"),
        ("login_required", "cancelled"),
        ("%3Cscript%3E", "cancelled"),
        ("temporarily_unavailable", "provider"),
        ("server_error", "provider"),
    ] {
        let mut browser = Browser::new(&server);
        let asked = browser.begin().await;
        let back = provider.approve(&asked, nora());
        let back = back.replace("code=", "was=");
        let end = browser.back(&format!("{back}&error={error}")).await;
        assert_eq!(end, format!("/sign-in#failed={expected}"), "{error}");
    }
}

#[tokio::test]
async fn other_keys_of_the_provider_are_fetched_when_a_token_names_one() {
    let (server, provider) = start().await;
    let sign_in = async |sub: &str| {
        let claims =
            json!({"sub": sub, "email": format!("{sub}@example.com"), "email_verified": true});
        Browser::new(&server).sign_in(&provider, &claims).await
    };
    assert_eq!(sign_in("a").await, "/jobs");
    assert_eq!(sign_in("b").await, "/jobs");
    assert_eq!(
        (provider.asked("description"), provider.asked("keys")),
        (1, 1)
    );
    provider.change_key();
    assert_eq!(sign_in("c").await, "/jobs");
    assert_eq!(sign_in("d").await, "/jobs");
    assert_eq!(
        (provider.asked("description"), provider.asked("keys")),
        (2, 2)
    );
}

#[tokio::test]
async fn whoever_guesses_is_braked_and_a_provider_that_is_down_brakes_nobody() {
    let (server, provider) = start().await;
    let mut browser = Browser::new(&server);
    for _ in 0..30 {
        let asked = browser.begin().await;
        let back = provider.approve(&asked, nora()).replace("code=", "code=x");
        assert_eq!(browser.back(&back).await, "/sign-in#failed=refused");
    }
    assert_eq!(browser.begin().await, "/sign-in#failed=wait");
    assert_eq!(
        server
            .nobody()
            .try_sign_in(&email(ANNA), PASSWORD)
            .await
            .status,
        429
    );
    server.clock.set(at(NOON).plus_ms(60_000));
    provider.turn(Fault::NoJson);
    for _ in 0..31 {
        let end = browser.sign_in(&provider, &nora()).await;
        assert_eq!(end, "/sign-in#failed=provider");
    }
    server.sign_in(ANNA).await;
}
