//! How the server is told to speak TLS: a certificate that it makes, one that it asks for, or one in files.
//!
//! Owns the options, and what is said at the start. Must never begin without TLS where it was asked for.

use super::authority::{Names, certify, is_name, reached_at};
use super::data_folder::not_writable;
use super::kept_certificate::KeptCertificates;
use super::say;
use crate::error::ServerError;
use crate::serving::acme::{Acme, Order};
use crate::serving::certificate_files::CertificateFiles;
use crate::serving::tls::Tls;
use clap::Args;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_rustls::rustls;

const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";
const LETS_ENCRYPT_STAGING: &str = "https://acme-staging-v02.api.letsencrypt.org/directory";
/// Names in one certificate; Let's Encrypt takes no more.
const NAMES: usize = 100;

/// How the server speaks TLS.
#[derive(Debug, Args)]
pub(super) struct TlsOptions {
    /// Speak TLS, with a certificate made here: to try Afield on phones of this network (`--host 0.0.0.0`).
    /// A phone that opens the printed address is told how to trust it.
    #[arg(long, conflicts_with_all = ["tls_domain", "tls_certificate", "behind_proxy"])]
    tls: bool,
    /// With TLS: a name or an address more by which the server is reached. May be given several times.
    #[arg(long, value_name = "NAME", requires = "tls")]
    tls_name: Vec<String>,
    /// Speak TLS, with a certificate for this name from Let's Encrypt (whose terms you accept by it): for a server that
    /// the internet reaches under it at port 443, without a proxy in front. May be given several times.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["tls_certificate", "behind_proxy"])]
    tls_domain: Vec<String>,
    /// With --tls-domain: where the authority writes to if something is wrong.
    #[arg(long, value_name = "MAIL", requires = "tls_domain")]
    tls_contact: Vec<String>,
    /// With --tls-domain: the folder that keeps the account and the certificate; without it `tls/acme` in the data folder.
    #[arg(long, value_name = "DIR", requires = "tls_domain")]
    tls_cache: Option<PathBuf>,
    /// With --tls-domain: another authority than Let's Encrypt, by the address of its ACME directory.
    #[arg(long, value_name = "URL", requires = "tls_domain")]
    tls_directory: Option<String>,
    /// With --tls-directory: the certificate (PEM) that vouches for the directory itself, where browsers do not know it.
    #[arg(long, value_name = "FILE", requires = "tls_directory")]
    tls_directory_ca: Option<PathBuf>,
    /// With --tls-domain: try it at Let's Encrypt's test authority, whose certificates no browser trusts.
    #[arg(long, requires = "tls_domain", conflicts_with = "tls_directory")]
    tls_staging: bool,
    /// With --tls-domain: a second port, 80 for the internet, which sends whoever comes without TLS to HTTPS.
    #[arg(long, value_name = "PORT", requires = "tls_domain")]
    tls_redirect_port: Option<u16>,
    /// Speak TLS, with the certificate in this file (PEM, with those that vouch for it). It is read again when it changes
    /// or on SIGHUP.
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls_key",
        conflicts_with = "behind_proxy"
    )]
    tls_certificate: Option<PathBuf>,
    /// With --tls-certificate: its key (PEM).
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
}

/// A server that speaks TLS.
pub(super) struct Secured {
    pub(super) tls: Tls,
    /// What whoever started it is told.
    said: String,
}

impl TlsOptions {
    /// What was chosen, for a server that listens at `address`; none where it shall speak plain HTTP.
    pub(super) fn open(
        &self,
        data: &Path,
        address: SocketAddr,
    ) -> Result<Option<Secured>, ServerError> {
        let secured = if self.tls {
            self.make(data, address)?
        } else if !self.tls_domain.is_empty() {
            self.ask(data, address)?
        } else if let (Some(certificate), Some(key)) = (&self.tls_certificate, &self.tls_key) {
            Secured {
                tls: Tls::of_files(CertificateFiles::open(certificate, key)?)?,
                said: ready(address),
            }
        } else {
            return Ok(None);
        };
        Ok(Some(secured))
    }

    /// Where whoever comes without TLS is sent to HTTPS from, and to which names.
    pub(super) fn redirect(&self, host: IpAddr) -> Option<(SocketAddr, Arc<[String]>)> {
        let port = self.tls_redirect_port?;
        Some((SocketAddr::new(host, port), self.tls_domain.clone().into()))
    }

    fn make(&self, data: &Path, address: SocketAddr) -> Result<Secured, ServerError> {
        let (tls, authority) = certify(data, &Names::of(address, &self.tls_name))?;
        let reached = SocketAddr::new(reached_at(address), address.port());
        let said = format!(
            "{}\n\nA phone in this network opens http://{reached} first, without the s: there it gets the certificate and \
             is told how to trust it.\nThe fingerprint it shows must be {}",
            ready(reached),
            authority.fingerprint()
        );
        Ok(Secured { tls, said })
    }

    fn ask(&self, data: &Path, address: SocketAddr) -> Result<Secured, ServerError> {
        let names = names(&self.tls_domain)?;
        let directory = match (&self.tls_directory, self.tls_staging) {
            (Some(own), _) => own.clone(),
            (None, true) => LETS_ENCRYPT_STAGING.to_owned(),
            (None, false) => LETS_ENCRYPT.to_owned(),
        };
        let said = format!(
            "{}\n\nThe certificate for {} is from {directory}",
            ready(address),
            names.join(", ")
        );
        let folder = self.tls_cache.clone();
        let folder = folder.unwrap_or_else(|| data.join("tls").join("acme"));
        let kept =
            KeptCertificates::open(&folder).map_err(|error| not_writable(&folder, &error))?;
        let order = Order {
            names,
            contact: self.tls_contact.iter().map(|mail| contact(mail)).collect(),
            client: client(self.tls_directory_ca.as_deref())?,
            is_lasting: !self.tls_staging,
            directory: checked(directory)?,
        };
        Ok(Secured {
            tls: Tls::by_acme(Acme::new(order, kept))?,
            said,
        })
    }
}

impl Secured {
    pub(super) fn say(&self) {
        say(&self.said);
    }
}

fn ready(address: SocketAddr) -> String {
    format!("Afield is ready: https://{address}")
}

/// The names as they stand in a certificate.
fn names(said: &[String]) -> Result<Vec<String>, ServerError> {
    let names: Vec<String> = said
        .iter()
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    let is_none = |name: &&String| !is_name(name) || name.parse::<IpAddr>().is_ok();
    if let Some(none) = names.iter().find(is_none) {
        return Err(ServerError::Unusable(format!(
            "--tls-domain {none}: give the name by which the internet reaches this server, in ASCII"
        )));
    }
    if names.len() > NAMES {
        return Err(ServerError::Unusable(format!(
            "--tls-domain: one certificate is for {NAMES} names at most"
        )));
    }
    Ok(names)
}

fn contact(mail: &str) -> String {
    match mail.contains(':') {
        true => mail.to_owned(),
        false => format!("mailto:{mail}"),
    }
}

/// An address of a directory: what it answers decides whose certificate is shown, so it comes by HTTPS.
fn checked(directory: String) -> Result<String, ServerError> {
    let address: Option<axum::http::Uri> = directory.parse().ok();
    let is_https = address
        .is_some_and(|address| address.scheme_str() == Some("https") && address.host().is_some());
    match is_https {
        true => Ok(directory),
        false => Err(ServerError::Unusable(format!(
            "--tls-directory {directory}: give the address of an ACME directory, https://…"
        ))),
    }
}

/// How a directory is asked: as browsers do, or trusting what `ca` vouches for alone.
fn client(ca: Option<&Path>) -> Result<Arc<ClientConfig>, ServerError> {
    let mut roots = RootCertStore::empty();
    match ca {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(file) => {
            let failed = |error: &dyn std::fmt::Display| {
                ServerError::Unusable(format!("--tls-directory-ca {}: {error}", file.display()))
            };
            let certificates =
                CertificateDer::pem_file_iter(file).map_err(|error| failed(&error))?;
            for certificate in certificates {
                let certificate = certificate.map_err(|error| failed(&error))?;
                roots.add(certificate).map_err(|error| failed(&error))?;
            }
            if roots.is_empty() {
                return Err(failed(&"there is no certificate in it (PEM is expected)"));
            }
        }
    }
    let client = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| ServerError::Unusable(format!("no TLS can be spoken: {error}")))?;
    Ok(Arc::new(
        client.with_root_certificates(roots).with_no_client_auth(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_certificate_can_be_asked_for() {
        for (said, expected) in [
            ("App.Example.com", true),
            ("localhost", true),
            ("192.168.1.5", false),
            ("*.example.com", false),
            ("bücher.example", false),
            ("", false),
        ] {
            let read = names(&[said.to_owned()]);
            assert_eq!(read.is_ok(), expected, "{said}: {read:?}");
        }
        assert!(names(&vec!["a.example".to_owned(); NAMES + 1]).is_err());
    }

    #[test]
    fn a_directory_is_asked_by_https_alone() {
        for (address, expected) in [
            (LETS_ENCRYPT, true),
            ("https://ca.example:9000/acme/acme/directory", true),
            ("http://ca.example/directory", false),
            ("ca.example", false),
            ("https://", false),
        ] {
            assert_eq!(checked(address.to_owned()).is_ok(), expected, "{address}");
        }
    }
}
