//! `serve --tls-domain` and `--tls-certificate`: a certificate that is asked for, kept, and never waited for; one in files.

use crate::acme_directory::Directory;
use crate::program::{Server, program};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{ChildStderr, Command, Stdio};
use std::sync::Arc;
use tokio_rustls::rustls;

/// A server, and its log by the line.
struct Told {
    server: Server,
    log: BufReader<ChildStderr>,
}

impl Told {
    fn start(data: &Path, flags: &[&str]) -> Self {
        let mut child = program()
            .env("AFIELD_LOG", "info")
            .args(["serve", "--host", "127.0.0.1", "--port", "0", "--data"])
            .arg(data)
            .args(flags)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let server = Server::ready(child);
        Self { server, log }
    }

    /// A server whose certificate is asked for there.
    fn asking(data: &Path, directory: &Directory, flags: &[&str]) -> Self {
        let root = data.join("root.pem");
        std::fs::write(&root, directory.root()).unwrap();
        let (address, root) = (directory.address(), root.to_str().unwrap());
        let of_directory = ["--tls-directory", &address, "--tls-directory-ca", root];
        let flags = [&["--tls-domain", "localhost"], &of_directory[..], flags].concat();
        let told = Self::start(data, &flags);
        directory.look_at(told.server.address.parse().unwrap());
        told
    }

    /// The next line of the log that says so.
    fn says(&mut self, what: &str) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            let read = self.log.read_line(&mut line).unwrap();
            assert_ne!(read, 0, "it has ended without a word of {what:?}");
            if line.contains(what) {
                return line;
            }
        }
    }

    /// The address that the next line of its output with these words names.
    fn prints(&mut self, before: &str, after: &str) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            assert_ne!(self.server.out.read_line(&mut line).unwrap(), 0);
            let rest = line.trim_end().strip_prefix(before);
            if let Some(address) = rest.and_then(|rest| rest.strip_suffix(after)) {
                return address.to_owned();
            }
        }
    }
}

fn trusting(root: &str, protocols: &[&str]) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    let root = CertificateDer::from_pem_slice(root.as_bytes()).unwrap();
    roots.add(root).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols
        .iter()
        .map(|name| name.as_bytes().to_vec())
        .collect();
    Arc::new(config)
}

/// What is answered to who trusts `root`, by HTTP/1.1.
fn ask(server: &Server, root: &str, path: &str) -> std::io::Result<String> {
    let name = ServerName::try_from("localhost").unwrap();
    let connection = ClientConnection::new(trusting(root, &["http/1.1"]), name).unwrap();
    let stream = TcpStream::connect(&server.address)?;
    let mut stream = StreamOwned::new(connection, stream);
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// The status of a push without a session, and of three requests at once, by HTTP/2 on one connection.
fn ask_by_http2(server: &Server, root: &str) -> Vec<u16> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let stream = tokio::net::TcpStream::connect(&server.address)
            .await
            .unwrap();
        let connector = tokio_rustls::TlsConnector::from(trusting(root, &["h2", "http/1.1"]));
        let name = ServerName::try_from("localhost").unwrap();
        let stream = connector.connect(name, stream).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let (asking, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
                .await
                .unwrap();
        tokio::spawn(connection);
        // An older browser says where its page is from in Origin alone: it is compared with the host.
        let requests = [
            ("POST", "/api/v1/push", "https://localhost"),
            ("POST", "/api/v1/push", "https://elsewhere.example"),
            ("GET", "/api/v1/health", "https://localhost"),
        ];
        let answers = requests.map(|(method, path, origin)| {
            let request = axum::http::Request::builder()
                .method(method)
                .uri(format!("https://localhost{path}"))
                .header("origin", origin)
                .body(axum::body::Body::empty())
                .unwrap();
            let mut asking = asking.clone();
            async move {
                asking
                    .send_request(request)
                    .await
                    .unwrap()
                    .status()
                    .as_u16()
            }
        });
        futures::future::join_all(answers).await
    })
}

#[test]
fn a_certificate_is_asked_for_once_and_kept() {
    let (data, directory) = (tempfile::tempdir().unwrap(), Directory::start());
    let root = directory.root();
    let mut told = Told::asking(data.path(), &directory, &[]);
    told.says("a new certificate is in use");
    told.says("the new certificate is kept");
    let answer = ask(&told.server, root, "/api/v1/health").unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(
        answer.contains("strict-transport-security: max-age"),
        "{answer}"
    );
    assert_eq!(ask_by_http2(&told.server, root), [401, 403, 200]);
    told.server.kill();

    // The same authority is not asked again, nor needed.
    directory.set_down(true);
    let mut told = Told::asking(data.path(), &directory, &[]);
    told.says("the certificate that was kept is in use");
    let answer = ask(&told.server, root, "/api/v1/health").unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(directory.orders(), 1);
    told.server.kill();
}

#[test]
fn an_authority_that_is_away_is_said_and_tried_again() {
    let (data, directory) = (tempfile::tempdir().unwrap(), Directory::start());
    directory.set_down(true);
    let flags = ["--watch", "127.0.0.1:0"];
    let mut told = Told::asking(data.path(), &directory, &flags);
    let watched = told.prints("It can be watched: http://", "/metrics");
    let ready = || Server::ask_at(&watched, "GET /ready", "", "").unwrap();
    told.says("no certificate was given");
    let (head, body) = ready();
    assert!(head.starts_with("HTTP/1.1 503"), "{head}");
    assert!(
        body.starts_with("there is no certificate yet: order: "),
        "{body}"
    );
    assert!(ask(&told.server, directory.root(), "/").is_err());

    directory.set_down(false);
    told.says("a new certificate is in use");
    let (head, body) = ready();
    assert!(
        head.starts_with("HTTP/1.1 200") && body == "ready\n",
        "{head}\n{body}"
    );
    assert!(ask(&told.server, directory.root(), "/").is_ok());
    told.server.kill();
}

#[test]
fn who_comes_without_tls_is_sent_to_https_and_told_nothing() {
    let (data, directory) = (tempfile::tempdir().unwrap(), Directory::start());
    let mut told = Told::asking(data.path(), &directory, &["--tls-redirect-port", "0"]);
    let second = told.prints("Who comes to http://", " is sent to HTTPS.");
    for (address, to) in [
        (&second, "https://localhost/today?a=1"),
        (
            &told.server.address,
            &format!("https://{}/today?a=1", told.server.address),
        ),
    ] {
        let (head, body) = Server::ask_at(address, "GET /today?a=1", "", "").unwrap();
        assert!(head.starts_with("HTTP/1.1 308"), "{head}");
        assert!(head.contains(&format!("location: {to}\r\n")), "{head}");
        assert_eq!(body, "");
        let (head, body) = Server::ask_at(address, "GET /api/v1/health", "", "").unwrap();
        assert!(
            head.starts_with("HTTP/1.1 426") && body.is_empty(),
            "{head}"
        );
        let (head, _) = Server::ask_at(address, "POST /today", "", "").unwrap();
        assert!(head.starts_with("HTTP/1.1 405"), "{head}");
    }
    told.server.kill();
}

#[cfg(unix)]
#[test]
fn a_certificate_in_files_is_read_again_when_it_is_told() {
    let data = tempfile::tempdir().unwrap();
    let [certificate, key] = ["a.pem", "a.key"].map(|name| data.path().join(name));
    let renew = || {
        let pair = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
        let made = params.self_signed(&pair).unwrap().pem();
        std::fs::write(&certificate, &made).unwrap();
        std::fs::write(&key, pair.serialize_pem()).unwrap();
        made
    };
    let [flag, other] = [&certificate, &key].map(|file| file.to_str().unwrap().to_owned());
    let first = renew();
    let flags = ["--tls-certificate", &flag, "--tls-key", &other];
    let mut told = Told::start(data.path(), &flags);
    let answer = ask(&told.server, &first, "/api/v1/health").unwrap();
    assert!(answer.contains("strict-transport-security"), "{answer}");

    let hang_up = |told: &Told| {
        let id = told.server.child.id().to_string();
        Command::new("kill").args(["-HUP", &id]).status().unwrap();
    };
    let second = renew();
    hang_up(&told);
    told.says("a new certificate is in use");
    assert!(ask(&told.server, &second, "/api/v1/health").is_ok());
    assert!(ask(&told.server, &first, "/api/v1/health").is_err());

    std::fs::write(&key, "half").unwrap();
    hang_up(&told);
    let said = told.says("the certificate's files cannot be used");
    assert!(said.contains("the key is damaged"), "{said}");
    assert!(ask(&told.server, &second, "/api/v1/health").is_ok());
    told.server.kill();
}

#[test]
fn what_cannot_be_is_refused_in_a_line() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path().to_str().unwrap();
    for (flags, expected) in [
        (
            &["--tls-domain", "192.168.1.5"][..],
            "--tls-domain 192.168.1.5",
        ),
        (
            &[
                "--tls-domain",
                "a.example",
                "--tls-directory",
                "http://b.example",
            ],
            "--tls-directory http://b.example",
        ),
        (
            &[
                "--tls-domain",
                "a.example",
                "--tls-directory",
                "https://b.example",
                "--tls-directory-ca",
                "/nowhere",
            ],
            "--tls-directory-ca /nowhere",
        ),
        (
            &["--tls-certificate", "/nowhere", "--tls-key", "/nowhere"],
            "cannot read /nowhere",
        ),
    ] {
        let serve = [
            "serve",
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--data",
            data,
        ];
        crate::check(&[&serve[..], flags].concat(), expected);
    }
}
