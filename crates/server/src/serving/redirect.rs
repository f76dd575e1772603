//! Who comes by plain HTTP is sent to HTTPS.
//!
//! Owns where to, and the port that does nothing else (`--tls-redirect-port`) with its limits. Must never answer for the
//! API, nor send anybody to a host that is not this one: a name in the request is used only where it is ours, or where
//! the client has reached us under it.

use crate::auth::limiter::network;
use crate::http::api_path::is_api;
use crate::places::Places;
use axum::Router;
use axum::extract::Request;
use axum::http::header::{ALLOW, CACHE_CONTROL, HOST, LOCATION};
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Connections at the same time; who comes later waits in the system's queue.
const CONNECTIONS: usize = 64;
/// Of one network; one more is closed.
const OF_NETWORK: usize = 16;
/// How long a connection may last: one short request, one short answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of a request's head that are read.
const HEAD: usize = 16 * 1024;
/// How long no connection is taken after the system had no room for one.
const NO_ROOM: Duration = Duration::from_secs(1);

/// For the port that speaks TLS too: to the same name and port.
pub(super) fn to_the_same_host() -> Router {
    Router::new().fallback(|request: Request| async move {
        match host_of(&request) {
            Some(host) => answer(&request, &host),
            None => StatusCode::UPGRADE_REQUIRED.into_response(),
        }
    })
}

/// Sends whoever comes to `listener` to one of these names at the port of HTTPS, until dropped.
pub(super) async fn run_redirect(listener: TcpListener, names: Arc<[String]>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let networks = Places::default();
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let (stream, peer) = match listener.accept().await {
            Ok(taken) => taken,
            Err(error) => {
                tracing::debug!(%error, "no connection can be taken to be sent to HTTPS");
                tokio::time::sleep(NO_ROOM).await;
                continue;
            }
        };
        let Some(of_network) = networks.take(network(peer.ip()), OF_NETWORK) else {
            continue;
        };
        let names = Arc::clone(&names);
        tokio::spawn(async move {
            let _ = timeout(PATIENCE, send_on(stream, names)).await;
            drop((place, of_network));
        });
    }
}

async fn send_on(stream: TcpStream, names: Arc<[String]>) {
    let service = service_fn(|request: hyper::Request<hyper::body::Incoming>| {
        let request = request.map(axum::body::Body::new);
        let answer = match one_of(host_of(&request).as_deref(), &names) {
            Some(name) => answer(&request, name),
            None => StatusCode::NOT_FOUND.into_response(),
        };
        async move { Ok::<_, Infallible>(answer) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .keep_alive(false)
        .max_buf_size(HEAD)
        .serve_connection(TokioIo::new(stream), service);
    // Clients come and go.
    let _ = served.await;
}

/// The name that was asked if it is ours, else our first.
fn one_of<'a>(host: Option<&str>, names: &'a [String]) -> Option<&'a str> {
    let asked = host.map(|host| host.split(':').next().unwrap_or_default());
    let asked = asked.and_then(|asked| names.iter().find(|name| name.eq_ignore_ascii_case(asked)));
    asked.or(names.first()).map(String::as_str)
}

fn host_of(request: &Request) -> Option<String> {
    let host = request.headers().get(HOST)?.to_str().ok()?;
    is_host(host).then(|| host.to_owned())
}

/// Whether it can stand in an address as it is.
pub(super) fn is_host(host: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    !host.is_empty() && host.bytes().all(is_plain)
}

/// What is only read goes there by itself. What would be written, and the API, is refused: what it says has already
/// travelled for all to read, and whoever wrote the client shall notice.
fn answer(request: &Request, host: &str) -> Response {
    if is_api(request.uri().path()) {
        return StatusCode::UPGRADE_REQUIRED.into_response();
    }
    match *request.method() {
        Method::GET | Method::HEAD => {
            let to = target(host, request.uri());
            let headers = [(LOCATION, to), (CACHE_CONTROL, "no-store".to_owned())];
            (StatusCode::PERMANENT_REDIRECT, headers).into_response()
        }
        _ => (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, HEAD")]).into_response(),
    }
}

fn target(host: &str, asked: &Uri) -> String {
    let path = asked.path_and_query().map_or("/", |path| path.as_str());
    let path = if path.starts_with('/') { path } else { "/" };
    format!("https://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn asked(method: &str, uri: &str) -> Response {
        let request = Request::builder().method(method).uri(uri);
        answer(&request.body(Body::empty()).unwrap(), "app.example")
    }

    #[test]
    fn what_is_read_is_sent_on_and_nothing_else() {
        for (method, uri, expected) in [
            ("GET", "/", "308 https://app.example/"),
            ("HEAD", "/jobs?day=1", "308 https://app.example/jobs?day=1"),
            (
                "GET",
                "//evil.example/a",
                "308 https://app.example//evil.example/a",
            ),
            (
                "GET",
                "http://evil.example/a?b",
                "308 https://app.example/a?b",
            ),
            ("OPTIONS", "*", "405 "),
            ("POST", "/", "405 "),
            ("GET", "/api/v1/health", "426 "),
            ("POST", "/api/v1/session", "426 "),
        ] {
            let answer = asked(method, uri);
            let to = answer.headers().get(LOCATION);
            let to = to.map_or("", |to| to.to_str().unwrap());
            let said = format!("{} {to}", answer.status().as_u16());
            assert_eq!(said, expected, "{method} {uri}");
        }
    }

    #[test]
    fn nobody_is_sent_to_a_name_that_is_not_ours() {
        let ours = ["a.example".to_owned(), "b.example".to_owned()];
        for (host, expected) in [
            (Some("b.example"), "b.example"),
            (Some("B.example:80"), "b.example"),
            (Some("evil.example"), "a.example"),
            (Some("[::1]"), "a.example"),
            (None, "a.example"),
        ] {
            assert_eq!(one_of(host, &ours), Some(expected), "{host:?}");
        }
        assert_eq!(one_of(Some("a.example"), &[]), None);
    }
}
