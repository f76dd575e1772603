//! How much sessions have asked for at other servers, in SQLite: there is none, but the port is the same.

use super::super::Stored;
use super::super::paces::{Count, MOST, WritePaces};
use super::SqliteTx;
use super::values::{column, text};
use afield_domain::Timestamp;
use async_trait::async_trait;

#[async_trait]
impl WritePaces for SqliteTx {
    async fn tell_paces(
        &mut self,
        server: &str,
        counts: &[(String, Count)],
        over: Timestamp,
    ) -> Stored<()> {
        for (name, count) in counts {
            let sql = "INSERT OR REPLACE INTO paces (name, server, began, requests) VALUES (?1, ?2, ?3, ?4)";
            self.tx
                .run(sql, (name, server, count.began.0, count.requests))?;
        }
        let sql = "DELETE FROM paces WHERE server = ?1 AND began <= ?2";
        self.tx.run(sql, (server, over.0)).map(drop)
    }

    async fn paces_elsewhere(
        &mut self,
        server: &str,
        names: &[String],
        over: Timestamp,
    ) -> Stored<Vec<(String, Count)>> {
        let mut found = Vec::new();
        for name in names {
            let sql = "SELECT name, began, requests FROM paces WHERE name = ?1 AND server <> ?2 AND began > ?3 \
                       ORDER BY requests DESC LIMIT ?4";
            let of_one = self.tx.all(sql, (name, server, over.0, MOST), |row| {
                let count = Count {
                    began: Timestamp(column(row, 1)?),
                    requests: column(row, 2)?,
                };
                Ok((text(row, 0)?.to_owned(), count))
            })?;
            found.extend(of_one);
        }
        Ok(found)
    }

    async fn prune_paces(&mut self, before: Timestamp) -> Stored<u64> {
        self.tx
            .run("DELETE FROM paces WHERE began < ?1", [before.0])
    }
}
