//! HTTP, as a phone's browser speaks it.
//!
//! Owns requests, replies and their limits. A connection for each request, so that nothing of one check is left for
//! the next. Must never follow a redirect, keep a cookie or try again: what comes is what is looked at.

use crate::finding::{Finding, Stop};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper::header::HeaderMap;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::fmt::Write as _;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::time::{Instant, timeout, timeout_at};

/// More of a body is not read.
const MOST_BYTES: usize = 32 * 1024 * 1024;
/// More of a text is not shown.
const SHOWN_CHARS: usize = 1_500;

/// What is asked.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Ask {
    pub(crate) fn new(method: &'static str, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            headers: vec![("sec-fetch-site".into(), "same-origin".into())],
            body: Vec::new(),
        }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(there, _)| there != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.text("application/json", body.to_string())
    }

    pub(crate) fn text(mut self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("content-type", kind)
    }

    /// As it is told of in a report.
    fn shown(&self) -> String {
        let mut text = format!("{} {}", self.method, self.path);
        for (name, value) in &self.headers {
            match name.as_str() {
                "content-type" => {}
                "cookie" => text.push_str("\ncookie: (the session)"),
                _ => {
                    let _ = write!(text, "\n{name}: {value}");
                }
            }
        }
        if !self.body.is_empty() {
            let _ = write!(text, "\n{}", cut(&String::from_utf8_lossy(&self.body)));
        }
        text
    }
}

/// What came.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    /// What was sent, to be told.
    pub(crate) sent: String,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// The body as JSON, if it is that.
    pub(crate) json: Value,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn at(&self, path: &str) -> &Value {
        self.json.pointer(path).unwrap_or(&Value::Null)
    }

    /// As it is told of in a report.
    pub(crate) fn shown(&self) -> String {
        let mut text = format!("HTTP {}", self.status);
        for name in ["location", "set-cookie", "upload-offset"] {
            for value in self.headers.get_all(name) {
                let _ = write!(text, "\n{name}: {}", value.to_str().unwrap_or("(no text)"));
            }
        }
        if !self.body.is_empty() {
            let _ = write!(text, "\n{}", cut(&self.text()));
        }
        text
    }

    /// This is not what was to come.
    pub(crate) fn red(&self, expected: impl Into<String>) -> Stop {
        self.red_as(expected, self.shown())
    }

    /// The same, where what matters is not the reply as a whole.
    pub(crate) fn red_as(&self, expected: impl Into<String>, came: impl Into<String>) -> Stop {
        Stop::Red(Box::new(Finding {
            sent: self.sent.clone(),
            expected: expected.into(),
            came: came.into(),
        }))
    }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= SHOWN_CHARS {
        return text.to_owned();
    }
    let beginning: String = text.chars().take(SHOWN_CHARS).collect();
    format!("{beginning} … ({} bytes)", text.len())
}

/// Asks one back end.
pub(crate) struct Client {
    runtime: Runtime,
    host: String,
    patience: Duration,
}

/// Why a client cannot begin.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AddressError {
    #[error(
        "{0}: an address such as http://127.0.0.1:8080 is needed, without a path and without TLS"
    )]
    NotHttp(String),
    #[error("the suite cannot begin: {0}")]
    Runtime(#[from] std::io::Error),
}

impl Client {
    pub(crate) fn new(url: &str, patience: Duration) -> Result<Self, AddressError> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let mut client = Self {
            runtime,
            host: String::new(),
            patience,
        };
        client.turn_to(url)?;
        Ok(client)
    }

    /// Asks another address from now on.
    pub(crate) fn turn_to(&mut self, url: &str) -> Result<(), AddressError> {
        let host = url.strip_prefix("http://").unwrap_or_default();
        let host = host.strip_suffix('/').unwrap_or(host);
        if host.is_empty() || host.contains(['/', '?', '#', '@']) {
            return Err(AddressError::NotHttp(url.to_owned()));
        }
        let has_port = host
            .rsplit_once(':')
            .is_some_and(|(_, port)| !port.ends_with(']'));
        self.host = if has_port {
            host.to_owned()
        } else {
            format!("{host}:80")
        };
        Ok(())
    }

    /// Asks and waits for the whole answer.
    pub(crate) fn ask(&self, ask: &Ask) -> Result<Reply, Stop> {
        self.runtime.block_on(self.answer(ask))
    }

    /// Asks two things at the same time.
    pub(crate) fn ask_both(&self, one: &Ask, other: &Ask) -> Result<(Reply, Reply), Stop> {
        self.runtime.block_on(async {
            let (one, other) = tokio::join!(self.answer(one), self.answer(other));
            Ok((one?, other?))
        })
    }

    async fn answer(&self, ask: &Ask) -> Result<Reply, Stop> {
        let whole = async {
            let response = send(&self.host, ask).await?;
            let (head, body) = response.into_parts();
            let body = http_body_util::Limited::new(body, MOST_BYTES)
                .collect()
                .await;
            let body = body.map_err(|error| format!("the body broke off: {error}"))?;
            let body = body.to_bytes().to_vec();
            Ok(Reply {
                sent: ask.shown(),
                status: head.status.as_u16(),
                headers: head.headers,
                json: serde_json::from_slice(&body).unwrap_or_default(),
                body,
            })
        };
        let came = match timeout(self.patience, whole).await {
            Ok(Ok(reply)) => return Ok(reply),
            Ok(Err(error)) => error,
            Err(_) => format!("nothing within {} s", self.patience.as_secs()),
        };
        Err(nothing_came(ask, came))
    }

    /// Opens a stream of events.
    pub(crate) fn open(&self, ask: &Ask) -> Result<Stream<'_>, Stop> {
        let opened = self
            .runtime
            .block_on(async { timeout(self.patience, send(&self.host, ask)).await });
        let response = match opened {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(nothing_came(ask, error)),
            Err(_) => return Err(nothing_came(ask, "no head of an answer".into())),
        };
        Ok(Stream {
            client: self,
            sent: ask.shown(),
            status: response.status().as_u16(),
            body: response.into_body(),
            read: String::new(),
        })
    }
}

fn nothing_came(ask: &Ask, came: String) -> Stop {
    Stop::Red(Box::new(Finding {
        sent: ask.shown(),
        expected: "an answer".into(),
        came,
    }))
}

async fn send(host: &str, ask: &Ask) -> Result<Response<hyper::body::Incoming>, String> {
    let text = |error: &dyn std::error::Error| error.to_string();
    let stream = TcpStream::connect(host).await;
    let stream = stream.map_err(|error| format!("no connection to {host}: {error}"))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| text(&error))?;
    // It ends with the body, or with the runtime.
    drop(tokio::spawn(connection));
    let mut request = Request::builder()
        .method(ask.method)
        .uri(&ask.path)
        .header("host", host);
    for (name, value) in &ask.headers {
        request = request.header(name, value);
    }
    let request = request
        .body(Full::new(Bytes::from(ask.body.clone())))
        .map_err(|error| text(&error))?;
    let response = sender.send_request(request).await;
    response.map_err(|error| format!("no answer: {error}"))
}

/// A stream of server-sent events.
pub(crate) struct Stream<'c> {
    client: &'c Client,
    pub(crate) sent: String,
    pub(crate) status: u16,
    body: hyper::body::Incoming,
    read: String,
}

/// One event of a stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) data: String,
}

impl Stream<'_> {
    /// The next event for which `wanted` holds; what comes before it is passed over.
    pub(crate) fn find(
        &mut self,
        expected: &str,
        wanted: impl Fn(&Event) -> bool,
    ) -> Result<Event, Stop> {
        let until = Instant::now() + self.client.patience;
        let mut heard = Vec::new();
        loop {
            while let Some(event) = self.take() {
                if wanted(&event) {
                    return Ok(event);
                }
                heard.push(event);
            }
            if !self
                .client
                .runtime
                .block_on(read_more(&mut self.body, until, &mut self.read))
            {
                return Err(Stop::Red(Box::new(Finding {
                    sent: self.sent.clone(),
                    expected: expected.to_owned(),
                    came: format!("HTTP {}, then {heard:?}", self.status),
                })));
            }
        }
    }

    fn take(&mut self) -> Option<Event> {
        let (block, rest) = self.read.split_once("\n\n")?;
        let mut event = Event::default();
        for line in block.lines() {
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match name {
                "id" => value.clone_into(&mut event.id),
                "event" => value.clone_into(&mut event.name),
                "data" => event.data.push_str(value),
                _ => {}
            }
        }
        self.read = rest.to_owned();
        Some(event)
    }
}

/// Reads on until `until`; whether more came.
async fn read_more(body: &mut hyper::body::Incoming, until: Instant, read: &mut String) -> bool {
    match timeout_at(until, body.frame()).await {
        Ok(Some(Ok(frame))) => {
            if let Some(data) = frame.data_ref() {
                read.push_str(&String::from_utf8_lossy(data).replace("\r\n", "\n"));
            }
            true
        }
        _ => false,
    }
}
