//! `serve --tls`: the app by TLS alone, and how to trust it for whoever comes without.

use crate::program::{Server, output, program};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use tokio_rustls::rustls;

/// What a phone that trusts the authority of the data folder gets for a path by TLS.
fn ask(server: &Server, data: &Path, name: &str, path: &str) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(authority(data)).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let stream = TcpStream::connect(&server.address).unwrap();
    let mut stream = StreamOwned::new(connection, stream);
    let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

fn authority(data: &Path) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(data.join("tls/authority.crt")).unwrap()
}

#[test]
fn a_phone_that_trusts_the_authority_is_served_by_tls_and_after_a_restart_still() {
    let data = tempfile::tempdir().unwrap();
    for flags in [
        &["--tls"][..],
        &["--tls"],
        &["--tls", "--tls-name", "127.0.0.2"],
    ] {
        let server = Server::start_with(data.path(), flags);
        for name in ["localhost", "127.0.0.1"] {
            let answer = ask(&server, data.path(), name, "/api/v1/health").unwrap();
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
            // Another program of this machine may speak HTTP on localhost.
            assert!(!answer.contains("strict-transport-security"), "{answer}");
        }
        let elsewhere = ask(&server, data.path(), "127.0.0.2", "/api/v1/health");
        assert_eq!(elsewhere.is_ok(), flags.len() > 1, "{elsewhere:?}");
        server.kill();
    }
}

#[test]
fn whoever_comes_without_tls_is_told_how_to_trust_and_gets_nothing_else() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start_with(data.path(), &["--tls"]);
    let (head, page) = server.ask("GET /today", "", "");
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(
        page.contains(&format!("https://{}/", server.address)),
        "{page}"
    );
    for request in ["GET /api/v1/health", "POST /api/v1/session", "POST /"] {
        let (head, body) = server.ask(request, "", "{}");
        assert!(head.starts_with("HTTP/1.1 426"), "{request}: {head}");
        assert!(!body.contains("epoch"), "{body}");
    }
    let mut stream = TcpStream::connect(&server.address).unwrap();
    let request = b"GET /afield.crt HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert!(answer.ends_with(&authority(data.path())));
    server.kill();
}

#[test]
fn clients_that_begin_nothing_or_nonsense_keep_nobody_away() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start_with(data.path(), &["--tls"]);
    let silent: Vec<TcpStream> = (0..50)
        .map(|_| TcpStream::connect(&server.address).unwrap())
        .collect();
    for begins in [
        &b"\x16\x03\x01\xff\xff"[..],
        b"\x16garbage",
        b"\x00",
        b"\xff\xff\xff",
    ] {
        let mut stream = TcpStream::connect(&server.address).unwrap();
        stream.write_all(begins).unwrap();
    }
    let answer = ask(&server, data.path(), "localhost", "/api/v1/health").unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    drop(silent);
    server.kill();
}

#[test]
fn what_cannot_be_is_refused_in_a_line() {
    let data = tempfile::tempdir().unwrap();
    let mut serve = program();
    serve.args([
        "serve",
        "--port",
        "0",
        "--tls",
        "--tls-name",
        "bücher",
        "--data",
    ]);
    let done = output(serve.arg(data.path()));
    let error = String::from_utf8(done.stderr).unwrap();
    assert!(
        !done.status.success() && error.contains("--tls-name"),
        "{error}"
    );
    assert_eq!(error.lines().count(), 1, "{error}");
}
