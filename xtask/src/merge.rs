//! Makes one wasm of several pieces that the splitter gave apart.
//! Owns the renumbering, and that what stands in one wasm afterwards is called directly. It must never be given what
//! the splitter does not make: pieces that import one global, one table and one memory at most, export nothing, and know
//! each other by the table alone.

use std::collections::BTreeMap;
use std::convert::Infallible;

use anyhow::{Context, Result, anyhow, bail};
use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{
    CodeSection, DataCountSection, DataSection, ElementSection, FunctionSection, ImportSection,
    Module, TypeSection,
};
use wasmparser::{ElementItems, ElementKind, FunctionBody, Operator, Parser, Payload, TypeRef};

/// Moves the numbers of one piece behind those of the pieces before it.
struct Moved<'a> {
    types: u32,
    functions: u32,
    /// Of this piece's functions those that only hand over to one that stands in the same wasm now, and that one's
    /// number there.
    direct: &'a BTreeMap<u32, u32>,
}

impl Reencode for Moved<'_> {
    type Error = Infallible;

    fn type_index(&mut self, of: u32) -> Result<u32, reencode::Error<Infallible>> {
        Ok(self.types + of)
    }

    fn function_index(&mut self, of: u32) -> Result<u32, reencode::Error<Infallible>> {
        let moved = || self.functions + of;
        Ok(self.direct.get(&of).copied().unwrap_or_else(moved))
    }
}

#[derive(Default)]
struct Merged {
    types: TypeSection,
    imports: Vec<(String, String, wasm_encoder::EntityType)>,
    functions: FunctionSection,
    elements: ElementSection,
    code: CodeSection,
    data: DataSection,
}

/// One wasm that does what `pieces` do, in their order.
pub(crate) fn merge(pieces: &[Vec<u8>]) -> Result<Vec<u8>> {
    let ways = direct_ways(pieces)?;
    let mut merged = Merged::default();
    for (piece, direct) in pieces.iter().zip(&ways) {
        merged.add(piece, direct)?;
    }
    Ok(merged.finish())
}

/// For each piece its functions that do nothing but call a function of one of the pieces by its place in the table, and
/// that function's number in the merged wasm. Calls of them become calls of it, and wasm-opt takes them out.
fn direct_ways(pieces: &[Vec<u8>]) -> Result<Vec<BTreeMap<u32, u32>>> {
    let mut places = BTreeMap::new();
    let mut ways = Vec::new();
    let mut before = 0;
    for piece in pieces {
        let mut count = 0;
        let mut calls = BTreeMap::new();
        for payload in Parser::new(0).parse_all(piece) {
            match payload? {
                Payload::ElementSection(section) => {
                    for element in section {
                        for (place, function) in placed(element?)? {
                            places.insert(place, before + function);
                        }
                    }
                }
                Payload::CodeSectionEntry(body) => {
                    if let Some(place) = only_calls(&body)? {
                        calls.insert(count, place);
                    }
                    count += 1;
                }
                _ => {}
            }
        }
        before += count;
        ways.push(calls);
    }
    let direct = |calls: BTreeMap<u32, i32>| {
        let known = calls
            .into_iter()
            .filter_map(|(function, place)| Some((function, *places.get(&place)?)));
        known.collect()
    };
    Ok(ways.into_iter().map(direct).collect())
}

/// The places of the table that `element` fills, and with which functions.
fn placed(element: wasmparser::Element<'_>) -> Result<Vec<(i32, u32)>> {
    let (ElementKind::Active { offset_expr, .. }, ElementItems::Functions(functions)) =
        (element.kind, element.items)
    else {
        bail!("a piece fills the table in an unknown way");
    };
    let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
        bail!("a piece fills the table at an unknown place");
    };
    let functions = functions.into_iter().zip(value..);
    functions
        .map(|(function, place)| Ok((place, function?)))
        .collect()
}

/// The place in the table of the function that `body` calls with all that it was given, if it does nothing else.
fn only_calls(body: &FunctionBody<'_>) -> Result<Option<i32>> {
    if body.get_locals_reader()?.get_count() > 0 {
        return Ok(None);
    }
    let operators = body.get_operators_reader()?.into_iter();
    let operators: Vec<_> = operators.collect::<Result<_, _>>()?;
    let [
        given @ ..,
        Operator::I32Const { value },
        Operator::CallIndirect { .. },
        Operator::End,
    ] = operators.as_slice()
    else {
        return Ok(None);
    };
    let in_order = (0..).zip(given).all(|(at, operator)| {
        matches!(operator, Operator::LocalGet { local_index } if *local_index == at)
    });
    Ok(in_order.then_some(*value))
}

impl Merged {
    fn add(&mut self, piece: &[u8], direct: &BTreeMap<u32, u32>) -> Result<()> {
        let mut moved = Moved {
            types: self.types.len(),
            functions: self.functions.len(),
            direct,
        };
        for payload in Parser::new(0).parse_all(piece) {
            self.take(&mut moved, payload?)?;
        }
        Ok(())
    }

    fn take(&mut self, moved: &mut Moved<'_>, payload: Payload<'_>) -> Result<()> {
        let wrong = |error: reencode::Error<Infallible>| anyhow!("{error}");
        match payload {
            Payload::TypeSection(section) => moved
                .parse_type_section(&mut self.types, section)
                .map_err(wrong)?,
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    self.import(moved, import?)?;
                }
            }
            Payload::FunctionSection(section) => moved
                .parse_function_section(&mut self.functions, section)
                .map_err(wrong)?,
            Payload::ElementSection(section) => moved
                .parse_element_section(&mut self.elements, section)
                .map_err(wrong)?,
            Payload::CodeSectionEntry(body) => moved
                .parse_function_body(&mut self.code, body)
                .map_err(wrong)?,
            Payload::DataSection(section) => {
                for segment in section {
                    let segment = segment?;
                    // Data that is copied by its number would have to be renumbered too.
                    if matches!(segment.kind, wasmparser::DataKind::Passive) {
                        bail!("a piece has passive data, which cannot be merged");
                    }
                    moved.parse_data(&mut self.data, segment).map_err(wrong)?;
                }
            }
            // The splitter writes an empty one.
            Payload::ExportSection(section) if section.count() == 0 => {}
            Payload::Version { .. }
            | Payload::DataCountSection { .. }
            | Payload::CodeSectionStart { .. }
            | Payload::CustomSection(_)
            | Payload::End(_) => {}
            other => bail!("a piece has a part that cannot be merged: {other:?}"),
        }
        Ok(())
    }

    /// The pieces import the same things: each stands once, and as each kind has one, its number is the same in all.
    fn import(&mut self, moved: &mut Moved<'_>, import: wasmparser::Import<'_>) -> Result<()> {
        if let TypeRef::Func(_) | TypeRef::FuncExact(_) = import.ty {
            bail!("a piece imports the function {}", import.name);
        }
        let ty = moved
            .entity_type(import.ty)
            .map_err(|error: reencode::Error<Infallible>| anyhow!("{error}"))?;
        let found = self
            .imports
            .iter()
            .find(|(_, _, known)| std::mem::discriminant(known) == std::mem::discriminant(&ty));
        match found {
            None => {
                let name = (import.module.to_owned(), import.name.to_owned());
                self.imports.push((name.0, name.1, ty));
                Ok(())
            }
            Some((module, name, _)) if module == import.module && name == import.name => Ok(()),
            Some((_, name, _)) => Err(anyhow!("two things of one kind")).with_context(|| {
                format!("the pieces import {name} and {} of one kind", import.name)
            }),
        }
    }

    fn finish(self) -> Vec<u8> {
        let mut imports = ImportSection::new();
        for (module, name, ty) in self.imports {
            imports.import(&module, &name, ty);
        }
        let count = DataCountSection {
            count: self.data.len(),
        };
        let mut module = Module::new();
        module
            .section(&self.types)
            .section(&imports)
            .section(&self.functions)
            .section(&self.elements)
            .section(&count)
            .section(&self.code)
            .section(&self.data);
        module.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{
        ConstExpr, Elements, EntityType, Function, GlobalType, MemoryType, RefType, TableType,
        ValType,
    };

    /// A piece whose one function adds `number` to what it gets, at `place` of the table.
    fn piece(number: i32, place: i32) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        types.ty().function([ValType::I32], [ValType::I32]);
        let mut imports = ImportSection::new();
        let pointer = GlobalType {
            val_type: ValType::I32,
            mutable: true,
            shared: false,
        };
        let memory = MemoryType {
            minimum: 1,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        };
        let table = TableType {
            element_type: RefType::FUNCREF,
            minimum: 2,
            maximum: None,
            table64: false,
            shared: false,
        };
        imports.import("main", "pointer", EntityType::Global(pointer));
        imports.import("main", "table", EntityType::Table(table));
        imports.import("main", "memory", EntityType::Memory(memory));
        let mut functions = FunctionSection::new();
        functions.function(1);
        let mut elements = ElementSection::new();
        let at = ConstExpr::i32_const(place);
        elements.active(None, &at, Elements::Functions((&[0][..]).into()));
        let mut code = CodeSection::new();
        let mut body = Function::new([]);
        body.instructions()
            .local_get(0)
            .i32_const(number)
            .i32_add()
            .end();
        code.function(&body);
        let mut data = DataSection::new();
        data.active(0, &ConstExpr::i32_const(place * 8), [b'a'; 4]);
        let mut module = Module::new();
        module
            .section(&types)
            .section(&imports)
            .section(&functions)
            .section(&elements)
            .section(&code)
            .section(&data);
        module.finish()
    }

    #[test]
    fn what_stands_in_the_same_wasm_is_called_directly() {
        // The second piece has a way to the first's function, at place 0, and one to a function of another wasm.
        let caller = |given: u32, place: i32| {
            let mut body = Function::new([]);
            body.instructions()
                .local_get(given)
                .i32_const(place)
                .call_indirect(0, 0)
                .end();
            body
        };
        let mut types = TypeSection::new();
        types.ty().function([ValType::I32], [ValType::I32]);
        let table = TableType {
            element_type: RefType::FUNCREF,
            minimum: 2,
            maximum: None,
            table64: false,
            shared: false,
        };
        let mut imports = ImportSection::new();
        imports.import("main", "table", EntityType::Table(table));
        let mut functions = FunctionSection::new();
        functions.function(0).function(0).function(0);
        let mut code = CodeSection::new();
        let mut user = Function::new([]);
        user.instructions().local_get(0).call(0).call(1).end();
        code.function(&caller(0, 0))
            .function(&caller(0, 77))
            .function(&user);
        let mut second = Module::new();
        second
            .section(&types)
            .section(&imports)
            .section(&functions)
            .section(&code);
        let merged = merge(&[piece(7, 0), second.finish()]).unwrap();
        wasmparser::Validator::new().validate_all(&merged).unwrap();
        let mut called = Vec::new();
        for payload in Parser::new(0).parse_all(&merged) {
            if let Payload::CodeSectionEntry(body) = payload.unwrap() {
                let operators = body.get_operators_reader().unwrap().into_iter();
                called.extend(operators.filter_map(|operator| match operator.unwrap() {
                    Operator::Call { function_index } => Some(function_index),
                    _ => None,
                }));
            }
        }
        assert_eq!(called, [0, 2]);
    }

    #[test]
    fn two_pieces_become_one_that_is_sound() {
        let merged = merge(&[piece(7, 0), piece(8, 1)]).unwrap();
        wasmparser::Validator::new().validate_all(&merged).unwrap();
        let mut functions = 0;
        let mut imports = 0;
        for payload in Parser::new(0).parse_all(&merged) {
            match payload.unwrap() {
                Payload::FunctionSection(section) => {
                    let types: Vec<u32> = section.into_iter().map(Result::unwrap).collect();
                    assert_eq!(types, [1, 3]);
                    functions = types.len();
                }
                Payload::ImportSection(section) => imports = section.into_imports().count(),
                _ => {}
            }
        }
        assert_eq!((functions, imports), (2, 3));
    }
}
