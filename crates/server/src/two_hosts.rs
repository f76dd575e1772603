//! The app at one host, and what it asks at another one of the same site.
//!
//! Owns the two addresses and what a browser must be told of them. Must never let in a third one.

use crate::http::headers::CSP;
use crate::oidc::line::may_be_asked;
use axum::http::header::{HOST, HeaderName, HeaderValue, ORIGIN};
use axum::http::{HeaderMap, Method, Uri};
use std::time::Duration;
use tower_http::cors::{AllowOrigin, CorsLayer};

/// How long a browser may remember what it was told, in place of a request before each request: a day, the most that any
/// takes (Chrome two hours, Safari ten minutes).
const REMEMBERED: Duration = Duration::from_hours(24);
/// What the app says beside what every page may say: what is in a body, and where it stands in a file.
const SAID: [&str; 4] = [
    "content-type",
    "tus-resumable",
    "upload-offset",
    "afield-preview",
];
/// What the app reads of an answer beside what every page may read.
const READ: [&str; 4] = ["etag", "retry-after", "tus-resumable", "upload-offset"];

/// Where the app is, and where it asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TwoHosts {
    app: String,
    server: String,
}

impl TwoHosts {
    /// The app at `app`, and the server at `server`: `https://app.example.com` and `https://api.example.com`.
    ///
    /// # Errors
    /// In words: one is no address of a host, or a browser would not take them for one site, and send no cookie.
    pub fn new(app: &str, server: &str) -> Result<Self, String> {
        let (app, server) = (
            host_address(app).map_err(|why| format!("--app-address {app}: {why}"))?,
            host_address(server).map_err(|why| format!("--api-address {server}: {why}"))?,
        );
        if !are_of_one_site(&app, &server) {
            return Err(format!(
                "{app} and {server} are not of one site: browsers would send no session from one to the other. Take two \
                 hosts below one domain, such as https://app.example.com and https://api.example.com"
            ));
        }
        let of = |address: &Uri| address.to_string().trim_end_matches('/').to_owned();
        Ok(Self {
            app: of(&app),
            server: of(&server),
        })
    }

    /// Where the app is, without a slash at the end.
    pub(crate) fn app(&self) -> &str {
        &self.app
    }

    /// Where it asks, without a slash at the end.
    #[must_use]
    pub fn server(&self) -> &str {
        &self.server
    }

    /// What the app's pages may do: ask the server too.
    pub(crate) fn policy(&self) -> String {
        format!("{CSP} {}", self.server)
    }

    /// Whether a page of the app asks.
    pub(crate) fn is_app(&self, headers: &HeaderMap) -> bool {
        let origin = headers.get(ORIGIN);
        origin.is_some_and(|origin| origin.as_bytes() == self.app.as_bytes())
    }

    /// Whether the host that is asked is the server's, where no page of the app is.
    pub(crate) fn is_server(&self, headers: &HeaderMap) -> bool {
        is_asked_at(&self.server, headers)
    }

    /// Whether the host that is asked is the app's.
    pub(crate) fn is_app_host(&self, headers: &HeaderMap) -> bool {
        is_asked_at(&self.app, headers)
    }

    /// Tells browsers that the app may ask here, with its user's session, and no other page.
    pub(crate) fn layer(&self) -> CorsLayer {
        let names = |all: [&'static str; 4]| all.map(HeaderName::from_static);
        let app = HeaderValue::from_str(&self.app);
        // One name as it is: what a browser compares with where its page is from.
        let app = app.map_or_else(|_| AllowOrigin::list([]), AllowOrigin::exact);
        CorsLayer::new()
            .allow_origin(app)
            .allow_credentials(true)
            .allow_methods([
                Method::GET,
                Method::HEAD,
                Method::POST,
                Method::PUT,
                Method::PATCH,
                Method::DELETE,
            ])
            .allow_headers(names(SAID))
            .expose_headers(names(READ))
            .max_age(REMEMBERED)
    }
}

fn is_asked_at(address: &str, headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let own = address.split_once("://").map(|(_, host)| host);
    host.zip(own)
        .is_some_and(|(host, own)| host.eq_ignore_ascii_case(own))
}

/// The address of the top of a host, as browsers write it.
///
/// # Errors
/// In words.
pub(crate) fn host_address(text: &str) -> Result<Uri, &'static str> {
    let lower = text.trim_end_matches('/').to_ascii_lowercase();
    let address: Uri = lower.parse().map_err(|_| "it is no address")?;
    if !may_be_asked(&address) || lower.contains(['#', '@', '?']) {
        return Err("give the address of a host by HTTPS, https://…");
    }
    if !matches!(address.path(), "" | "/") {
        return Err("it has a path: the app and the server are each at the top of their host");
    }
    let usual = match address.scheme_str() {
        Some("https") => 443,
        _ => 80,
    };
    if address.port_u16() == Some(usual) {
        return Err("leave out the port, which is the usual one: browsers do");
    }
    Ok(address)
}

/// Whether browsers take both for one site, as far as it can be told without the list of all public suffixes.
fn are_of_one_site(one: &Uri, other: &Uri) -> bool {
    let host = |address: &Uri| address.host().unwrap_or_default().to_owned();
    let (a, b) = (host(one), host(other));
    let is_name = !a.starts_with('[') && a.parse::<std::net::IpAddr>().is_err();
    let mut pairs = a.rsplit('.').zip(b.rsplit('.'));
    let shared = pairs.by_ref().take_while(|(a, b)| a == b).count();
    one.scheme() == other.scheme() && one != other && (a == b || (is_name && shared >= 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_hosts_of_one_site() {
        for (app, server) in [
            ("https://app.example.com", "https://api.example.com"),
            ("https://App.Example.com/", "https://example.com"),
            ("http://localhost:8001", "http://localhost:8002"),
            ("https://app.example.com:8443", "https://api.example.com"),
        ] {
            let hosts = TwoHosts::new(app, server).unwrap();
            let trim = |address: &str| address.trim_end_matches('/').to_lowercase();
            assert_eq!(
                (hosts.app(), hosts.server()),
                (trim(app).as_str(), trim(server).as_str())
            );
        }
    }

    #[test]
    fn what_a_browser_would_not_go_between_is_refused() {
        let good = "https://app.example.com";
        for (other, why) in [
            ("https://app.example.com", "one site"),
            ("https://api.example.org", "one site"),
            ("https://example", "one site"),
            ("http://app.example.com", "HTTPS"),
            ("http://localhost:1", "one site"),
            ("https://10.0.0.1", "one site"),
            ("https://api.example.com/v1", "path"),
            ("https://nora@api.example.com", "HTTPS"),
            ("https://api.example.com?x", "HTTPS"),
            ("https://api.example.com:443", "port"),
            ("api.example.com", "HTTPS"),
            ("", "no address"),
        ] {
            let told = TwoHosts::new(good, other).unwrap_err();
            assert!(told.contains(why), "{other}: {told}");
        }
        let octets = TwoHosts::new("https://10.0.0.1", "https://10.1.0.1").unwrap_err();
        assert!(octets.contains("one site"), "{octets}");
    }

    #[test]
    fn only_the_app_s_pages_are_the_app() {
        let hosts = TwoHosts::new("https://app.example.com", "https://api.example.com").unwrap();
        for (origin, expected) in [
            ("https://app.example.com", true),
            ("https://api.example.com", false),
            ("http://app.example.com", false),
            ("https://app.example.com.evil", false),
            ("https://other.example.com", false),
            ("null", false),
        ] {
            let headers = HeaderMap::from_iter([(ORIGIN, origin.parse().unwrap())]);
            assert_eq!(hosts.is_app(&headers), expected, "{origin}");
        }
        assert!(!hosts.is_app(&HeaderMap::new()));
    }
}
