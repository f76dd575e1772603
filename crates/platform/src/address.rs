//! Where the server is: beside the app, or at another host of the same site, which whoever starts the app knows
//! (`public/boot.mjs`, the worker's script).
//!
//! Owns the way from a path to an address. Must never make one of a host that the page was not given with.

use crate::global::find;

/// The address of `path`, which begins with a slash, at the server. Not inlined: every piece of the app would carry it.
#[inline(never)]
#[must_use]
pub fn at_server(path: &str) -> String {
    let server = find(&["AFIELD_BUILD", "server"]).and_then(|server| server.as_string());
    server.unwrap_or_default() + path
}
