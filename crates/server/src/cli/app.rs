//! `afield-server app`: the app's files, for a web server of their own.
//!
//! Owns writing them. Must never leave a page that names a file which is not there yet, nor take a file away that an open
//! page may still ask for.

use super::say;
use crate::error::ServerError;
use crate::http::headers::HEADERS;
use crate::two_hosts::TwoHosts;
use crate::web_app::{PAGE, WORKER, WebApp, is_told_packed};
use axum::http::header::CONTENT_SECURITY_POLICY;
use clap::Args;
use std::path::{Path, PathBuf};

/// What `app` takes.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Where the app will be reached: `https://app.example.com`. The server is started with the same two addresses.
    #[arg(long, value_name = "URL")]
    app_address: String,
    /// Where it asks: `https://api.example.com`.
    #[arg(long, value_name = "URL")]
    api_address: String,
    /// The folder to write to. What is there of an earlier version stays beside it, for pages that are open.
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
}

pub(super) fn run(options: &Options) -> Result<(), ServerError> {
    let hosts =
        TwoHosts::new(&options.app_address, &options.api_address).map_err(ServerError::Unusable)?;
    let app = WebApp::embedded().asking(hosts.server());
    let mut names: Vec<_> = WebApp::embedded_names().collect();
    // What names others comes last, the worker after the page that it vouches for.
    names.sort_by_key(|name| [PAGE, WORKER].iter().position(|last| last == name));
    if !names.iter().any(|name| name == PAGE) {
        return Err(ServerError::Unusable(
            "this program holds no app: it was built before the app was".into(),
        ));
    }
    let mut count = 0;
    for name in names {
        if is_told_packed(&name) {
            // Of an earlier time, when this folder was another's: it would be sent in the place of what is written here.
            let _ = std::fs::remove_file(options.to.join(&*name));
        } else if let Some(bytes) = app.get_asking(&name) {
            write(&options.to.join(&*name), &bytes)?;
            count += 1;
        }
    }
    say(&format!("Wrote {count} files to {}.", options.to.display()));
    say("Have your web server send with each of them:");
    for (name, value) in HEADERS {
        if name == CONTENT_SECURITY_POLICY {
            say(&format!("  {name}: {}", hosts.policy()));
        } else {
            say(&format!("  {name}: {value}"));
        }
    }
    say(
        "and with a name that ends in - and 16 digits before its extension `cache-control: public, max-age=31536000, \
         immutable`, with index.html `no-store`, with all else `no-cache`. A path whose last part has no dot is index.html; \
         what else is not there, and all below /api/, is 404. See docs/operations.md, \"Two hosts\".",
    );
    Ok(())
}

/// Whole or not at all: the page that is there goes on until then.
fn write(file: &Path, bytes: &[u8]) -> Result<(), ServerError> {
    let beside = file.with_added_extension("new");
    let write = || {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&beside, bytes)?;
        std::fs::rename(&beside, file)
    };
    write()
        .map_err(|error| ServerError::Unusable(format!("cannot write {}: {error}", file.display())))
}
