//! A push service on this machine, and devices that read what comes through it: RFC 8030, 8291 and 8292 as they are
//! written, by other code than the server's.

use aes_gcm::Aes128Gcm;
use aes_gcm::aead::{Aead, KeyInit};
use afield_server::clock::{Clock, SystemClock};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use web_push_native::p256::ecdsa::signature::Verifier;
use web_push_native::p256::ecdsa::{Signature, VerifyingKey};
use web_push_native::p256::elliptic_curve::sec1::ToEncodedPoint;
use web_push_native::p256::{PublicKey, SecretKey, ecdh};

/// How long is waited for what must come, on a machine that does much else.
const PATIENCE: Duration = Duration::from_mins(3);

pub(crate) const CREATED: &str = "201 Created\r\n";

/// A message as it came.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// A push service; what it answers can be set.
pub(crate) struct PushService {
    pub(crate) port: u16,
    answer: Arc<Mutex<String>>,
    received: Receiver<Received>,
}

impl PushService {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let answer = Arc::new(Mutex::new(CREATED.to_owned()));
        let (sender, received) = channel();
        let told = Arc::clone(&answer);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (told, sender) = (Arc::clone(&told), sender.clone());
                std::thread::spawn(move || serve(stream, &told, &sender));
            }
        });
        Self {
            port,
            answer,
            received,
        }
    }

    /// What stands behind `HTTP/1.1` in every answer from now on.
    pub(crate) fn answer(&self, head: &str) {
        *self.answer.lock().unwrap() = head.to_owned();
    }

    pub(crate) fn endpoint(&self, name: &str) -> String {
        format!("http://127.0.0.1:{}/{name}", self.port)
    }

    /// All that has come.
    pub(crate) fn take(&self) -> Vec<Received> {
        self.received.try_iter().collect()
    }

    /// The next that comes.
    #[allow(dead_code)] // Of two programs of tests one waits.
    pub(crate) fn next(&self) -> Received {
        self.received.recv_timeout(PATIENCE).unwrap()
    }
}

fn serve(stream: TcpStream, answer: &Mutex<String>, sender: &Sender<Received>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    if reader.read_line(&mut line).unwrap_or(0) == 0 {
        return;
    }
    let path = line.split(' ').nth(1).unwrap().to_owned();
    assert!(line.starts_with("POST "), "{line}");
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let mut body = vec![0; headers["content-length"].parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    let _ = sender.send(Received {
        path,
        headers,
        body,
    });
    let answer = answer.lock().unwrap().clone();
    let mut stream = stream;
    let _ = write!(stream, "HTTP/1.1 {answer}content-length: 0\r\n\r\n");
}

/// A browser's subscription, with the keys that never leave it.
pub(crate) struct Device {
    secret: SecretKey,
    auth: [u8; 16],
    pub(crate) endpoint: String,
}

impl Device {
    pub(crate) fn new(number: u8, endpoint: String) -> Self {
        Self {
            secret: SecretKey::from_slice(&[number; 32]).unwrap(),
            auth: [number; 16],
            endpoint,
        }
    }

    fn public(&self) -> Vec<u8> {
        let point = self.secret.public_key().to_encoded_point(false);
        point.as_bytes().to_vec()
    }

    /// What the app sends to the server.
    pub(crate) fn subscription(&self, wishes: Value) -> Value {
        json!({
            "endpoint": self.endpoint,
            "p256dh": BASE64.encode(self.public()),
            "auth": BASE64.encode(self.auth),
            "language": "en",
            "wishes": wishes,
        })
    }

    /// The message, as only this device can read it (RFC 8291, section 3.4; RFC 8188, section 2).
    pub(crate) fn read(&self, body: &[u8]) -> String {
        let (salt, rest) = body.split_at(16);
        let (size, rest) = rest.split_at(4);
        let length = usize::from(rest[0]);
        let (sender, sealed) = rest[1..].split_at(length);
        let size = u32::from_be_bytes(size.try_into().unwrap());
        assert!(u32::try_from(sealed.len()).unwrap() <= size, "one record");
        let other = PublicKey::from_sec1_bytes(sender).unwrap();
        let shared = ecdh::diffie_hellman(self.secret.to_nonzero_scalar(), other.as_affine());
        let secret = hmac(&self.auth, &[shared.raw_secret_bytes()]);
        let parts: [&[u8]; 4] = [b"WebPush: info\0", &self.public(), sender, &[1]];
        let keying = hmac(&secret, &parts);
        let key = hmac(salt, &[&keying]);
        let content = hmac(&key, &[b"Content-Encoding: aes128gcm\0\x01"]);
        let nonce = hmac(&key, &[b"Content-Encoding: nonce\0\x01"]);
        let cipher = Aes128Gcm::new_from_slice(&content[..16]).unwrap();
        let nonce: [u8; 12] = nonce[..12].try_into().unwrap();
        // It fails for a message that is not for this device.
        let mut text = cipher.decrypt(&nonce.into(), sealed).unwrap();
        // The last record ends with a two and zeros.
        while text.last() == Some(&0) {
            text.pop();
        }
        assert_eq!(text.pop(), Some(2));
        String::from_utf8(text).unwrap()
    }

    pub(crate) fn json(&self, received: &Received) -> Value {
        serde_json::from_str(&self.read(&received.body)).unwrap()
    }

    /// What is shown.
    pub(crate) fn title(&self, received: &Received) -> String {
        let shown = self.json(received)["notification"]["title"].clone();
        shown.as_str().unwrap().to_owned()
    }
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).unwrap();
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().to_vec()
}

/// Checks who a message is from: the signature of `Authorization`, by the key that browsers were told, for this push
/// service and for no longer than a day (RFC 8292).
pub(crate) fn check_sender(received: &Received, key: &str, audience: &str) {
    let said = received.headers["authorization"]
        .strip_prefix("vapid ")
        .unwrap();
    let (token, by) = said.split_once(", ").unwrap();
    assert_eq!(by.strip_prefix("k="), Some(key));
    let token = token.strip_prefix("t=").unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (head, claims) = signed.split_once('.').unwrap();
    let read = |text| serde_json::from_slice::<Value>(&BASE64.decode(text).unwrap()).unwrap();
    assert_eq!(read(head), json!({"typ": "JWT", "alg": "ES256"}));
    let claims = read(claims);
    assert_eq!(claims["aud"], audience);
    let holds = claims["exp"].as_i64().unwrap() - SystemClock.now().0 / 1_000;
    assert!((0..86_400).contains(&holds), "{claims}");
    let subject = claims["sub"].as_str().unwrap();
    assert!(subject.starts_with("https://"), "{subject}");
    let key = VerifyingKey::from_sec1_bytes(&BASE64.decode(key).unwrap()).unwrap();
    let signature = Signature::from_slice(&BASE64.decode(signature).unwrap()).unwrap();
    key.verify(signed.as_bytes(), &signature).unwrap();
}

/// The example of RFC 8291, section 5: this device reads as the standard says.
#[test]
fn a_device_reads_the_example_of_the_standard() {
    let decode = |text| BASE64.decode(text).unwrap();
    let device = Device {
        secret: SecretKey::from_slice(&decode("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"))
            .unwrap(),
        auth: decode("BTBZMqHH6r4Tts7J_aSIgg").try_into().unwrap(),
        endpoint: String::new(),
    };
    let body = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
    let read = device.read(&decode(body));
    assert_eq!(read, "When I grow up, I want to be a watermelon");
}
