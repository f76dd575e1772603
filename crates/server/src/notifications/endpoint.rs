//! Where messages may go: a user names the address, so a server that went anywhere would look into the network it stands in.
//!
//! Owns the rules for endpoints and for the addresses behind their names. Pure.

use afield_protocol::NotificationFlaw;
use axum::http::Uri;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The push services of Chrome and Edge, Firefox and Safari.
const KNOWN: [&str; 6] = [
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.push.services.mozilla.com",
    "*.notify.windows.com",
    "web.push.apple.com",
    "*.push.apple.com",
];
const LONGEST: usize = 2_048;
const HTTPS: u16 = 443;

/// To which push services messages go.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Their hosts; `*.` stands for any names before the rest. One with a port is reached at that port alone.
    pub hosts: Vec<String>,
    /// Whether messages also go to this machine, without TLS: for tests.
    pub loopback: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            hosts: KNOWN.map(str::to_owned).to_vec(),
            loopback: false,
        }
    }
}

/// An endpoint to which messages may go, if its host's addresses allow it too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// Without TLS, on this machine.
    pub(crate) is_loopback: bool,
    pub(crate) host: String,
    pub(crate) port: u16,
    /// Path and query.
    pub(crate) path: String,
}

impl Endpoint {
    /// Host and port, as a request names them.
    pub(crate) fn authority(&self) -> String {
        match (self.is_loopback, self.port) {
            (false, HTTPS) => self.host.clone(),
            _ => format!("{}:{}", self.host, self.port),
        }
    }

    /// For whom a signature is made.
    pub(crate) fn audience(&self) -> String {
        let scheme = if self.is_loopback { "http" } else { "https" };
        format!("{scheme}://{}", self.authority())
    }
}

/// The endpoint of `text`, if messages may go there.
///
/// # Errors
/// Why they may not.
pub(crate) fn read_endpoint(text: &str, rules: &Rules) -> Result<Endpoint, NotificationFlaw> {
    if text.len() > LONGEST || text.contains('#') {
        return Err(NotificationFlaw::Address);
    }
    let uri: Uri = text.parse().map_err(|_| NotificationFlaw::Address)?;
    let authority = uri.authority().ok_or(NotificationFlaw::Address)?;
    if authority.as_str().contains('@') || authority.host().is_empty() {
        return Err(NotificationFlaw::Address);
    }
    let host = authority.host().to_ascii_lowercase();
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let endpoint = |is_loopback, port| Endpoint {
        is_loopback,
        host: host.clone(),
        port,
        path: path.to_owned(),
    };
    match uri.scheme_str() {
        Some("https") => {
            let endpoint = endpoint(false, authority.port_u16().unwrap_or(HTTPS));
            let is_known = rules.hosts.iter().any(|rule| is_within(&endpoint, rule));
            is_known.then_some(endpoint).ok_or(NotificationFlaw::Host)
        }
        Some("http") if rules.loopback && is_this_machine(&host) => {
            Ok(endpoint(true, authority.port_u16().unwrap_or(80)))
        }
        Some(_) => Err(NotificationFlaw::NotHttps),
        None => Err(NotificationFlaw::Address),
    }
}

fn is_within(endpoint: &Endpoint, rule: &str) -> bool {
    let name = endpoint.authority();
    let rule = rule.to_ascii_lowercase();
    match rule.strip_prefix("*.") {
        Some(rest) => {
            let before = name
                .strip_suffix(rest)
                .and_then(|before| before.strip_suffix('.'));
            before.is_some_and(|before| !before.is_empty())
        }
        None => name == rule,
    }
}

fn is_this_machine(host: &str) -> bool {
    let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    host == "localhost" || address.is_some_and(|address| address.is_loopback())
}

/// The addresses that are tried for a message to `endpoint`, one after the other, of those that its name has now: one of
/// each kind, as not every machine has a way to both. One that is not allowed forbids all: a name that leads into a
/// private network as well is none of a push service.
///
/// # Errors
/// There is none, or one that is not allowed.
pub(crate) fn choose_addresses(
    endpoint: &Endpoint,
    addresses: &[IpAddr],
) -> Result<Vec<IpAddr>, NotificationFlaw> {
    let may = |address: &IpAddr| match endpoint.is_loopback {
        true => address.is_loopback(),
        false => is_public(*address),
    };
    if !addresses.iter().all(may) {
        return Err(NotificationFlaw::PrivateAddress);
    }
    let older = addresses.iter().find(|address| address.is_ipv4());
    let newer = addresses.iter().find(|address| address.is_ipv6());
    let chosen: Vec<IpAddr> = older.into_iter().chain(newer).copied().collect();
    match chosen.is_empty() {
        true => Err(NotificationFlaw::Address),
        false => Ok(chosen),
    }
}

/// Whether the address is one of the internet.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = match (a, b) {
        // This network, private ones, loopback, link-local, what is between a provider and its customers.
        (0 | 10 | 127, _) | (169, 254) | (192, 168) => true,
        (100, b) if (64..128).contains(&b) => true,
        (172, b) if (16..32).contains(&b) => true,
        // Protocols, relays, examples, measurements.
        (192, 0) => matches!(c, 0 | 2),
        (192, 88) => c == 99,
        (198, 18 | 19) => true,
        (198, 51) => c == 100,
        (203, 0) => c == 113,
        // For many at once, reserved, everybody.
        (a, _) => a >= 224,
    };
    !is_special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let [a, b, ..] = parts;
    // An address of the older kind, as a network that has none writes it.
    if let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = parts {
        return is_public_v4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    }
    let is_global = a & 0xe000 == 0x2000;
    // Protocols and tunnels, examples, what carries an address of the older kind.
    let is_special = (a == 0x2001 && (b < 0x200 || b == 0xdb8)) || a == 0x2002 || a == 0x3fff;
    is_global && !is_special
}

#[cfg(test)]
#[path = "endpoint_tests.rs"]
mod tests;
