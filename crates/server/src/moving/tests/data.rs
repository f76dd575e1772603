//! An installation with rows in every table, and all that a file holds.

use crate::clock::SystemClock;
use crate::demo::ensure_demo;
use crate::storage::Storage as _;
use crate::storage::postgres::whole::{Meant, PostgresWhole};
use crate::storage::sqlite::{Durability, SqliteStorage};
use crate::storage::whole::{Kind, PAGE, Table, Whole as _, quoted};
use afield_protocol::EpochId;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::path::Path;
use uuid::Uuid;

/// Rows of each table, by its name.
pub(super) type Dump = Vec<(String, Vec<Vec<Value>>)>;

/// An empty database.
pub(super) async fn empty(file: &Path) {
    let storage = SqliteStorage::open(file, Durability::ProcessOnly).await;
    storage.unwrap().close().await;
}

/// Runs a statement.
pub(super) fn sql(file: &Path, sql: &str) {
    let connection = Connection::open(file).unwrap();
    connection.execute_batch(sql).unwrap();
}

/// The demo, and two rows more of each table, one of them as empty as it may be; of one table more than two pages. The
/// empty database at `address` is asked which tables there are, and of what kind their values: a new table is in it.
pub(super) async fn fill(file: &Path, address: &str) -> Vec<Table> {
    let storage = SqliteStorage::open(file, Durability::ProcessOnly)
        .await
        .unwrap();
    ensure_demo(&storage, &SystemClock, "hash").await.unwrap();
    let mut tx = storage.write().await.unwrap();
    tx.name_epoch(&EpochId("of the start".into()))
        .await
        .unwrap();
    tx.name_cursor_key("abcd").await.unwrap();
    tx.commit().await.unwrap();
    storage.close().await;
    let mut other = PostgresWhole::open(address, Meant::Target).await.unwrap();
    let tables = other.tables().await.unwrap();
    let connection = Connection::open(file).unwrap();
    connection
        .pragma_update(None, "foreign_keys", "ON")
        .unwrap();
    for table in tables.iter().filter(|table| table.name != "server") {
        let rows = if table.name == "activity" {
            2 * PAGE + 2
        } else {
            2
        };
        for n in 0..rows {
            add(&connection, table, n);
        }
    }
    tables
}

/// Adds a row that is like no other.
fn add(connection: &Connection, table: &Table, n: u32) {
    let of_others = references(connection, table, n);
    let values = table.columns.iter().map(|column| {
        let of_other = of_others.iter().find(|(name, _)| name == &column.name);
        let is_key = table.key.contains(&column.name);
        match (of_other, column.kind) {
            (Some((_, value)), _) => value.clone(),
            _ if column.may_be_null && n % 2 == 1 => Value::Null,
            (None, Kind::Id) => Value::Text(Uuid::from_u128(0xF00 + u128::from(n)).to_string()),
            (None, Kind::Json) => Value::Text(format!("{{\"b\": 1.50, \"a\":\"\\u00fcü {n}\"}} ")),
            (None, Kind::Text) if is_key => Value::Text(format!("Z/{n}")),
            (None, Kind::Text) => Value::Text(format!("\"Zoë\"\n\\ ' {n}")),
            (None, Kind::Number) => Value::Integer(i64::MAX - 10_000 + i64::from(n)),
            (None, Kind::YesNo) => Value::Integer(i64::from(n % 2)),
        }
    });
    let marks = vec!["?"; table.columns.len()].join(", ");
    let (name, columns) = (quoted(&table.name), table.column_list());
    let sql = format!("INSERT INTO {name} ({columns}) VALUES ({marks})");
    let added = connection.execute(&sql, params_from_iter(values));
    added.unwrap_or_else(|error| panic!("{}: {error}", table.name));
}

/// What a row refers to: the last rows of other tables, counted from the end.
fn references(connection: &Connection, table: &Table, n: u32) -> Vec<(String, Value)> {
    let sql = "SELECT \"table\", \"from\", \"to\" FROM pragma_foreign_key_list(?1)";
    let mut statement = connection.prepare(sql).unwrap();
    let of = statement.query_map([&table.name], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    });
    let of: Vec<(String, String, String)> = of.unwrap().map(Result::unwrap).collect();
    let of = of.into_iter().map(|(other, from, to)| {
        let order = match other.as_str() {
            "companies" => "id",
            "users" => "company, id",
            "sessions" => "token_hash",
            "series" => "company, id",
            _ => "id",
        };
        let sql = format!(
            "SELECT {} FROM {} ORDER BY {order} LIMIT 1 OFFSET {}",
            quoted(&to),
            quoted(&other),
            n % 2
        );
        (
            from,
            connection.query_row(&sql, [], |row| row.get(0)).unwrap(),
        )
    });
    of.collect()
}

/// All that is in the file, by the names of tables, without what is known of them; rows in the order of their values.
pub(super) fn dump(file: &Path) -> Dump {
    let connection = Connection::open(file).unwrap();
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%sqlx%' \
               AND name NOT LIKE 'sqlite%' ORDER BY name";
    let mut statement = connection.prepare(sql).unwrap();
    let names = statement.query_map([], |row| row.get(0)).unwrap();
    let names: Vec<String> = names.map(Result::unwrap).collect();
    let rows = |name: &String| {
        let mut statement = connection
            .prepare(&format!("SELECT * FROM {}", quoted(name)))
            .unwrap();
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| (0..columns).map(|at| row.get(at)).collect());
        let mut rows: Vec<Vec<Value>> = rows.unwrap().map(Result::unwrap).collect();
        rows.sort_by_cached_key(|row| format!("{row:?}"));
        rows
    };
    names
        .iter()
        .map(|name| (name.clone(), rows(name)))
        .collect()
}
