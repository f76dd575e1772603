//! A small OpenID provider on this machine, asked over HTTP: it looks at what a good one looks at (the PKCE verifier, the
//! client's secret, the address to lead back to, each code once), signs with a real key, and can be told to be a bad one.

use afield_server::auth::token::sha256_hex;
use afield_server::clock::{Clock, ManualClock};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD as BASE64};
use hmac::{Hmac, KeyInit as _, Mac as _};
use openidconnect::core::{CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey};
use openidconnect::url::Url;
use openidconnect::{JsonWebKeyId, PrivateSigningKey as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use tokio::task::JoinHandle;
use web_push_native::p256::ecdsa::signature::Signer as _;
use web_push_native::p256::ecdsa::{Signature, SigningKey};

pub(crate) const CLIENT: &str = "afield";
/// No text of a server may hold it.
pub(crate) const SECRET: &str = "a secret & 100% safe";
/// The address of the app, as the provider knows it.
pub(crate) const ADDRESS: &str = "https://afield.example";
const RSA: &str = include_str!("../data/provider_rsa.pem");

/// What it does otherwise than a good one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    OtherIssuer,
    OtherAudience,
    AnotherAudienceToo,
    OtherNonce,
    NoNonce,
    Expired,
    FromTomorrow,
    FromYesterday,
    Unsigned,
    SignedWithTheSecret,
    SignedByAnother,
    NoToken,
    /// Its tokens name the subject and no more; the rest is told where it is asked for it. Of another it tells, or nothing.
    SaysLittle,
    SaysAnother,
    SaysNothing,
    NoJson,
    Huge,
    Silent,
    Refuses,
    LeadsElsewhere,
    /// It has no place where a session there ends.
    EndsNothing,
    /// What it says of itself is of another issuer, is a page, is too long, or never comes.
    IsAnother,
    IsAPage,
    IsHuge,
    IsSilent,
}

/// A key that it signs with.
enum Key {
    Rsa(Box<CoreRsaPrivateSigningKey>),
    Ec(SigningKey),
}

struct Grant {
    challenge: String,
    nonce: String,
    back: String,
    claims: Value,
}

struct Inside {
    issuer: String,
    clock: Arc<ManualClock>,
    fault: Fault,
    key: Key,
    kid: String,
    grants: HashMap<String, Grant>,
    /// Of whom the last token was.
    last: Value,
    asked: BTreeMap<&'static str, usize>,
}

/// The provider; it ends with the test.
pub(crate) struct Provider {
    pub(crate) issuer: String,
    inside: Arc<Mutex<Inside>>,
    serving: JoinHandle<()>,
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Provider {
    pub(crate) async fn start(clock: &Arc<ManualClock>, fault: Fault) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}/company", listener.local_addr().unwrap());
        let inside = Arc::new(Mutex::new(Inside {
            issuer: issuer.clone(),
            clock: Arc::clone(clock),
            fault,
            key: match fault {
                Fault::SignedByAnother => ec(7),
                _ => rsa(),
            },
            kid: "first".into(),
            grants: HashMap::new(),
            last: Value::Null,
            asked: BTreeMap::new(),
        }));
        let router = Router::new()
            .route("/company/.well-known/openid-configuration", get(describe))
            .route("/company/keys", get(keys))
            .route("/company/token", post(token))
            .route("/company/person", get(person))
            .with_state(Arc::clone(&inside));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            issuer,
            inside,
            serving,
        }
    }

    /// From now on it signs with another key, of another kind.
    pub(crate) fn change_key(&self) {
        let mut inside = self.inside.lock().unwrap();
        inside.key = ec(7);
        inside.kid = "second".into();
    }

    /// From now on it is bad in another way.
    pub(crate) fn turn(&self, fault: Fault) {
        self.inside.lock().unwrap().fault = fault;
    }

    /// How often it was asked for that.
    pub(crate) fn asked(&self, what: &str) -> usize {
        let inside = self.inside.lock().unwrap();
        inside.asked.get(what).copied().unwrap_or_default()
    }

    /// Somebody has come to `address` and signs in as `claims`; where their browser is led, on our server.
    pub(crate) fn approve(&self, address: &str, claims: Value) -> String {
        let mut inside = self.inside.lock().unwrap();
        let address = Url::parse(address).unwrap();
        let asked: HashMap<String, String> = address.query_pairs().into_owned().collect();
        assert_eq!(address.path(), "/company/authorize");
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["client_id"], CLIENT);
        assert_eq!(asked["code_challenge_method"], "S256");
        let mark = sha256_hex(inside.issuer.as_bytes());
        let mark = &mark[..16];
        assert_eq!(
            asked["redirect_uri"],
            format!("{ADDRESS}/api/v1/sign-in/oidc/callback/{mark}")
        );
        let scopes: Vec<&str> = asked["scope"].split(' ').collect();
        assert!(scopes.contains(&"openid") && scopes.contains(&"email"));
        let code = format!("code-{}", inside.grants.len());
        let grant = Grant {
            challenge: asked["code_challenge"].clone(),
            nonce: asked["nonce"].clone(),
            back: asked["redirect_uri"].clone(),
            claims,
        };
        inside.grants.insert(code.clone(), grant);
        let mut back = Url::parse(&asked["redirect_uri"]).unwrap();
        back.query_pairs_mut()
            .append_pair("code", &code)
            .append_pair("state", &asked["state"])
            .append_pair("iss", &inside.issuer);
        format!("{}?{}", back.path(), back.query().unwrap())
    }
}

fn rsa() -> Key {
    let kid = Some(JsonWebKeyId::new("first".into()));
    Key::Rsa(Box::new(
        CoreRsaPrivateSigningKey::from_pem(RSA, kid).unwrap(),
    ))
}

fn ec(n: u8) -> Key {
    Key::Ec(SigningKey::from_slice(&[n; 32]).unwrap())
}

fn signed(key: &SigningKey, text: &[u8]) -> Vec<u8> {
    let signature: Signature = key.sign(text);
    signature.to_bytes().to_vec()
}

type Shared = State<Arc<Mutex<Inside>>>;

async fn describe(State(inside): Shared) -> Response {
    let (issuer, fault) = {
        let mut inside = inside.lock().unwrap();
        *inside.asked.entry("description").or_default() += 1;
        (inside.issuer.clone(), inside.fault)
    };
    let told = match fault {
        Fault::IsAnother => "https://other.example".to_owned(),
        _ => issuer.clone(),
    };
    match fault {
        Fault::IsSilent => std::future::pending().await,
        Fault::IsAPage => axum::response::Html("<h1>Please sign in</h1>").into_response(),
        Fault::IsHuge => axum::Json(json!({"issuer": "a".repeat(600_000)})).into_response(),
        fault => axum::Json(json!({
            "issuer": told,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
            "userinfo_endpoint": format!("{issuer}/person"),
            "end_session_endpoint": (!matches!(fault, Fault::EndsNothing)).then(|| format!("{issuer}/end")),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
            "authorization_response_iss_parameter_supported": true,
        }))
        .into_response(),
    }
}

async fn keys(State(inside): Shared) -> axum::Json<Value> {
    let mut inside = inside.lock().unwrap();
    *inside.asked.entry("keys").or_default() += 1;
    let key = match &inside.key {
        Key::Rsa(key) => serde_json::to_value(key.as_verification_key()).unwrap(),
        Key::Ec(key) => {
            let point = key.verifying_key().to_encoded_point(false);
            json!({
                "kty": "EC", "crv": "P-256", "use": "sig", "kid": inside.kid,
                "x": BASE64.encode(point.x().unwrap()), "y": BASE64.encode(point.y().unwrap()),
            })
        }
    };
    axum::Json(json!({"keys": [key]}))
}

async fn token(State(inside): Shared, headers: HeaderMap, body: Bytes) -> Response {
    let (answer, fault) = {
        let mut inside = inside.lock().unwrap();
        *inside.asked.entry("token").or_default() += 1;
        (inside.exchange(&headers, &body), inside.fault)
    };
    match (fault, answer) {
        (Fault::Silent, _) => std::future::pending().await,
        (Fault::NoJson, _) => axum::response::Html("<h1>Sorry</h1>").into_response(),
        (Fault::Huge, _) => {
            axum::Json(json!({"access_token": "a".repeat(600_000)})).into_response()
        }
        (Fault::LeadsElsewhere, _) => (
            StatusCode::FOUND,
            [(header::LOCATION, "http://127.0.0.1:1/")],
        )
            .into_response(),
        (_, Ok(answer)) => axum::Json(answer).into_response(),
        (_, Err(why)) => {
            let said = json!({"error": "invalid_grant", "error_description": why});
            (StatusCode::BAD_REQUEST, axum::Json(said)).into_response()
        }
    }
}

async fn person(State(inside): Shared, headers: HeaderMap) -> Response {
    let inside = inside.lock().unwrap();
    if headers
        .get(header::AUTHORIZATION)
        .is_none_or(|said| said != "Bearer none")
    {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let mut told = inside.last.clone();
    match inside.fault {
        Fault::SaysAnother => told["sub"] = "another".into(),
        Fault::SaysNothing => return StatusCode::FORBIDDEN.into_response(),
        _ => {}
    }
    axum::Json(told).into_response()
}

impl Inside {
    fn exchange(&mut self, headers: &HeaderMap, body: &[u8]) -> Result<Value, &'static str> {
        let form = openidconnect::url::form_urlencoded::parse(body);
        let form: HashMap<String, String> = form.into_owned().collect();
        let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        if is_client(headers) != Some(true) {
            return Err("another client");
        }
        // Whatever comes of it: good once.
        let grant = self.grants.remove(field("code")).ok_or("no such code")?;
        let challenge = BASE64.encode(Sha256::digest(field("code_verifier")));
        if field("grant_type") != "authorization_code" || field("redirect_uri") != grant.back {
            return Err("another way");
        }
        if challenge != grant.challenge {
            return Err("another verifier");
        }
        if self.fault == Fault::Refuses {
            return Err("as told");
        }
        let mut answer = json!({"access_token": "none", "token_type": "Bearer"});
        if self.fault != Fault::NoToken {
            answer["id_token"] = self.token_of(&grant).into();
            self.last = grant.claims;
        }
        Ok(answer)
    }

    fn token_of(&self, grant: &Grant) -> String {
        const DAY: i64 = 86_400;
        let now = self.clock.now().0 / 1000;
        let mut claims = json!({
            "iss": self.issuer, "aud": CLIENT, "nonce": grant.nonce, "iat": now, "exp": now + 300,
        });
        let mut own = grant.claims.as_object().unwrap().clone();
        if matches!(
            self.fault,
            Fault::SaysLittle | Fault::SaysAnother | Fault::SaysNothing
        ) {
            own.retain(|name, _| name == "sub");
        }
        claims.as_object_mut().unwrap().extend(own);
        match self.fault {
            Fault::OtherIssuer => claims["iss"] = "https://other.example".into(),
            Fault::OtherAudience => claims["aud"] = "another".into(),
            Fault::AnotherAudienceToo => claims["aud"] = json!([CLIENT, "another"]),
            Fault::OtherNonce => claims["nonce"] = "another".into(),
            Fault::NoNonce => drop(claims.as_object_mut().unwrap().remove("nonce")),
            Fault::Expired => claims["exp"] = (now - 61).into(),
            Fault::FromTomorrow => claims["iat"] = (now + DAY).into(),
            Fault::FromYesterday => claims["iat"] = (now - DAY).into(),
            _ => {}
        }
        let alg = match (self.fault, &self.key) {
            (Fault::Unsigned, _) => "none",
            (Fault::SignedWithTheSecret, _) => "HS256",
            (_, Key::Rsa(_)) => "RS256",
            (_, Key::Ec(_)) => "ES256",
        };
        let head = json!({"alg": alg, "typ": "JWT", "kid": self.kid});
        let [head, claims] = [head, claims].map(|part| BASE64.encode(part.to_string()));
        let signed = format!("{head}.{claims}");
        let signature = self.sign(signed.as_bytes());
        format!("{signed}.{}", BASE64.encode(signature))
    }

    fn sign(&self, text: &[u8]) -> Vec<u8> {
        match (self.fault, &self.key) {
            (Fault::Unsigned, _) => Vec::new(),
            (Fault::SignedWithTheSecret, _) => {
                let mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
                mac.chain_update(text).finalize().into_bytes().to_vec()
            }
            (Fault::SignedByAnother, _) => signed(&SigningKey::from_slice(&[8; 32]).unwrap(), text),
            (_, Key::Rsa(key)) => {
                let alg = CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
                key.sign(&alg, text).unwrap()
            }
            (_, Key::Ec(key)) => signed(key, text),
        }
    }
}

/// Whether the request is of the client that is known here, with its secret.
fn is_client(headers: &HeaderMap) -> Option<bool> {
    let said = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let said = BASE64_STANDARD.decode(said.strip_prefix("Basic ")?).ok()?;
    let said = String::from_utf8(said).ok()?;
    let (id, secret) = said.split_once(':')?;
    let read = |text: &str| {
        let text = format!("a={text}");
        let mut pairs = openidconnect::url::form_urlencoded::parse(text.as_bytes());
        pairs.next().map(|(_, value)| value.into_owned())
    };
    Some(read(id)? == CLIENT && read(secret)? == SECRET)
}
