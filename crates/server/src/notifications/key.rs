//! The key by which browsers and push services know this server (VAPID, RFC 8292).
//!
//! Owns its forms and the signature. Must never leave the server otherwise than by its public half.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use serde_json::json;
use web_push_native::Auth;
use web_push_native::p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
use web_push_native::p256::{PublicKey, SecretKey};

/// How long a signature holds; push services take none that holds for more than a day.
const HOLDS_SECONDS: i64 = 12 * 3_600;

/// The key of this data set.
pub(crate) struct Key(SigningKey);

impl Key {
    /// A new one, as it is stored.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub(crate) fn new_secret() -> Result<String, getrandom::Error> {
        loop {
            let mut bytes = [0_u8; 32];
            getrandom::fill(&mut bytes)?;
            // One in four thousand million is none.
            if SecretKey::from_slice(&bytes).is_ok() {
                return Ok(BASE64.encode(bytes));
            }
        }
    }

    /// The stored one; none if it is damaged.
    pub(crate) fn read(secret: &str) -> Option<Self> {
        let bytes = BASE64.decode(secret).ok()?;
        SigningKey::from_slice(&bytes).ok().map(Self)
    }

    /// What browsers are told.
    pub(crate) fn public(&self) -> String {
        let point = self.0.verifying_key().to_encoded_point(false);
        BASE64.encode(point.as_bytes())
    }

    /// What a request to a push service at `audience` says in `Authorization`, `now` being the true time in seconds.
    pub(crate) fn authorize(&self, audience: &str, subject: &str, now: i64) -> String {
        let head = json!({"typ": "JWT", "alg": "ES256"});
        let claims = json!({"aud": audience, "exp": now + HOLDS_SECONDS, "sub": subject});
        let signed = format!(
            "{}.{}",
            BASE64.encode(head.to_string()),
            BASE64.encode(claims.to_string())
        );
        let signature: Signature = self.0.sign(signed.as_bytes());
        let signature = BASE64.encode(signature.to_bytes());
        format!("vapid t={signed}.{signature}, k={}", self.public())
    }
}

/// The keys of a device, if they are some.
pub(crate) fn read_keys(p256dh: &str, auth: &str) -> Option<(PublicKey, Auth)> {
    let public = BASE64.decode(p256dh).ok()?;
    let public = PublicKey::from_sec1_bytes(&public).ok()?;
    let auth: [u8; 16] = BASE64.decode(auth).ok()?.try_into().ok()?;
    Some((public, Auth::from(auth)))
}
