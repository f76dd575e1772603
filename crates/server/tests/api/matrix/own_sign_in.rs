//! Who is led where on the way to a company's own sign-in: everybody to a page, whoever they are.

use super::asks::{Asks, Row};
use super::rows::row;
use afield_protocol::paths;

const CALLBACK: &str = "/api/v1/sign-in/oidc/callback/{provider}";
const END: &str = "/api/v1/sign-in/oidc/end";

/// Who signs in is whoever the company's provider names.
const LED: [&str; 8] = ["303"; 8];

pub(super) static ROWS: &[Row] = &[
    row("GET", paths::OWN_SIGN_IN, Asks::Plain, LED),
    row("HEAD", paths::OWN_SIGN_IN, Asks::Plain, LED),
    row("GET", CALLBACK, Asks::Plain, LED),
    row("HEAD", CALLBACK, Asks::Plain, LED),
    row("GET", END, Asks::Plain, LED),
    row("HEAD", END, Asks::Plain, LED),
];
