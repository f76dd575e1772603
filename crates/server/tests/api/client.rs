//! A browser: sends requests to the router in this process and reads the replies.

use afield_domain::wire::FromTree;
use afield_domain::{DeviceId, MutationId};
use afield_protocol::*;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

#[derive(Clone)]
pub(crate) struct Client {
    router: Router,
    pub(crate) cookie: Option<String>,
    /// Whether it says what a browser says of a page's own request.
    pub(crate) same_origin: bool,
    /// Whether its pushes ask that what comes too late waits for the office.
    pub(crate) reviews: bool,
}

impl Client {
    pub(crate) fn new(router: Router) -> Self {
        Self {
            router,
            cookie: None,
            same_origin: true,
            reviews: false,
        }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let (mut parts, body) = request.into_parts();
        if let Some(cookie) = &self.cookie {
            parts.headers.insert("cookie", cookie.parse().unwrap());
        }
        if self.same_origin {
            let value = "same-origin".parse().unwrap();
            parts.headers.insert("sec-fetch-site", value);
        }
        let request = Request::from_parts(parts, body);
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// Sends a request whose response is read as it comes.
    pub(crate) async fn open(&self, request: Request<Body>) -> axum::response::Response {
        let (mut parts, body) = request.into_parts();
        if let Some(cookie) = &self.cookie {
            parts.headers.insert("cookie", cookie.parse().unwrap());
        }
        let request = Request::from_parts(parts, body);
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        let body = match body {
            Some(json) => {
                request = request.header("content-type", "application/json");
                Body::from(json.to_string())
            }
            None => Body::empty(),
        };
        self.send(request.body(body).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask("POST", path, Some(body)).await
    }

    pub(crate) async fn try_sign_in(&self, email: &str, password: &str) -> Answer {
        let body = json!({"email": email, "password": password});
        self.post(paths::SESSION, body).await
    }

    /// Pushes; the verdicts in short, such as `["applied", "forbidden"]`.
    pub(crate) async fn push(&self, mutations: &[Mutation]) -> Vec<String> {
        let answer = self.push_raw(mutations).await;
        let response: PushResponse = answer.ok();
        response
            .verdicts
            .iter()
            .map(|verdict| short(&verdict.verdict))
            .collect()
    }

    /// Pushes, and only asks about `asks`.
    pub(crate) async fn push_asking(
        &self,
        mutations: &[Mutation],
        asks: &[MutationId],
    ) -> PushResponse {
        self.post_push(mutations, asks).await.ok()
    }

    pub(crate) async fn push_raw(&self, mutations: &[Mutation]) -> Answer {
        self.post_push(mutations, &[]).await
    }

    async fn post_push(&self, mutations: &[Mutation], asks: &[MutationId]) -> Answer {
        let request = PushRequest {
            asks: asks.to_vec(),
            review: self.reviews,
            ..push_of(mutations)
        };
        self.post(paths::PUSH, serde_json::to_value(&request).unwrap())
            .await
    }

    pub(crate) async fn pull(&self, cursor: Option<&Cursor>, limit: usize) -> Answer {
        let cursor = cursor.map_or(String::new(), |cursor| format!("&cursor={}", cursor.0));
        self.get(&format!("{}?limit={limit}{cursor}", paths::PULL))
            .await
    }
}

/// A push of these, by their device.
pub(crate) fn push_of(mutations: &[Mutation]) -> PushRequest {
    PushRequest {
        device: mutations
            .first()
            .map_or(DeviceId(Uuid::nil()), |first| first.device),
        ack_below: Seq(0),
        epoch: None,
        asks: Vec::new(),
        review: false,
        mutations: mutations.to_vec(),
    }
}

pub(crate) fn short(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Applied { .. } => "applied".into(),
        Verdict::Merged { .. } => "merged".into(),
        Verdict::AlreadyApplied { .. } => "already".into(),
        Verdict::Rejected { reason } => {
            let json = serde_json::to_value(reason).unwrap();
            json["code"].as_str().unwrap().to_owned()
        }
        Verdict::Retry { .. } => "retry".into(),
        Verdict::Unknown => "unknown".into(),
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn envelope<T: for<'de> FromTree<'de>>(&self) -> Envelope<T> {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.body))
    }

    #[track_caller]
    pub(crate) fn ok<T: for<'de> FromTree<'de>>(&self) -> T {
        match self.envelope().reply {
            Reply::Ok(value) => value,
            Reply::Error(error) => panic!("{} {error:?}", self.status),
            Reply::Unread => panic!("{} {}", self.status, self.body),
        }
    }

    #[track_caller]
    pub(crate) fn error(&self) -> ApiError {
        match self.envelope::<()>().reply {
            Reply::Ok(()) | Reply::Unread => panic!("{} {}", self.status, self.body),
            Reply::Error(error) => error,
        }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    /// The cookie it sets, as a browser sends it back.
    pub(crate) fn cookie(&self) -> Option<String> {
        let set = self.headers.get("set-cookie")?.to_str().unwrap();
        set.split(';').next().map(str::to_owned)
    }
}
