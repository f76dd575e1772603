//! A connection with a transaction open in it.
//!
//! Owns how such a transaction begins, locks what it writes, says whose rows it sees, ends and runs statements. Must never
//! know one of a room.

use super::super::elsewhere::Kind;
use super::wake::Words;
use super::wall::{SEE, Seen};
use super::{Stored, backend};
use crate::error::StorageError;
#[cfg(any(test, feature = "testing"))]
use crate::storage::simulated::Failures;
use afield_domain::CompanyId;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{PgPool, Postgres, Transaction, query};
use std::sync::Arc;

const READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// Each statement sees what was committed before it: after the company's row is locked, all that its last writer did.
const WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";

/// A statement with its values.
pub(super) type Asked<'q> = Query<'q, Postgres, PgArguments>;

/// A transaction; rolled back when dropped.
pub(super) struct PgTx {
    open: Open,
    /// What is locked; none where nothing is written.
    locks: Option<Locks>,
    /// Whose rows are seen; and whose at the mark: going back to it sees those again.
    seen: Seen,
    seen_at_mark: Seen,
    /// What others are told when it commits; none where nothing is written.
    words: Option<Words>,
    pool: PgPool,
    #[cfg(any(test, feature = "testing"))]
    failures: Failures,
}

#[derive(Debug, Default)]
struct Locks {
    companies: Vec<CompanyId>,
    /// How many there were at the mark: going back to it lets go of the others.
    at_mark: usize,
}

/// The connection, for statements whose company is locked or who have none.
pub(super) struct Open(Option<Transaction<'static, Postgres>>);

impl PgTx {
    /// Begins one that reads: nothing is waited for.
    pub(super) async fn begin_reading(pool: &PgPool) -> Stored<Self> {
        Self::begin(pool, READ, None, None).await
    }

    /// Begins one that writes; it waits for others when it first names a company that they write in.
    pub(super) async fn begin_writing(pool: &PgPool, own: &Arc<str>) -> Stored<Self> {
        let words = Some(Words::none_of(own));
        Self::begin(pool, WRITE, Some(Locks::default()), words).await
    }

    async fn begin(
        pool: &PgPool,
        begin: &'static str,
        locks: Option<Locks>,
        words: Option<Words>,
    ) -> Stored<Self> {
        let tx = pool.begin_with(begin).await.map_err(backend)?;
        Ok(Self {
            open: Open(Some(tx)),
            locks,
            seen: Seen::Nobodys,
            seen_at_mark: Seen::Nobodys,
            words,
            pool: pool.clone(),
            #[cfg(any(test, feature = "testing"))]
            failures: Failures::default(),
        })
    }

    /// The same, whose commit fails as told.
    #[cfg(any(test, feature = "testing"))]
    pub(super) fn failing(self, failures: Failures) -> Self {
        Self { failures, ..self }
    }

    /// For what is of `company`: nobody else writes in it from here to the end of this transaction, if it writes.
    pub(super) async fn of(&mut self, company: CompanyId) -> Stored<&mut Open> {
        if let Some(locks) = &mut self.locks
            && !locks.companies.contains(&company)
        {
            let enter = query("SELECT afield_enter($1)");
            self.open.run(enter.bind(company.0)).await?;
            locks.companies.push(company);
            self.seen = Seen::Of(company);
        }
        self.see(Seen::Of(company)).await
    }

    /// For what is of all companies: nobody else writes in any, if this transaction writes.
    pub(super) async fn of_all(&mut self) -> Stored<&mut Open> {
        if self.locks.is_some() {
            self.open.run(query("SELECT afield_enter_all()")).await?;
            self.seen = Seen::All;
        }
        self.past_the_wall().await
    }

    /// For what is known by something else than its company: a token, an address, a name. The one door past the second
    /// wall, beside that for what is of all: nothing is locked. Each use of it is listed in ADR 0115.
    pub(super) async fn past_the_wall(&mut self) -> Stored<&mut Open> {
        self.see(Seen::All).await
    }

    async fn see(&mut self, seen: Seen) -> Stored<&mut Open> {
        if self.seen != seen {
            self.open.run(query(SEE).bind(seen.to_string())).await?;
            self.seen = seen;
        }
        Ok(&mut self.open)
    }

    /// For the one row of the data set, which may not be there yet: nobody else changes it, if this transaction writes.
    pub(super) async fn of_server(&mut self) -> Stored<&mut Open> {
        if self.locks.is_some() {
            self.open
                .command("LOCK TABLE server IN SHARE ROW EXCLUSIVE MODE")
                .await?;
        }
        Ok(&mut self.open)
    }

    pub(super) fn writes(&self) -> bool {
        self.locks.is_some()
    }

    /// For tables that know no company.
    pub(super) fn of_none(&mut self) -> &mut Open {
        &mut self.open
    }

    /// Has other servers told of it, when this commits.
    pub(super) fn tell(&mut self, company: CompanyId, kind: Kind) {
        if let Some(words) = &mut self.words {
            words.add(company, kind);
        }
    }

    pub(super) async fn end(mut self) -> Stored<()> {
        if let Some((sql, channel, words)) = self.words.as_ref().and_then(Words::written) {
            self.open.run(query(sql).bind(channel).bind(words)).await?;
        }
        #[cfg(any(test, feature = "testing"))]
        let due = self.failures.at_commit()?;
        self.open.take()?.commit().await.map_err(backend)?;
        #[cfg(any(test, feature = "testing"))]
        due.told()?;
        Ok(())
    }

    pub(super) async fn set_mark(&mut self) -> Stored<()> {
        self.open.command("SAVEPOINT marked").await?;
        if let Some(locks) = &mut self.locks {
            locks.at_mark = locks.companies.len();
        }
        self.seen_at_mark = self.seen;
        if let Some(words) = &mut self.words {
            words.mark();
        }
        Ok(())
    }

    pub(super) async fn drop_mark(&mut self) -> Stored<()> {
        self.open.command("RELEASE marked").await
    }

    pub(super) async fn go_back_to_mark(&mut self) -> Stored<()> {
        self.open
            .command("ROLLBACK TO marked; RELEASE marked")
            .await?;
        if let Some(locks) = &mut self.locks {
            locks.companies.truncate(locks.at_mark);
        }
        self.seen = self.seen_at_mark;
        if let Some(words) = &mut self.words {
            words.go_back_to_mark();
        }
        Ok(())
    }

    /// Commits, and begins another with a mark.
    pub(super) async fn begin_again(&mut self) -> Stored<()> {
        self.open.take()?.commit().await.map_err(backend)?;
        let own = self.words.as_ref().map(|words| Arc::clone(words.own()));
        let next = Self::begin_writing(&self.pool, &own.unwrap_or_default()).await?;
        (self.open, self.locks, self.words) = (next.open, next.locks, next.words);
        self.seen = Seen::Nobodys;
        self.set_mark().await
    }
}

impl Open {
    fn take(&mut self) -> Stored<Transaction<'static, Postgres>> {
        let gone = || StorageError::Backend("the transaction has ended".into());
        self.0.take().ok_or_else(gone)
    }

    fn get(&mut self) -> Stored<&mut Transaction<'static, Postgres>> {
        let gone = || StorageError::Backend("the transaction has ended".into());
        self.0.as_mut().ok_or_else(gone)
    }

    /// Runs what has no values and gives no rows.
    async fn command(&mut self, sql: &'static str) -> Stored<()> {
        let tx = self.get()?;
        sqlx::raw_sql(sql)
            .execute(&mut **tx)
            .await
            .map_err(backend)?;
        Ok(())
    }

    /// Runs a statement that gives no rows; how many it changed.
    pub(super) async fn run(&mut self, asked: Asked<'_>) -> Stored<u64> {
        let done = asked.execute(&mut **self.get()?).await.map_err(backend)?;
        Ok(done.rows_affected())
    }

    /// The first row of a statement that gives one at most.
    pub(super) async fn first<T>(
        &mut self,
        asked: Asked<'_>,
        read: impl FnOnce(&PgRow) -> Stored<T>,
    ) -> Stored<Option<T>> {
        let found = asked.fetch_optional(&mut **self.get()?).await;
        found.map_err(backend)?.as_ref().map(read).transpose()
    }

    /// All rows of a statement.
    pub(super) async fn all<T>(
        &mut self,
        asked: Asked<'_>,
        read: impl Fn(&PgRow) -> Stored<T>,
    ) -> Stored<Vec<T>> {
        let rows = asked.fetch_all(&mut **self.get()?).await.map_err(backend)?;
        rows.iter().map(read).collect()
    }

    /// The rows of a statement that can be read. The others, damaged or of a newer build, are left out, or they
    /// would keep everybody from the rest; the log names them by `name`, which holds ids only.
    pub(super) async fn readable<T>(
        &mut self,
        asked: Asked<'_>,
        mut read: impl FnMut(&PgRow) -> Stored<T>,
        name: impl Fn(&PgRow) -> Stored<String>,
    ) -> Stored<Vec<T>> {
        let rows = asked.fetch_all(&mut **self.get()?).await.map_err(backend)?;
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            match read(row) {
                Ok(value) => found.push(value),
                Err(error) if error.is_local() => {
                    tracing::error!(%error, row = name(row)?, "a row was left out");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }
}
