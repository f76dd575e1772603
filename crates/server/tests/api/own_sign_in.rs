//! A company's own sign-in: who is let in by a provider's word, and who is not.

use crate::client::{Answer, Client};
use crate::provider::{ADDRESS, CLIENT, Fault, Provider, SECRET};
use crate::replicas::Replicas;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use afield_server::Config;
use afield_server::clock::Clock as _;
use afield_server::storage::{Account, ProviderRow};
use afield_server::web_app::WebApp;
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

const BEGIN: &str = "/api/v1/sign-in/oidc?company=test-nordhaus&return=/jobs";
const SESSION: &str = "__Host-afield";
const UNDER_WAY: &str = "__Host-afield-sign-in";

/// A browser, with its cookies.
struct Browser {
    client: Client,
    jar: BTreeMap<String, String>,
}

impl Browser {
    fn new(server: &Server) -> Self {
        let mut client = server.nobody();
        client.same_origin = false;
        Self {
            client,
            jar: BTreeMap::new(),
        }
    }

    /// Goes to an address; `site` is where it comes from, as browsers tell. From another site they send no strict cookie.
    async fn go(&mut self, path: &str, site: &str) -> Answer {
        let is_sent = |name: &str| site != "cross-site" || name == UNDER_WAY;
        let cookies = self.jar.iter().filter(|(name, _)| is_sent(name));
        let cookies: Vec<String> = cookies
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = Request::builder()
            .uri(path)
            .header("cookie", cookies.join("; "))
            .header("sec-fetch-site", site);
        let answer = self.client.send(request.body(Body::empty()).unwrap()).await;
        for set in answer.headers.get_all("set-cookie") {
            let set = set.to_str().unwrap();
            let (pair, attributes) = set.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            match attributes.contains("Max-Age=0") {
                true => drop(self.jar.remove(name)),
                false => drop(self.jar.insert(name.to_owned(), value.to_owned())),
            }
        }
        answer
    }

    async fn page(&mut self, path: &str) -> Answer {
        self.go(path, "same-origin").await
    }

    /// Begins; where it is led to.
    async fn begin(&mut self) -> String {
        let answer = self.page(BEGIN).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.header("location").to_owned()
    }

    /// Comes back from the provider; where it is led to.
    async fn back(&mut self, path: &str) -> String {
        let answer = self.go(path, "cross-site").await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        assert!(!self.jar.contains_key(UNDER_WAY));
        answer.header("location").to_owned()
    }

    /// All of a sign-in as `claims`; where it ends.
    async fn sign_in(&mut self, provider: &Provider, claims: &Value) -> String {
        let to = self.begin().await;
        if to.starts_with('/') {
            return to;
        }
        let back = provider.approve(&to, claims.clone());
        self.back(&back).await
    }

    async fn who(&mut self) -> Option<User> {
        let answer = self.page(paths::SESSION).await;
        (answer.status == 200).then(|| answer.ok::<SessionInfo>().user)
    }
}

fn row(issuer: &str) -> ProviderRow {
    ProviderRow {
        company: NORDHAUS,
        issuer: issuer.into(),
        client_id: CLIENT.into(),
        client_secret: SECRET.into(),
        address: ADDRESS.into(),
        role_claim: "groups".into(),
        roles: BTreeMap::from([
            ("office".into(), Role::Dispatcher),
            ("it".into(), Role::Admin),
        ]),
        vouches: false,
    }
}

async fn set(server: &Server, row: &ProviderRow) {
    let mut tx = server.app.storage.write().await.unwrap();
    tx.put_provider(row).await.unwrap();
    tx.commit().await.unwrap();
}

async fn start() -> (Server, Provider) {
    let server = Server::start().await;
    let provider = Provider::start(&server.clock, Fault::None).await;
    set(&server, &row(&provider.issuer)).await;
    (server, provider)
}

fn nora() -> Value {
    json!({
        "sub": "n-1", "email": "Nora@example.com", "email_verified": true, "name": "Nora Lund",
        "groups": ["sales", "office"],
    })
}

async fn account(server: &Server, email: &str) -> Option<Account> {
    let mut tx = server.app.storage.read().await.unwrap();
    tx.account(email).await.unwrap()
}

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
    // Another site's page begins and ends nothing here.
    let mut browser = Browser::new(&server);
    for path in [BEGIN, "/api/v1/sign-in/oidc/end?company=test-nordhaus"] {
        let answer = browser.go(path, "cross-site").await;
        assert_eq!(answer.header("location"), "/sign-in");
        assert_eq!(browser.jar.len(), 0);
    }
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
