//! What a server with TLS says to whoever comes by plain HTTP: how to trust it.
//!
//! Owns the page and the certificate of the authority. Must never answer for the API: nothing that is secret may
//! travel here.

use super::tls::Tls;
use crate::http::edge::is_api;
use axum::Router;
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

const PAGE_EN: &str = include_str!("trust.en.html");
const PAGE_DE: &str = include_str!("trust.de.html");
const CSP: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

/// What is there without TLS.
pub(super) fn router(tls: &Tls) -> Router {
    let certificate = tls.authority().to_vec();
    let fingerprint = tls.fingerprint();
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

/// Whether it can stand in an address as it is.
fn is_host(host: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    !host.is_empty() && host.bytes().all(is_plain)
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
