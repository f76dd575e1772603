//! A certificate that lies in files, which somebody else keeps good.
//!
//! Owns reading them, at the start and again when they have changed or SIGHUP comes. Must never exchange a certificate that
//! works for files that do not: they may be in the middle of being written.

use crate::clock::{Clock as _, SystemClock};
use crate::error::ServerError;
use afield_domain::Timestamp;
use std::io::{Error, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// How often it is looked whether they have changed.
const LOOK: Duration = Duration::from_mins(1);
/// Bytes of a file that are read: some hundred certificates.
const MOST: u64 = 1024 * 1024;
/// From how long before its end on it is said that a certificate ends, at most: whoever renews it has failed to by then. For
/// one that is good for days it is the last third of them.
const WARN: Duration = Duration::from_hours(24 * 10);

/// The two files as they were read last.
#[derive(Debug, PartialEq, Eq)]
struct Texts {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

/// A certificate with those that vouch for it, and its key (PEM).
#[derive(Debug)]
pub(crate) struct CertificateFiles {
    certificate: PathBuf,
    key: PathBuf,
    /// What was tried last, and what is wrong with it.
    tried: Mutex<(Texts, Option<String>)>,
    shown: RwLock<Arc<CertifiedKey>>,
    trouble: Mutex<Option<String>>,
}

impl CertificateFiles {
    /// Reads them.
    ///
    /// # Errors
    /// In words: a file is not there, damaged, or they do not belong together.
    pub(crate) fn open(certificate: &Path, key: &Path) -> Result<Self, ServerError> {
        let texts = Texts::read(certificate, key).map_err(ServerError::Unusable)?;
        let shown = texts.certified().map_err(|why| {
            let (certificate, key) = (certificate.display(), key.display());
            ServerError::Unusable(format!(
                "--tls-certificate {certificate} with --tls-key {key}: {why}"
            ))
        })?;
        Ok(Self {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            tried: Mutex::new((texts, None)),
            shown: RwLock::new(Arc::new(shown)),
            trouble: Mutex::default(),
        })
    }

    /// What is wrong with the files as they are now.
    pub(super) fn trouble(&self) -> Option<String> {
        self.trouble
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Takes what comes new, for ever.
    pub(super) async fn follow(&self, hung_up: &mut HangUp) {
        loop {
            let _ = tokio::time::timeout(LOOK, hung_up.comes()).await;
            let outcome = self.look();
            if let Err(why) = &outcome {
                tracing::error!(%why, "the certificate's files cannot be used; the one before is");
            }
            // By the machine's clock, as every browser does: the demo may be at another day.
            let ending = self.ending(SystemClock.now());
            let mut known = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(why) = ending.as_ref().filter(|_| *known != ending) {
                tracing::warn!(%why, "look at whatever renews the certificate");
            }
            *known = outcome.err().or(ending);
        }
    }

    /// That the certificate which is shown ends soon, or has.
    fn ending(&self, now: Timestamp) -> Option<String> {
        let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        let leaf = shown.cert.first()?;
        let (_, leaf) = X509Certificate::from_der(leaf).ok()?;
        let (begin, end) = (leaf.validity().not_before, leaf.validity().not_after);
        let is_near = is_near(begin.timestamp(), end.timestamp(), now);
        is_near.then(|| {
            format!("the certificate ends, or has ended, on {end}: nobody has renewed its files")
        })
    }

    /// Reads them again.
    fn look(&self) -> Result<(), String> {
        let texts = Texts::read(&self.certificate, &self.key)?;
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        if tried.0 == texts {
            return tried.1.clone().map_or(Ok(()), Err);
        }
        let certified = texts.certified();
        *tried = (texts, certified.as_ref().err().cloned());
        let certified = Arc::new(certified?);
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = certified;
        tracing::info!("a new certificate is in use");
        Ok(())
    }
}

/// Whether the end of what is good from `begin` until `end` (seconds since 1970) is so near that it should have been
/// renewed.
fn is_near(begin: i64, end: i64, now: Timestamp) -> bool {
    let ms = |seconds: i64| seconds.saturating_mul(1_000);
    let most = i64::try_from(WARN.as_millis()).unwrap_or(i64::MAX);
    let third = ms(end).saturating_sub(ms(begin)) / 3;
    Timestamp(ms(end)).since(now) < most.min(third)
}

impl ResolvesServerCert for CertificateFiles {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&shown))
    }
}

impl Texts {
    fn read(certificate: &Path, key: &Path) -> Result<Self, String> {
        let read = |file: &Path| {
            read_at_most(file).map_err(|error| format!("cannot read {}: {error}", file.display()))
        };
        Ok(Self {
            certificate: read(certificate)?,
            key: read(key)?,
        })
    }

    fn certified(&self) -> Result<CertifiedKey, String> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&self.certificate).collect();
        let chain = chain.map_err(|error| format!("the certificate is damaged: {error}"))?;
        if chain.is_empty() {
            return Err("there is no certificate in it (PEM is expected)".to_owned());
        }
        let key = PrivateKeyDer::from_pem_slice(&self.key)
            .map_err(|error| format!("the key is damaged: {error}"))?;
        CertifiedKey::from_der(chain, key, &ring::default_provider())
            .map_err(|error| format!("they do not belong together: {error}"))
    }
}

fn read_at_most(file: &Path) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(file)?;
    file.take(MOST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// SIGHUP, with which a program that renews certificates says that it has.
pub(super) struct HangUp {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

impl HangUp {
    /// From now on it does not end the program. Within a runtime only.
    pub(super) fn new() -> Self {
        Self {
            #[cfg(unix)]
            signal: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok(),
        }
    }

    /// Waits for one; for ever where there are none.
    async fn comes(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.signal {
            signal.recv().await;
            return;
        }
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_s_end_is_near_ten_days_before_or_in_its_last_third() {
        const HOUR: i64 = 3_600;
        const DAY: i64 = 24 * HOUR;
        for (lasts, left, expected) in [
            (90 * DAY, 11 * DAY, false),
            (90 * DAY, 9 * DAY, true),
            (6 * DAY, 3 * DAY, false),
            (6 * DAY, DAY, true),
            (DAY, 9 * HOUR, false),
            (DAY, 7 * HOUR, true),
            (DAY, -DAY, true),
        ] {
            let now = Timestamp((lasts - left) * 1_000);
            assert_eq!(is_near(0, lasts, now), expected, "{lasts} {left}");
        }
    }
    use rcgen::KeyPair;

    /// A certificate of that name and its key, PEM.
    fn made(name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new([name.to_owned()]).unwrap();
        (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
    }

    #[test]
    fn files_are_taken_when_they_are_good_and_the_one_before_stays_when_not() {
        let folder = tempfile::tempdir().unwrap();
        let [certificate, key] = ["a.crt", "a.key"].map(|name| folder.path().join(name));
        let write = |a: &str, b: &str| {
            std::fs::write(&certificate, a).unwrap();
            std::fs::write(&key, b).unwrap();
        };
        let (first, second) = (made("a.example"), made("b.example"));
        write(&first.0, &first.1);
        let files = CertificateFiles::open(&certificate, &key).unwrap();
        let shown = || files.shown.read().unwrap().cert[0].as_ref().to_vec();
        let der = |pem: &str| {
            CertificateDer::from_pem_slice(pem.as_bytes())
                .unwrap()
                .to_vec()
        };
        // Written one after the other; the chain may be longer than one.
        let both = format!("{}{}", second.0, first.0);
        for (a, b, expected, shows) in [
            (&first.0, &first.1, Ok(()), &first.0),
            (&second.0, &first.1, Err("do not belong together"), &first.0),
            (&second.0, &second.1, Ok(()), &second.0),
            (&both, &second.1, Ok(()), &second.0),
            (
                &first.0,
                &String::new(),
                Err("the key is damaged"),
                &second.0,
            ),
            (&String::new(), &first.1, Err("no certificate"), &second.0),
        ] {
            write(a, b);
            let looked = files.look();
            match expected {
                Ok(()) => assert_eq!(looked, Ok(())),
                Err(why) => assert!(looked.unwrap_err().contains(why), "{why}"),
            }
            assert_eq!(shown(), der(shows));
        }
        // Made until the first day of the year 4096.
        let end = Timestamp(67_090_118_400_000); // 4096-01-01T00:00:00Z
        let days_before = |days: i64| end.plus_ms(-days * 24 * 3_600_000);
        assert_eq!(files.ending(days_before(11)), None);
        for days in [9, 0, -400] {
            assert!(files.ending(days_before(days)).unwrap().contains("4096"));
        }
        std::fs::remove_file(&key).unwrap();
        assert!(files.look().unwrap_err().contains("a.key"));
        let error = CertificateFiles::open(&certificate, &key).unwrap_err();
        assert!(error.to_string().contains("a.key"), "{error}");
    }
}
