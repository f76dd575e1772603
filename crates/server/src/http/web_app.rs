//! The built app's files, and its page for every deep link.
//!
//! Owns how long browsers may keep what: a name with a hash for ever, the page never, all else is asked for
//! each time. Where the app is at another host, whoever comes for a page is sent there. Must never answer for `/api`, and never serve any file but `/sw.js` as a worker.

use super::api_path::is_api;
use super::failure::Failure;
use crate::auth::token::sha256_hex;
use crate::state::App;
use crate::web_app::{PAGE, WORKER};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG,
    HeaderValue, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use std::borrow::Cow;
use std::sync::Arc;

const NOT_BUILT: &str = "Afield's server is running, but it holds no app: it was built before the app was.\n\
Build both with: cargo xtask build\n";

/// Answers everything that is not a route.
pub(crate) async fn serve(State(app): State<Arc<App>>, request: Request) -> Response {
    let path = request.uri().path();
    if is_api(path) {
        return Failure::not_found().into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let as_worker = request
        .headers()
        .get("service-worker")
        .is_some_and(|value| value == "script");
    if as_worker && path.strip_prefix('/') != Some(WORKER) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let name = file_name(path);
    let headers = request.headers();
    let hosts = app.config.two_hosts.as_ref();
    // The worker of a phone from before goes on to bring its own files, and asks here as ever.
    if let Some(hosts) = hosts.filter(|hosts| name == PAGE && hosts.is_server(headers))
        && navigates(headers)
    {
        let place = request
            .uri()
            .path_and_query()
            .map_or(path, |all| all.as_str());
        return Redirect::to(&format!("{}{place}", hosts.app())).into_response();
    }
    let is_apart = hosts.is_some_and(|hosts| hosts.is_app_host(headers));
    let Some(file) = find(&app, name, headers, is_apart) else {
        return not_there(name);
    };
    respond(name, file, request.method(), request.headers())
}

/// The file that a path asks for: a path without an extension is a place in the app.
fn file_name(path: &str) -> &str {
    let name = path.trim_start_matches('/');
    let last = name.rsplit('/').next().unwrap_or_default();
    if last.contains('.') { name } else { PAGE }
}

fn not_there(name: &str) -> Response {
    if name == PAGE {
        let text = [(CONTENT_TYPE, "text/plain; charset=utf-8")];
        return (StatusCode::SERVICE_UNAVAILABLE, text, NOT_BUILT).into_response();
    }
    StatusCode::NOT_FOUND.into_response()
}

struct File {
    bytes: Cow<'static, [u8]>,
    packed: Packed,
}

#[derive(PartialEq, Eq)]
enum Packed {
    /// These are the packed bytes.
    Yes,
    /// There is a packed copy, which this browser did not ask for.
    Offered,
    No,
}

/// Whether somebody goes to a page; an older browser does not say.
fn navigates(headers: &HeaderMap) -> bool {
    let mode = headers.get("sec-fetch-mode");
    mode.is_none_or(|mode| mode == "navigate")
}

/// A file of the app; `is_apart`: of the one at another host than the server's. Every other host has the server too.
fn find(app: &App, name: &str, headers: &HeaderMap, is_apart: bool) -> Option<File> {
    let extension = name.rsplit('.').next().unwrap_or_default();
    if extension == "br" {
        return None;
    }
    let get = |name: &str| match is_apart {
        true => app.web_app.get_asking(name),
        false => app.web_app.get(name),
    };
    match get(&format!("{name}.br")) {
        Some(bytes) if accepts_brotli(headers) => Some(File {
            bytes,
            packed: Packed::Yes,
        }),
        offered => Some(File {
            bytes: get(name)?,
            packed: if offered.is_some() {
                Packed::Offered
            } else {
                Packed::No
            },
        }),
    }
}

fn accepts_brotli(headers: &HeaderMap) -> bool {
    let asked = headers
        .get(ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    asked.unwrap_or_default().split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        parts.next() == Some("br") && !parts.any(|part| matches!(part, "q=0" | "q=0.0"))
    })
}

fn respond(name: &str, file: File, method: &Method, headers: &HeaderMap) -> Response {
    let hash: String = sha256_hex(&file.bytes).chars().take(32).collect();
    let etag = format!("\"{hash}\"");
    let fresh = headers
        .get(IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|known| known.split(',').any(|one| one.trim() == etag));
    let length = file.bytes.len();
    let body = match (fresh, method) {
        (true, _) | (_, &Method::HEAD) => Body::empty(),
        _ => Body::from(file.bytes.into_owned()),
    };
    let mut response = Response::new(body);
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set(ETAG, &etag);
    set(CACHE_CONTROL, keeping(name));
    if file.packed != Packed::No {
        set(VARY, "accept-encoding");
    }
    if fresh {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    set(CONTENT_TYPE, mime(name));
    set(CONTENT_LENGTH, &length.to_string());
    if file.packed == Packed::Yes {
        set(CONTENT_ENCODING, "br");
    }
    response
}

/// How long a browser may keep a file.
fn keeping(name: &str) -> &'static str {
    match name {
        name if has_hash(name) => "public, max-age=31536000, immutable",
        // Nor the page itself, for when its user comes back to it: it would hold its databases meanwhile.
        // The worker keeps it all the same.
        PAGE => "no-store",
        _ => "no-cache",
    }
}

/// Whether the name carries the hash of its content: `app-0123456789abcdef.wasm`.
fn has_hash(name: &str) -> bool {
    let stem = name.rsplit_once('.').map(|(stem, _)| stem);
    let hash = stem.and_then(|stem| stem.rsplit_once('-'));
    hash.is_some_and(|(_, hash)| {
        hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

fn mime(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_sixteen_hex_digits_before_the_extension() {
        assert!(has_hash("app-0123456789abcdef.wasm"));
        for name in [
            "app.wasm",
            "app-0123.wasm",
            "app-0123456789abcdeg.js",
            "index.html",
            "x",
        ] {
            assert!(!has_hash(name), "{name}");
        }
    }

    #[test]
    fn a_place_in_the_app_is_the_page() {
        for path in ["/", "/jobs", "/jobs/0193-7", "/a.b/c"] {
            assert_eq!(file_name(path), PAGE, "{path}");
        }
        assert_eq!(file_name("/icons/a.svg"), "icons/a.svg");
    }

    #[track_caller]
    fn check(asked: &str, expected: bool) {
        let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, asked.parse().unwrap())]);
        assert_eq!(accepts_brotli(&headers), expected, "{asked}");
    }

    #[test]
    fn brotli_when_asked_for() {
        check("gzip, deflate, br, zstd", true);
        check("br;q=0.8", true);
        check("br;q=0, gzip", false);
        check("gzip", false);
    }
}
