//! Only our own pages may write.
//!
//! Owns the check against requests that another site makes with our user's cookie: browsers say
//! where a request comes from in `Sec-Fetch-Site`; older ones in `Origin`.

use super::failure::Failure;
use crate::state::App;
use axum::extract::{Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Lets a request through if it reads, or if it comes from our own page: of this host, or of the app's.
pub(crate) async fn own_pages(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let is_app = || {
        let hosts = app.config.two_hosts.as_ref();
        hosts.is_some_and(|hosts| hosts.is_app(headers))
    };
    if is_read(request.method()) || is_same_origin(headers) || is_app() {
        return next.run(request).await;
    }
    Failure::forbidden("a write must come from this site's own pages").into_response()
}

fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    let Some((_, origin)) = text(ORIGIN).and_then(|origin| origin.split_once("://")) else {
        return false;
    };
    text(HOST).is_some_and(|host| host.eq_ignore_ascii_case(origin))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderName;

    #[track_caller]
    fn check(headers: &[(&str, &str)], expected: bool) {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                let name: HeaderName = name.parse().unwrap();
                (name, value.parse().unwrap())
            })
            .collect();
        assert_eq!(is_same_origin(&headers), expected, "{headers:?}");
    }

    #[test]
    fn where_a_write_may_come_from() {
        check(&[], false);
        check(&[("sec-fetch-site", "same-origin")], true);
        for site in ["cross-site", "same-site", "none", ""] {
            check(
                &[
                    ("sec-fetch-site", site),
                    ("origin", "https://a.example"),
                    ("host", "a.example"),
                ],
                false,
            );
        }
        check(
            &[("origin", "https://a.example"), ("host", "a.example")],
            true,
        );
        check(
            &[
                ("origin", "http://127.0.0.1:8080"),
                ("host", "127.0.0.1:8080"),
            ],
            true,
        );
        check(
            &[("origin", "https://b.example"), ("host", "a.example")],
            false,
        );
        check(
            &[("origin", "https://a.example.evil"), ("host", "a.example")],
            false,
        );
        check(&[("origin", "null"), ("host", "null")], false);
        check(&[("origin", "https://a.example")], false);
    }
}
