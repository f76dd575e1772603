//! The app's page and its worker, told which server to ask where that is another host than theirs.
//!
//! Owns what is written into them. Must never change a file whose name carries the hash of what is in it.

use crate::auth::token::sha256_hex;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

/// The tag that starts the app, which carries what it must know.
const BOOT: &str = " id=\"boot\"";
/// What the worker begins with: which files it keeps, as JSON up to the end of the line.
pub(super) const BUILD: &str = "self.AFIELD_BUILD=";

/// The page of an app that asks `server`; none if it is no page of the app.
pub(super) fn page(html: &[u8], server: &str) -> Option<Vec<u8>> {
    let html = std::str::from_utf8(html).ok()?;
    let (before, after) = html.split_once(BOOT)?;
    Some(format!("{before}{BOOT} data-server=\"{server}\"{after}").into_bytes())
}

/// The worker of an app that asks `server` and whose page is `page`; none if it is no worker of the app.
pub(super) fn worker(script: &[u8], page: &[u8], server: &str) -> Option<Vec<u8>> {
    let script = std::str::from_utf8(script).ok()?;
    let (build, rest) = script.strip_prefix(BUILD)?.split_once(";\n")?;
    let mut build: Map<String, Value> = serde_json::from_str(build).ok()?;
    let name = build.get("build")?.as_str()?.to_owned();
    build.insert("build".into(), build_name(&name, server).into());
    build.insert("server".into(), server.into());
    let files = build.get_mut("files")?.as_array_mut()?;
    let own = files.iter_mut().find(|file| file["url"] == "/")?;
    let sum = STANDARD.encode(Sha256::digest(page));
    own.as_object_mut()?
        .insert("integrity".into(), format!("sha256-{sum}").into());
    let build = serde_json::to_string(&build).ok()?;
    Some(format!("{BUILD}{build};\n{rest}").into_bytes())
}

/// What the build is called that asks `server`: a phone takes another server for another build.
pub(super) fn build_name(name: &str, server: &str) -> String {
    let told = sha256_hex(format!("{name} {server}").as_bytes());
    told.chars().take(name.len()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: &str = "https://api.example.com";

    #[test]
    fn the_page_and_the_worker_are_told_and_fit_each_other() {
        let html = br#"<head><script type="module" id="boot" src="/boot.mjs"></script></head>"#;
        let page = page(html, SERVER).unwrap();
        let text = String::from_utf8(page.clone()).unwrap();
        assert!(
            text.contains(r#"id="boot" data-server="https://api.example.com" src="/boot.mjs""#),
            "{text}"
        );
        let script = b"self.AFIELD_BUILD={\"build\":\"0a1b\",\"files\":[{\"url\":\"/\",\"integrity\":\"sha256-old\"},\
            {\"url\":\"/a\",\"integrity\":\"sha256-a\"}]};\n(()=>{})();";
        let told = String::from_utf8(worker(script, &page, SERVER).unwrap()).unwrap();
        let sum = STANDARD.encode(Sha256::digest(&page));
        for part in [
            format!("sha256-{sum}"),
            "sha256-a".into(),
            format!("\"server\":\"{SERVER}\""),
            "};\n(()=>{})();".into(),
            format!("{BUILD}{{\"build\":\"{}\"", build_name("0a1b", SERVER)),
        ] {
            assert!(told.contains(&part), "{part} in {told}");
        }
        assert!(!told.contains("sha256-old"));
    }

    #[test]
    fn another_server_is_another_build() {
        let one = build_name("0123456789abcdef", SERVER);
        assert_eq!(one.len(), 16);
        assert_ne!(one, build_name("0123456789abcdef", "https://b.example.com"));
        assert_eq!(build_name("", SERVER), "");
    }

    #[test]
    fn what_is_not_the_app_s_is_left_alone() {
        assert_eq!(page(b"<html>", SERVER), None);
        for script in [
            &b"x"[..],
            b"self.AFIELD_BUILD={};\n",
            b"self.AFIELD_BUILD={",
            b"\xff",
        ] {
            assert_eq!(worker(script, b"", SERVER), None);
        }
    }
}
