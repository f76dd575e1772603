//! Session tokens: 256 random bits in a cookie that no script can read, sha-256 at rest.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The cookie's name. `__Host-` makes browsers insist on Secure, Path=/ and no Domain.
pub const COOKIE_NAME: &str = "__Host-afield";
/// The name of the cookie that names the browser. It says who nobody is: it only tells whether a device that is
/// missed was in this browser.
pub const BROWSER_COOKIE_NAME: &str = "__Host-afield-browser";
/// The name of the cookie of a sign-in under way at a company's own provider.
pub(crate) const SIGN_IN_COOKIE_NAME: &str = "__Host-afield-sign-in";
/// The name of the cookie that names the company whose own sign-in this browser has used. It says who nobody is.
pub(crate) const COMPANY_COOKIE_NAME: &str = "__Host-afield-company";
const ATTRIBUTES: &str = "Path=/; Secure; HttpOnly; SameSite=Strict";

/// For as long browsers keep a cookie, in seconds.
const FOUR_HUNDRED_DAYS: i64 = 400 * 86_400;

/// 256 random bits, hex.
///
/// # Errors
/// When the system gives no random numbers.
pub fn random_hex() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(hex(&bytes))
}

/// Bytes as lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// sha-256 of `text`, hex.
#[must_use]
pub fn sha256_hex(text: &[u8]) -> String {
    hex(&Sha256::digest(text))
}

/// The cookie that carries `token`.
#[must_use]
pub fn set_cookie(token: &str, max_age_seconds: i64) -> String {
    format!("{COOKIE_NAME}={token}; {ATTRIBUTES}; Max-Age={max_age_seconds}")
}

/// The cookie that takes the token away.
#[must_use]
pub fn clear_cookie() -> String {
    format!("{COOKIE_NAME}=; {ATTRIBUTES}; Max-Age=0")
}

/// The cookie that names the browser for as long as browsers keep a cookie, `browser` being a random text.
#[must_use]
pub fn set_browser_cookie(browser: &str) -> String {
    format!("{BROWSER_COOKIE_NAME}={browser}; {ATTRIBUTES}; Max-Age={FOUR_HUNDRED_DAYS}")
}

/// The cookie of a sign-in under way. It must come along when another site, the provider, leads back here.
pub(crate) fn set_sign_in_cookie(carried: &str) -> String {
    const TEN_MINUTES: i64 = 600;
    format!(
        "{SIGN_IN_COOKIE_NAME}={carried}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={TEN_MINUTES}"
    )
}

/// The cookie that takes it away.
pub(crate) fn clear_sign_in_cookie() -> String {
    format!("{SIGN_IN_COOKIE_NAME}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
}

/// The cookie that names the company `slug`, for as long as browsers keep a cookie.
pub(crate) fn set_company_cookie(slug: &str) -> String {
    let slug = URL_SAFE_NO_PAD.encode(slug);
    format!("{COMPANY_COOKIE_NAME}={slug}; {ATTRIBUTES}; Max-Age={FOUR_HUNDRED_DAYS}")
}

/// The short name of the company that a request names.
pub(crate) fn presented_company(headers: &HeaderMap) -> Option<String> {
    let slug = URL_SAFE_NO_PAD.decode(cookie(headers, COMPANY_COOKIE_NAME)?);
    String::from_utf8(slug.ok()?).ok()
}

/// What a request carries of a sign-in under way.
pub(crate) fn presented_sign_in(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, SIGN_IN_COOKIE_NAME)
}

/// The hash of the token that a request carries.
#[must_use]
pub fn presented(headers: &HeaderMap) -> Option<String> {
    cookie_hash(headers, COOKIE_NAME)
}

/// The hash of the browser's cookie that a request carries.
#[must_use]
pub fn presented_browser(headers: &HeaderMap) -> Option<String> {
    cookie_hash(headers, BROWSER_COOKIE_NAME)
}

/// The token itself that a request carries, to be given back to its browser and never to be stored or logged.
pub(crate) fn presented_token(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, COOKIE_NAME)
}

fn cookie_hash(headers: &HeaderMap, name: &str) -> Option<String> {
    cookie(headers, name).map(|token| sha256_hex(token.as_bytes()))
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, token)| token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_found_among_other_cookies_and_hashed() {
        let mut headers = HeaderMap::new();
        assert_eq!(presented(&headers), None);
        headers.insert(COOKIE, "a=1; __Host-afield=abc; b=2".parse().unwrap());
        assert_eq!(presented(&headers), Some(sha256_hex(b"abc")));
        assert_eq!(
            sha256_hex(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn tokens_are_256_bits_and_differ() {
        let (one, two) = (random_hex().unwrap(), random_hex().unwrap());
        assert_eq!(one.len(), 64);
        assert_ne!(one, two);
    }
}
