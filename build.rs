//! Numbers the texts of `locales/`, so that the app knows each by its place, and tells cargo which files those are.
//!
//! Must never put a text into the app: it loads those of its language. The sentences that the server says in codes are
//! the exception: they stand in the piece of the pages that show them.

#[path = "build/texts.rs"]
mod texts;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() -> Result<(), String> {
    tell_cargo();
    // Where it is now: a cache of builds may come from another folder.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let folder = Path::new(&here).join("locales/en");
    let texts = texts::texts(&folder)?;
    let out = std::env::var("OUT_DIR").map_err(|error| error.to_string())?;
    let write = |name: &str, text: String| {
        std::fs::write(Path::new(&out).join(name), text).map_err(|error| error.to_string())
    };
    let languages = ["en", "de"].map(|language| Path::new(&here).join("locales").join(language));
    let languages = languages.each_ref().map(PathBuf::as_path);
    write("said.rs", format!("{:?}", texts::said(&languages)?))?;
    write("texts.rs", numbered(texts))
}

#[allow(clippy::print_stdout)] // How a build script speaks to cargo.
fn tell_cargo() {
    println!("cargo::rustc-check-cfg=cfg(afield_split)");
    let of = |name| std::env::var(name).unwrap_or_default();
    // A release is cut into pieces after linking (src/chunk.rs): that needs to know what refers to what.
    if of("CARGO_CFG_TARGET_FAMILY") == "wasm" && of("PROFILE") == "release" {
        println!("cargo::rustc-cfg=afield_split");
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=locales");
}

/// A constant for each key, in modules as the key is written: `jobs::title`. The office's come last.
fn numbered(texts: texts::Texts) -> String {
    let before_offices = texts.everybodys.len();
    let keys: Vec<String> = texts
        .everybodys
        .into_keys()
        .chain(texts.offices.into_keys())
        .collect();
    let mut root = Names::default();
    for (place, key) in keys.iter().enumerate() {
        let mut at = &mut root;
        let (path, name) = key.rsplit_once('.').unwrap_or(("", key));
        for part in path.split('.') {
            at = at.modules.entry(part.to_owned()).or_default();
        }
        at.places.push((name.to_owned(), place));
    }
    let mut code = format!(
        "/// How many texts there are.\npub const COUNT: usize = {};\n/// The place of the office's first.\npub const OFFICE: usize = {before_offices};\n",
        keys.len()
    );
    root.write(&mut code);
    code
}

#[derive(Default)]
struct Names {
    places: Vec<(String, usize)>,
    modules: BTreeMap<String, Names>,
}

impl Names {
    fn write(&self, code: &mut String) {
        for (name, place) in &self.places {
            let _ = writeln!(code, "pub const {name}: usize = {place};");
        }
        for (name, module) in &self.modules {
            let _ = writeln!(code, "pub mod {name} {{");
            module.write(code);
            code.push_str("}\n");
        }
    }
}
