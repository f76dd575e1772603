//! A sign-in under way: what its browser carries from here to the provider and back.
//!
//! Owns the form of it (base64url JSON and a signature under the key of the data set), for how long it is good, and where
//! a browser may be sent afterwards. What the provider must give back (the nonce) and what only we know (the PKCE
//! verifier) are made of its id by that key: no server keeps anything. Pure. Must never carry a secret.

use crate::pull::cursor::CursorKey;
use afield_domain::{CompanyId, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// How long somebody may take at the provider, in milliseconds.
pub(crate) const PATIENCE_MS: i64 = 10 * 60_000;
/// The longest address that is led back to.
const BACK_BYTES: usize = 500;
/// Where everybody goes who came from nowhere else.
pub(crate) const START: &str = "/";

/// A sign-in under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Flow {
    /// 256 random bits, hex: the `state` by which the provider's answer is known to be for this browser.
    pub(crate) id: String,
    /// Of which company.
    pub(crate) company: CompanyId,
    /// When it began.
    pub(crate) began: Timestamp,
    /// Where its browser goes afterwards.
    pub(crate) back: String,
    /// The hash of the token of the session that it takes the place of. The browser does not send that one along when it
    /// comes from another site.
    pub(crate) replaces: Option<String>,
}

impl Flow {
    /// As its browser carries it.
    pub(crate) fn write(&self, key: &CursorKey) -> Option<String> {
        let content = URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).ok()?);
        let signature = key.name(&signed(&content));
        Some(format!("{content}.{signature}"))
    }

    /// The one that a browser carries, if we have written it and it is still good at `now`.
    pub(crate) fn read(text: &str, key: &CursorKey, now: Timestamp) -> Option<Self> {
        let (content, signature) = text.split_once('.')?;
        if !key.has_named(&signed(content), signature) {
            return None;
        }
        let content = URL_SAFE_NO_PAD.decode(content).ok()?;
        let flow: Self = serde_json::from_slice(&content).ok()?;
        // Another server's clock may be a little ahead.
        let age = now.since(flow.began);
        (-PATIENCE_MS..PATIENCE_MS).contains(&age).then_some(flow)
    }

    /// What the provider's token must name.
    pub(crate) fn nonce(&self, key: &CursorKey) -> String {
        key.name(&format!("sign-in nonce {}", self.id))
    }

    /// What the code is only of use with: 43 letters.
    pub(crate) fn verifier(&self, key: &CursorKey) -> String {
        key.name(&format!("sign-in verifier {}", self.id))
    }
}

fn signed(content: &str) -> String {
    format!("sign-in {content}")
}

/// Where a browser goes that asked to be led back to `wanted`: a page of this app, or its start. Never another site, which
/// browsers also read out of `//`, `/\` and what hides one behind a control character; nor the API, which is no page.
pub(crate) fn way_back(wanted: Option<&str>) -> String {
    let is_page = |path: &&str| {
        let mut letters = path.chars();
        letters.next() == Some('/')
            && letters.next() != Some('/')
            && path.len() <= BACK_BYTES
            && path
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
            && !path.starts_with("/api")
    };
    wanted.filter(is_page).unwrap_or(START).to_owned()
}
