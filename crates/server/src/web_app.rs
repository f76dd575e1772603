//! The built app: inside the binary, or in a folder.
//!
//! Owns finding a file and telling its build. Must never read outside its folder.

mod asking;

use crate::error::ServerError;
use asking::BUILD;
use rust_embed::RustEmbed;
use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

/// What `cargo xtask build` made, if it was there when this binary was built.
#[derive(RustEmbed)]
#[folder = "../../dist"]
#[allow_missing = true]
struct Embedded;

/// The page, whatever the path.
pub(crate) const PAGE: &str = "index.html";
/// The worker's script.
pub(crate) const WORKER: &str = "sw.js";

/// Where the files are.
#[derive(Debug)]
enum Source {
    Embedded,
    Folder(PathBuf),
}

/// The built app.
#[derive(Debug)]
pub struct WebApp {
    source: Source,
    build: Mutex<Build>,
    /// Whom it asks, where that is another host than its own.
    server: Option<String>,
}

#[derive(Debug, Default)]
struct Build {
    seen: Option<SystemTime>,
    name: String,
}

impl WebApp {
    /// The files inside the binary; none if the app was not built before the server.
    #[must_use]
    pub fn embedded() -> Self {
        let worker = Embedded::get(WORKER).map(|file| file.data);
        Self {
            source: Source::Embedded,
            server: None,
            build: Mutex::new(Build {
                seen: None,
                name: worker.map(|bytes| build_name(&bytes)).unwrap_or_default(),
            }),
        }
    }

    /// No files, and the name of a build.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn named(build: &str) -> Self {
        Self {
            server: None,
            source: Source::Embedded,
            build: Mutex::new(Build {
                seen: None,
                name: build.to_owned(),
            }),
        }
    }

    /// The files in `folder`, read anew for each request.
    #[must_use]
    pub fn folder(folder: &Path) -> Self {
        Self {
            server: None,
            source: Source::Folder(folder.to_owned()),
            build: Mutex::default(),
        }
    }

    /// The same app, which asks `server` (`https://api.example.com`) where it is given out by [`Self::get_asking`].
    #[must_use]
    pub fn asking(mut self, server: &str) -> Self {
        self.server = Some(server.to_owned());
        self
    }

    /// The same, if it can be told whom to ask.
    ///
    /// # Errors
    /// In words: it is of another version.
    pub(crate) fn checked(self) -> Result<Self, ServerError> {
        let is_told = |name| self.get(name).is_none() || self.get_asking(name).is_some();
        match [PAGE, WORKER].into_iter().find(|name| !is_told(name)) {
            None => Ok(self),
            Some(name) => Err(ServerError::Unusable(format!(
                "{name} of the app is not of this program's version: it cannot be told to ask at --api-address"
            ))),
        }
    }

    /// The names of all files inside the binary.
    pub(crate) fn embedded_names() -> impl Iterator<Item = Cow<'static, str>> {
        Embedded::iter()
    }

    /// The bytes of a file, such as `icons/afield.svg`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Cow<'static, [u8]>> {
        match &self.source {
            Source::Embedded => Embedded::get(name).map(|file| file.data),
            Source::Folder(folder) => std::fs::read(folder.join(safe(name)?)).ok().map(Cow::Owned),
        }
    }

    /// The bytes of a file of the app at its own host. The page and the worker differ; packed copies of them say nothing of
    /// the server, and are none.
    pub(crate) fn get_asking(&self, name: &str) -> Option<Cow<'static, [u8]>> {
        let Some(server) = &self.server else {
            return self.get(name);
        };
        let page = || asking::page(&self.get(PAGE)?, server);
        match name {
            PAGE => page().map(Cow::Owned),
            WORKER => asking::worker(&self.get(WORKER)?, &page()?, server).map(Cow::Owned),
            name if is_told_packed(name) => None,
            _ => self.get(name),
        }
    }

    /// The name of the app's build, as its worker knows it; empty if there is none.
    #[must_use]
    pub fn build(&self) -> String {
        let mut build = self.build.lock().unwrap_or_else(PoisonError::into_inner);
        if let Source::Folder(folder) = &self.source {
            let worker = folder.join(WORKER);
            let changed = std::fs::metadata(&worker)
                .and_then(|about| about.modified())
                .ok();
            if changed != build.seen {
                build.name = std::fs::read(&worker)
                    .map(|bytes| build_name(&bytes))
                    .unwrap_or_default();
                build.seen = changed;
            }
        }
        match &self.server {
            Some(server) => asking::build_name(&build.name, server),
            None => build.name.clone(),
        }
    }
}

/// Whether it is a packed copy of what the app is told the server's address in.
pub(crate) fn is_told_packed(name: &str) -> bool {
    matches!(name.strip_suffix(".br"), Some(PAGE | WORKER))
}

/// The worker begins with `self.AFIELD_BUILD={"build":"<name>",…`.
fn build_name(worker: &[u8]) -> String {
    let start = worker.get(..200.min(worker.len())).unwrap_or_default();
    let text = String::from_utf8_lossy(start);
    let name = text
        .strip_prefix(BUILD)
        .and_then(|rest| rest.strip_prefix("{\"build\":\""))
        .and_then(|rest| rest.split_once('"'));
    name.map(|(name, _)| name.to_owned()).unwrap_or_default()
}

/// `name` as a path that stays below its folder.
fn safe(name: &str) -> Option<&Path> {
    let path = Path::new(name);
    let plain = path
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    (plain && !name.contains('\\') && !name.is_empty()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_the_folder() {
        for name in ["../secret", "/etc/hosts", "a/../../b", "..\\x", "", "./.."] {
            assert_eq!(safe(name), None, "{name}");
        }
        assert!(safe("icons/afield.svg").is_some());
    }

    #[test]
    fn the_build_is_what_the_worker_says() {
        let worker = br#"self.AFIELD_BUILD={"build":"0a1b","files":[]};"#;
        assert_eq!(build_name(worker), "0a1b");
        assert_eq!(build_name(b"something else"), "");
        assert_eq!(build_name(b""), "");
    }
}
