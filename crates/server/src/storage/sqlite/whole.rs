//! A SQLite database as a whole.
//!
//! Owns how tables and rows are read and written without knowing them. Must never decide anything.

use super::{MIGRATIONS, backend};
use crate::error::{ServerError, StorageError};
use crate::off_worker::off_worker;
use crate::storage::stored_as::plain_json;
use crate::storage::whole::quoted;
use crate::storage::whole::{Column, Done, Kind, Mark, PAGE, Row, State, Table, Value, Whole};
use async_trait::async_trait;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, ToSql, params_from_iter};
use serde::de::IgnoredAny;
use std::path::Path;
use uuid::Uuid;

/// A SQLite database as a whole.
#[derive(Debug)]
pub struct SqliteWhole {
    connection: Connection,
    place: String,
    letters_lost: u64,
}

impl SqliteWhole {
    /// Opens the file, which is there; people know it as `place`.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(file: &Path, place: String) -> Done<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(file, flags).map_err(backend)?;
        connection.busy_timeout(super::BUSY).map_err(backend)?;
        let set = |name, value| connection.pragma_update(None, name, value);
        set("synchronous", "FULL").map_err(backend)?;
        set("foreign_keys", "ON").map_err(backend)?;
        Ok(Self {
            connection,
            place,
            letters_lost: 0,
        })
    }

    /// Puts all that was written into the one file, as a backup is, and closes it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn into_one_file(self) -> Done<()> {
        let set = "PRAGMA journal_mode = DELETE";
        let mode = self.connection.query_row(set, [], |row| row.get(0));
        let mode: String = mode.map_err(backend)?;
        match mode == "delete" {
            true => Ok(()),
            false => Err(StorageError::Damaged("database").into()),
        }
    }

    /// Makes what was moved a data set of its own again, under another id.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn part_from_what_was_moved(&mut self, epoch: &str) -> Done<()> {
        self.hold().await?;
        self.set_mark(None).await?;
        let renamed = self
            .connection
            .execute("UPDATE server SET epoch = ?1", [epoch]);
        renamed.map_err(backend)?;
        self.commit().await
    }

    fn run(&self, sql: &str) -> Done<()> {
        Ok(off_worker(|| self.connection.execute_batch(sql)).map_err(backend)?)
    }

    fn columns(&self, table: &str) -> Done<(Vec<Column>, Vec<String>)> {
        let sql = "SELECT name, type, \"notnull\" = 0 AND pk = 0, pk FROM pragma_table_info(?1) ORDER BY cid";
        let mut statement = self.connection.prepare(sql).map_err(backend)?;
        let mut rows = statement.query([table]).map_err(backend)?;
        let (mut columns, mut key) = (Vec::new(), Vec::new());
        while let Some(row) = rows.next().map_err(backend)? {
            let get = |at: usize| row.get::<_, String>(at).map_err(backend);
            let (name, kind) = (get(0)?, get(1)?);
            let kind = match kind.as_str() {
                "TEXT" => Kind::Text,
                "INTEGER" => Kind::Number,
                _ => return Err(StorageError::Damaged("schema").into()),
            };
            let place: i64 = row.get(3).map_err(backend)?;
            if place > 0 {
                key.push((place, name.clone()));
            }
            columns.push(Column {
                name,
                kind,
                may_be_null: row.get(2).map_err(backend)?,
                is_counted: false,
            });
        }
        key.sort();
        Ok((columns, key.into_iter().map(|(_, name)| name).collect()))
    }

    fn read_page(&mut self, table: &Table, after: Option<&[Value]>) -> Done<Vec<Row>> {
        let mut sql = format!(
            "SELECT {} FROM {}",
            table.column_list(),
            quoted(&table.name)
        );
        if after.is_some() {
            let marks = vec!["?"; table.key.len()].join(", ");
            sql.push_str(&format!(" WHERE ({}) > ({marks})", table.key_list()));
        }
        sql.push_str(&format!(" ORDER BY {} LIMIT {PAGE}", table.key_list()));
        let mut statement = self.connection.prepare_cached(&sql).map_err(backend)?;
        let values = params_from_iter(after.unwrap_or_default());
        let mut rows = statement.query(values).map_err(backend)?;
        let mut page = Vec::new();
        while let Some(row) = rows.next().map_err(backend)? {
            let mut read_row = Row::with_capacity(table.columns.len());
            for (at, column) in table.columns.iter().enumerate() {
                let value = row.get_ref(at).map_err(backend)?;
                let value = read(value, column.kind, &mut self.letters_lost)
                    .map_err(|why| unreadable(&self.place, table, row, &column.name, why))?;
                read_row.push(value);
            }
            page.push(read_row);
        }
        Ok(page)
    }

    fn write_rows(&self, table: &Table, rows: &[Row]) -> Done<()> {
        let marks = vec!["?"; table.columns.len()].join(", ");
        let sql = format!(
            "INSERT INTO {} ({}) VALUES ({marks})",
            quoted(&table.name),
            table.column_list()
        );
        let mut statement = self.connection.prepare_cached(&sql).map_err(backend)?;
        for row in rows {
            statement.execute(params_from_iter(row)).map_err(backend)?;
        }
        Ok(())
    }
}

/// A value as it stands here; or why it is none of that kind.
fn read(value: ValueRef<'_>, kind: Kind, letters_lost: &mut u64) -> Result<Value, &'static str> {
    let text = |bytes| std::str::from_utf8(bytes).map_err(|_| "is not text");
    match (value, kind) {
        (ValueRef::Null, _) => Ok(Value::Null),
        (ValueRef::Text(bytes), Kind::Text) => {
            let text = text(bytes)?;
            let kept = text.replace('\0', "");
            if kept.len() < text.len() {
                *letters_lost = letters_lost.saturating_add(1);
            }
            Ok(Value::Text(kept))
        }
        (ValueRef::Text(bytes), Kind::Json) => {
            let text = text(bytes)?;
            let looked_at = serde_json::from_str::<IgnoredAny>(text);
            looked_at.map_err(|_| "is not JSON, and PostgreSQL holds nothing else there")?;
            let kept = plain_json(text);
            if kept.len() < text.len() {
                *letters_lost = letters_lost.saturating_add(1);
            }
            Ok(Value::Text(kept.into_owned()))
        }
        (ValueRef::Text(bytes), Kind::Id) => {
            let text = text(bytes)?;
            let id = Uuid::try_parse(text).map_err(|_| "is no id")?;
            match id.to_string() == text {
                true => Ok(Value::Id(id)),
                false => Err("is no id as it is written here"),
            }
        }
        (ValueRef::Integer(number), Kind::Number) => Ok(Value::Number(number)),
        (ValueRef::Integer(number @ (0 | 1)), Kind::YesNo) => Ok(Value::YesNo(number == 1)),
        _ => Err("is of another kind than its column"),
    }
}

/// Which value cannot be copied, and why.
fn unreadable(
    place: &str,
    table: &Table,
    row: &rusqlite::Row<'_>,
    column: &str,
    why: &str,
) -> ServerError {
    let key = table.key.iter().map(|name| {
        let value = row.get_ref(name.as_str());
        match value {
            Ok(ValueRef::Text(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
            Ok(ValueRef::Integer(number)) => number.to_string(),
            _ => "?".to_owned(),
        }
    });
    let key: Vec<String> = key.collect();
    ServerError::Unusable(format!(
        "{place} holds what cannot be copied: {column} of the row {} of {} {why}; mend or delete the row; {place} \
         was not changed",
        key.join(" "),
        table.name
    ))
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::Text(text) => ToSqlOutput::from(text.as_str()),
            Self::Number(number) => ToSqlOutput::from(*number),
            Self::Id(id) => ToSqlOutput::from(id.to_string()),
            Self::YesNo(yes) => ToSqlOutput::from(*yes),
        })
    }
}

#[async_trait]
impl Whole for SqliteWhole {
    fn place(&self) -> &str {
        &self.place
    }

    fn steps_of_this_build(&self) -> Vec<i64> {
        MIGRATIONS.iter().map(|step| step.version).collect()
    }

    async fn steps(&mut self) -> Done<Vec<i64>> {
        let look = "SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'";
        let there = self.connection.query_row(look, [], |row| row.get(0));
        let there: i64 = there.map_err(backend)?;
        if there == 0 {
            return Ok(Vec::new());
        }
        let sql = "SELECT version FROM _sqlx_migrations WHERE version < ?1 ORDER BY version";
        let mut statement = self.connection.prepare(sql).map_err(backend)?;
        let rows = statement.query_map([State::FIRST], |row| row.get(0));
        let steps: Result<_, _> = rows.map_err(backend)?.collect();
        Ok(steps.map_err(backend)?)
    }

    async fn tables(&mut self) -> Done<Vec<Table>> {
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' \
                   AND name <> '_sqlx_migrations' ORDER BY name";
        let mut statement = self.connection.prepare(sql).map_err(backend)?;
        let names = statement.query_map([], |row| row.get(0)).map_err(backend)?;
        let mut tables = Vec::new();
        for name in names {
            let name: String = name.map_err(backend)?;
            let (columns, key) = self.columns(&name)?;
            tables.push(Table { name, columns, key });
        }
        Ok(tables)
    }

    async fn mark(&mut self) -> Done<Option<Mark>> {
        Ok(mark_on(&self.connection)?)
    }

    async fn set_mark(&mut self, mark: Option<&Mark>) -> Done<()> {
        let take = "DELETE FROM _sqlx_migrations WHERE version >= ?1";
        self.connection
            .execute(take, [State::FIRST])
            .map_err(backend)?;
        if let Some(mark) = mark {
            let set = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                       VALUES (?1, ?2, 1, x'00', 0)";
            let set = self
                .connection
                .execute(set, (mark.state.number(), mark.text()));
            set.map_err(backend)?;
        }
        Ok(())
    }

    async fn hold(&mut self) -> Done<()> {
        self.run("BEGIN IMMEDIATE")
    }

    async fn look(&mut self) -> Done<()> {
        self.run("BEGIN")
    }

    async fn commit(&mut self) -> Done<()> {
        self.run("COMMIT")
    }

    async fn count(&mut self, table: &Table) -> Done<u64> {
        let sql = format!("SELECT count(*) FROM {}", quoted(&table.name));
        let count = off_worker(|| self.connection.query_row(&sql, [], |row| row.get(0)));
        Ok(super::values::uint(count.map_err(backend)?))
    }

    async fn page(&mut self, table: &Table, after: Option<&[Value]>) -> Done<Vec<Row>> {
        off_worker(|| self.read_page(table, after))
    }

    async fn put(&mut self, table: &Table, rows: &[Row]) -> Done<()> {
        off_worker(|| self.write_rows(table, rows))
    }

    async fn clear(&mut self, table: &Table) -> Done<()> {
        self.run(&format!("DELETE FROM {}", quoted(&table.name)))
    }

    /// It counts on from the greatest number by itself.
    async fn go_on_counting(&mut self, _table: &Table) -> Done<()> {
        Ok(())
    }

    fn letters_lost(&self) -> u64 {
        self.letters_lost
    }
}

/// The mark on the database of a connection; none also where it is not ours yet.
fn mark_on(connection: &Connection) -> Result<Option<Mark>, StorageError> {
    let look = "SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'";
    let there: i64 = connection
        .query_row(look, [], |row| row.get(0))
        .map_err(backend)?;
    if there == 0 {
        return Ok(None);
    }
    let sql = "SELECT version, description FROM _sqlx_migrations WHERE version >= ?1 ORDER BY version DESC LIMIT 1";
    let found = connection
        .query_row(sql, [State::FIRST], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
        })
        .optional()
        .map_err(backend)?;
    Ok(found.and_then(|(number, text)| Mark::read(number, &text)))
}

/// The mark on the database at `file`, which is there.
///
/// # Errors
/// When it cannot be read.
pub fn mark_of(file: &Path) -> Result<Option<Mark>, StorageError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags).map_err(backend)?;
    connection.busy_timeout(super::BUSY).map_err(backend)?;
    mark_on(&connection)
}
