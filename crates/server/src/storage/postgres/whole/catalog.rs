//! Which tables a PostgreSQL database has.
//!
//! Owns the questions to its catalog. Must never know a table.

use super::super::backend;
use crate::error::StorageError;
use crate::storage::whole::{Column, Done, Kind, Table};
use sqlx::{PgConnection, query_as};
use std::collections::BTreeMap;

/// Without those that the database makes of others.
const COLUMNS: &str = "SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), \
    NOT a.attnotnull, a.attidentity <> '' \
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') \
    AND c.relname <> '_sqlx_migrations' AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' \
    ORDER BY c.relname, a.attnum";

const KEYS: &str = "SELECT c.relname::text, a.attname::text \
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid \
    CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place) \
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum \
    WHERE i.indisprimary AND c.relnamespace = current_schema()::regnamespace \
    ORDER BY c.relname, k.place";

const REFERENCES: &str = "SELECT r.relname::text, f.relname::text \
    FROM pg_constraint k JOIN pg_class r ON r.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid \
    WHERE k.contype = 'f' AND r.relnamespace = current_schema()::regnamespace";

/// All tables, none before one that its rows refer to.
pub(in super::super) async fn tables(connection: &mut PgConnection) -> Done<Vec<Table>> {
    let columns: Vec<(String, String, String, bool, bool)> = query_as(COLUMNS)
        .fetch_all(&mut *connection)
        .await
        .map_err(backend)?;
    let keys: Vec<(String, String)> = query_as(KEYS)
        .fetch_all(&mut *connection)
        .await
        .map_err(backend)?;
    let references: Vec<(String, String)> = query_as(REFERENCES)
        .fetch_all(&mut *connection)
        .await
        .map_err(backend)?;
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    for (table, name, kind, may_be_null, is_counted) in columns {
        let empty = || Table {
            name: table.clone(),
            columns: Vec::new(),
            key: Vec::new(),
        };
        let entry = tables.entry(table.clone()).or_insert_with(empty);
        entry.columns.push(Column {
            name,
            kind: kind_of(&kind)?,
            may_be_null,
            is_counted,
        });
    }
    for (table, column) in keys {
        if let Some(table) = tables.get_mut(&table) {
            table.key.push(column);
        }
    }
    Ok(in_order(tables, &references))
}

fn kind_of(name: &str) -> Done<Kind> {
    match name {
        "text" => Ok(Kind::Text),
        "json" => Ok(Kind::Json),
        "bigint" => Ok(Kind::Number),
        "uuid" => Ok(Kind::Id),
        "boolean" => Ok(Kind::YesNo),
        _ => Err(StorageError::Damaged("schema").into()),
    }
}

/// Those that refer to others behind these.
fn in_order(mut tables: BTreeMap<String, Table>, references: &[(String, String)]) -> Vec<Table> {
    let mut ordered = Vec::with_capacity(tables.len());
    while !tables.is_empty() {
        let waits = |name: &String| {
            let mut of = references.iter().filter(|(from, _)| from == name);
            of.any(|(_, to)| to != name && tables.contains_key(to))
        };
        let next = tables.keys().find(|name| !waits(name)).cloned();
        // In a circle there is no order: the database says so when rows come.
        let next = next.or_else(|| tables.keys().next().cloned());
        ordered.extend(next.and_then(|name| tables.remove(&name)));
    }
    ordered
}
