//! What is forgotten in SQLite, some rows at a time: whoever writes meanwhile waits for a few, not for all.

use super::super::Stored;
use super::super::retention::{
    Ageing, FileRemoved, KeptFile, KeptVerdict, ReadRetention, VerdictAges, WriteRetention,
};
use super::SqliteTx;
use super::values::{column, uint_at, uuid_at};
use afield_domain::{AttachmentId, CompanyId, JobId, MutationId, Timestamp};
use afield_planted::planted;
use async_trait::async_trait;

/// Before every time and every id.
const FIRST: (i64, String, String) = (i64::MIN, String::new(), String::new());

#[async_trait]
impl ReadRetention for SqliteTx {
    async fn kept_verdicts(
        &mut self,
        before: Timestamp,
        after: Option<KeptVerdict>,
        limit: u32,
    ) -> Stored<Vec<KeptVerdict>> {
        let place = |row: KeptVerdict| {
            let (company, id) = (row.company.to_string(), row.id.to_string());
            (row.received_at.0, company, id)
        };
        let (at, company, id) = after.map_or(FIRST, place);
        self.tx.all(
            "SELECT received_at, company, id FROM mutations WHERE verdict IS NOT NULL AND rejected = 0 \
             AND received_at < ?1 AND (received_at, company, id) > (?2, ?3, ?4) \
             ORDER BY received_at, company, id LIMIT ?5",
            (before.0, at, company, id, limit),
            |row| {
                Ok(KeptVerdict {
                    received_at: Timestamp(column(row, 0)?),
                    company: CompanyId(uuid_at(row, 1)?),
                    id: MutationId(uuid_at(row, 2)?),
                })
            },
        )
    }

    async fn kept_files(
        &mut self,
        company: CompanyId,
        before: Timestamp,
        after: Option<KeptFile>,
        limit: u32,
    ) -> Stored<Vec<KeptFile>> {
        let place = |file: KeptFile| (file.updated_at.0, file.id.to_string());
        let (at, id) = after.map_or((i64::MIN, String::new()), place);
        self.tx.all(
            "SELECT updated_at, id FROM records WHERE company = ?1 AND module = 'attachment' \
             AND file_removed_at IS NULL AND updated_at < ?2 AND (updated_at, id) > (?3, ?4) \
             ORDER BY updated_at, id LIMIT ?5",
            (company.to_string(), before.0, at, id, limit),
            |row| {
                Ok(KeptFile {
                    updated_at: Timestamp(column(row, 0)?),
                    id: AttachmentId(uuid_at(row, 1)?),
                })
            },
        )
    }

    async fn waits_on(&mut self, company: CompanyId, job: JobId) -> Stored<bool> {
        let waits = self.tx.first(
            "SELECT EXISTS (SELECT 1 FROM reviews WHERE company = ?1 AND job = ?2 AND decided IS NULL) \
             OR EXISTS (SELECT 1 FROM records WHERE company = ?1 AND parent_module = 'job' AND parent_id = ?2 \
             AND module = 'conflict' AND deleted = 0 \
             AND CASE WHEN json_valid(data) THEN (data ->> '$.settled') IS NULL ELSE 1 END)",
            [company.to_string(), job.to_string()],
            |row| column(row, 0),
        )?;
        Ok(waits.unwrap_or(true))
    }

    async fn file_removed(
        &mut self,
        company: CompanyId,
        file: AttachmentId,
    ) -> Stored<Option<FileRemoved>> {
        self.tx.first(
            "SELECT file_removed_at, file_kept_days FROM records \
             WHERE company = ?1 AND module = 'attachment' AND id = ?2 AND file_removed_at IS NOT NULL",
            [company.to_string(), file.to_string()],
            |row| {
                Ok(FileRemoved {
                    at: Timestamp(column(row, 0)?),
                    kept_days: column::<Option<u32>>(row, 1)?.unwrap_or_default(),
                })
            },
        )
    }

    async fn files_to_delete(
        &mut self,
        company: CompanyId,
        after: Option<AttachmentId>,
        limit: u32,
    ) -> Stored<Vec<AttachmentId>> {
        let after = after.map_or(String::new(), |file| file.to_string());
        self.tx.all(
            "SELECT attachment FROM files_to_delete WHERE company = ?1 AND attachment > ?2 \
             ORDER BY attachment LIMIT ?3",
            (company.to_string(), after, limit),
            |row| Ok(AttachmentId(uuid_at(row, 0)?)),
        )
    }
}

#[async_trait]
impl WriteRetention for SqliteTx {
    async fn prune(
        &mut self,
        company: CompanyId,
        what: Ageing,
        before: Timestamp,
        most: u32,
    ) -> Stored<u64> {
        let sql = match what {
            Ageing::Departures => return self.delete_departures(company, before, most),
            Ageing::Activity => return self.delete_activity(company, before, most),
            Ageing::Devices => {
                "DELETE FROM devices WHERE company = ?1 AND (user, device) IN ( \
                 SELECT user, device FROM devices WHERE company = ?1 AND last_seen < ?2 LIMIT ?3)"
            }
            Ageing::Sessions => {
                "DELETE FROM sessions WHERE company = ?1 AND token_hash IN ( \
                 SELECT token_hash FROM sessions WHERE company = ?1 AND expires_at <= ?2 LIMIT ?3)"
            }
            Ageing::Reports => {
                "DELETE FROM device_reports WHERE company = ?1 AND (user, device) IN ( \
                 SELECT user, device FROM device_reports WHERE company = ?1 AND told_at < ?2 LIMIT ?3)"
            }
            Ageing::Reviews => {
                "DELETE FROM reviews WHERE company = ?1 AND place IN (SELECT place FROM reviews \
                 WHERE company = ?1 AND decided IS NOT NULL AND decided_at < ?2 LIMIT ?3)"
            }
        };
        self.tx.run(sql, (company.to_string(), before.0, most))
    }

    async fn prune_verdicts(
        &mut self,
        company: CompanyId,
        ids: &[MutationId],
        ages: VerdictAges,
    ) -> Stored<u64> {
        // Who comes back after long learns that the effect is there, and fetches the records.
        const SQL: &str = "UPDATE mutations SET verdict = NULL WHERE company = ?1 AND id = ?2 \
             AND verdict IS NOT NULL AND rejected = 0 \
             AND (received_at < ?3 AND (device = id OR seq < (SELECT d.ack_below FROM devices d \
             WHERE d.company = mutations.company AND d.user = mutations.user AND d.device = mutations.device)) \
             OR received_at < ?4 AND NOT EXISTS (SELECT 1 FROM devices d WHERE d.company = mutations.company \
             AND d.user = mutations.user AND d.device = mutations.device AND d.last_seen >= ?4))";
        let sql = planted!(TimeOnlyPrune: SQL => "DELETE FROM mutations WHERE company = ?1 AND id = ?2 \
             AND received_at < max(?3, ?4)");
        let company = company.to_string();
        let mut pruned = 0;
        for id in ids {
            let (acknowledged, abandoned) = (ages.acknowledged.0, ages.abandoned.0);
            let params = (&company, id.to_string(), acknowledged, abandoned);
            pruned += self.tx.run(sql, params)?;
        }
        Ok(pruned)
    }

    async fn remove_file(
        &mut self,
        company: CompanyId,
        file: AttachmentId,
        removed: FileRemoved,
    ) -> Stored<bool> {
        let (company, file) = (company.to_string(), file.to_string());
        let noted = self.tx.run(
            "UPDATE records SET file_removed_at = ?3, file_kept_days = ?4 \
             WHERE company = ?1 AND module = 'attachment' AND id = ?2 AND file_removed_at IS NULL",
            (&company, &file, removed.at.0, removed.kept_days),
        )?;
        if noted > 0 {
            let sql = "INSERT OR IGNORE INTO files_to_delete (company, attachment) VALUES (?1, ?2)";
            self.tx.run(sql, [company, file])?;
        }
        Ok(noted > 0)
    }

    async fn files_deleted(&mut self, company: CompanyId, files: &[AttachmentId]) -> Stored<()> {
        let company = company.to_string();
        for file in files {
            let sql = "DELETE FROM files_to_delete WHERE company = ?1 AND attachment = ?2";
            self.tx.run(sql, [&company, &file.to_string()])?;
        }
        Ok(())
    }
}

impl SqliteTx {
    /// Deletes from the first of the company's order on, up to the first that is of `before` or younger. What does not
    /// read has no age.
    fn delete_activity(&self, company: CompanyId, before: Timestamp, most: u32) -> Stored<u64> {
        let company = company.to_string();
        let oldest = self.tx.all(
            "SELECT seq, CASE WHEN json_valid(data) THEN CAST(json_extract(data, '$.received_at') AS INTEGER) END \
             FROM activity WHERE company = ?1 ORDER BY seq LIMIT ?2",
            (&company, most),
            |row| Ok((column::<i64>(row, 0)?, column::<Option<i64>>(row, 1)?)),
        )?;
        let is_old = |(_, at): &&(i64, Option<i64>)| at.is_none_or(|at| at < before.0);
        let Some((last, _)) = oldest.iter().take_while(is_old).last() else {
            return Ok(0);
        };
        let sql = "DELETE FROM activity WHERE company = ?1 AND seq <= ?2";
        self.tx.run(sql, (&company, *last))
    }

    /// Likewise: a cursor below what is forgotten is of no use any more.
    fn delete_departures(&self, company: CompanyId, before: Timestamp, most: u32) -> Stored<u64> {
        let company = company.to_string();
        let oldest = self.tx.all(
            "SELECT seq, at FROM departures WHERE company = ?1 ORDER BY seq LIMIT ?2",
            (&company, most),
            |row| Ok((uint_at(row, 0)?, column::<i64>(row, 1)?)),
        )?;
        let is_old = |(_, at): &&(u64, i64)| *at < before.0;
        let Some((last, _)) = oldest.iter().take_while(is_old).last() else {
            return Ok(0);
        };
        self.raise_floor(&company, *last)?;
        let sql = "DELETE FROM departures WHERE company = ?1 AND seq <= ?2";
        self.tx.run(sql, (&company, super::values::int(*last)))
    }
}
