//! A PostgreSQL database as a whole.
//!
//! Owns how tables and rows are read and written without knowing them, and how servers that are still there are kept
//! from writing. Must never decide anything.

mod catalog;
mod rows;

use super::connect::{MAKING_READY, connect, look_at, mark_on, place_of, read_address};
use super::refusal::{Refusal, said};
use super::wall::SEE_ALL_FOR_GOOD;
use super::{MIGRATIONS, backend, steps};
use crate::error::ServerError;
use crate::storage::steps::is_contraction;
use crate::storage::whole::{Done, Mark, PAGE, Row, State, Table, Value, Whole, listed, quoted};
use async_trait::async_trait;
#[cfg(any(test, feature = "testing"))]
pub(super) use catalog::tables;
use rows::{as_values, bind_value, insert, select_list};
use sqlx::{AssertSqlSafe, PgConnection, query, query_scalar, raw_sql};
use std::time::Duration;

/// The number of the lock that is held by whoever copies from or to the database: the letters "afcopy".
const COPYING: i64 = 0x6166_636f_7079;
/// How long is waited for connections to go whose programs have just ended.
const LINGERING: Duration = Duration::from_secs(5);
/// How often is looked meanwhile.
const LOOK: Duration = Duration::from_millis(100);
/// What a statement fails with that has waited for a lock in vain.
const LOCKED: &str = "55P03";

/// A PostgreSQL database as a whole.
pub struct PostgresWhole {
    connection: PgConnection,
    place: String,
}

/// What is to be done with the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    /// It is looked at, while servers may write.
    Look,
    /// Its data move elsewhere.
    Source,
    /// Data come into it: it gets the schema, if it is empty.
    Target,
}

impl PostgresWhole {
    /// Opens the database at `address`, and keeps other copies from it.
    ///
    /// # Errors
    /// When it is not to be used, a server is connected, or another copy is under way.
    pub async fn open(address: &str, meant: Meant) -> Done<Self> {
        let refused =
            |refusal: Refusal| ServerError::Unusable(format!("{refusal}; nothing was changed"));
        let options = read_address(address).map_err(refused)?;
        let place = place_of(&options);
        let mut connection = connect(&options, &place).await.map_err(refused)?;
        look_at(&mut connection, &place).await.map_err(refused)?;
        let mark = mark_on(&mut connection, &place).await.map_err(refused)?;
        let mut whole = Self { connection, place };
        whole
            .tell("SET lock_timeout = '5s'; SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0; \
                   SET synchronous_commit = on; SET client_min_messages = warning")
            .await?;
        whole.tell(SEE_ALL_FOR_GOOD).await?;
        if meant != Meant::Look {
            whole.be_alone().await?;
        }
        if meant == Meant::Target && mark.is_none() {
            whole.make_tables().await?;
        }
        let ready = query("SELECT pg_advisory_unlock($1)").bind(MAKING_READY);
        ready
            .execute(&mut whole.connection)
            .await
            .map_err(backend)?;
        Ok(whole)
    }

    /// Makes the tables where there are none. Those of an older version stay as they are, for whoever has put them there.
    async fn make_tables(&mut self) -> Done<()> {
        let is_bare: bool = query_scalar("SELECT to_regclass('companies') IS NULL")
            .fetch_one(&mut self.connection)
            .await
            .map_err(backend)?;
        if !is_bare {
            return Ok(());
        }
        let made = steps::take(&mut self.connection, &self.place).await;
        made.map_err(|refusal| ServerError::Unusable(refusal.to_string()))
    }

    /// Waits a moment until no server is connected and nobody else copies.
    async fn be_alone(&mut self) -> Done<()> {
        let in_vain = tokio::time::Instant::now() + LINGERING;
        let why = loop {
            let alone: bool = query_scalar("SELECT pg_try_advisory_lock($1)")
                .bind(COPYING)
                .fetch_one(&mut self.connection)
                .await
                .map_err(backend)?;
            let others: i64 = query_scalar(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                 AND application_name ~ $1 AND pid <> pg_backend_pid()",
            )
            .bind(steps::NAMES)
            .fetch_one(&mut self.connection)
            .await
            .map_err(backend)?;
            let why = match (alone, others) {
                (true, 0) => return Ok(()),
                (true, _) => {
                    let release = query("SELECT pg_advisory_unlock($1)").bind(COPYING);
                    release
                        .execute(&mut self.connection)
                        .await
                        .map_err(backend)?;
                    "a server or a command is connected to it: stop it first"
                }
                (false, _) => "another copy of it is under way",
            };
            if tokio::time::Instant::now() > in_vain {
                break why;
            }
            tokio::time::sleep(LOOK).await;
        };
        Err(ServerError::Unusable(format!(
            "{} is in use ({why}); nothing was changed",
            self.place
        )))
    }

    /// Makes what was moved a data set of its own again, under another id.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn part_from_what_was_moved(&mut self, epoch: &str) -> Done<()> {
        self.hold().await?;
        self.set_mark(None).await?;
        query("UPDATE server SET epoch = $1")
            .bind(epoch)
            .execute(&mut self.connection)
            .await
            .map_err(backend)?;
        self.commit().await
    }

    async fn tell(&mut self, sql: &str) -> Done<()> {
        let done = raw_sql(AssertSqlSafe(sql)).execute(&mut self.connection);
        let done = done.await;
        done.map(drop).map_err(|error| self.failure(error))
    }

    /// What went wrong, in one line.
    fn failure(&self, error: sqlx::Error) -> ServerError {
        let code = error.as_database_error().and_then(|error| error.code());
        if code.is_some_and(|code| code == LOCKED) {
            return ServerError::Unusable(format!(
                "{} is in use: stop the servers and commands on it first; nothing was changed",
                self.place
            ));
        }
        match error.as_database_error() {
            Some(_) => ServerError::Unusable(format!("{}: {}", self.place, said(&error))),
            None => backend(error).into(),
        }
    }

    /// Fails with the first of these rows that the database does not take.
    async fn name_refused(&mut self, table: &Table, rows: &[Row]) -> Done<()> {
        for row in rows {
            let one = std::slice::from_ref(row);
            if let Err(error) = insert(&mut self.connection, table, one).await {
                let key: Vec<String> = table.key_of(row).iter().map(Value::to_string).collect();
                return Err(ServerError::Unusable(format!(
                    "{} does not take the row {} of {} ({}): mend or delete that row; what it was read from was not \
                     changed",
                    self.place,
                    key.join(" "),
                    table.name,
                    said(&error)
                )));
            }
        }
        Ok(())
    }

    async fn table_names(&mut self) -> Done<Vec<String>> {
        let tables = self.tables().await?;
        Ok(tables.into_iter().map(|table| table.name).collect())
    }
}

#[async_trait]
impl Whole for PostgresWhole {
    fn place(&self) -> &str {
        &self.place
    }

    fn steps_of_this_build(&self) -> Vec<i64> {
        MIGRATIONS.iter().map(|step| step.version).collect()
    }

    fn steps_that_may_wait(&self) -> Vec<i64> {
        let waiting = MIGRATIONS.iter().filter(|step| is_contraction(step));
        waiting.map(|step| step.version).collect()
    }

    async fn steps(&mut self) -> Done<Vec<i64>> {
        let is_ours: bool = query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
            .fetch_one(&mut self.connection)
            .await
            .map_err(backend)?;
        if !is_ours {
            return Ok(Vec::new());
        }
        let steps = query_scalar(
            "SELECT version FROM _sqlx_migrations WHERE version < $1 ORDER BY version",
        )
        .bind(State::FIRST)
        .fetch_all(&mut self.connection)
        .await;
        Ok(steps.map_err(backend)?)
    }

    async fn tables(&mut self) -> Done<Vec<Table>> {
        catalog::tables(&mut self.connection).await
    }

    async fn mark(&mut self) -> Done<Option<Mark>> {
        let mark = mark_on(&mut self.connection, &self.place).await;
        mark.map_err(|refusal| ServerError::Unusable(refusal.to_string()))
    }

    async fn set_mark(&mut self, mark: Option<&Mark>) -> Done<()> {
        self.tell("DROP FUNCTION IF EXISTS afield_moved() CASCADE")
            .await?;
        query("DELETE FROM _sqlx_migrations WHERE version >= $1")
            .bind(State::FIRST)
            .execute(&mut self.connection)
            .await
            .map_err(backend)?;
        let Some(mark) = mark else {
            return Ok(());
        };
        query(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             VALUES ($1, $2, true, '\\x00', 0)",
        )
        .bind(mark.state.number())
        .bind(mark.text())
        .execute(&mut self.connection)
        .await
        .map_err(backend)?;
        if mark.state == State::Unfinished {
            return Ok(());
        }
        // A server that is there all the same, with no connection when it was looked, writes nothing any more.
        self.tell(
            "CREATE FUNCTION afield_moved() RETURNS trigger LANGUAGE plpgsql \
             AS $$ BEGIN RAISE EXCEPTION 'the data were moved to another database'; END $$",
        )
        .await?;
        for table in self.table_names().await? {
            let name = quoted(&table);
            let keep = format!(
                "CREATE TRIGGER afield_moved BEFORE INSERT OR UPDATE OR DELETE ON {name} \
                 FOR EACH STATEMENT EXECUTE FUNCTION afield_moved()"
            );
            self.tell(&keep).await?;
        }
        Ok(())
    }

    async fn hold(&mut self) -> Done<()> {
        self.tell("BEGIN").await?;
        let mut names = self.table_names().await?;
        names.push("_sqlx_migrations".to_owned());
        let lock = format!("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", listed(&names));
        self.tell(&lock).await
    }

    async fn look(&mut self) -> Done<()> {
        self.tell("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            .await
    }

    async fn commit(&mut self) -> Done<()> {
        self.tell("COMMIT").await
    }

    async fn count(&mut self, table: &Table) -> Done<u64> {
        let sql = format!("SELECT count(*) FROM {}", quoted(&table.name));
        let count = query_scalar(AssertSqlSafe(sql))
            .fetch_one(&mut self.connection)
            .await;
        Ok(super::values::uint(count.map_err(backend)?))
    }

    async fn page(&mut self, table: &Table, after: Option<&[Value]>) -> Done<Vec<Row>> {
        let (name, key) = (quoted(&table.name), table.key_list());
        let mut sql = format!("SELECT {} FROM {name}", select_list(table));
        if after.is_some() {
            let marks: Vec<String> = (1..=table.key.len()).map(|n| format!("${n}")).collect();
            sql.push_str(&format!(" WHERE ({key}) > ({})", marks.join(", ")));
        }
        sql.push_str(&format!(" ORDER BY {key} LIMIT {PAGE}"));
        let mut asked = query(AssertSqlSafe(sql));
        for value in after.unwrap_or_default() {
            asked = bind_value(asked, value);
        }
        let rows = asked.fetch_all(&mut self.connection).await;
        let rows = rows.map_err(backend)?;
        rows.iter().map(|row| as_values(table, row)).collect()
    }

    async fn put(&mut self, table: &Table, rows: &[Row]) -> Done<()> {
        self.tell("SAVEPOINT page").await?;
        match insert(&mut self.connection, table, rows).await {
            Ok(()) => self.tell("RELEASE page").await,
            Err(error) if error.as_database_error().is_some() => {
                self.tell("ROLLBACK TO page").await?;
                self.name_refused(table, rows).await?;
                Err(self.failure(error))
            }
            Err(error) => Err(backend(error).into()),
        }
    }

    async fn clear(&mut self, table: &Table) -> Done<()> {
        self.tell(&format!("DELETE FROM {}", quoted(&table.name)))
            .await
    }

    async fn go_on_counting(&mut self, table: &Table) -> Done<()> {
        for column in table.columns.iter().filter(|column| column.is_counted) {
            let (name, column) = (quoted(&table.name), &column.name);
            let sql = format!(
                "SELECT setval(pg_get_serial_sequence($1, $2), (SELECT max({}) FROM {name}))",
                quoted(column)
            );
            query(AssertSqlSafe(sql))
                .bind(&name)
                .bind(column)
                .execute(&mut self.connection)
                .await
                .map_err(backend)?;
        }
        Ok(())
    }

    /// All that PostgreSQL holds SQLite holds too.
    fn letters_lost(&self) -> u64 {
        0
    }
}
