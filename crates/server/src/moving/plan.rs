//! Which tables are copied: all that both databases have, which must be the same.
//!
//! Owns the comparison. Must never ask a database.

use crate::error::ServerError;
use crate::storage::whole::{Column, Done, Kind, Table};

/// The tables of both, as the one that says more of its values has them, in the order of the other's references.
pub(super) fn agree(from: Vec<Table>, to: Vec<Table>) -> Done<Vec<Table>> {
    let (told, plain) = match says_more(&from) {
        true => (from, to),
        false => (to, from),
    };
    for table in &told {
        let other = plain.iter().find(|other| other.name == table.name);
        if !other.is_some_and(|other| is_same(table, other)) {
            return Err(differs(&table.name));
        }
    }
    match plain
        .iter()
        .find(|table| told.iter().all(|other| other.name != table.name))
    {
        Some(table) => Err(differs(&table.name)),
        None => Ok(told),
    }
}

fn differs(table: &str) -> ServerError {
    ServerError::Unusable(format!(
        "the two databases do not have the same table {table}; nothing was copied"
    ))
}

/// Whether the tables know ids from texts.
fn says_more(tables: &[Table]) -> bool {
    let mut columns = tables.iter().flat_map(|table| &table.columns);
    columns.any(|column| column.kind == Kind::Id)
}

fn is_same(table: &Table, other: &Table) -> bool {
    let has = |column: &Column| {
        let found = other.columns.iter().find(|one| one.name == column.name);
        found.is_some_and(|one| {
            one.may_be_null == column.may_be_null && plain(one.kind) == plain(column.kind)
        })
    };
    // Without a key no row would be read.
    !table.key.is_empty()
        && table.key == other.key
        && table.columns.len() == other.columns.len()
        && table.columns.iter().all(has)
}

/// The kind as a database says it that knows texts and numbers only.
fn plain(kind: Kind) -> Kind {
    match kind {
        Kind::Text | Kind::Json | Kind::Id => Kind::Text,
        Kind::Number | Kind::YesNo => Kind::Number,
    }
}
