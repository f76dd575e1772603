//! Whose code stands in the first piece of the app, `main`: what is there before a sign-in.
//! Owns the rule of what must not. One call past `chunk!` (src/chunk.rs) brings a whole piece into main; nobody would see it
//! but those who wait.

use anyhow::{Context, Result, bail};
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

/// Paths in the linker's names, and how many bytes of their functions main may hold.
const LIMITS: [(&str, &[&str], usize); 2] = [
    // How a connection is closed, what is read off a clock: what the frame's own types bring with them.
    (
        "the databases and the engine",
        &["afield_store", "afield_sync"],
        6_000,
    ),
    ("pages", &["afield..features..", "6afield8features"], 0),
];
/// What of the pages is the frame's own: the sign-in, and what stands in the context of every page.
const IN_MAIN: [&str; 3] = ["sign_in", "install", "search_index"];
/// Freeing a value is no way into its crate.
const HARMLESS: &str = "drop_in_place";

/// Refuses a `main` that holds what belongs to another piece.
pub(crate) fn check(main: &[u8]) -> Result<()> {
    let functions = functions(main).context("main cannot be read")?;
    if !functions.iter().any(|(name, _)| name.contains("6afield")) {
        bail!("main's functions have no names by which their owners could be known");
    }
    for (what, paths, limit) in LIMITS {
        let foreign: Vec<&(String, usize)> = functions
            .iter()
            .filter(|(name, _)| is_of(name, paths))
            .collect();
        let bytes: usize = foreign.iter().map(|(_, bytes)| bytes).sum();
        if bytes > limit {
            let mut largest = foreign;
            largest.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
            let names: Vec<&str> = largest
                .iter()
                .take(10)
                .map(|(name, _)| name.as_str())
                .collect();
            bail!(
                "main holds {bytes} bytes of {what}, more than {limit}: something outside of `chunk!` calls them. The largest:\n  {}",
                names.join("\n  ")
            );
        }
    }
    Ok(())
}

fn is_of(name: &str, paths: &[&str]) -> bool {
    paths.iter().any(|path| name.contains(path))
        && !name.contains(HARMLESS)
        && !(name.contains("features") && IN_MAIN.iter().any(|own| name.contains(own)))
}

/// The functions of a wasm: their names and how many bytes they have.
fn functions(wasm: &[u8]) -> Result<Vec<(String, usize)>> {
    let mut imported = 0;
    let mut sizes = Vec::new();
    let mut names = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += usize::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => {
                let range = body.range();
                sizes.push(usize::try_from(range.end - range.start)?);
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(section) = section.as_known() {
                    for part in section {
                        if let Name::Function(map) = part? {
                            for naming in map {
                                let naming = naming?;
                                names
                                    .push((usize::try_from(naming.index)?, naming.name.to_owned()));
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    let sized = names.into_iter().filter_map(|(index, name)| {
        let own = index.checked_sub(imported)?;
        Some((name, *sizes.get(own)?))
    });
    Ok(sized.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{
        CodeSection, Function, FunctionSection, Module, NameMap, NameSection, TypeSection,
    };

    /// A wasm with a function of 8,000 bytes or so under each name.
    fn wasm(functions: &[&str]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let (mut kinds, mut code) = (FunctionSection::new(), CodeSection::new());
        let mut map = NameMap::new();
        for (index, name) in (0..).zip(functions) {
            kinds.function(0);
            let mut body = Function::new([]);
            for _ in 0..8_000 {
                body.instructions().nop();
            }
            body.instructions().end();
            code.function(&body);
            map.append(index, name);
        }
        let mut names = NameSection::new();
        names.functions(&map);
        let mut module = Module::new();
        module
            .section(&types)
            .section(&kinds)
            .section(&code)
            .section(&names);
        module.finish()
    }

    #[test]
    fn code_of_another_piece_is_found_by_its_name() {
        let frame = "_ZN6afield5shell5frame7top_bar17h0E";
        let own = [
            "_ZN6afield8features7sign_in4page12sign_in_page17h0E",
            "_ZN4core3ptr42drop_in_place$LT$afield_store..outbox..IdbOutbox$GT$17h0E",
        ];
        assert!(check(&wasm(&[frame, own[0], own[1]])).is_ok());
        for foreign in [
            "_ZN6afield8features5today4page10today_page17h0E",
            "_ZN79_$LT$afield..features..today..Row$u20$as$u20$core..clone..Clone$GT$5clone17h0E",
            "_ZN11afield_sync4pass5whole8run_sync17h0E",
            "_ZN79_$LT$afield_store..outbox..IdbOutbox$u20$as$u20$afield_sync..ports..OutboxStore$GT$4load17h0E",
        ] {
            let error = check(&wasm(&[frame, foreign])).unwrap_err().to_string();
            assert!(error.contains(foreign), "{error}");
        }
        assert!(check(&wasm(&["func_1"])).is_err(), "nothing can be said");
    }
}
