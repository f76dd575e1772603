//! Gives what the glue hands to the wasm short names: each of its four hundred functions has one of forty letters, half
//! of them a hash that no compression makes smaller, and it stands in the wasm and in the script.
//! It must never rename what it does not find on both sides.

use anyhow::{Context, Result, anyhow, bail};
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{ImportSection, Module, RawSection};
use wasmparser::{Parser, Payload};

/// The module under which the glue stands.
const GLUE: &str = "./afield_bg.js";

/// `wasm` and its `glue` with short names between them.
pub(crate) fn shorten(wasm: &[u8], glue: &str) -> Result<(Vec<u8>, String)> {
    let mut module = Module::new();
    let mut glue = glue.to_owned();
    let mut count = 0;
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        if let Payload::ImportSection(section) = &payload {
            let mut imports = ImportSection::new();
            for import in section.clone().into_imports() {
                let import = import?;
                let ty = RoundtripReencoder
                    .entity_type(import.ty)
                    .map_err(|error| anyhow!("{error}"))?;
                if import.module == GLUE {
                    let short = name(count);
                    count += 1;
                    glue = renamed(&glue, import.name, &short)?;
                    imports.import(import.module, &short, ty);
                } else {
                    imports.import(import.module, import.name, ty);
                }
            }
            module.section(&imports);
        } else if let Some((id, range)) = payload.as_section() {
            let data = wasm
                .get(usize::try_from(range.start)?..usize::try_from(range.end)?)
                .context("a section ends behind the file")?;
            module.section(&RawSection { id, data });
        }
    }
    if count == 0 {
        bail!("the wasm imports nothing from {GLUE}: look at `short_names` in xtask");
    }
    Ok((module.finish(), glue))
}

/// The glue with `long`, a property of the object of its functions, called `short`.
fn renamed(glue: &str, long: &str, short: &str) -> Result<String> {
    let property = format!("\n        {long}: ");
    if glue.matches(&property).count() != 1 {
        bail!("the glue does not hand over {long} once: look at `short_names` in xtask");
    }
    Ok(glue.replacen(&property, &format!("\n        {short}: "), 1))
}

/// A name for each number, none of them one that stands there already.
fn name(number: usize) -> String {
    const LETTERS: usize = 26;
    let letter = |n: usize| char::from(b'a' + u8::try_from(n % LETTERS).unwrap_or_default());
    let mut name = String::new();
    let mut rest = number;
    loop {
        name.insert(0, letter(rest));
        rest /= LETTERS;
        if rest == 0 {
            return name;
        }
        rest -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use wasm_encoder::{EntityType, TypeSection};

    fn wasm(imports: &[(&str, &str)]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut section = ImportSection::new();
        for (module, name) in imports {
            section.import(module, name, EntityType::Function(0));
        }
        let mut module = Module::new();
        module.section(&types).section(&section);
        module.finish()
    }

    fn imports(wasm: &[u8]) -> Vec<String> {
        let mut names = Vec::new();
        for payload in Parser::new(0).parse_all(wasm) {
            if let Payload::ImportSection(section) = payload.unwrap() {
                let own = section.into_imports().map(|import| import.unwrap());
                names.extend(own.map(|import| format!("{} {}", import.module, import.name)));
            }
        }
        names
    }

    #[test]
    fn both_sides_have_the_same_short_names() {
        let long = ["__wbg_get_1f", "__wbg_get_1f2", "__wbg_set_22"];
        let glue = "const import0 = {\n        __wbg_set_22: f,\n        __wbg_get_1f2: g,\n        __wbg_get_1f: h,\n};";
        let wasm = wasm(&[
            (GLUE, long[0]),
            ("./else.js", "load"),
            (GLUE, long[1]),
            (GLUE, long[2]),
        ]);
        let (wasm, glue) = shorten(&wasm, glue).unwrap();
        wasmparser::Validator::new().validate_all(&wasm).unwrap();
        let own = |name| format!("{GLUE} {name}");
        assert_eq!(
            imports(&wasm),
            [own("a"), "./else.js load".to_owned(), own("b"), own("c")]
        );
        assert_eq!(
            glue,
            "const import0 = {\n        c: f,\n        b: g,\n        a: h,\n};"
        );
    }

    #[test]
    fn what_does_not_stand_on_both_sides_stops_the_build() {
        for glue in ["{}", "\n        x: f\n        x: f"] {
            let error = shorten(&wasm(&[(GLUE, "x")]), glue).unwrap_err();
            assert!(error.to_string().contains("hand over x once"), "{error}");
        }
        assert!(shorten(&wasm(&[("./else.js", "x")]), "").is_err());
    }

    #[test]
    fn every_name_is_another_one() {
        let names: BTreeSet<String> = (0..2_000).map(name).collect();
        assert_eq!(names.len(), 2_000);
        assert_eq!([0, 25, 26, 702].map(name), ["a", "z", "aa", "aaa"]);
    }
}
