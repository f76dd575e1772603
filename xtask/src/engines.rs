//! Finds the engines of other phones, Firefox and WebKitGTK, and what drives them.
//! It must never download a browser: the system's own is what people run.

use std::path::Path;

use anyhow::Result;

use crate::browser::{apt_install, can_install};
use crate::repo::Repo;
use crate::{progress, tools};

/// What Debian calls them, with what WebKit's window and the test's certificate need.
const PACKAGES: [&str; 7] = [
    "firefox-esr",
    "gir1.2-gtk-3.0",
    "gir1.2-webkit2-4.1",
    "openssl",
    "python3-gi",
    "webkit2gtk-driver",
    "xvfb",
];
const PLACES: [&str; 4] = [
    "/usr/bin/firefox-esr",
    "/usr/bin/WebKitWebDriver",
    "/usr/bin/Xvfb",
    "/usr/bin/openssl",
];

/// Brings them; false where they cannot be had: only Debian is known to have both. That must not keep anybody from
/// all the other checks.
pub(crate) fn ensure(repo: &Repo) -> Result<bool> {
    if !are_there() {
        if !can_install() {
            return Ok(false);
        }
        let brought = progress::step("Firefox and WebKitGTK (apt-get)", || {
            apt_install(repo, &PACKAGES)
        });
        if brought.is_err() || !are_there() {
            return Ok(false);
        }
    }
    Ok(tools::ensure_geckodriver(repo).is_ok())
}

fn are_there() -> bool {
    let bindings = [
        "/usr/lib/python3/dist-packages/gi",
        "/usr/share/doc/gir1.2-webkit2-4.1",
    ];
    let mut all = PLACES.iter().chain(&bindings);
    all.all(|place| Path::new(place).exists())
}
