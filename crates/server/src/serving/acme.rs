//! A certificate that is asked for by ACME (RFC 8555), and asked for again before it ends.
//!
//! Owns which certificate is shown to whom, when it is tried again after a failure, and what is said of it. The protocol is
//! `rustls-acme`'s. Must never stop serving with the certificate that it has, nor ask so often that an authority shuts it
//! out.

use futures::StreamExt as _;
use rustls_acme::{
    AccountCache, AcmeConfig, CertCache, EventError, EventOk, ResolvesServerCertAcme,
    is_tls_alpn_challenge,
};
use std::io::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{sleep, timeout};
use tokio_rustls::rustls;
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;

/// How long an authority may take until it has given a certificate, or said why not.
const ANSWER: Duration = Duration::from_mins(20);
/// How often a server that has a certificate begins anew with the one that is kept: another may have got a newer one.
const LOOK: Duration = Duration::from_hours(1);
/// How long one goes on that could not keep what it was given: beginning anew it would ask for another each time, until the
/// authority gives none.
const UNKEPT: Duration = Duration::from_hours(24 * 365);
/// How long nothing is asked after the first failure; twice as long after each further one.
const PAUSE: Duration = Duration::from_secs(5);
const PAUSE_AT_MOST: Duration = Duration::from_hours(1);

/// What is asked for, and where.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    /// The names that the certificate is for.
    pub(crate) names: Vec<String>,
    /// Whom the authority writes to, as an address of a mail: `mailto:…`.
    pub(crate) contact: Vec<String>,
    /// The address of the authority's directory.
    pub(crate) directory: String,
    /// Whether browsers trust the authority.
    pub(crate) is_lasting: bool,
    /// How the directory is asked.
    pub(crate) client: Arc<rustls::ClientConfig>,
}

/// Asks, and has what was given.
pub(crate) struct Acme {
    is_lasting: bool,
    begin: Box<dyn Fn() -> AcmeConfig<Error> + Send + Sync>,
    certificates: Arc<Certificates>,
}

impl Acme {
    /// Nothing is asked before [`Self::run`]. The account and the certificate are `kept`.
    pub(crate) fn new<K>(order: Order, kept: K) -> Self
    where
        K: CertCache<EC = Error> + AccountCache<EA = Error> + Clone + 'static,
    {
        Self {
            is_lasting: order.is_lasting,
            begin: Box::new(move || {
                AcmeConfig::new_with_client_config(&order.names, Arc::clone(&order.client))
                    .directory(&order.directory)
                    .contact(&order.contact)
                    .cache(kept.clone())
            }),
            certificates: Arc::default(),
        }
    }

    pub(super) fn certificates(&self) -> Arc<Certificates> {
        Arc::clone(&self.certificates)
    }

    pub(super) fn is_lasting(&self) -> bool {
        self.is_lasting
    }

    /// Whether nobody can be served, and what is wrong besides.
    pub(super) fn look(&self) -> Result<Option<String>, String> {
        let book = self.certificates.book();
        if book.shown.is_some() {
            return Ok(book.trouble.clone());
        }
        let why = book.trouble.as_deref().unwrap_or("it is being asked for");
        Err(format!("there is no certificate yet: {why}"))
    }

    /// Has a certificate, and a newer one before that ends, for ever.
    pub(super) async fn run(&self) {
        let mut failures = 0;
        loop {
            match self.round().await {
                Ok(()) => {
                    failures = 0;
                    self.certificates.book().trouble = None;
                }
                Err(why) => {
                    failures += 1;
                    let pause = pause_after(failures);
                    self.certificates.book().trouble = Some(why.clone());
                    tracing::error!(%why, again_in_s = pause.as_secs(), "no certificate was given");
                    sleep(pause).await;
                }
            }
        }
    }

    /// Begins with what is kept and asks when it is time, until something fails or it is time to look again.
    async fn round(&self) -> Result<(), String> {
        let mut state = (self.begin)().state();
        self.certificates.book().asking = Some(state.resolver());
        let mut patience = ANSWER;
        loop {
            let event = match timeout(patience, state.next()).await {
                Ok(Some(event)) => event,
                Err(_) if patience == ANSWER => return Err("it has not answered".to_owned()),
                Ok(None) | Err(_) => return Ok(()),
            };
            match event {
                Ok(EventOk::DeployedCachedCert) => {
                    self.certificates.show(state.resolver());
                    tracing::info!("the certificate that was kept is in use");
                    patience = LOOK;
                }
                Ok(EventOk::DeployedNewCert) => {
                    self.certificates.show(state.resolver());
                    self.certificates.book().trouble = None;
                    tracing::info!("a new certificate is in use");
                    patience = LOOK;
                }
                Ok(EventOk::CertCacheStore) => tracing::info!("the new certificate is kept"),
                Ok(EventOk::AccountCacheStore) => {}
                Err(error) if is_failure(&error) => return Err(error.to_string()),
                // It goes on without; the next start of the program asks anew.
                Err(error) => {
                    tracing::warn!(%error, "what belongs to the certificate is not kept");
                    if matches!(error, EventError::CertCacheStore(_)) {
                        patience = UNKEPT;
                        self.certificates.book().trouble =
                            Some(format!("the certificate is not kept: {error}"));
                    }
                }
            }
        }
    }
}

/// Whether there is no certificate after it, rather than one that could not be kept or read.
fn is_failure(error: &EventError<Error, Error>) -> bool {
    matches!(error, EventError::Order(_) | EventError::NewCertParse(_))
}

/// How long nothing is asked after so many failures one after the other.
fn pause_after(failures: u32) -> Duration {
    let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
    PAUSE.saturating_mul(doubled).min(PAUSE_AT_MOST)
}

/// Which certificate is shown.
#[derive(Debug, Default)]
pub(super) struct Certificates {
    book: Mutex<Book>,
}

#[derive(Debug, Default)]
struct Book {
    /// Who answers the authority that asks whether a name is ours.
    asking: Option<Arc<ResolvesServerCertAcme>>,
    /// Who has a certificate: the one before, as long as there is no newer one.
    shown: Option<Arc<ResolvesServerCertAcme>>,
    trouble: Option<String>,
}

impl Certificates {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn show(&self, whose: Arc<ResolvesServerCertAcme>) {
        self.book().shown = Some(whose);
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let book = self.book();
        let who = match is_tls_alpn_challenge(&hello) {
            true => book.asking.clone(),
            false => book.shown.clone(),
        };
        drop(book);
        who?.resolve(hello)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_is_asked_ever_more_rarely_and_never_given_up() {
        for (failures, expected) in [
            (1, 5),
            (2, 10),
            (3, 20),
            (10, 2_560),
            (11, 3_600),
            (u32::MAX, 3_600),
        ] {
            assert_eq!(pause_after(failures).as_secs(), expected, "{failures}");
        }
        // Let's Encrypt shuts out who fails more often than five times an hour for a name, until the hour has passed.
        let hour: u64 = (1..=9).map(|n| pause_after(n).as_secs()).sum();
        assert!(hour < 3_600, "{hour}");
    }
}
