//! TLS with a certificate that the server made for itself.
//!
//! Owns the handshake and its limits, and telling a client that speaks plain HTTP from one that begins TLS: both
//! come to the one port. Must never serve the app or the API without TLS once it has a certificate.

use crate::error::ServerError;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::future::Future;
use std::io::{Error, ErrorKind};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::server::TlsStream;
use tokio_rustls::{TlsAcceptor, rustls};

use super::patience::Patient;

/// How long a client may take until it speaks TLS. Short: a server that is told to end waits for it.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How a record of a handshake begins; no method of HTTP does.
const HANDSHAKE_RECORD: u8 = 22;

/// The server's certificate, and that of the authority which vouches for it.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    authority: Arc<[u8]>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tls({})", self.fingerprint())
    }
}

impl Tls {
    /// A certificate (DER) with its key (PKCS #8, DER), and the authority's certificate (PEM).
    ///
    /// # Errors
    /// They are damaged or do not belong together.
    pub fn new(certificate: Vec<u8>, key: Vec<u8>, authority: &str) -> Result<Self, ServerError> {
        let authority = CertificateDer::from_pem_slice(authority.as_bytes())
            .map_err(|error| unusable(&error))?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|config| {
                config
                    .with_no_client_auth()
                    .with_single_cert(vec![certificate.into()], key)
            });
        let mut config = config.map_err(|error| unusable(&error))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            authority: authority.as_ref().into(),
        })
    }

    /// The authority's certificate, DER.
    #[must_use]
    pub fn authority(&self) -> &[u8] {
        &self.authority
    }

    /// By what a person knows the authority's certificate again: its SHA-256 in pairs of digits.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let pairs: Vec<String> = Sha256::digest(&self.authority)
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect();
        pairs.join(":")
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
        let secure = within(self.acceptor.accept(stream)).await?;
        Ok(Greeted::Secure(Box::new(secure)))
    }
}

/// What a client of a server with TLS speaks.
pub(super) enum Greeted {
    Secure(Box<TlsStream<Patient<TcpStream>>>),
    Plain(Patient<TcpStream>),
}

async fn within<T>(step: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    timeout(HANDSHAKE, step).await?
}

fn unusable(error: &dyn fmt::Display) -> ServerError {
    ServerError::Unusable(format!("the certificate cannot be used: {error}"))
}
