//! The requests to an S3 on the wire.
//!
//! Owns the connection, by the TLS that the server has anyway, and how long one request may take with its answer. Of an
//! answer that says no it lets in the status and the code alone: what else stands there may name a key, and what has not
//! come in is in no log. Must never follow where an answer leads, nor speak without TLS unless that was asked for.

use async_trait::async_trait;
use axum::body::Body;
use bytes::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector as Tcp;
use hyper_util::client::legacy::{Client, Error as Failed};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody,
    HttpResponse, HttpService,
};
use object_store::{ClientConfigKey, ClientOptions};
use std::error::Error;
use std::time::Duration;
use tokio::time::timeout;
use tokio_rustls::rustls::ClientConfig;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a request may take, with its answer: neither is longer than a part.
const PATIENCE: Duration = Duration::from_secs(20);
/// A connection that is not used for so long is closed, before those in between forget it.
const IDLE: Duration = Duration::from_secs(20);
/// Bytes of an answer: a part, or a page of a list.
const ANSWER: usize = 16 * 1024 * 1024;

/// Makes the connections.
#[derive(Debug)]
pub(super) struct Lines {
    pub(super) tls: ClientConfig,
}

impl HttpConnector for Lines {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let plain = options.get_config_value(&ClientConfigKey::AllowHttp);
        let mut tcp = Tcp::new();
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(CONNECT));
        tcp.set_nodelay(true);
        let tls = HttpsConnectorBuilder::new().with_tls_config(self.tls.clone());
        let tls = match plain.is_some_and(|plain| plain == "true") {
            true => tls.https_or_http(),
            false => tls.https_only(),
        };
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(tls.enable_http1().wrap_connector(tcp));
        Ok(HttpClient::new(Line { client }))
    }
}

#[derive(Debug)]
struct Line {
    client: Client<HttpsConnector<Tcp>, HttpRequestBody>,
}

#[async_trait]
impl HttpService for Line {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let answered = timeout(PATIENCE, self.ask(request)).await;
        answered.unwrap_or_else(|_| {
            let text = format!("no answer within {} seconds", PATIENCE.as_secs());
            Err(HttpError::new(HttpErrorKind::Timeout, Broken(text)))
        })
    }
}

impl Line {
    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let answered = self.client.request(request).await;
        let answer =
            answered.map_err(|error| HttpError::new(kind(&error), Broken(causes(&error))))?;
        let (head, body) = answer.into_parts();
        // Whole, or not at all: an answer that is cut is asked for again as one that never came.
        let bytes = axum::body::to_bytes(Body::new(body), ANSWER).await;
        let bytes = bytes
            .map_err(|error| HttpError::new(HttpErrorKind::Interrupted, Broken(causes(&error))))?;
        let is_no = head.status.is_client_error() || head.status.is_server_error();
        let bytes = if is_no { code(&bytes) } else { bytes };
        Ok(HttpResponse::from_parts(head, bytes.into()))
    }
}

/// Why a request failed, with all that is behind it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Broken(String);

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

fn causes(error: &(dyn Error + 'static)) -> String {
    let mut texts: Vec<String> = chain(error).map(ToString::to_string).collect();
    texts.dedup();
    texts.join(": ")
}

/// What may be done about it: a request that cannot have been heard whole is sent again, whatever it is.
fn kind(error: &Failed) -> HttpErrorKind {
    if error.is_connect() {
        return HttpErrorKind::Connect;
    }
    let hyper = chain(error).find_map(|cause| cause.downcast_ref::<hyper::Error>());
    match hyper {
        Some(hyper) if hyper.is_timeout() => HttpErrorKind::Timeout,
        Some(hyper) if hyper.is_closed() || hyper.is_canceled() => HttpErrorKind::Request,
        // All requests here may be sent twice: each names its bytes and its place.
        Some(hyper) if hyper.is_incomplete_message() || hyper.is_body_write_aborted() => {
            HttpErrorKind::Request
        }
        _ => HttpErrorKind::Interrupted,
    }
}

/// The code in an answer that says no; nothing where there is none.
fn code(answer: &[u8]) -> Bytes {
    const MOST: usize = 64;
    let text = String::from_utf8_lossy(answer);
    let code = text
        .split_once("<Code>")
        .and_then(|(_, rest)| rest.split_once("</Code>"))
        .map(|(code, _)| code)
        .filter(|code| code.len() <= MOST && code.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    Bytes::from(code.unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_answer_that_says_no_the_code_alone_comes_in() {
        let with_key = "<?xml version=\"1.0\"?><Error><Code>InvalidAccessKeyId</Code><Message>no such key AKIA123\
                        </Message><AWSAccessKeyId>AKIA123</AWSAccessKeyId></Error>";
        for (answer, expected) in [
            (with_key, "InvalidAccessKeyId"),
            ("<Error><Code>SlowDown</Code>", "SlowDown"),
            ("<Code>AKIA 123</Code>", ""),
            (&format!("<Code>{}</Code>", "a".repeat(65)), ""),
            ("<html>AKIA123", ""),
            ("", ""),
        ] {
            assert_eq!(code(answer.as_bytes()), expected, "{answer}");
        }
    }
}
