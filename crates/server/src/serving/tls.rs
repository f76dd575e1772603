//! TLS: the handshake, and what stands behind the certificate.
//!
//! Owns the handshake and its limits, and telling a client that speaks plain HTTP from one that begins TLS: both
//! come to the one port. Must never serve the app or the API without TLS once it has a certificate.

use super::acme::Acme;
use super::certificate_files::{CertificateFiles, HangUp};
use super::patience::Patient;
use super::redirect;
use super::trust::{self, Authority};
use crate::error::ServerError;
use axum::Router;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::ResolvesServerCert;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use std::fmt;
use std::future::Future;
use std::io::{Error, ErrorKind};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::timeout;
use tokio_rustls::server::TlsStream;
use tokio_rustls::{TlsAcceptor, rustls};

/// How long a client may take until it speaks TLS. Short: a server that is told to end waits for it.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How a record of a handshake begins; no method of HTTP does.
const HANDSHAKE_RECORD: u8 = 22;
/// What clients may go on with, the preferred first.
const HTTP_2: &[u8] = b"h2";
const HTTP_1: &[u8] = b"http/1.1";
/// With it an authority asks whether a name is ours (RFC 8737); nothing follows it.
const CHALLENGE: &[u8] = b"acme-tls/1";

/// How the server speaks TLS.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    source: Source,
}

/// Where the certificate comes from.
#[derive(Clone)]
enum Source {
    /// Made by the server, vouched for by an authority of its own.
    Made(Authority),
    /// Files that somebody else keeps.
    Files(Arc<CertificateFiles>, Arc<Mutex<HangUp>>),
    /// Asked for, and asked for again before it ends.
    Acme(Arc<Acme>),
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Source::Made(authority) => write!(f, "Tls({})", authority.fingerprint()),
            Source::Files(..) => f.write_str("Tls(files)"),
            Source::Acme(_) => f.write_str("Tls(ACME)"),
        }
    }
}

impl Tls {
    /// A certificate (DER) with its key (PKCS #8, DER), and the authority that vouches for it.
    ///
    /// # Errors
    /// They are damaged or do not belong together.
    pub(crate) fn made(
        certificate: Vec<u8>,
        key: Vec<u8>,
        authority: Authority,
    ) -> Result<Self, ServerError> {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key));
        let own = CertifiedKey::from_der(vec![certificate.into()], key, &ring::default_provider());
        let own = SingleCertAndKey::from(own.map_err(|error| unusable(&error))?);
        Self::new(Arc::new(own), Source::Made(authority))
    }

    /// A certificate that lies in files, which are read again when they change. Within a runtime only.
    ///
    /// # Errors
    /// When the system's TLS cannot be set up.
    pub(crate) fn of_files(files: CertificateFiles) -> Result<Self, ServerError> {
        let files = Arc::new(files);
        let hung_up = Arc::new(Mutex::new(HangUp::new()));
        Self::new(Arc::clone(&files) as _, Source::Files(files, hung_up))
    }

    /// A certificate that is asked for while [`Self::keep`] runs.
    ///
    /// # Errors
    /// When the system's TLS cannot be set up.
    pub(crate) fn by_acme(acme: Acme) -> Result<Self, ServerError> {
        let acme = Arc::new(acme);
        Self::new(acme.certificates(), Source::Acme(acme))
    }

    fn new(certificates: Arc<dyn ResolvesServerCert>, source: Source) -> Result<Self, ServerError> {
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions();
        let config = config.map_err(|error| unusable(&error))?;
        let mut config = config
            .with_no_client_auth()
            .with_cert_resolver(certificates);
        config.alpn_protocols = vec![HTTP_2.to_vec(), HTTP_1.to_vec()];
        if matches!(source, Source::Acme(_)) {
            config.alpn_protocols.push(CHALLENGE.to_vec());
        }
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            source,
        })
    }

    /// Keeps the certificate good, for ever.
    pub(super) async fn keep(&self) {
        match &self.source {
            Source::Made(_) => {}
            Source::Files(files, hung_up) => files.follow(&mut *hung_up.lock().await).await,
            Source::Acme(acme) => acme.run().await,
        }
    }

    /// Whether browsers may be told to ask for nothing but HTTPS: not where the certificate is for a try.
    pub(crate) fn is_lasting(&self) -> bool {
        match &self.source {
            Source::Made(_) => false,
            Source::Files(..) => true,
            Source::Acme(acme) => acme.is_lasting(),
        }
    }

    /// Whether nobody can be served, and what is wrong besides.
    pub(crate) fn look(&self) -> Result<Option<String>, String> {
        match &self.source {
            Source::Made(_) => Ok(None),
            Source::Files(files, _) => Ok(files.trouble()),
            Source::Acme(acme) => acme.look(),
        }
    }

    /// What there is for whoever comes without TLS.
    pub(super) fn plain(&self) -> Router {
        match &self.source {
            Source::Made(authority) => trust::router(authority),
            Source::Files(..) | Source::Acme(_) => redirect::to_the_same_host(),
        }
    }

    /// Waits for what the client begins with, and does the handshake if that is TLS.
    pub(super) async fn greet(
        &self,
        stream: TcpStream,
        patience: Duration,
    ) -> Result<Greeted, Error> {
        let mut first = [0_u8; 1];
        if within(stream.peek(&mut first)).await? == 0 {
            return Err(Error::from(ErrorKind::UnexpectedEof));
        }
        let stream = Patient::new(stream, patience);
        if first != [HANDSHAKE_RECORD] {
            return Ok(Greeted::Plain(stream));
        }
        let secure = Box::new(within(self.acceptor.accept(stream)).await?);
        let agreed = secure.get_ref().1.alpn_protocol();
        Ok(match agreed {
            Some(CHALLENGE) => Greeted::Challenged,
            Some(HTTP_2) => Greeted::Http2(secure),
            _ => Greeted::Http1(secure),
        })
    }
}

/// What a client of a server with TLS speaks.
pub(super) enum Greeted {
    Http1(Box<TlsStream<Patient<TcpStream>>>),
    Http2(Box<TlsStream<Patient<TcpStream>>>),
    /// No client: an authority that has seen what it wanted.
    Challenged,
    Plain(Patient<TcpStream>),
}

async fn within<T>(step: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    timeout(HANDSHAKE, step).await?
}

fn unusable(error: &dyn fmt::Display) -> ServerError {
    ServerError::Unusable(format!("the certificate cannot be used: {error}"))
}
