//! An authority that gives certificates by ACME (RFC 8555), in the process of the tests.
//!
//! Owns its directory over real HTTPS: every request must be signed by the account, with a nonce that was given out and not
//! used before; a certificate is given only after the name was looked for by TLS-ALPN-01 (RFC 8737) where the server
//! listens. Must never be used for anything but tests.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, IsCa, Issuer, KeyPair,
};
use ring::digest::{SHA256, digest};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, ServerConfig, ServerConnection,
    SignatureScheme, StreamOwned,
};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use tokio_rustls::rustls;

/// The mark of what a name is proved with: id-pe-acmeIdentifier, and that it is critical.
const ACME_IDENTIFIER: &[u8] = &[
    0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x1f, 0x01, 0x01, 0xff,
];
const TOKEN: &str = "evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA";

/// The authority; it ends with the program of the tests.
#[derive(Clone)]
pub(crate) struct Directory {
    inner: Arc<Inner>,
}

struct Inner {
    port: u16,
    root: String,
    issuer: Issuer<'static, KeyPair>,
    book: Mutex<Book>,
    told: Condvar,
}

#[derive(Default)]
struct Book {
    is_down: bool,
    /// Where the server listens whose names are looked for.
    server: Option<SocketAddr>,
    nonces: HashSet<String>,
    given_out: u64,
    account: Option<Value>,
    orders: usize,
    name: String,
    is_proved: bool,
    certificate: Option<String>,
}

struct Reply(u16, Vec<(&'static str, String)>, String);

impl Directory {
    pub(crate) fn start() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let root = params.self_signed(&key).unwrap().pem();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let directory = Self {
            inner: Arc::new(Inner {
                port: listener.local_addr().unwrap().port(),
                root,
                issuer: Issuer::new(params, key),
                book: Mutex::default(),
                told: Condvar::new(),
            }),
        };
        let tls = Arc::new(directory.own_tls());
        let serving = directory.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (directory, tls) = (serving.clone(), Arc::clone(&tls));
                // A client that goes away in between ends only its own thread.
                std::thread::spawn(move || directory.serve(stream, tls));
            }
        });
        directory
    }

    pub(crate) fn address(&self) -> String {
        self.url("directory")
    }

    /// The certificate (PEM) that vouches for the directory and for all that it gives.
    pub(crate) fn root(&self) -> &str {
        &self.inner.root
    }

    /// While it is down each connection ends unanswered.
    pub(crate) fn set_down(&self, is_down: bool) {
        self.book().is_down = is_down;
    }

    /// Names are looked for there from now on; nothing is proved before.
    pub(crate) fn look_at(&self, server: SocketAddr) {
        self.book().server = Some(server);
        self.inner.told.notify_all();
    }

    /// How many certificates were asked for.
    pub(crate) fn orders(&self) -> usize {
        self.book().orders
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.inner.book.lock().unwrap()
    }

    fn url(&self, path: &str) -> String {
        format!("https://localhost:{}/{path}", self.inner.port)
    }

    fn own_tls(&self) -> ServerConfig {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        let leaf = params.signed_by(&key, &self.inner.issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], key)
            .unwrap()
    }

    fn serve(&self, stream: TcpStream, tls: Arc<ServerConfig>) -> Option<()> {
        if self.book().is_down {
            return None;
        }
        let connection = ServerConnection::new(tls).ok()?;
        let mut stream = BufReader::new(StreamOwned::new(connection, stream));
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).ok()?;
            match line.trim_end() {
                "" => break,
                line => head.push(line.to_owned()),
            }
        }
        let length = head.iter().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.parse().ok())?
        });
        let mut body = vec![0; length.unwrap_or(0)];
        stream.read_exact(&mut body).ok()?;
        let mut asked = head.first()?.split(' ');
        let (method, path) = (asked.next()?, asked.next()?);
        let Reply(status, headers, text) = self.answer(method, path, &body);
        let mut answer = format!(
            "HTTP/1.1 {status} \r\nconnection: close\r\ncontent-length: {}\r\nreplay-nonce: {}\r\n",
            text.len(),
            self.nonce()
        );
        for (name, value) in headers {
            answer += &format!("{name}: {value}\r\n");
        }
        answer += "\r\n";
        if method != "HEAD" {
            answer += &text;
        }
        let stream = stream.get_mut();
        stream.write_all(answer.as_bytes()).ok()?;
        stream.conn.send_close_notify();
        stream.flush().ok()
    }

    fn nonce(&self) -> String {
        let mut book = self.book();
        book.given_out += 1;
        let nonce = format!("nonce-{}", book.given_out);
        book.nonces.insert(nonce.clone());
        nonce
    }

    fn answer(&self, method: &str, path: &str, body: &[u8]) -> Reply {
        match (method, path) {
            ("GET", "/directory") => reply(json!({
                "newNonce": self.url("nonce"),
                "newAccount": self.url("account"),
                "newOrder": self.url("order"),
            })),
            ("HEAD", "/nonce") => Reply(200, Vec::new(), String::new()),
            ("POST", _) => match self.signed(path, body) {
                Some(payload) => self.do_as_asked(path, &payload),
                None => Reply(400, Vec::new(), r#"{"type":"malformed"}"#.to_owned()),
            },
            _ => Reply(404, Vec::new(), String::new()),
        }
    }

    /// What a request says, if the account has signed it for this address and it was not sent before.
    fn signed(&self, path: &str, body: &[u8]) -> Option<Value> {
        let jws: Value = serde_json::from_slice(body).ok()?;
        let part = |name: &str| jws[name].as_str();
        let read = |text: &str| BASE64.decode(text).ok();
        let protected: Value = serde_json::from_slice(&read(part("protected")?)?).ok()?;
        let mut book = self.book();
        let is_new = book.nonces.remove(protected["nonce"].as_str()?);
        if !is_new || protected["url"] != self.url(path.trim_start_matches('/')) {
            return None;
        }
        if path == "/account" {
            book.account = Some(protected["jwk"].clone());
        } else if protected["kid"] != self.url("account/1") {
            return None;
        }
        let account = book.account.as_ref()?;
        let mut key = vec![4];
        for name in ["x", "y"] {
            key.extend(read(account[name].as_str()?)?);
        }
        let text = format!("{}.{}", part("protected")?, part("payload")?);
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key)
            .verify(text.as_bytes(), &read(part("signature")?)?)
            .ok()?;
        let payload = read(part("payload")?)?;
        // An empty one asks how something stands.
        serde_json::from_slice(&payload).ok().or(Some(Value::Null))
    }

    fn do_as_asked(&self, path: &str, payload: &Value) -> Reply {
        match path {
            "/account" => {
                let place = vec![("location", self.url("account/1"))];
                Reply(201, place, json!({"status": "valid"}).to_string())
            }
            "/order" => {
                let mut book = self.book();
                book.orders += 1;
                book.name = payload["identifiers"][0]["value"]
                    .as_str()
                    .unwrap()
                    .to_owned();
                (book.is_proved, book.certificate) = (false, None);
                drop(book);
                let place = vec![("location", self.url("order/1"))];
                Reply(201, place, self.order().to_string())
            }
            "/order/1" => reply(self.order()),
            "/authorization" => {
                let book = self.book();
                reply(json!({
                    "status": if book.is_proved { "valid" } else { "pending" },
                    "identifier": {"type": "dns", "value": book.name},
                    "challenges": [{
                        "type": "tls-alpn-01", "url": self.url("challenge"), "token": TOKEN, "status": "pending",
                    }],
                }))
            }
            "/challenge" => {
                self.prove();
                reply(json!({"type": "tls-alpn-01", "url": self.url("challenge"), "token": TOKEN}))
            }
            "/finalize" => self.finalize(payload["csr"].as_str().unwrap()),
            "/certificate" => {
                let given = self.book().certificate.clone();
                Reply(200, Vec::new(), given.unwrap_or_default())
            }
            _ => Reply(404, Vec::new(), String::new()),
        }
    }

    fn order(&self) -> Value {
        let book = self.book();
        json!({
            "status": match (&book.certificate, book.is_proved) {
                (Some(_), _) => "valid",
                (None, true) => "ready",
                (None, false) => "pending",
            },
            "identifiers": [{"type": "dns", "value": book.name}],
            "authorizations": [self.url("authorization")],
            "finalize": self.url("finalize"),
            "certificate": self.url("certificate"),
        })
    }

    /// Looks at the server whether the name is its own.
    fn prove(&self) {
        let book = self.book();
        let book = self
            .inner
            .told
            .wait_while(book, |book| book.server.is_none());
        let book = book.unwrap();
        let (server, name) = (book.server.unwrap(), book.name.clone());
        let account = book.account.clone().unwrap();
        drop(book);
        // The names of a key in the order of the alphabet (RFC 7638).
        let thumb = format!(
            r#"{{"crv":{},"kty":{},"x":{},"y":{}}}"#,
            account["crv"], account["kty"], account["x"], account["y"]
        );
        let thumb = BASE64.encode(digest(&SHA256, thumb.as_bytes()));
        let expected = digest(&SHA256, format!("{TOKEN}.{thumb}").as_bytes());
        let shown = challenge(server, &name);
        let mut mark = ACME_IDENTIFIER.to_vec();
        mark.extend([0x04, 0x22, 0x04, 0x20]);
        mark.extend(expected.as_ref());
        self.book().is_proved = shown.windows(mark.len()).any(|part| part == mark);
    }

    fn finalize(&self, csr: &str) -> Reply {
        let csr = BASE64.decode(csr).unwrap();
        let mut asked = CertificateSigningRequestParams::from_der(&csr.into()).unwrap();
        asked.params.is_ca = IsCa::NoCa;
        let mut book = self.book();
        if !book.is_proved {
            return Reply(403, Vec::new(), r#"{"type":"orderNotReady"}"#.to_owned());
        }
        let leaf = asked.signed_by(&self.inner.issuer).unwrap();
        book.certificate = Some(format!("{}{}", leaf.pem(), self.inner.root));
        drop(book);
        reply(self.order())
    }
}

fn reply(body: Value) -> Reply {
    Reply(200, Vec::new(), body.to_string())
}

/// The certificate that a server shows to an authority.
fn challenge(server: SocketAddr, name: &str) -> Vec<u8> {
    let mut config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anybody))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"acme-tls/1".to_vec()];
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let mut connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = TcpStream::connect(server).unwrap();
    while connection.is_handshaking() {
        if connection.complete_io(&mut stream).is_err() {
            return Vec::new();
        }
    }
    let shown = connection.peer_certificates().and_then(<[_]>::first);
    shown.map(|shown| shown.to_vec()).unwrap_or_default()
}

/// Looks at what is shown, and trusts nobody: a name is what is to be proved.
#[derive(Debug)]
struct Anybody;

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        default_provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}
