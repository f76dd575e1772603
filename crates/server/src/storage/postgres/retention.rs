//! What is forgotten in PostgreSQL, some rows at a time: whoever writes meanwhile waits for a few, not for all.

use super::super::Stored;
use super::super::retention::{
    Ageing, FileRemoved, KeptFile, KeptVerdict, ReadRetention, VerdictAges, WriteRetention,
};
use super::open_transaction::PgTx;
use super::values::{column, int, uint_at, uuid_at};
use afield_domain::{AttachmentId, CompanyId, JobId, MutationId, Timestamp};
use afield_planted::planted;
use async_trait::async_trait;
use sqlx::postgres::PgRow;
use sqlx::query;
use uuid::Uuid;

#[async_trait]
impl ReadRetention for PgTx {
    async fn kept_verdicts(
        &mut self,
        before: Timestamp,
        after: Option<KeptVerdict>,
        limit: u32,
    ) -> Stored<Vec<KeptVerdict>> {
        // The time alone is what the index knows.
        let asked = query(
            "SELECT received_at, company, id FROM mutations WHERE verdict IS NOT NULL AND NOT rejected \
             AND received_at < $1 AND received_at >= $2 AND (received_at, company, id) > ($2, $3, $4) \
             ORDER BY received_at, company, id LIMIT $5",
        );
        let place = |row: KeptVerdict| (row.received_at.0, row.company.0, row.id.0);
        let (at, company, id) = after.map_or((i64::MIN, Uuid::nil(), Uuid::nil()), place);
        let asked = asked.bind(before.0).bind(at).bind(company).bind(id);
        let read = |row: &PgRow| {
            Ok(KeptVerdict {
                received_at: Timestamp(column(row, 0)?),
                company: CompanyId(uuid_at(row, 1)?),
                id: MutationId(uuid_at(row, 2)?),
            })
        };
        let open = self.of_all().await?;
        open.all(asked.bind(i64::from(limit)), read).await
    }

    async fn kept_files(
        &mut self,
        company: CompanyId,
        before: Timestamp,
        after: Option<KeptFile>,
        limit: u32,
    ) -> Stored<Vec<KeptFile>> {
        let asked = query(
            "SELECT updated_at, id FROM records WHERE company = $1 AND module = 'attachment' \
             AND file_removed_at IS NULL AND updated_at < $2 AND (updated_at, id) > ($3, $4) \
             ORDER BY updated_at, id LIMIT $5",
        );
        let place = |file: KeptFile| (file.updated_at.0, file.id.0);
        let (at, id) = after.map_or((i64::MIN, Uuid::nil()), place);
        let asked = asked.bind(company.0).bind(before.0).bind(at).bind(id);
        let read = |row: &PgRow| {
            Ok(KeptFile {
                updated_at: Timestamp(column(row, 0)?),
                id: AttachmentId(uuid_at(row, 1)?),
            })
        };
        let open = self.of(company).await?;
        open.all(asked.bind(i64::from(limit)), read).await
    }

    async fn waits_on(&mut self, company: CompanyId, job: JobId) -> Stored<bool> {
        let asked = query(
            "SELECT EXISTS (SELECT 1 FROM reviews WHERE company = $1 AND job = $2 AND decided IS NULL) \
             OR EXISTS (SELECT 1 FROM records WHERE company = $1 AND parent_module = 'job' AND parent_id = $2 \
             AND module = 'conflict' AND NOT deleted AND coalesce(json_typeof(data -> 'settled'), 'null') = 'null')",
        );
        let asked = asked.bind(company.0).bind(job.0);
        let open = self.of(company).await?;
        let waits = open.first(asked, |row| column::<bool>(row, 0)).await?;
        Ok(waits.unwrap_or(true))
    }

    async fn file_removed(
        &mut self,
        company: CompanyId,
        file: AttachmentId,
    ) -> Stored<Option<FileRemoved>> {
        let asked = query(
            "SELECT file_removed_at, file_kept_days FROM records \
             WHERE company = $1 AND module = 'attachment' AND id = $2 AND file_removed_at IS NOT NULL",
        );
        let read = |row: &PgRow| {
            let kept_days = column::<Option<i64>>(row, 1)?.unwrap_or_default();
            Ok(FileRemoved {
                at: Timestamp(column(row, 0)?),
                kept_days: u32::try_from(kept_days).unwrap_or_default(),
            })
        };
        let open = self.of(company).await?;
        open.first(asked.bind(company.0).bind(file.0), read).await
    }

    async fn files_to_delete(
        &mut self,
        company: CompanyId,
        after: Option<AttachmentId>,
        limit: u32,
    ) -> Stored<Vec<AttachmentId>> {
        let asked = query(
            "SELECT attachment FROM files_to_delete WHERE company = $1 AND ($2::uuid IS NULL OR attachment > $2) \
             ORDER BY attachment LIMIT $3",
        );
        let asked = asked.bind(company.0).bind(after.map(|file| file.0));
        let asked = asked.bind(i64::from(limit));
        let read = |row: &PgRow| Ok(AttachmentId(uuid_at(row, 0)?));
        self.of(company).await?.all(asked, read).await
    }
}

#[async_trait]
impl WriteRetention for PgTx {
    async fn prune(
        &mut self,
        company: CompanyId,
        what: Ageing,
        before: Timestamp,
        most: u32,
    ) -> Stored<u64> {
        let sql = match what {
            Ageing::Departures => return self.delete_departures(company, before, most).await,
            Ageing::Activity => return self.delete_activity(company, before, most).await,
            Ageing::Devices => {
                "DELETE FROM devices WHERE company = $1 AND (\"user\", device) IN ( \
                 SELECT \"user\", device FROM devices WHERE company = $1 AND last_seen < $2 LIMIT $3)"
            }
            Ageing::Sessions => {
                "DELETE FROM sessions WHERE company = $1 AND token_hash IN ( \
                 SELECT token_hash FROM sessions WHERE company = $1 AND expires_at <= $2 LIMIT $3)"
            }
            Ageing::Reports => {
                "DELETE FROM device_reports WHERE company = $1 AND (\"user\", device) IN ( \
                 SELECT \"user\", device FROM device_reports WHERE company = $1 AND told_at < $2 LIMIT $3)"
            }
            Ageing::Reviews => {
                "DELETE FROM reviews WHERE company = $1 AND place IN (SELECT place FROM reviews \
                 WHERE company = $1 AND decided IS NOT NULL AND decided_at < $2 LIMIT $3)"
            }
        };
        let asked = query(sql).bind(company.0).bind(before.0);
        let open = self.of(company).await?;
        open.run(asked.bind(i64::from(most))).await
    }

    async fn prune_verdicts(
        &mut self,
        company: CompanyId,
        ids: &[MutationId],
        ages: VerdictAges,
    ) -> Stored<u64> {
        // Who comes back after long learns that the effect is there, and fetches the records.
        const SQL: &str = "UPDATE mutations m SET verdict = NULL WHERE m.company = $1 AND m.id = ANY($2) \
             AND m.verdict IS NOT NULL AND NOT m.rejected \
             AND (m.received_at < $3 AND (m.device = m.id OR m.seq < (SELECT d.ack_below FROM devices d \
             WHERE d.company = m.company AND d.\"user\" = m.\"user\" AND d.device = m.device)) \
             OR m.received_at < $4 AND NOT EXISTS (SELECT 1 FROM devices d WHERE d.company = m.company \
             AND d.\"user\" = m.\"user\" AND d.device = m.device AND d.last_seen >= $4))";
        let sql = planted!(TimeOnlyPrune: SQL => "DELETE FROM mutations WHERE company = $1 AND id = ANY($2) \
             AND received_at < greatest($3, $4)");
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let asked = query(sql).bind(company.0).bind(ids);
        let asked = asked.bind(ages.acknowledged.0).bind(ages.abandoned.0);
        self.of(company).await?.run(asked).await
    }

    async fn remove_file(
        &mut self,
        company: CompanyId,
        file: AttachmentId,
        removed: FileRemoved,
    ) -> Stored<bool> {
        let open = self.of(company).await?;
        let noted = query(
            "UPDATE records SET file_removed_at = $3, file_kept_days = $4 \
             WHERE company = $1 AND module = 'attachment' AND id = $2 AND file_removed_at IS NULL",
        );
        let noted = noted.bind(company.0).bind(file.0).bind(removed.at.0);
        let noted = open.run(noted.bind(i64::from(removed.kept_days))).await?;
        if noted > 0 {
            let due = query(
                "INSERT INTO files_to_delete (company, attachment) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            );
            open.run(due.bind(company.0).bind(file.0)).await?;
        }
        Ok(noted > 0)
    }

    async fn files_deleted(&mut self, company: CompanyId, files: &[AttachmentId]) -> Stored<()> {
        let files: Vec<Uuid> = files.iter().map(|file| file.0).collect();
        let asked =
            query("DELETE FROM files_to_delete WHERE company = $1 AND attachment = ANY($2)");
        let asked = asked.bind(company.0).bind(files);
        self.of(company).await?.run(asked).await.map(drop)
    }
}

impl PgTx {
    /// Deletes from the first of the company's order on, up to the first that is of `before` or younger. What does not
    /// read has no age.
    async fn delete_activity(
        &mut self,
        company: CompanyId,
        before: Timestamp,
        most: u32,
    ) -> Stored<u64> {
        let open = self.of(company).await?;
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

    /// Likewise: a cursor below what is forgotten is of no use any more.
    async fn delete_departures(
        &mut self,
        company: CompanyId,
        before: Timestamp,
        most: u32,
    ) -> Stored<u64> {
        let open = self.of(company).await?;
        let oldest =
            query("SELECT seq, at FROM departures WHERE company = $1 ORDER BY seq LIMIT $2");
        let oldest = oldest.bind(company.0).bind(i64::from(most));
        let read = |row: &PgRow| Ok((uint_at(row, 0)?, column::<i64>(row, 1)?));
        let oldest = open.all(oldest, read).await?;
        let is_old = |(_, at): &&(u64, i64)| *at < before.0;
        let Some((last, _)) = oldest.iter().take_while(is_old).last() else {
            return Ok(0);
        };
        let raise =
            query("UPDATE companies SET cursor_floor = greatest(cursor_floor, $2) WHERE id = $1");
        open.run(raise.bind(company.0).bind(int(*last))).await?;
        let asked = query("DELETE FROM departures WHERE company = $1 AND seq <= $2");
        open.run(asked.bind(company.0).bind(int(*last))).await
    }
}
