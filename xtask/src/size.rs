//! What a first visit downloads, and the budget it must keep.
//! It must never count what is not sent: sizes are of the packed copies the server sends.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::repo::Repo;
use crate::{build, files, split, texts, tools};

/// Some files of a build, and what may be sent of them: just above what is reached (docs/adr/0037, 0052, 0060, 0064, 0079, 0085 to 0108).
/// Lower it, never raise it without a decision record.
struct Budget {
    what: &'static str,
    /// How the names of its files begin; without one, all files that a first visit of any browser fetches.
    files: &'static [&'static str],
    limit: u64,
}

const BUDGETS: [Budget; 14] = [
    budget("main", &["afield_bg-"], 120_500),
    budget("engine", &["engine-"], 259_050),
    budget("day", &["day-"], 108_400),
    budget("work", &["work-"], 183_950),
    budget("seldom", &["seldom-"], 132_850),
    budget("office", &["office-"], 85_850),
    budget("desk", &["desk-"], 130_650),
    budget("house", &["house-"], 194_450),
    budget("the office's texts", &["texts-office-de-"], 8_000),
    budget("the pieces in one file", &[TOGETHER], 653_400),
    budget("the worker's script", &["sw.js"], 3_600),
    budget("sign-in usable", &SIGN_IN, 159_700),
    budget("the reader of codes", &[READER], 29_850),
    budget("everything", &[], 830_600),
];

/// The file of all pieces.
const TOGETHER: &str = "pieces-";
/// What reads codes where the browser cannot: the worker of such a browser fetches it beside everything else
/// (docs/adr/0057).
const READER: &str = "codes-";
/// What must be there before somebody can sign in; of the languages, that with the longer words.
const SIGN_IN: [&str; 8] = [
    "index.html",
    "stand-in-",
    "app-",
    "away-",
    "boot-",
    "afield-",
    "afield_bg-",
    "texts-de-",
];

const fn budget(what: &'static str, files: &'static [&'static str], limit: u64) -> Budget {
    Budget { what, files, limit }
}

/// `cargo xtask size`: builds when the build is not current, then measures.
pub(crate) fn run() -> Result<()> {
    let repo = Repo::find()?;
    tools::ensure_for_build(&repo)?;
    build::app(&repo)?;
    report(&repo.dist())
}

/// Prints the table and refuses a build over one of its budgets.
pub(crate) fn report(dist: &Path) -> Result<()> {
    let mut visit = Vec::new();
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
        println!("{bytes:>10} {sent:>10}  {name}");
        if name.starts_with("icons/") || name.starts_with("screenshots/") {
            rest += sent;
        } else {
            visit.push((name, sent));
        }
    }
    println!("           {rest:>10}  icons and pictures, besides");
    let mut over = Vec::new();
    for budget in &BUDGETS {
        let sent = budget.sent(&visit);
        println!(
            "           {sent:>10}  {} (limit {})",
            budget.what, budget.limit
        );
        if sent > budget.limit {
            over.push(format!(
                "{}: {sent} bytes, limit {}",
                budget.what, budget.limit
            ));
        }
    }
    if !over.is_empty() {
        bail!(
            "a first visit downloads more than it may; see the table above and make it smaller:\n  {}",
            over.join("\n  ")
        );
    }
    Ok(())
}

impl Budget {
    fn sent(&self, visit: &[(String, u64)]) -> u64 {
        let is_its = |name: &str| match self.files {
            // A first visit fetches the pieces in one file; one by one they are there for those whom that fails.
            [] if name.starts_with(READER) => false,
            [] => !visit.iter().any(|(name, _)| name.starts_with(TOGETHER)) || !is_piece(name),
            files => files.iter().any(|start| name.starts_with(start)),
        };
        let its = visit.iter().filter(|(name, _)| is_its(name));
        its.map(|(_, sent)| sent).sum()
    }
}

/// Whether it is a piece of the app by itself, or comes with one.
fn is_piece(name: &str) -> bool {
    let is_it = |piece: &&str| {
        name.strip_prefix(*piece)
            .is_some_and(|rest| rest.starts_with('-'))
    };
    let offices = split::OFFICES.iter().chain([&texts::OFFICE]);
    split::ORDER.iter().chain(offices).any(is_it)
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
        folder.put("index.html", &"x".repeat(200_000));
        let error = report(&folder.0).unwrap_err().to_string();
        assert!(error.contains("sign-in usable: 200000"), "{error}");
        folder.put("index.html.br", "small");
        folder.put("icons/a.png", &"x".repeat(900_000));
        report(&folder.0).unwrap();
    }

    #[test]
    fn each_piece_has_a_budget_of_its_own() {
        let folder = TestFolder::new("pieces");
        for (name, bytes) in [
            ("afield_bg-1.wasm", 10),
            ("engine-2.wasm", 300_000),
            ("afield-3.js", 20),
        ] {
            folder.put(name, &"x".repeat(bytes));
        }
        let error = report(&folder.0).unwrap_err().to_string();
        assert!(
            error.contains("engine: 300000") && !error.contains("main"),
            "{error}"
        );
        assert!(!error.contains("sign-in"), "{error}");
    }

    #[test]
    fn a_first_visit_fetches_the_pieces_once() {
        let folder = TestFolder::new("together");
        folder.put("work-1.wasm", &"x".repeat(150_000));
        folder.put("engine-2.wasm", &"x".repeat(150_000));
        folder.put("pieces-3.bin", &"x".repeat(500_000));
        report(&folder.0).unwrap();
        folder.put("rest-4.js", &"x".repeat(400_000));
        let error = report(&folder.0).unwrap_err().to_string();
        assert!(error.contains("everything: 900000"), "{error}");
    }
}
