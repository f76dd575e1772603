//! The built app's files: how long they are kept, packed copies, deep links, headers.

use crate::support::*;
use afield_server::Config;
use afield_server::web_app::WebApp;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use tempfile::TempDir;

const WASM: &str = "app-0123456789abcdef_bg-0123456789abcdef.wasm";

/// The app is in `dist`, next to a file that is nobody's business.
async fn server() -> (Server, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("outside.txt", "secret"),
        ("dist/index.html", "<!doctype html><title>Afield</title>"),
        ("dist/index.html.br", "packed page"),
        (
            "dist/sw.js",
            "self.AFIELD_BUILD={\"build\":\"b0b0\",\"files\":[]};\nrest",
        ),
        (&format!("dist/{WASM}"), "wasm"),
        ("dist/manifest.webmanifest", "{}"),
        ("dist/icons/afield.svg", "<svg/>"),
    ] {
        let file = folder.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    let assets = WebApp::folder(&folder.path().join("dist"));
    (Server::start_with(Config::default(), assets).await, folder)
}

async fn check(
    path: &str,
    headers: &[(&str, &str)],
    status: u16,
    expected: &[(&str, &str)],
    body: &str,
) {
    let (server, _folder) = server().await;
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = server
        .nobody()
        .send(request.body(Body::empty()).unwrap())
        .await;
    assert_eq!(answer.status.as_u16(), status, "{path}");
    assert_eq!(answer.body, body, "{path}");
    for (name, value) in expected {
        assert_eq!(answer.header(name), *value, "{path} {name}");
    }
    assert!(
        answer
            .header("content-security-policy")
            .starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "),
        "{path}"
    );
    assert!(
        !answer
            .header("content-security-policy")
            .contains("unsafe-inline")
    );
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
}

#[tokio::test]
async fn names_with_a_hash_are_kept_for_ever_the_page_never_and_all_else_is_asked_for() {
    let page = "<!doctype html><title>Afield</title>";
    let worker = "self.AFIELD_BUILD={\"build\":\"b0b0\",\"files\":[]};\nrest";
    let asked = ("cache-control", "no-cache");
    let never = ("cache-control", "no-store");
    let html = ("content-type", "text/html; charset=utf-8");
    check(
        "/",
        &[],
        200,
        &[never, html, ("vary", "accept-encoding")],
        page,
    )
    .await;
    for link in ["/jobs", "/jobs/0193-77", "/board"] {
        check(link, &[], 200, &[never, html], page).await;
    }
    check(
        "/sw.js",
        &[],
        200,
        &[asked, ("content-type", "text/javascript; charset=utf-8")],
        worker,
    )
    .await;
    let for_ever = ("cache-control", "public, max-age=31536000, immutable");
    check(
        &format!("/{WASM}"),
        &[],
        200,
        &[for_ever, ("content-type", "application/wasm")],
        "wasm",
    )
    .await;
    let manifest = ("content-type", "application/manifest+json");
    check("/manifest.webmanifest", &[], 200, &[asked, manifest], "{}").await;
    check(
        "/icons/afield.svg",
        &[],
        200,
        &[("content-type", "image/svg+xml")],
        "<svg/>",
    )
    .await;
}

#[tokio::test]
async fn what_is_not_there_is_not_there() {
    for path in [
        "/nope.js",
        "/icons/nope.png",
        "/index.html.br",
        "/../outside.txt",
        "/%2e%2e/outside.txt",
        "/icons/../sw.js",
    ] {
        check(path, &[], 404, &[], "").await;
    }
}

#[tokio::test]
async fn a_packed_copy_goes_to_those_who_ask() {
    let packed = [
        ("content-encoding", "br"),
        ("vary", "accept-encoding"),
        ("content-type", "text/html; charset=utf-8"),
    ];
    check(
        "/jobs",
        &[("accept-encoding", "gzip, br")],
        200,
        &packed,
        "packed page",
    )
    .await;
    check(
        "/sw.js",
        &[("accept-encoding", "br"), ("service-worker", "script")],
        200,
        &[("content-encoding", "")],
        "self.AFIELD_BUILD={\"build\":\"b0b0\",\"files\":[]};\nrest",
    )
    .await;
}

#[tokio::test]
async fn only_the_worker_s_own_file_may_be_one() {
    check(
        &format!("/{WASM}"),
        &[("service-worker", "script")],
        403,
        &[],
        "",
    )
    .await;
    check("/jobs", &[("service-worker", "script")], 403, &[], "").await;
}

#[tokio::test]
async fn a_known_file_is_not_sent_again() {
    let (server, _folder) = server().await;
    let nobody = server.nobody();
    let first = nobody.get("/").await;
    let known = Request::get("/").header("if-none-match", first.header("etag"));
    let again = nobody.send(known.body(Body::empty()).unwrap()).await;
    assert_eq!(
        (again.status, again.body.as_str()),
        (StatusCode::NOT_MODIFIED, "")
    );
    assert_eq!(again.header("etag"), first.header("etag"));
    let packed = Request::get("/")
        .header("if-none-match", first.header("etag"))
        .header("accept-encoding", "br");
    let packed = nobody.send(packed.body(Body::empty()).unwrap()).await;
    assert_eq!(packed.status, StatusCode::OK);
    let head = nobody.ask("HEAD", "/", None).await;
    assert_eq!(
        (head.body.as_str(), head.header("content-length")),
        ("", "36")
    );
    assert_eq!(
        nobody.ask("POST", "/", None).await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn every_reply_names_the_build_of_the_app_here() {
    let (server, folder) = server().await;
    let build = async || {
        server
            .nobody()
            .get(afield_protocol::paths::HEALTH)
            .await
            .envelope::<()>()
            .build
    };
    assert_eq!(build().await, "b0b0");
    std::fs::remove_file(folder.path().join("dist/sw.js")).unwrap();
    assert_eq!(build().await, "");
}

#[tokio::test]
async fn a_server_without_an_app_says_what_to_do() {
    let empty = tempfile::tempdir().unwrap();
    let server = Server::start_with(Config::default(), WebApp::folder(empty.path())).await;
    let answer = server.nobody().get("/").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.body.contains("cargo xtask build"));
}
