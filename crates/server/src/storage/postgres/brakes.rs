//! Which sign-ins have failed of late, in PostgreSQL. Nothing here is of a company, and no company's row is locked.

use super::super::Stored;
use super::super::brakes::{ReadBrakes, WriteBrakes};
use super::open_transaction::PgTx;
use super::values::column;
use afield_domain::Timestamp;
use async_trait::async_trait;
use sqlx::postgres::PgRow;
use sqlx::query;

#[async_trait]
impl ReadBrakes for PgTx {
    async fn sign_in_failures(
        &mut self,
        name: &str,
        (after, before): (Timestamp, Timestamp),
        most: u32,
    ) -> Stored<Vec<Timestamp>> {
        let asked = query(
            "SELECT at FROM sign_in_failures WHERE name = $1 AND at > $2 AND at < $3 ORDER BY at DESC LIMIT $4",
        );
        let asked = asked.bind(name).bind(after.0).bind(before.0);
        let asked = asked.bind(i64::from(most));
        let at = |row: &PgRow| Ok(Timestamp(column(row, 0)?));
        self.of_none().all(asked, at).await
    }
}

#[async_trait]
impl WriteBrakes for PgTx {
    async fn add_sign_in_failures(
        &mut self,
        names: &[String],
        at: Timestamp,
        kept: u32,
    ) -> Stored<()> {
        let asked = query(
            "INSERT INTO sign_in_failures (name, at) SELECT name, $2 FROM unnest($1::text[]) AS name",
        );
        self.of_none().run(asked.bind(names).bind(at.0)).await?;
        // Numbers are given in order, so that what has room is known without counting.
        let asked = query(
            "DELETE FROM sign_in_failures WHERE id <= (SELECT max(id) FROM sign_in_failures) - $1",
        );
        let asked = asked.bind(i64::from(kept));
        self.of_none().run(asked).await.map(drop)
    }

    async fn prune_sign_in_failures(&mut self, before: Timestamp) -> Stored<u64> {
        let asked = query("DELETE FROM sign_in_failures WHERE at < $1");
        self.of_none().run(asked.bind(before.0)).await
    }
}
