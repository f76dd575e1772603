//! The app at one host and the server at another one of the same site: the app's pages may ask, others may not.

use crate::client::Answer;
use crate::own_browser::*;
use crate::provider::{Fault, Provider};
use crate::support::*;
use afield_protocol::paths;
use afield_server::Config;
use afield_server::two_hosts::TwoHosts;
use afield_server::web_app::WebApp;
use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use tempfile::TempDir;

const APP: &str = "https://app.example.com";
const API: &str = "https://api.example.com";
/// Another host of the same site, which is not the app.
const OTHER: &str = "https://shop.example.com";

async fn start(assets: WebApp) -> Server {
    let hosts = TwoHosts::new(APP, API).unwrap();
    let assets = assets.asking(hosts.server());
    let config = Config {
        two_hosts: Some(hosts),
        ..Config::default()
    };
    Server::start_with(config, assets).await
}

/// Asks as a page at `origin` does.
async fn ask(server: &Server, origin: &str, method: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(paths::SESSION)
        .header("origin", origin)
        .header("sec-fetch-site", "same-site");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = json!({"email": email(ANNA), "password": PASSWORD}).to_string();
    let body = match method {
        "POST" => Body::from(body),
        _ => Body::empty(),
    };
    let mut nobody = server.nobody();
    nobody.same_origin = false;
    nobody.send(request.body(body).unwrap()).await
}

const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

#[tokio::test]
async fn the_app_s_pages_ask_with_a_session_and_no_others_do() {
    let server = start(WebApp::embedded()).await;
    let answer = ask(&server, APP, "POST", &JSON).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("access-control-allow-origin"), APP);
    assert_eq!(answer.header("access-control-allow-credentials"), "true");
    for read in ["etag", "retry-after", "upload-offset", "tus-resumable"] {
        let told = answer.header("access-control-expose-headers");
        assert!(told.contains(read), "{read} in {told}");
    }
    assert!(answer.cookie().unwrap().starts_with("__Host-afield="));
    // Also of what went wrong, or the app would take it for a dead line.
    let answer = ask(&server, APP, "GET", &[]).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("access-control-allow-origin"), APP);
    let answer = ask(&server, OTHER, "POST", &JSON).await;
    assert_eq!(answer.status, 403);
    assert_eq!(answer.cookie(), None);
    // A browser shows what is read to the page that is named, which is never that one.
    for origin in [OTHER, API, "null", "https://app.example.com.evil"] {
        let answer = ask(&server, origin, "GET", &[]).await;
        assert_ne!(answer.header("access-control-allow-origin"), origin);
    }
}

#[tokio::test]
async fn a_browser_is_told_before_what_the_app_may_say() {
    let server = start(WebApp::embedded()).await;
    for method in ["POST", "PUT", "PATCH", "DELETE", "HEAD"] {
        let asked = [
            ("access-control-request-method", method),
            (
                "access-control-request-headers",
                "content-type,tus-resumable,upload-offset,afield-preview",
            ),
        ];
        let answer = ask(&server, APP, "OPTIONS", &asked).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("access-control-allow-origin"), APP);
        let methods = answer.header("access-control-allow-methods");
        assert!(methods.contains(method), "{methods}");
        let headers = answer.header("access-control-allow-headers");
        for said in [
            "content-type",
            "tus-resumable",
            "upload-offset",
            "afield-preview",
        ] {
            assert!(headers.contains(said), "{headers}");
        }
        assert_eq!(answer.header("access-control-max-age"), "86400");
    }
}

#[tokio::test]
async fn with_one_host_no_other_is_told_anything() {
    let server = Server::start().await;
    let answer = ask(&server, APP, "POST", &JSON).await;
    assert_eq!(answer.status, 403);
    let answer = ask(&server, APP, "GET", &[]).await;
    assert_eq!(answer.header("access-control-allow-origin"), "");
}

/// A built app of two files.
fn built() -> (TempDir, WebApp) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        (
            "index.html",
            "<script id=\"boot\" src=\"/boot.mjs\"></script>",
        ),
        ("index.html.br", "packed page"),
        (
            "sw.js",
            "self.AFIELD_BUILD={\"build\":\"b0b0\",\"files\":[{\"integrity\":\"x\",\"url\":\"/\"}]};\nrest",
        ),
        ("sw.js.br", "packed worker"),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let app = WebApp::folder(folder.path());
    (folder, app)
}

async fn get(server: &Server, host: &str, path: &str, mode: &str) -> Answer {
    let request = Request::get(path)
        .header("host", host)
        .header("sec-fetch-mode", mode)
        .header("accept-encoding", "br");
    let request = request.body(Body::empty()).unwrap();
    server.nobody().send(request).await
}

#[tokio::test]
async fn at_the_app_s_host_the_page_and_its_worker_know_where_to_ask() {
    let (_folder, app) = built();
    let server = start(app).await;
    let page = get(&server, "app.example.com", "/jobs", "navigate").await;
    let told = format!("<script id=\"boot\" data-server=\"{API}\" src=\"/boot.mjs\"></script>");
    assert_eq!(
        (page.status.as_u16(), page.body.as_str()),
        (200, told.as_str())
    );
    assert_eq!(
        (page.header("content-encoding"), page.header("location")),
        ("", "")
    );
    let policy = page.header("content-security-policy");
    assert!(
        policy.ends_with(&format!("connect-src 'self' {API}")),
        "{policy}"
    );
    assert_eq!(page.header("access-control-allow-origin"), "");
    let worker = get(&server, "app.example.com", "/sw.js", "same-origin").await;
    assert!(
        worker.body.contains(&format!("\"server\":\"{API}\"")),
        "{}",
        worker.body
    );
    assert_eq!(worker.header("content-encoding"), "");
    // Who came from one host before is told that there is another build.
    let told = server.nobody().get(paths::HEALTH).await.body;
    assert!(
        told.contains("\"build\":") && !told.contains("b0b0"),
        "{told}"
    );
}

/// They have the API beside them as before, and a phone there what is on it.
#[tokio::test]
async fn at_every_other_host_the_app_is_as_it_was() {
    let (_folder, app) = built();
    let server = start(app).await;
    for host in ["afield.example.com", "127.0.0.1:8080", "api.example.com"] {
        let worker = get(&server, host, "/sw.js", "same-origin").await;
        assert_eq!(
            (worker.status.as_u16(), worker.body.as_str()),
            (200, "packed worker")
        );
        // As a worker brings it.
        let page = get(&server, host, "/", "cors").await;
        assert_eq!(
            (page.status.as_u16(), page.body.as_str()),
            (200, "packed page"),
            "{host}"
        );
    }
    let page = get(&server, "afield.example.com", "/jobs", "navigate").await;
    assert_eq!(page.body, "packed page");
}

#[tokio::test]
async fn who_comes_to_the_server_for_a_page_is_sent_to_the_app() {
    let (_folder, app) = built();
    let server = start(app).await;
    for path in [
        "/",
        "/sign-in",
        "/jobs/0193?day=tomorrow&x=%2F",
        "//evil.example/a",
    ] {
        let answer = get(&server, "api.example.com", path, "navigate").await;
        assert_eq!(answer.status, 303, "{path}");
        assert_eq!(answer.header("location"), format!("{APP}{path}"));
    }
    let health = get(&server, "api.example.com", paths::HEALTH, "navigate").await;
    assert_eq!(health.status, 200);
}

/// What a client of tus asks first is no browser's question.
#[tokio::test]
async fn other_options_are_answered_as_ever() {
    let server = start(WebApp::embedded()).await;
    let mut nobody = server.nobody();
    nobody.same_origin = false;
    let answer = nobody.ask("OPTIONS", paths::FILES, None).await;
    assert_eq!(answer.status, 204);
    assert_ne!(answer.header("tus-version"), "");
    let asked = [("access-control-request-method", "PATCH")];
    let answer = ask(&server, APP, "OPTIONS", &asked).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, ""));
    let answer = ask(&server, OTHER, "OPTIONS", &asked).await;
    assert_eq!(answer.header("access-control-allow-origin"), APP);
}

#[tokio::test]
async fn a_company_s_own_sign_in_begins_at_the_server_and_ends_at_the_app() {
    let server = start(WebApp::embedded()).await;
    let provider = Provider::start(&server.clock, Fault::None).await;
    set(&server, &row(&provider.issuer)).await;
    let ways = ask(&server, APP, "GET", &[]).await.error();
    let way = ways.sign_in_url.unwrap();
    let path = way.strip_prefix(API).unwrap();
    let mut browser = Browser::new(&server);
    // A browser says no more of a link of the app than that it is of the same site.
    let answer = browser
        .go(&format!("{path}&return=/jobs"), "same-site")
        .await;
    let back = provider.approve(answer.header("location"), nora());
    assert_eq!(browser.back(&back).await, format!("{APP}/jobs"));
    assert!(browser.who().await.is_some());
    // From anywhere else only a person goes on.
    for site in ["cross-site", "none"] {
        let answer = Browser::new(&server).go(path, site).await;
        assert_eq!(
            answer.header("location"),
            format!("{APP}/sign-in"),
            "{site}"
        );
    }
    let refused = Browser::new(&server)
        .back("/api/v1/sign-in/oidc/callback/x?state=y")
        .await;
    assert_eq!(refused, format!("{APP}/sign-in#failed=again"));
}
