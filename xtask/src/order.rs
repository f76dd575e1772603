//! Puts a wasm's functions into an order that packs well: those of one type together, each behind the one that is most
//! like it. Owns the order. It must never change what a function does, nor what it is known as outside.
//!
//! wasm-opt has put first what is called most, so that its number takes one byte. Behind those, no order makes the wasm
//! itself smaller, and this one makes what is sent a thirtieth smaller: what was compiled once for each type of value
//! stands side by side, and the list of all functions' types is a list of runs.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use anyhow::{Context, Result, anyhow};
use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{
    CodeSection, ElementSection, ExportSection, FunctionSection, Module, RawSection, StartSection,
};
use wasmparser::{FunctionBody, Parser, Payload, TypeRef};

/// How many functions have a number of one byte.
const SHORT: u32 = 128;

/// A wasm's functions, as far as their order goes.
#[derive(Default)]
struct Functions<'a> {
    imported: u32,
    types: Vec<u32>,
    bodies: Vec<FunctionBody<'a>>,
}

/// Gives functions their new numbers.
struct Renumbered {
    imported: u32,
    /// By the old numbers of those that are not imported.
    numbers: Vec<u32>,
}

impl Reencode for Renumbered {
    type Error = Infallible;

    fn function_index(&mut self, of: u32) -> Result<u32, reencode::Error<Infallible>> {
        let own = of
            .checked_sub(self.imported)
            .and_then(|own| self.numbers.get(usize::try_from(own).ok()?));
        Ok(own.copied().unwrap_or(of))
    }
}

/// `wasm` with its functions in that order.
pub(crate) fn order(wasm: &[u8]) -> Result<Vec<u8>> {
    let functions = functions(wasm)?;
    let order = planned(&functions);
    let mut numbers = vec![0; order.len()];
    for (number, old) in (functions.imported..).zip(&order) {
        *numbers.get_mut(*old).context("no such function")? = number;
    }
    let mut renumbered = Renumbered {
        imported: functions.imported,
        numbers,
    };
    let wrong = |error: reencode::Error<Infallible>| anyhow!("{error}");
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        match &payload {
            Payload::FunctionSection(_) => {
                let mut section = FunctionSection::new();
                for ty in order.iter().filter_map(|old| functions.types.get(*old)) {
                    section.function(*ty);
                }
                module.section(&section);
            }
            Payload::ExportSection(exports) => {
                let mut section = ExportSection::new();
                renumbered
                    .parse_export_section(&mut section, exports.clone())
                    .map_err(wrong)?;
                module.section(&section);
            }
            Payload::StartSection { func, .. } => {
                let function_index = renumbered.function_index(*func).map_err(wrong)?;
                module.section(&StartSection { function_index });
            }
            Payload::ElementSection(elements) => {
                let mut section = ElementSection::new();
                renumbered
                    .parse_element_section(&mut section, elements.clone())
                    .map_err(wrong)?;
                module.section(&section);
            }
            Payload::CodeSectionStart { .. } => {
                let mut section = CodeSection::new();
                for body in order.iter().filter_map(|old| functions.bodies.get(*old)) {
                    renumbered
                        .parse_function_body(&mut section, body.clone())
                        .map_err(wrong)?;
                }
                module.section(&section);
            }
            Payload::CodeSectionEntry(_) => {}
            _ => copy(&mut module, wasm, &payload)?,
        }
    }
    Ok(module.finish())
}

fn functions(wasm: &[u8]) -> Result<Functions<'_>> {
    let mut functions = Functions::default();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let is_function = matches!(import?.ty, TypeRef::Func(_));
                    functions.imported += u32::from(is_function);
                }
            }
            Payload::FunctionSection(section) => {
                functions.types = section.into_iter().collect::<Result<_, _>>()?;
            }
            Payload::CodeSectionEntry(body) => functions.bodies.push(body),
            _ => {}
        }
    }
    Ok(functions)
}

/// The functions' places of now in their new order.
fn planned(functions: &Functions<'_>) -> Vec<usize> {
    let count = functions.bodies.len();
    let short = SHORT.saturating_sub(functions.imported);
    let short = usize::try_from(short).unwrap_or_default().min(count);
    let mut order: Vec<usize> = (0..count).collect();
    let mut by_type: BTreeMap<_, Vec<(usize, &[u8])>> = BTreeMap::new();
    for place in order.split_off(short) {
        let body = functions.bodies.get(place).map(FunctionBody::as_bytes);
        let of_type = by_type.entry(functions.types.get(place)).or_default();
        of_type.push((place, body.unwrap_or_default()));
    }
    for mut of_type in by_type.into_values() {
        of_type.sort_by_key(|(_, body)| (body.len(), *body));
        order.append(&mut chained(&of_type));
    }
    order
}

/// How many bytes in a row two functions share, to be alike in them.
const ROW: usize = 4;
/// A row that more functions have says nothing of what is alike.
const USUAL: usize = 200;

/// The first, then always the one that is most like the last, of `bodies` with their places; where none is, the next.
fn chained(bodies: &[(usize, &[u8])]) -> Vec<usize> {
    let rows = |body: &&[u8]| -> BTreeSet<[u8; ROW]> { body.array_windows().copied().collect() };
    let rows: Vec<_> = bodies.iter().map(|(_, body)| rows(body)).collect();
    let mut having: BTreeMap<[u8; ROW], Vec<usize>> = BTreeMap::new();
    for (at, rows) in rows.iter().enumerate() {
        for row in rows {
            having.entry(*row).or_default().push(at);
        }
    }
    having.retain(|_, having| having.len() <= USUAL);
    let mut left: BTreeSet<usize> = (0..bodies.len()).collect();
    let mut chain = Vec::new();
    let mut next = left.pop_first();
    while let Some(at) = next {
        chain.extend(bodies.get(at).map(|(place, _)| *place));
        let mut alike: BTreeMap<usize, f64> = BTreeMap::new();
        for row in rows.get(at).into_iter().flatten() {
            if let Some(others) = having.get(row) {
                for other in others.iter().filter(|other| left.contains(*other)) {
                    *alike.entry(*other).or_default() += 1.0 / (others.len() as f64).sqrt();
                }
            }
        }
        // What shares as much and is shorter is more alike.
        let likeness = |(other, shared): (usize, f64)| {
            let length = rows.get(other).map_or(1, BTreeSet::len) as f64;
            (shared / length.sqrt(), other)
        };
        let most = alike.into_iter().map(likeness);
        let most = most.max_by(|(one, _), (other, _)| one.total_cmp(other));
        next = match most {
            Some((_, most)) => left.take(&most),
            None => left.pop_first(),
        };
    }
    chain
}

fn copy(module: &mut Module, wasm: &[u8], payload: &Payload<'_>) -> Result<()> {
    if let Some((id, range)) = payload.as_section() {
        let data = wasm
            .get(usize::try_from(range.start)?..usize::try_from(range.end)?)
            .context("a section ends behind the file")?;
        module.section(&RawSection { id, data });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{
        ConstExpr, Elements, ExportKind, Function, RefType, TableSection, TableType, TypeSection,
        ValType,
    };

    /// What the functions do, in the order in which they stand: `call` of the number, or how long they are.
    fn told(wasm: &[u8]) -> Vec<String> {
        let tell = |body: &FunctionBody<'_>| {
            let mut operators = body.get_operators_reader().unwrap().into_iter();
            match operators.next() {
                Some(Ok(wasmparser::Operator::Call { function_index })) => {
                    format!("call {function_index}")
                }
                _ => format!("{} nops", operators.count()),
            }
        };
        functions(wasm).unwrap().bodies.iter().map(tell).collect()
    }

    /// 200 functions of two types in turn: the first calls the last and is exported and in the table; the others get
    /// shorter.
    fn wasm() -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        types.ty().function([], [ValType::I32]);
        let (mut kinds, mut code) = (FunctionSection::new(), CodeSection::new());
        for number in 0..200 {
            kinds.function(number % 2);
            let mut body = Function::new([]);
            if number == 130 {
                body.instructions().call(198);
            }
            for _ in number..200 {
                body.instructions().nop();
            }
            if number % 2 == 1 {
                body.instructions().i32_const(1);
            }
            body.instructions().end();
            code.function(&body);
        }
        let mut tables = TableSection::new();
        tables.table(TableType {
            element_type: RefType::FUNCREF,
            minimum: 2,
            maximum: None,
            table64: false,
            shared: false,
        });
        let mut exports = ExportSection::new();
        exports.export("caller", ExportKind::Func, 130);
        let mut elements = ElementSection::new();
        let start = ConstExpr::i32_const(0);
        elements.active(None, &start, Elements::Functions((&[130, 7][..]).into()));
        let mut module = Module::new();
        module
            .section(&types)
            .section(&kinds)
            .section(&tables)
            .section(&exports)
            .section(&StartSection {
                function_index: 196,
            })
            .section(&elements)
            .section(&code);
        module.finish()
    }

    #[test]
    fn what_is_called_most_stays_first_and_the_others_stand_by_type() {
        let before = wasm();
        let after = order(&before).unwrap();
        wasmparser::Validator::new().validate_all(&after).unwrap();
        let (old, new) = (functions(&before).unwrap(), functions(&after).unwrap());
        assert_eq!(old.types[..128], new.types[..128]);
        assert_eq!(told(&before)[..128], told(&after)[..128]);
        assert!(new.types[128..].is_sorted());
        let sorted = |wasm| {
            let mut told = told(wasm);
            told.sort();
            told
        };
        assert_eq!(sorted(&before).len(), sorted(&after).len());
    }

    #[test]
    fn each_stands_behind_the_one_that_is_most_like_it() {
        let bodies: [&[u8]; 5] = [
            b"short",
            b"a tale of rain",
            b"wood and stone",
            b"a tale of snow",
            b"iron and stone",
        ];
        let bodies: Vec<_> = (10..).zip(bodies).collect();
        assert_eq!(chained(&bodies), [10, 11, 13, 12, 14]);
    }

    #[test]
    fn whoever_named_a_function_names_it_by_its_new_number() {
        let after = order(&wasm()).unwrap();
        let told = told(&after);
        let caller = told.iter().position(|told| told.starts_with("call"));
        let caller = u32::try_from(caller.unwrap()).unwrap();
        assert_ne!(caller, 130, "it has moved");
        let mut named = Vec::new();
        for payload in Parser::new(0).parse_all(&after) {
            match payload.unwrap() {
                Payload::ExportSection(section) => {
                    named.extend(section.into_iter().map(|export| export.unwrap().index));
                }
                Payload::StartSection { func, .. } => named.push(func),
                Payload::ElementSection(section) => {
                    for element in section {
                        if let wasmparser::ElementItems::Functions(items) = element.unwrap().items {
                            named.extend(items.into_iter().map(Result::unwrap));
                        }
                    }
                }
                _ => {}
            }
        }
        let [exported, started, first, second] = named[..] else {
            panic!("{named:?}");
        };
        assert_eq!((exported, first, second), (caller, caller, 7));
        let told = |function: u32| told[usize::try_from(function).unwrap()].as_str();
        assert_eq!(told(started), "4 nops");
        let called = told(caller).strip_prefix("call ").unwrap();
        assert_eq!(told(called.parse().unwrap()), "2 nops");
    }

    #[test]
    fn the_same_wasm_gives_the_same_bytes_and_an_ordered_one_stays_as_it_is() {
        let once = order(&wasm()).unwrap();
        assert_eq!(once, order(&wasm()).unwrap());
        assert_eq!(once, order(&once).unwrap());
    }
}
