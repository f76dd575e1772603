//! What the build says about itself: the precache list inside `sw.js`.

use afield_domain::wire::FromTree;
use serde::Serialize;

/// The list that the build writes into the worker's script, as `self.AFIELD_BUILD`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
pub struct BuildManifest {
    /// Names this build; it changes with any byte of any file.
    pub build: String,
    /// Every file of the shell; the app itself is `/`.
    pub files: Vec<ShellFile>,
}

/// One file of the shell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
pub struct ShellFile {
    /// Its path, from the root.
    pub url: String,
    /// Its hash in the form of the integrity attribute: `sha256-` and base64.
    pub integrity: String,
}

impl BuildManifest {
    /// The name of the cache that holds this build's shell.
    #[must_use]
    pub fn cache_name(&self) -> String {
        format!("{CACHE_PREFIX}{}", self.build)
    }
}

/// What the names of all shell caches begin with.
pub const CACHE_PREFIX: &str = "afield-shell-";

/// The shell caches of other builds, to be removed when this one is in charge.
#[must_use]
pub fn plan_cleanup(present: &[String], keep: &str) -> Vec<String> {
    present
        .iter()
        .filter(|name| name.starts_with(CACHE_PREFIX) && *name != keep)
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_other_shells_are_removed() {
        let present = ["afield-shell-a", "afield-shell-b", "photos"].map(str::to_owned);
        assert_eq!(plan_cleanup(&present, "afield-shell-b"), ["afield-shell-a"]);
    }
}
