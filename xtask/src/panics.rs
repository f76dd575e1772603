//! Takes the words of panics out of the linked app: where one would be worded, a release stops with a trap.
//! Owns which calls that are, and what leads to nothing else. It must never change what is done before it is clear that
//! the app stops, and never touch an error that the app can tell of: those are values.

use std::collections::BTreeSet;
use std::ops::Range;

use anyhow::{Context, Result, bail};
use wasm_encoder::{CustomSection, Encode, Module, RawSection};
use wasmparser::{
    FunctionBody, KnownCustom, Name, Operator, Parser, Payload, RelocAddendKind, RelocSectionReader,
};

/// Parts of the linker's names of the functions of Rust's libraries that word a panic and never return.
const WORDED_BY: [&str; 16] = [
    "4core9panicking",
    "4core6option13unwrap_failed",
    "4core6option13expect_failed",
    "4core6result13unwrap_failed",
    "5alloc5alloc18handle_alloc_error",
    "5alloc7raw_vec12handle_error",
    "5alloc7raw_vec17capacity_overflow",
    "5slice5index16slice_index_fail",
    "3str16slice_error_fail",
    "4cell22panic_already_borrowed",
    "4cell30panic_already_mutably_borrowed",
    "4cell4lazy14panic_poisoned",
    "5local18panic_access_error",
    "13assert_failed",
    "16len_mismatch_fail",
    "22panic_on_ord_violation",
];
const TRAP: u8 = 0x00;
const NOTHING: u8 = 0x01;

/// `linked` with a trap in place of each call that words a panic, and of the straight way to it. No byte moves; what
/// the way referred to, it refers to no more, so that the splitter leaves that out.
pub(crate) fn without_words(linked: &[u8]) -> Result<Vec<u8>> {
    let wording = wording(linked)?;
    let mut ways = Vec::new();
    let mut code_starts = 0;
    for payload in Parser::new(0).parse_all(linked) {
        match payload? {
            Payload::CodeSectionStart { range, .. } => code_starts = range.start,
            Payload::CodeSectionEntry(body) => ways.append(&mut ways_to_a_panic(&body, &wording)?),
            _ => {}
        }
    }
    if ways.is_empty() {
        bail!("no panic was found in the linked app: look at `panics` in xtask");
    }
    let mut quiet = linked.to_vec();
    for way in &ways {
        let bytes = quiet
            .get_mut(place_of(way)?)
            .context("a way ends behind the file")?;
        bytes.fill(NOTHING);
        if let Some(first) = bytes.first_mut() {
            *first = TRAP;
        }
    }
    let is_gone = |offset: u32| {
        let place = code_starts + u64::from(offset);
        let next = ways.partition_point(|way| way.end <= place);
        ways.get(next).is_some_and(|way| way.contains(&place))
    };
    with_relocations(&quiet, is_gone)
}

/// The functions that word a panic.
fn wording(linked: &[u8]) -> Result<BTreeSet<u32>> {
    let mut wording = BTreeSet::new();
    for payload in Parser::new(0).parse_all(linked) {
        let Payload::CustomSection(section) = payload? else {
            continue;
        };
        let KnownCustom::Name(parts) = section.as_known() else {
            continue;
        };
        for part in parts {
            if let Name::Function(map) = part? {
                for naming in map {
                    let naming = naming?;
                    if WORDED_BY.iter().any(|part| naming.name.contains(part)) {
                        wording.insert(naming.index);
                    }
                }
            }
        }
    }
    Ok(wording)
}

/// Where in the file the straight ways to a panic are: from behind the last fork or call to behind the call that words
/// it. That it never returns is seen by what follows.
fn ways_to_a_panic(body: &FunctionBody<'_>, wording: &BTreeSet<u32>) -> Result<Vec<Range<u64>>> {
    let operators = body.get_operators_reader()?.into_iter_with_offsets();
    let operators: Vec<_> = operators.collect::<Result<_, _>>()?;
    let mut ways = Vec::new();
    let mut straight = None;
    for pair in operators.windows(2) {
        let [(operator, start), (next, end)] = pair else {
            continue;
        };
        straight = match operator {
            Operator::Call { function_index } => {
                if wording.contains(function_index) && matches!(next, Operator::Unreachable) {
                    ways.push(straight.unwrap_or(*start)..*end);
                }
                None
            }
            operator if goes_on(operator) => straight.or(Some(*start)),
            _ => None,
        };
    }
    Ok(ways)
}

/// Whether the next instruction is done after this one in any case, and nobody outside hears of this one.
fn goes_on(operator: &Operator<'_>) -> bool {
    use Operator as O;
    matches!(
        operator,
        O::LocalGet { .. }
            | O::LocalSet { .. }
            | O::LocalTee { .. }
            | O::GlobalGet { .. }
            | O::GlobalSet { .. }
            | O::I32Const { .. }
            | O::I64Const { .. }
            | O::F32Const { .. }
            | O::F64Const { .. }
            | O::I32Add
            | O::I32Sub
            | O::I32Mul
            | O::I32And
            | O::I32Or
            | O::I32Shl
            | O::I32ShrU
            | O::I64Or
            | O::I64Shl
            | O::I64ExtendI32U
            | O::Select
            | O::Drop
            | O::I32Load { .. }
            | O::I64Load { .. }
            | O::I32Load8U { .. }
            | O::I32Load16U { .. }
            | O::I32Store { .. }
            | O::I64Store { .. }
            | O::I32Store8 { .. }
            | O::I32Store16 { .. }
    )
}

/// `linked` without the notes of what refers to what in code that is gone.
fn with_relocations(linked: &[u8], is_gone: impl Fn(u32) -> bool) -> Result<Vec<u8>> {
    let mut module = Module::new();
    let mut sections = 0;
    let mut code = None;
    for payload in Parser::new(0).parse_all(linked) {
        let payload = payload?;
        let Some((id, range)) = payload.as_section() else {
            continue;
        };
        if matches!(payload, Payload::CodeSectionStart { .. }) {
            code = Some(sections);
        }
        sections += 1;
        if let Payload::CustomSection(section) = &payload
            && let KnownCustom::Reloc(relocations) = section.as_known()
            && Some(relocations.section_index()) == code
        {
            let data = encoded(&relocations, &is_gone)?;
            let name = section.name().into();
            module.section(&CustomSection {
                name,
                data: data.into(),
            });
        } else {
            let data = linked
                .get(place_of(&range)?)
                .context("a section ends behind the file")?;
            module.section(&RawSection { id, data });
        }
    }
    Ok(module.finish())
}

/// The content of a section of relocations, without those that are gone.
fn encoded(of: &RelocSectionReader<'_>, is_gone: &impl Fn(u32) -> bool) -> Result<Vec<u8>> {
    let mut count = 0_u32;
    let mut entries = Vec::new();
    for entry in of.entries() {
        let entry = entry?;
        if is_gone(entry.offset) {
            continue;
        }
        count += 1;
        entries.push(entry.ty as u8);
        entry.offset.encode(&mut entries);
        entry.index.encode(&mut entries);
        match entry.ty.addend_kind() {
            RelocAddendKind::None => {}
            _ => entry.addend.encode(&mut entries),
        }
    }
    let mut data = Vec::new();
    of.section_index().encode(&mut data);
    count.encode(&mut data);
    data.append(&mut entries);
    Ok(data)
}

fn place_of(range: &Range<u64>) -> Result<Range<usize>> {
    Ok(usize::try_from(range.start)?..usize::try_from(range.end)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{
        BlockType, CodeSection, Function, FunctionSection, NameMap, NameSection, TypeSection,
        ValType,
    };

    const PANIC: &str = "_RNvNtCs1_4core9panicking9panic_fmt";
    /// `i32.const` of an address, `call` and the first function's index, as long as the linker writes them.
    const ADDRESS: [u8; 6] = [0x41, 0x88, 0x80, 0x80, 0x80, 0x00];
    const CALL: [u8; 6] = [0x10, 0x80, 0x80, 0x80, 0x80, 0x00];
    const UNREACHABLE: u8 = 0x00;

    /// The first function is called `name`; the second calls it with an address if it is given something, and goes on
    /// with another address. Each number has its relocation.
    fn linked(name: &str, then: &[u8]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([ValType::I32], []);
        let mut functions = FunctionSection::new();
        functions.function(0).function(0);
        let mut words = Function::new([]);
        words.instructions().end();
        let mut user = Function::new([]);
        user.instructions().local_get(0).if_(BlockType::Empty);
        user.raw(ADDRESS.into_iter().chain(CALL).chain(then.iter().copied()));
        user.instructions().end();
        user.raw(ADDRESS);
        user.instructions().drop().end();
        let mut code = CodeSection::new();
        code.function(&words).function(&user);
        let mut map = NameMap::new();
        map.append(0, name);
        map.append(1, "user");
        let mut names = NameSection::new();
        names.functions(&map);
        let mut module = Module::new();
        module.section(&types).section(&functions).section(&code);
        let bytes = module.clone().finish();
        let starts = bytes.len() - code.byte_len() - 1;
        let places = (starts..bytes.len() - 5).filter(|at| bytes.get(at + 1..at + 6).is_some());
        let mut entries = Vec::new();
        let mut count = 0_u32;
        for at in places {
            for (what, ty) in [(ADDRESS, 4_u8), (CALL, 0)] {
                if bytes[at..].starts_with(&what) {
                    count += 1;
                    entries.push(ty);
                    u32::try_from(at + 1 - starts).unwrap().encode(&mut entries);
                    0_u32.encode(&mut entries);
                    if ty == 4 {
                        0_i64.encode(&mut entries);
                    }
                }
            }
        }
        let mut data = Vec::new();
        2_u32.encode(&mut data);
        count.encode(&mut data);
        data.append(&mut entries);
        module.section(&names).section(&CustomSection {
            name: "reloc.CODE".into(),
            data: data.into(),
        });
        module.finish()
    }

    /// How many relocations there are, and how often the first function is called.
    fn counts(wasm: &[u8]) -> (u32, usize) {
        let (mut relocations, mut calls) = (0, 0);
        for payload in Parser::new(0).parse_all(wasm) {
            match payload.unwrap() {
                Payload::CustomSection(section) => {
                    if let KnownCustom::Reloc(reader) = section.as_known() {
                        relocations += reader.entries().count();
                    }
                }
                Payload::CodeSectionEntry(body) => {
                    let operators = body.get_operators_reader().unwrap().into_iter();
                    calls += operators
                        .filter(|operator| matches!(operator, Ok(Operator::Call { .. })))
                        .count();
                }
                _ => {}
            }
        }
        (relocations, calls)
    }

    #[test]
    fn a_panic_is_a_trap_and_refers_to_nothing() {
        let linked = linked(PANIC, &[UNREACHABLE]);
        assert_eq!(counts(&linked), (3, 1));
        let quiet = without_words(&linked).unwrap();
        wasmparser::Validator::new().validate_all(&quiet).unwrap();
        assert_eq!(counts(&quiet), (1, 0), "what comes after it is still there");
    }

    #[test]
    fn what_returns_or_words_no_panic_is_as_it_was() {
        for linked in [
            linked(PANIC, &[]),
            linked("_ZN6afield5start17h0E", &[UNREACHABLE]),
        ] {
            let error = without_words(&linked).unwrap_err().to_string();
            assert!(error.contains("no panic was found"), "{error}");
        }
    }
}
