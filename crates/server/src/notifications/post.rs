//! One message to a push service.
//!
//! Owns the connection: to an address that was looked at, over TLS with the name that was allowed, for one request whose
//! answer's head is read and nothing more. Must never follow where an answer leads.

use super::endpoint::{Endpoint, choose_addresses, read_endpoint};
use super::plan::{Posted, plan_posted};
use super::settings::Settings;
use axum::body::Body;
use axum::http::Request;
use axum::http::header::RETRY_AFTER;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Bytes of an answer's head.
const HEAD: usize = 16 * 1024;

static TLS: LazyLock<Option<TlsConnector>> = LazyLock::new(|| {
    let roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .ok()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Some(TlsConnector::from(Arc::new(config)))
});

/// A message, ready to be sent.
pub(crate) struct Message {
    /// Encrypted.
    pub(crate) body: Vec<u8>,
    pub(crate) authorization: String,
    /// Seconds for which a push service keeps it.
    pub(crate) kept_seconds: i64,
    /// What of the same topic waits there gives way to it.
    pub(crate) topic: String,
}

/// Sends a message to where it may go: the endpoint and the address behind its name are judged at every sending.
pub(crate) async fn post(
    settings: &Settings,
    endpoint: &str,
    message: impl FnOnce(&Endpoint) -> Option<Message>,
) -> Posted {
    let Ok(endpoint) = read_endpoint(endpoint, &settings.rules) else {
        tracing::warn!("a notification was for a push service that is not allowed");
        return Posted::Never;
    };
    let Some(message) = message(&endpoint) else {
        return Posted::Never;
    };
    let sent = timeout(settings.patience, try_post(settings, &endpoint, message)).await;
    let host = &endpoint.host;
    match sent {
        Ok(Ok(Posted::Never)) => {
            tracing::warn!(host, "a push service does not take a notification");
            Posted::Never
        }
        Ok(Ok(posted)) => posted,
        Ok(Err(error)) => {
            tracing::warn!(host, %error, "a push service was not reached");
            Posted::Later(None)
        }
        Err(_) => {
            tracing::warn!(host, "a push service took too long");
            Posted::Later(None)
        }
    }
}

async fn try_post(
    settings: &Settings,
    endpoint: &Endpoint,
    message: Message,
) -> io::Result<Posted> {
    let names = &settings.names;
    let addresses = names.addresses(&endpoint.host, endpoint.port).await?;
    let Ok(addresses) = choose_addresses(endpoint, &addresses) else {
        return Ok(Posted::Never);
    };
    let request = request(endpoint, message).map_err(io::Error::other)?;
    let stream = connect(endpoint, &addresses, settings.patience / 3).await?;
    if endpoint.is_loopback {
        return ask(stream, request).await;
    }
    let tls = TLS
        .as_ref()
        .ok_or_else(|| io::Error::other("there is no TLS"))?;
    let name = ServerName::try_from(endpoint.host.clone()).map_err(io::Error::other)?;
    ask(tls.connect(name, stream).await?, request).await
}

/// A connection to the first of these that takes one within `patience`: it is enough for both kinds and the message.
async fn connect(
    endpoint: &Endpoint,
    addresses: &[IpAddr],
    patience: Duration,
) -> io::Result<TcpStream> {
    let mut failed = io::Error::from(io::ErrorKind::NotFound);
    for address in addresses {
        let to = SocketAddr::new(*address, endpoint.port);
        match timeout(patience, TcpStream::connect(to)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => failed = error,
            Err(_) => failed = io::Error::from(io::ErrorKind::TimedOut),
        }
    }
    Err(failed)
}

fn request(endpoint: &Endpoint, message: Message) -> axum::http::Result<Request<Body>> {
    Request::post(&endpoint.path)
        .header("host", endpoint.authority())
        .header("authorization", message.authorization)
        .header("content-type", "application/octet-stream")
        .header("content-encoding", "aes128gcm")
        .header("ttl", message.kept_seconds.max(0))
        .header("urgency", "normal")
        .header("topic", message.topic)
        .body(Body::from(message.body))
}

async fn ask(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    request: Request<Body>,
) -> io::Result<Posted> {
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(HEAD)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(io::Error::other)?;
    let mut sending = pin!(sender.send_request(request));
    let answer = tokio::select! {
        biased;
        answer = &mut sending => answer,
        // What it has brought is there by now.
        _ = connection => sending.await,
    };
    let answer = answer.map_err(io::Error::other)?;
    let after = answer.headers().get(RETRY_AFTER);
    let after = after.and_then(|value| value.to_str().ok());
    Ok(plan_posted(answer.status().as_u16(), after))
}
