//! Takes exports from a wasm that nobody calls, so that wasm-opt can drop what stands behind them.
//! It must never take one that the glue calls: the list names what comes with a library and is not ours.

use anyhow::{Context, Result, anyhow};
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{ExportSection, Module, RawSection};
use wasmparser::{Parser, Payload};

/// The streams that `server_fn`, which comes with Leptos, would make of a body: we have none. Part of their names.
const NOBODY_CALLS: &str = "intounderlying";

/// `wasm` without those exports.
pub(crate) fn without_unused_exports(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        if let Payload::ExportSection(section) = &payload {
            let mut exports = ExportSection::new();
            for export in section.clone() {
                let export = export?;
                if !export.name.contains(NOBODY_CALLS) {
                    RoundtripReencoder
                        .parse_export(&mut exports, export)
                        .map_err(|error| anyhow!("{error}"))?;
                }
            }
            module.section(&exports);
        } else if let Some((id, range)) = payload.as_section() {
            let data = wasm
                .get(usize::try_from(range.start)?..usize::try_from(range.end)?)
                .context("a section ends behind the file")?;
            module.section(&RawSection { id, data });
        }
    }
    Ok(module.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{CodeSection, ExportKind, Function, FunctionSection, TypeSection};

    #[test]
    fn only_what_nobody_calls_goes() {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut functions = FunctionSection::new();
        functions.function(0);
        let mut exports = ExportSection::new();
        exports.export("main", ExportKind::Func, 0);
        exports.export("__wbg_intounderlyingsink_free", ExportKind::Func, 0);
        let mut code = CodeSection::new();
        let mut body = Function::new([]);
        body.instructions().end();
        code.function(&body);
        let mut module = Module::new();
        module
            .section(&types)
            .section(&functions)
            .section(&exports)
            .section(&code);
        let slim = without_unused_exports(&module.finish()).unwrap();
        wasmparser::Validator::new().validate_all(&slim).unwrap();
        let mut names = Vec::new();
        for payload in Parser::new(0).parse_all(&slim) {
            if let Payload::ExportSection(section) = payload.unwrap() {
                names.extend(
                    section
                        .into_iter()
                        .map(|export| export.unwrap().name.to_owned()),
                );
            }
        }
        assert_eq!(names, ["main"]);
    }
}
