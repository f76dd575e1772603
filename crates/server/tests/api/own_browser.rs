//! A browser on its way to a company's own sign-in and back, and what is set of the company.

use crate::client::{Answer, Client};
use crate::provider::{ADDRESS, CLIENT, Fault, Provider, SECRET};
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use afield_server::storage::{Account, ProviderRow};
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(crate) const BEGIN: &str = "/api/v1/sign-in/oidc?company=test-nordhaus&return=/jobs";
pub(crate) const SESSION: &str = "__Host-afield";
pub(crate) const UNDER_WAY: &str = "__Host-afield-sign-in";

/// A browser, with its cookies.
pub(crate) struct Browser {
    pub(crate) client: Client,
    pub(crate) jar: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) fn new(server: &Server) -> Self {
        let mut client = server.nobody();
        client.same_origin = false;
        Self {
            client,
            jar: BTreeMap::new(),
        }
    }

    /// Goes to an address; `site` is where it comes from, as browsers tell. From another site they send no strict cookie.
    pub(crate) async fn go(&mut self, path: &str, site: &str) -> Answer {
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

    pub(crate) async fn page(&mut self, path: &str) -> Answer {
        self.go(path, "same-origin").await
    }

    /// Begins; where it is led to.
    pub(crate) async fn begin(&mut self) -> String {
        let answer = self.page(BEGIN).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.header("location").to_owned()
    }

    /// Comes back from the provider; where it is led to.
    pub(crate) async fn back(&mut self, path: &str) -> String {
        let answer = self.go(path, "cross-site").await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        assert!(!self.jar.contains_key(UNDER_WAY));
        answer.header("location").to_owned()
    }

    /// All of a sign-in as `claims`; where it ends.
    pub(crate) async fn sign_in(&mut self, provider: &Provider, claims: &Value) -> String {
        let to = self.begin().await;
        if to.starts_with('/') {
            return to;
        }
        let back = provider.approve(&to, claims.clone());
        self.back(&back).await
    }

    pub(crate) async fn who(&mut self) -> Option<User> {
        let answer = self.page(paths::SESSION).await;
        (answer.status == 200).then(|| answer.ok::<SessionInfo>().user)
    }
}

pub(crate) fn row(issuer: &str) -> ProviderRow {
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

pub(crate) async fn set(server: &Server, row: &ProviderRow) {
    let mut tx = server.app.storage.write().await.unwrap();
    tx.put_provider(row).await.unwrap();
    tx.commit().await.unwrap();
}

pub(crate) async fn start() -> (Server, Provider) {
    let server = Server::start().await;
    let provider = Provider::start(&server.clock, Fault::None).await;
    set(&server, &row(&provider.issuer)).await;
    (server, provider)
}

pub(crate) fn nora() -> Value {
    json!({
        "sub": "n-1", "email": "Nora@example.com", "email_verified": true, "name": "Nora Lund",
        "groups": ["sales", "office"],
    })
}

pub(crate) async fn account(server: &Server, email: &str) -> Option<Account> {
    let mut tx = server.app.storage.read().await.unwrap();
    tx.account(email).await.unwrap()
}
