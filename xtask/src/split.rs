//! Cuts the linked app into the pieces that src/chunk.rs names, and makes one script of the glue and what loads them.
//! Owns the way from cargo's wasm to `afield.js`, `afield_bg.wasm` and the pieces beside it. It must never change what
//! the app does: a development build goes through the same script, whole.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};

use crate::repo::Repo;
use crate::{files, merge, owners, panics, progress, short_names, tools, unused, wasm_opt};

const WASM_TARGET: &str = "wasm32-unknown-unknown";
/// Trunk's script, which this replaces.
const GLUE: &str = "afield.js";
/// What loads the pieces; it ends up inside the glue.
const LOADER: &str = "__wasm_split.js";
/// Every page needs it, and the worker.
const ENGINE: &str = "engine";
/// The first page of most; it also carries what pages share.
const DAY: &str = "day";
/// A technician's other pages.
const WORK: &str = "work";
/// Those of them that are opened seldom.
const SELDOM: &str = "seldom";
/// The board.
const OFFICE: &str = "office";
/// The office's pages of jobs.
const DESK: &str = "desk";
/// What the office seldom opens: the company, its people, its customers.
const HOUSE: &str = "house";
/// What only the office asks for. Not in the file of all; the worker keeps them where the office works.
pub(crate) const OFFICES: [&str; 3] = [OFFICE, DESK, HOUSE];

/// All pieces in one file, one after the other: a first visit fetches this one, which packs better than each by itself.
const TOGETHER: &str = "pieces.bin";
/// In what order they stand there: as they are waited for.
pub(crate) const ORDER: [&str; 4] = [ENGINE, DAY, WORK, SELDOM];

/// The splitter's files of each piece's name: what a piece alone needs, and what several share.
type Parts = BTreeMap<String, Vec<String>>;

/// A piece as it is sent.
#[derive(Debug, PartialEq, Eq)]
struct Piece {
    name: String,
    /// The splitter's files in it.
    parts: Vec<String>,
    /// The pieces that must be there before it.
    needs: Vec<String>,
}

/// Replaces Trunk's app in `staging` by the pieces of a release.
pub(crate) fn release(repo: &Repo, staging: &Path) -> Result<()> {
    let linked = repo
        .target
        .join(WASM_TARGET)
        .join("wasm-release")
        .join("afield.wasm");
    let cut_into = fresh(&repo.notes().join("pieces"))?;
    let bound = fresh(&repo.notes().join("bound"))?;
    let pieces = progress::step("Cutting the app into pieces", || {
        let quiet = panics::without_words(&files::read(&linked)?)?;
        let pieces = plan_pieces(&cut(&quiet, &cut_into)?);
        bind(repo, &cut_into.join("main.wasm"), &bound)?;
        let main = bound.join("afield_bg.wasm");
        let whole = files::read(&main)?;
        owners::check(&whole)?;
        let slim = unused::without_unused_exports(&whole)?;
        let glue = bound.join(GLUE);
        let (slim, script) = short_names::shorten(&slim, &text_of(&glue)?)?;
        files::write(&main, slim)?;
        files::write(&glue, script)?;
        for piece in &pieces {
            let parts: Result<Vec<_>> = piece
                .parts
                .iter()
                .map(|part| files::read(&cut_into.join(format!("{part}.wasm"))))
                .collect();
            let file = bound.join(format!("{}.wasm", piece.name));
            files::write(&file, merge::merge(&parts?)?)?;
        }
        Ok(pieces)
    })?;
    progress::step("Making the pieces small (wasm-opt)", || {
        optimise(repo, &bound, staging)
    })?;
    let lengths = put_together(staging)?;
    files::write(&bound.join(LOADER), loader(&pieces, &lengths))?;
    bundle(repo, &bound, &staging.join(GLUE))
}

/// Writes the file of all pieces; each with its length, in their order.
fn put_together(staging: &Path) -> Result<Vec<(&'static str, usize)>> {
    let mut all = Vec::new();
    let mut lengths = Vec::new();
    for name in ORDER {
        let piece = files::read(&staging.join(format!("{name}.wasm")))?;
        lengths.push((name, piece.len()));
        all.extend_from_slice(&piece);
    }
    files::write(&staging.join(TOGETHER), all)?;
    Ok(lengths)
}

/// What the splitter gives apart becomes few files: what the engine shares with anything stands in the engine, which
/// is there before any page; what pages share stands with the day's, and what only a technician's other pages share
/// with those, also where the office's read it (with what is opened seldom, where it is that alone); what only the office's share stands with the board, and what its pages
/// behind the board share with the job's. Many small files
/// compress badly.
fn plan_pieces(split: &Parts) -> Vec<Piece> {
    let mut users: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, parts) in split {
        for part in parts {
            users.entry(part).or_default().insert(name);
        }
    }
    let home = |users: &BTreeSet<&str>| match users.len() {
        1 => users.first().copied().unwrap_or_default().to_owned(),
        _ if users.contains(ENGINE) => ENGINE.to_owned(),
        _ if users.iter().all(|user| [DESK, HOUSE].contains(user)) => DESK.to_owned(),
        _ if users.iter().all(|user| OFFICES.contains(user)) => OFFICE.to_owned(),
        _ if users.iter().all(|user| [SELDOM, HOUSE].contains(user)) => SELDOM.to_owned(),
        _ if users
            .iter()
            .all(|user| [WORK, SELDOM, DESK, HOUSE].contains(user)) =>
        {
            WORK.to_owned()
        }
        _ => DAY.to_owned(),
    };
    let names = split.keys().map(|name| {
        let mut parts: Vec<String> = users
            .iter()
            .filter(|(_, users)| home(users) == *name)
            .map(|(part, _)| (*part).to_owned())
            .collect();
        parts.sort();
        let needs: &[&str] = match name.as_str() {
            ENGINE => &[],
            DAY => &[ENGINE],
            SELDOM => &[ENGINE, DAY, WORK],
            DESK => &[ENGINE, DAY, OFFICE, WORK],
            HOUSE => &[ENGINE, DAY, OFFICE, WORK, DESK, SELDOM],
            _ => &[ENGINE, DAY],
        };
        Piece {
            name: name.clone(),
            parts,
            needs: needs.iter().map(|name| (*name).to_owned()).collect(),
        }
    });
    names.collect()
}

/// The script by which main asks for a piece: `load` calls back with whether it came. A piece that did not come is
/// asked for again the next time.
fn loader(pieces: &[Piece], lengths: &[(&str, usize)]) -> String {
    let mut script = LOAD.to_owned();
    script.push_str(&format!(
        "together.url = \"/{TOGETHER}\";\ntogether.holds = {};\n",
        serde_json::json!(lengths)
    ));
    for Piece { name, needs, .. } in pieces {
        let needs = serde_json::json!(needs);
        script.push_str(&format!(
            "export const __wasm_split_load_{name} = when(\"{name}\");\nplaces[\"{name}\"] = [\"/{name}.wasm\", {needs}];\n"
        ));
    }
    script
}

const LOAD: &str = include_str!("loader.js");

/// Makes the same script of Trunk's glue, for a build in one piece.
pub(crate) fn development(repo: &Repo, staging: &Path) -> Result<()> {
    let bound = fresh(&repo.notes().join("bound-whole"))?;
    copy(&staging.join(GLUE), &bound.join(GLUE))?;
    bundle(repo, &bound, &staging.join(GLUE))
}

/// An empty folder: what an earlier run left must not pass for this run's result.
fn fresh(folder: &Path) -> Result<PathBuf> {
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder.to_owned())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    files::write(to, files::read(from)?)
}

fn cut(linked: &[u8], to: &Path) -> Result<Parts> {
    let main = to.join("main.wasm");
    let mut options = wasm_split_cli_support::Options::new(linked);
    options.output_dir = to;
    options.main_out_path = &main;
    options.link_name = "./__wasm_split.js";
    options.main_module = "./afield.js";
    let done = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("the app cannot be cut into pieces: {error:?}"))?;
    Ok(done.prefetch_map.into_iter().collect())
}

fn bind(repo: &Repo, main: &Path, to: &Path) -> Result<()> {
    progress::capture(
        repo.command(tools::path_of(repo, "wasm-bindgen"))
            .args(["--target", "web", "--no-typescript"])
            // The pieces find main's functions by the linker's names.
            .args(["--keep-lld-exports", "--no-demangle"])
            .args(["--out-name", "afield", "--out-dir"])
            .arg(to)
            .arg(main),
    )?;
    Ok(())
}

/// One classic script of the glue and the loader, so that no name of a file stands where a name by content cannot be
/// written, and so that the worker could run it too. It puts `afield` into the global scope.
fn bundle(repo: &Repo, from: &Path, to: &Path) -> Result<()> {
    let glue = from.join(GLUE);
    let text = text_of(&glue)?;
    files::write(&glue, without_own_address(&text)?)?;
    let entry = from.join("entry.js");
    let mut script = ENTRY.to_owned();
    if from.join(LOADER).exists() {
        script.push_str(&format!(
            "import {{ ahead }} from \"./{LOADER}\";\nglobalThis.afield.ahead = ahead;\n"
        ));
    }
    files::write(&entry, script)?;
    let mut esbuild: Command = repo.command(tools::path_of_npm(repo, "esbuild"));
    esbuild
        .arg(&entry)
        .args(["--bundle", "--minify", "--format=iife"])
        .args(["--log-level=warning", "--allow-overwrite"])
        // wasm-bindgen names the loader once for each piece.
        .arg("--log-override:duplicate-object-key=silent")
        .arg(format!("--outfile={}", to.display()));
    progress::execute(&mut esbuild)
}

/// What stands in the global scope: the start, how a piece is fetched (the worker has a way of its own), and the
/// worker's ways into the engine.
const ENTRY: &str = r#"import init, * as app from "./afield.js";
globalThis.afield = {
  init,
  bring: (url) => fetch(url),
  message: app.worker_message,
  sync: app.worker_sync,
  share: app.worker_share,
  words: app.worker_words,
  subscribe: app.worker_subscribe,
};
"#;

fn text_of(path: &Path) -> Result<String> {
    String::from_utf8(files::read(path)?)
        .with_context(|| format!("{} is not UTF-8", path.display()))
}

/// The glue knows a place beside itself for the wasm, which nobody uses: boot.mjs names it.
fn without_own_address(glue: &str) -> Result<String> {
    let own = "new URL('afield_bg.wasm', import.meta.url)";
    if !glue.contains(own) {
        bail!("wasm-bindgen's glue is not as it was: look at `without_own_address` in xtask");
    }
    Ok(glue.replace(own, "undefined"))
}

/// Each piece by itself, several at a time.
fn optimise(repo: &Repo, from: &Path, to: &Path) -> Result<()> {
    let pieces: Vec<PathBuf> = files::list(from)?
        .into_iter()
        .filter(|path| files::extension(path) == "wasm")
        .collect();
    std::thread::scope(|scope| {
        let under_way: Vec<_> = pieces
            .iter()
            .map(|piece| {
                let made = to.join(files::below(from, piece));
                scope.spawn(move || wasm_opt::optimise(repo, piece, &made))
            })
            .collect();
        for one in under_way {
            one.join()
                .map_err(|_| anyhow!("wasm-opt could not be started"))??;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts;

    fn parts(of: &[(&str, &[&str])]) -> Parts {
        let owned = |parts: &[&str]| parts.iter().map(|part| (*part).to_owned()).collect();
        of.iter()
            .map(|(name, parts)| ((*name).to_owned(), owned(parts)))
            .collect()
    }

    /// The worker has the names in a pattern of its own: a piece that is missing there comes to every technician.
    #[test]
    fn the_worker_knows_which_pieces_are_the_offices() {
        let worker = include_str!("../../service-worker/src/worker.js");
        let pattern = format!("/\\/({}|{})-[^/]+$/", OFFICES.join("|"), texts::OFFICE);
        assert!(worker.contains(&pattern), "{pattern}");
    }

    #[test]
    fn what_is_shared_stands_with_what_is_there_first() {
        let split = parts(&[
            ("day", &["chunk_1", "chunk_2", "split_day"]),
            (
                "desk",
                &["chunk_4", "chunk_5", "chunk_6", "chunk_7", "split_desk"],
            ),
            ("engine", &["chunk_1", "split_engine"]),
            (
                "house",
                &["chunk_5", "chunk_6", "chunk_7", "chunk_8", "split_house"],
            ),
            ("office", &["chunk_2", "chunk_3", "chunk_5", "split_office"]),
            ("seldom", &["chunk_3", "chunk_4", "chunk_8", "split_seldom"]),
            (
                "work",
                &["chunk_1", "chunk_3", "chunk_4", "chunk_6", "split_work"],
            ),
        ]);
        let piece = |name: &str, parts: &[&str], needs: &[&str]| Piece {
            name: name.into(),
            parts: parts.iter().map(|part| (*part).into()).collect(),
            needs: needs.iter().map(|need| (*need).into()).collect(),
        };
        assert_eq!(
            plan_pieces(&split),
            [
                piece("day", &["chunk_2", "chunk_3", "split_day"], &["engine"]),
                piece(
                    "desk",
                    &["chunk_7", "split_desk"],
                    &["engine", "day", "office", "work"]
                ),
                piece("engine", &["chunk_1", "split_engine"], &[]),
                piece(
                    "house",
                    &["split_house"],
                    &["engine", "day", "office", "work", "desk", "seldom"]
                ),
                piece("office", &["chunk_5", "split_office"], &["engine", "day"]),
                piece(
                    "seldom",
                    &["chunk_8", "split_seldom"],
                    &["engine", "day", "work"]
                ),
                piece(
                    "work",
                    &["chunk_4", "chunk_6", "split_work"],
                    &["engine", "day"]
                ),
            ]
        );
    }

    #[test]
    fn main_finds_a_way_to_each_piece() {
        let pieces = plan_pieces(&parts(&[
            ("day", &["split_day"]),
            ("engine", &["split_engine"]),
        ]));
        let script = loader(&pieces, &[("engine", 4), ("day", 3)]);
        assert!(script.contains("export const __wasm_split_load_day = when(\"day\");"));
        assert!(script.contains("places[\"day\"] = [\"/day.wasm\", [\"engine\"]];"));
    }

    #[test]
    fn the_glue_has_no_address_of_its_own() {
        let glue = "if (!path) { path = new URL('afield_bg.wasm', import.meta.url); }";
        assert_eq!(
            without_own_address(glue).unwrap(),
            "if (!path) { path = undefined; }"
        );
        assert!(without_own_address("").is_err());
    }
}
