//! Which sign-ins have failed of late, in SQLite.

use super::super::Stored;
use super::super::brakes::{ReadBrakes, WriteBrakes};
use super::SqliteTx;
use super::values::column;
use afield_domain::Timestamp;
use async_trait::async_trait;

#[async_trait]
impl ReadBrakes for SqliteTx {
    async fn sign_in_failures(
        &mut self,
        name: &str,
        (after, before): (Timestamp, Timestamp),
        most: u32,
    ) -> Stored<Vec<Timestamp>> {
        self.tx.all(
            "SELECT at FROM sign_in_failures WHERE name = ?1 AND at > ?2 AND at < ?3 ORDER BY at DESC LIMIT ?4",
            (name, after.0, before.0, most),
            |row| Ok(Timestamp(column(row, 0)?)),
        )
    }
}

#[async_trait]
impl WriteBrakes for SqliteTx {
    async fn add_sign_in_failures(
        &mut self,
        names: &[String],
        at: Timestamp,
        kept: u32,
    ) -> Stored<()> {
        for name in names {
            let sql = "INSERT INTO sign_in_failures (name, at) VALUES (?1, ?2)";
            self.tx.run(sql, (name, at.0))?;
        }
        let sql =
            "DELETE FROM sign_in_failures WHERE id <= (SELECT max(id) FROM sign_in_failures) - ?1";
        self.tx.run(sql, [kept]).map(drop)
    }

    async fn prune_sign_in_failures(&mut self, before: Timestamp) -> Stored<u64> {
        let sql = "DELETE FROM sign_in_failures WHERE at < ?1";
        self.tx.run(sql, [before.0])
    }
}
