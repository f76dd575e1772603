//! How much sessions have asked for at other servers, in PostgreSQL. No company's row is locked, and none of another server's.

use super::super::Stored;
use super::super::paces::{Count, MOST, WritePaces};
use super::open_transaction::PgTx;
use super::values::{column, owned};
use afield_domain::Timestamp;
use async_trait::async_trait;
use sqlx::postgres::PgRow;
use sqlx::query;

#[async_trait]
impl WritePaces for PgTx {
    async fn tell_paces(
        &mut self,
        server: &str,
        counts: &[(String, Count)],
        over: Timestamp,
    ) -> Stored<()> {
        let names: Vec<&str> = counts.iter().map(|(name, _)| name.as_str()).collect();
        let began: Vec<i64> = counts.iter().map(|(_, count)| count.began.0).collect();
        let requests = counts.iter().map(|(_, count)| i64::from(count.requests));
        let requests: Vec<i64> = requests.collect();
        let asked = query(
            "INSERT INTO paces (name, server, began, requests) \
             SELECT name, $2, began, requests FROM unnest($1::text[], $3::bigint[], $4::bigint[]) AS t (name, began, requests) \
             ON CONFLICT (name, server) DO UPDATE SET began = excluded.began, requests = excluded.requests",
        );
        let asked = asked.bind(names).bind(server).bind(began).bind(requests);
        self.of_none().run(asked).await?;
        let asked = query("DELETE FROM paces WHERE server = $1 AND began <= $2");
        let asked = asked.bind(server).bind(over.0);
        self.of_none().run(asked).await.map(drop)
    }

    async fn paces_elsewhere(
        &mut self,
        server: &str,
        names: &[String],
        over: Timestamp,
    ) -> Stored<Vec<(String, Count)>> {
        let asked = query(
            "SELECT name, began, requests FROM paces WHERE name = ANY($1) AND server <> $2 AND began > $3 \
             ORDER BY requests DESC LIMIT $4",
        );
        let asked = asked.bind(names).bind(server).bind(over.0);
        let asked = asked.bind(i64::from(MOST));
        let read = |row: &PgRow| {
            let count = Count {
                began: Timestamp(column(row, 1)?),
                requests: u32::try_from(column::<i64>(row, 2)?).unwrap_or(u32::MAX),
            };
            Ok((owned(row, 0)?, count))
        };
        self.of_none().all(asked, read).await
    }

    async fn prune_paces(&mut self, before: Timestamp) -> Stored<u64> {
        let asked = query("DELETE FROM paces WHERE began < $1");
        self.of_none().run(asked.bind(before.0)).await
    }
}
