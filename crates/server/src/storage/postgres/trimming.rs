//! What is forgotten in PostgreSQL, so that nothing grows without end.

use super::super::{NewSession, Stored};
use super::open_transaction::PgTx;
use super::values::column;
use afield_domain::{CompanyId, Timestamp};
use afield_planted::planted;
use sqlx::postgres::PgRow;
use sqlx::query;

/// Sessions of one user; with one more the one that was used longest ago ends.
const SESSIONS: i64 = 50;

impl PgTx {
    /// Ends the sessions that the user of a new one has too many.
    pub(super) async fn trim_sessions(&mut self, new: &NewSession) -> Stored<()> {
        let asked = query(
            "DELETE FROM sessions WHERE company = $1 AND \"user\" = $2 AND token_hash IN ( \
             SELECT token_hash FROM sessions WHERE company = $1 AND \"user\" = $2 AND token_hash <> $3 \
             ORDER BY last_seen DESC, token_hash OFFSET $4)",
        );
        let asked = asked
            .bind(new.company.0)
            .bind(new.user.0)
            .bind(&new.token_hash)
            .bind(SESSIONS - 1);
        self.of(new.company).await?.run(asked).await.map(drop)
    }

    /// Deletes activity from its oldest on, at most `most` of each company, up to the first that is of `before` or
    /// younger. What does not read has no age and goes with what is around it.
    pub(super) async fn delete_old_activity(
        &mut self,
        before: Timestamp,
        most: u32,
    ) -> Stored<u64> {
        self.of_all().await?;
        let mut deleted = 0;
        for company in self.load_companies().await? {
            deleted += self.delete_old_activity_of(company, before, most).await?;
        }
        Ok(deleted)
    }

    async fn delete_old_activity_of(
        &mut self,
        company: CompanyId,
        before: Timestamp,
        most: u32,
    ) -> Stored<u64> {
        // Its row is locked already, with all others.
        let open = self.past_the_wall().await?;
        let oldest = query(
            "SELECT seq, substring(afield_member(data, 'received_at') FROM '^-?[0-9]{1,18}$')::bigint \
             FROM activity WHERE company = $1 ORDER BY seq LIMIT $2",
        );
        let oldest = oldest.bind(company.0).bind(i64::from(most));
        let read = |row: &PgRow| Ok((column::<i64>(row, 0)?, column::<Option<i64>>(row, 1)?));
        let oldest = open.all(oldest, read).await?;
        let is_old = |(_, at): &&(i64, Option<i64>)| at.is_none_or(|at| at < before.0);
        let Some((last, _)) = oldest.iter().take_while(is_old).last() else {
            return Ok(0);
        };
        let asked = query("DELETE FROM activity WHERE company = $1 AND seq <= $2");
        open.run(asked.bind(company.0).bind(*last)).await
    }

    pub(super) async fn delete_verdicts(&mut self, before: Timestamp) -> Stored<u64> {
        const SQL: &str = "UPDATE mutations m SET verdict = NULL WHERE m.verdict IS NOT NULL AND NOT m.rejected \
             AND m.received_at < $1 AND (m.device = m.id OR m.seq < (SELECT d.ack_below FROM devices d \
             WHERE d.company = m.company AND d.\"user\" = m.\"user\" AND d.device = m.device))";
        let sql = planted!(TimeOnlyPrune: SQL => "DELETE FROM mutations WHERE received_at < $1");
        let asked = query(sql).bind(before.0);
        self.of_all().await?.run(asked).await
    }

    pub(super) async fn delete_devices(&mut self, before: Timestamp) -> Stored<u64> {
        let open = self.of_all().await?;
        // Who comes back after that long learns that the effect is there, and fetches the records.
        let verdicts = query(
            "UPDATE mutations m SET verdict = NULL WHERE m.verdict IS NOT NULL AND NOT m.rejected \
             AND m.received_at < $1 AND NOT EXISTS (SELECT 1 FROM devices d WHERE d.company = m.company \
             AND d.\"user\" = m.\"user\" AND d.device = m.device AND d.last_seen >= $1)",
        );
        open.run(verdicts.bind(before.0)).await?;
        let devices = query("DELETE FROM devices WHERE last_seen < $1");
        open.run(devices.bind(before.0)).await
    }

    pub(super) async fn delete_departures(&mut self, before: Timestamp) -> Stored<u64> {
        let open = self.of_all().await?;
        let raise = query(
            "UPDATE companies c SET cursor_floor = greatest(c.cursor_floor, d.floor) FROM \
             (SELECT company, max(seq) AS floor FROM departures WHERE at < $1 GROUP BY company) d \
             WHERE c.id = d.company",
        );
        open.run(raise.bind(before.0)).await?;
        let asked = query("DELETE FROM departures WHERE at < $1");
        open.run(asked.bind(before.0)).await
    }

    pub(super) async fn delete_sessions(&mut self, now: Timestamp) -> Stored<u64> {
        let asked = query("DELETE FROM sessions WHERE expires_at <= $1");
        self.of_all().await?.run(asked.bind(now.0)).await
    }

    pub(super) async fn delete_reports(&mut self, before: Timestamp) -> Stored<u64> {
        let asked = query("DELETE FROM device_reports WHERE told_at < $1");
        self.of_all().await?.run(asked.bind(before.0)).await
    }
}
