//! Rows of any table of a PostgreSQL database.
//!
//! Owns how values go in and come out. Must never know a table.

use super::super::open_transaction::Asked;
use super::super::values::column;
use crate::storage::whole::{Done, Kind, Row, Table, Value, quoted};
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgConnection, query};
use uuid::Uuid;

/// The columns of a table as they are read: JSON as it was written.
pub(super) fn select_list(table: &Table) -> String {
    let columns = table.columns.iter().map(|column| {
        let name = quoted(&column.name);
        match column.kind {
            Kind::Json => format!("{name}::text"),
            _ => name,
        }
    });
    columns.collect::<Vec<_>>().join(", ")
}

/// The values of a row that was read by [`select_list`].
pub(super) fn as_values(table: &Table, row: &PgRow) -> Done<Row> {
    let mut values = Row::with_capacity(table.columns.len());
    for (at, of) in table.columns.iter().enumerate() {
        let value = match of.kind {
            Kind::Text | Kind::Json => column::<Option<String>>(row, at)?.map(Value::Text),
            Kind::Number => column::<Option<i64>>(row, at)?.map(Value::Number),
            Kind::Id => column::<Option<Uuid>>(row, at)?.map(Value::Id),
            Kind::YesNo => column::<Option<bool>>(row, at)?.map(Value::YesNo),
        };
        values.push(value.unwrap_or(Value::Null));
    }
    Ok(values)
}

/// The statement with one value more.
pub(super) fn bind_value<'q>(asked: Asked<'q>, value: &Value) -> Asked<'q> {
    match value {
        Value::Null => asked.bind(None::<String>),
        Value::Text(text) => asked.bind(text.clone()),
        Value::Number(number) => asked.bind(*number),
        Value::Id(id) => asked.bind(*id),
        Value::YesNo(yes) => asked.bind(*yes),
    }
}

/// Adds rows, all by one statement: the values of a column go together.
pub(super) async fn insert(
    connection: &mut PgConnection,
    table: &Table,
    rows: &[Row],
) -> sqlx::Result<()> {
    let (mut taken, mut given) = (Vec::new(), Vec::new());
    for (n, column) in (1..).zip(&table.columns) {
        let (kind, cast) = match column.kind {
            Kind::Text => ("text", ""),
            Kind::Json => ("text", "::json"),
            Kind::Number => ("bigint", ""),
            Kind::Id => ("uuid", ""),
            Kind::YesNo => ("boolean", ""),
        };
        given.push(format!("${n}::{kind}[]"));
        taken.push(format!("c{n}{cast}"));
    }
    let names: Vec<String> = (1..=table.columns.len()).map(|n| format!("c{n}")).collect();
    let sql = format!(
        "INSERT INTO {} ({}) SELECT {} FROM unnest({}) AS given ({})",
        quoted(&table.name),
        table.column_list(),
        taken.join(", "),
        given.join(", "),
        names.join(", ")
    );
    let mut asked = query(AssertSqlSafe(sql));
    for (at, column) in table.columns.iter().enumerate() {
        let values = rows.iter().map(|row| row.get(at));
        asked = bind_column(asked, column.kind, values);
    }
    asked.execute(connection).await.map(drop)
}

/// The statement with a column of values more. What is of another kind is nothing: comparing afterwards finds it.
fn bind_column<'q, 'v>(
    asked: Asked<'q>,
    kind: Kind,
    values: impl Iterator<Item = Option<&'v Value>>,
) -> Asked<'q> {
    match kind {
        Kind::Text | Kind::Json => asked.bind(collected(values, |value| match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        })),
        Kind::Number => asked.bind(collected(values, |value| match value {
            Value::Number(number) => Some(*number),
            _ => None,
        })),
        Kind::Id => asked.bind(collected(values, |value| match value {
            Value::Id(id) => Some(*id),
            _ => None,
        })),
        Kind::YesNo => asked.bind(collected(values, |value| match value {
            Value::YesNo(yes) => Some(*yes),
            _ => None,
        })),
    }
}

fn collected<'v, T>(
    values: impl Iterator<Item = Option<&'v Value>>,
    read: impl Fn(&Value) -> Option<T>,
) -> Vec<Option<T>> {
    values.map(|value| value.and_then(&read)).collect()
}
