//! What a server with TLS says to whoever comes by plain HTTP: how to trust it.
//!
//! Owns the page and the certificate of the authority. Must never answer for the API: nothing that is secret may
//! travel here.

use super::redirect::is_host;
use crate::error::ServerError;
use crate::http::api_path::is_api;
use axum::Router;
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;

const PAGE_EN: &str = include_str!("trust.en.html");
const PAGE_DE: &str = include_str!("trust.de.html");
const CSP: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

/// The certificate (DER) of an authority that was made here.
#[derive(Debug, Clone)]
pub(crate) struct Authority(Arc<[u8]>);

impl Authority {
    /// Reads it.
    ///
    /// # Errors
    /// It is damaged.
    pub(crate) fn from_pem(text: &str) -> Result<Self, ServerError> {
        let read = CertificateDer::from_pem_slice(text.as_bytes());
        let read = read.map_err(|error| {
            ServerError::Unusable(format!(
                "the authority's certificate cannot be used: {error}"
            ))
        })?;
        Ok(Self(read.as_ref().into()))
    }

    /// By what a person knows it again: its SHA-256 in pairs of digits.
    pub(crate) fn fingerprint(&self) -> String {
        let pairs: Vec<String> = Sha256::digest(&self.0)
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect();
        pairs.join(":")
    }
}

/// What is there without TLS.
pub(super) fn router(authority: &Authority) -> Router {
    let certificate = authority.0.to_vec();
    let fingerprint = authority.fingerprint();
    Router::new()
        .route(
            "/afield.crt",
            get(|| async move { ([(CONTENT_TYPE, "application/x-x509-ca-cert")], certificate) }),
        )
        .fallback(|request: Request| async move { page(&request, &fingerprint) })
}

fn page(request: &Request, fingerprint: &str) -> Response {
    let is_read = request.method().is_safe() && !is_api(request.uri().path());
    let status = match is_read {
        true => StatusCode::OK,
        false => StatusCode::UPGRADE_REQUIRED,
    };
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, CSP),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-store"),
    ];
    (status, headers, text(request.headers(), fingerprint)).into_response()
}

fn text(headers: &HeaderMap, fingerprint: &str) -> String {
    let of = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let german =
        of(ACCEPT_LANGUAGE).is_some_and(|languages| languages.trim_start().starts_with("de"));
    let page = if german { PAGE_DE } else { PAGE_EN };
    let host = of(HOST).filter(|host| is_host(host)).unwrap_or_default();
    page.replace("{fingerprint}", fingerprint)
        .replace("{host}", host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_the_address_that_was_asked_and_nothing_else() {
        for (host, expected) in [
            ("192.168.1.5:8080", "https://192.168.1.5:8080/"),
            ("[fe80::1]:8080", "https://[fe80::1]:8080/"),
            ("a\"><script>", "href=\"https:///\""),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, host.parse().unwrap());
            let page = text(&headers, "AB:CD");
            assert!(page.contains(expected) && page.contains("AB:CD"), "{page}");
            assert!(!page.contains("script"), "{page}");
        }
    }

    #[test]
    fn it_speaks_the_phones_language() {
        for (languages, expected) in [
            ("de-DE,de;q=0.9,en;q=0.5", "lang=\"de\""),
            ("en,de", "lang=\"en\""),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, languages.parse().unwrap());
            assert!(text(&headers, "").contains(expected), "{languages}");
        }
    }
}
