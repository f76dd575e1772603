//! What a first visit downloads, and the budget it must keep.
//! It must never count what is not sent: sizes are of the packed copies the server sends.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::repo::Repo;
use crate::{build, files, tools};

/// The goal of the design is 180 KB; this is just above what is reached (docs/adr/0011). Lower it towards the goal,
/// never raise it without a decision record.
const GATE: u64 = 861_000;

/// `cargo xtask size`: builds when the build is not current, then measures.
pub(crate) fn run() -> Result<()> {
    let repo = Repo::find()?;
    tools::ensure_for_build(&repo)?;
    build::app(&repo)?;
    report(&repo.dist())
}

/// Prints the table and refuses a build over the gate.
pub(crate) fn report(dist: &Path) -> Result<()> {
    let mut visit = 0;
    let mut rest = 0;
    println!("{:>10} {:>10}  file", "bytes", "sent");
    for path in files::list(dist)? {
        let name = files::below(dist, &path);
        if files::extension(&path) == "br" || name == "robots.txt" {
            continue;
        }
        let bytes = length(&path)?;
        let packed = dist.join(format!("{name}.br"));
        let sent = if packed.exists() {
            length(&packed)?
        } else {
            bytes
        };
        if name.starts_with("icons/") || name.starts_with("screenshots/") {
            rest += sent;
        } else {
            visit += sent;
        }
        println!("{bytes:>10} {sent:>10}  {name}");
    }
    println!(
        "           {visit:>10}  first visit (gate {GATE}); icons and pictures besides: {rest}"
    );
    if visit > GATE {
        bail!(
            "a first visit downloads {visit} bytes, more than the {GATE} it may: see the table above and make it smaller"
        );
    }
    Ok(())
}

fn length(path: &Path) -> Result<u64> {
    Ok(std::fs::metadata(path)
        .with_context(|| format!("cannot read {}", path.display()))?
        .len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::TestFolder;

    #[test]
    fn counts_what_is_sent_and_refuses_too_much() {
        let folder = TestFolder::new("size");
        folder.put("index.html", &"x".repeat(900_000));
        assert!(report(&folder.0).is_err());
        folder.put("index.html.br", "small");
        folder.put("icons/a.png", &"x".repeat(900_000));
        report(&folder.0).unwrap();
    }
}
