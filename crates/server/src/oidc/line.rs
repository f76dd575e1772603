//! Requests to a provider on the wire.
//!
//! Owns the connection, how long a request may take with its answer, and how large that may be. Must never follow where an
//! answer leads, nor speak without TLS to anybody but this machine itself.

use axum::body::Body;
use axum::http::Uri;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector as Tcp;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// A connection that is not used for so long is closed.
const IDLE: Duration = Duration::from_secs(20);
/// Bytes of an answer: a provider's description, its keys or a token.
const ANSWER: usize = 256 * 1024;

/// Why there is no answer. Nothing in it is of the answer itself.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unanswered {
    #[error("it is not asked without TLS")]
    Plain,
    #[error("it was not reached")]
    NotReached(#[source] hyper_util::client::legacy::Error),
    #[error("its answer was cut, or is longer than {ANSWER} bytes")]
    NotRead(#[source] axum::Error),
    #[error("it took longer than {} ms", .0.as_millis())]
    TooSlow(Duration),
}

/// Makes requests. A copy shares the connections.
#[derive(Clone)]
pub(crate) struct Line {
    client: Client<HttpsConnector<Tcp>, Body>,
    patience: Duration,
}

impl Line {
    /// With Mozilla's roots; a request with its answer may take `patience`. None where TLS cannot be had.
    pub(crate) fn new(patience: Duration) -> Option<Self> {
        let roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .ok()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut tcp = Tcp::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        let tls = HttpsConnectorBuilder::new().with_tls_config(tls);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(tls.https_or_http().enable_http1().wrap_connector(tcp));
        Some(Self { client, patience })
    }

    /// To the provider `issuer`.
    pub(crate) fn to(&self, issuer: &str) -> LineTo {
        LineTo {
            line: self.clone(),
            is_tls: issuer.starts_with("https://"),
        }
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, Unanswered> {
        let answered = self.client.request(request.map(Body::from)).await;
        let (head, body) = answered.map_err(Unanswered::NotReached)?.into_parts();
        let bytes = axum::body::to_bytes(Body::new(body), ANSWER).await;
        let bytes = bytes.map_err(Unanswered::NotRead)?;
        Ok(HttpResponse::from_parts(head, bytes.to_vec()))
    }
}

/// The line to one provider. What it says of itself names further addresses: one that is asked by TLS cannot have us ask
/// a program of this machine.
pub(crate) struct LineTo {
    line: Line,
    is_tls: bool,
}

impl LineTo {
    pub(super) fn may_ask(&self, address: &Uri) -> bool {
        may_be_asked(address) && (!self.is_tls || address.scheme_str() == Some("https"))
    }
}

impl<'l> AsyncHttpClient<'l> for LineTo {
    type Error = Unanswered;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Unanswered>> + Send + 'l>>;

    fn call(&'l self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            if !self.may_ask(request.uri()) {
                return Err(Unanswered::Plain);
            }
            let patience = self.line.patience;
            let answered = timeout(patience, self.line.ask(request)).await;
            answered.unwrap_or(Err(Unanswered::TooSlow(patience)))
        })
    }
}

/// Whether an address may be asked: by TLS, or on this machine.
pub(crate) fn may_be_asked(address: &Uri) -> bool {
    let host = address.host().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_here = || {
        host == "localhost"
            || bare
                .parse()
                .is_ok_and(|address: IpAddr| address.is_loopback())
    };
    match address.scheme_str() {
        Some("https") => !host.is_empty(),
        Some("http") => is_here(),
        _ => false,
    }
}
