//! Requests over HTTP, each answered or not: what a phone knows.
//!
//! Owns how a request is made and how long its answer is waited for. Must never ask again by itself: that is the device's.

use crate::Result;
use axum::body::{Body, Bytes, to_bytes};
use hyper::header::{COOKIE, HeaderMap, SET_COOKIE};
use hyper::{Method, Request};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::net::SocketAddr;
use std::time::Duration;

/// How long a phone waits here; on a real line it waits longer.
const PATIENCE: Duration = Duration::from_secs(20);
const LARGEST: usize = 16 * 1024 * 1024;

#[derive(Clone)]
pub(crate) struct Wire {
    client: Client<HttpConnector, Body>,
}

/// What is asked, of whom.
pub(crate) struct Asked<'a> {
    pub(crate) at: SocketAddr,
    /// The session's token; empty before there is one.
    pub(crate) session: &'a str,
    pub(crate) method: Method,
    pub(crate) path: &'a str,
    pub(crate) headers: &'a [(&'static str, String)],
    pub(crate) body: Bytes,
}

impl<'a> Asked<'a> {
    pub(crate) fn get(at: SocketAddr, session: &'a str, path: &'a str) -> Self {
        Self {
            at,
            session,
            method: Method::GET,
            path,
            headers: &[],
            body: Bytes::new(),
        }
    }

    pub(crate) fn post(at: SocketAddr, session: &'a str, path: &'a str, body: Vec<u8>) -> Self {
        Self {
            method: Method::POST,
            body: body.into(),
            ..Self::get(at, session, path)
        }
    }
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

#[derive(Deserialize)]
struct Enveloped<T> {
    reply: Reply<T>,
}

#[derive(Deserialize)]
struct Reply<T> {
    ok: T,
}

impl Answer {
    /// What it says, where it says that it was done.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T> {
        let read: std::result::Result<Enveloped<T>, _> = serde_json::from_slice(&self.body);
        let read = read.map_err(|error| {
            let said = String::from_utf8_lossy(&self.body);
            let said: String = said.chars().take(300).collect();
            format!("{} {error}: {said}", self.status)
        })?;
        Ok(read.reply.ok)
    }

    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.headers.get(name)?.to_str().ok()?.parse().ok()
    }
}

impl Wire {
    /// Keeps as many lines to each server open as there are requests at once.
    pub(crate) fn new() -> Self {
        let mut client = Client::builder(TokioExecutor::new());
        client.retry_canceled_requests(false);
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self {
            client: client.build(connector),
        }
    }

    /// The answer, if one is heard in time and to its end.
    pub(crate) async fn ask(&self, asked: Asked<'_>) -> Option<Answer> {
        tokio::time::timeout(PATIENCE, self.try_ask(asked))
            .await
            .ok()?
            .ok()
    }

    async fn try_ask(&self, asked: Asked<'_>) -> Result<Answer> {
        let response = self.client.request(request(asked)?).await?;
        let (head, body) = response.into_parts();
        Ok(Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            body: to_bytes(Body::new(body), LARGEST).await?,
        })
    }

    /// The body of a stream, as it comes.
    pub(crate) async fn stream(&self, asked: Asked<'_>) -> Result<Body> {
        let response = self.client.request(request(asked)?).await?;
        match response.status().as_u16() {
            200 => Ok(Body::new(response.into_body())),
            status => Err(format!("a stream was answered {status}").into()),
        }
    }

    /// The token of a new session of that person, who sits somewhere else than everybody else.
    pub(crate) async fn sign_in(&self, at: SocketAddr, who: &SignIn) -> Option<String> {
        let body = serde_json::json!({ "email": who.email, "password": who.password });
        let headers = [("x-forwarded-for", who.from.clone())];
        let path = "/api/v1/session";
        let asked = Asked {
            headers: &headers,
            ..Asked::post(at, "", path, body.to_string().into_bytes())
        };
        let answer = self.ask(asked).await?;
        let cookies = answer.headers.get_all(SET_COOKIE).iter();
        let mut cookies = cookies.filter_map(|cookie| cookie.to_str().ok());
        let token = cookies.find_map(|cookie| cookie.strip_prefix("__Host-afield="))?;
        Some(token.split(';').next()?.to_owned())
    }
}

pub(crate) struct SignIn {
    pub(crate) email: String,
    pub(crate) password: &'static str,
    pub(crate) from: String,
}

fn request(asked: Asked<'_>) -> Result<Request<Body>> {
    let mut request = Request::builder()
        .method(asked.method)
        .uri(format!("http://{}{}", asked.at, asked.path))
        .header("sec-fetch-site", "same-origin");
    if !asked.session.is_empty() {
        request = request.header(COOKIE, format!("__Host-afield={}", asked.session));
    }
    let has_type = asked
        .headers
        .iter()
        .any(|(name, _)| *name == "content-type");
    if !asked.body.is_empty() && !has_type {
        request = request.header("content-type", "application/json");
    }
    for (name, value) in asked.headers {
        request = request.header(*name, value);
    }
    Ok(request.body(Body::from(asked.body))?)
}
