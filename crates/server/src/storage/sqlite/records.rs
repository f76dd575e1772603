//! Records, their links, their parts and the index of jobs in SQLite.

use super::super::{Child, Head, JobHead, Link, RecordRow, Stored, StoredRecord};
use super::SqliteTx;
use super::open_transaction::of_many;
use super::values::{
    column, head_at, int, key, key_at, maybe_text, status_name, text, texts_of, uint_at, uuid_at,
};
use crate::off_worker::off_worker;
use afield_domain::time::ScopeWindow;
use afield_domain::{CompanyId, JobId, Module, RecordKey, Rev, Timestamp, UserId};
use rusqlite::Row;

/// A conflict that nobody has settled: word for word the condition of the index.
macro_rules! open_conflicts {
    () => {
        " FROM records r WHERE r.company = ?1 AND r.module = 'conflict' AND r.deleted = 0 \
         AND CASE WHEN json_valid(r.data) THEN (r.data ->> '$.settled') IS NULL ELSE 0 END \
         AND EXISTS (SELECT 1 FROM records j WHERE j.company = r.company AND j.module = 'job' \
         AND j.id = r.parent_id AND j.deleted = 0)"
    };
}

macro_rules! record_columns {
    () => {
        "r.module, r.id, r.rev, r.scope_seq, r.deleted, r.data, r.stamps, r.external_key, r.updated_at"
    };
}

fn record(row: &Row<'_>) -> Stored<StoredRecord> {
    Ok(StoredRecord {
        key: key_at(row, 0)?,
        rev: Rev(uint_at(row, 2)?),
        scope_seq: uint_at(row, 3)?,
        deleted: column(row, 4)?,
        data: text(row, 5)?.to_owned(),
        stamps: text(row, 6)?.to_owned(),
        external_key: maybe_text(row, 7)?.map(str::to_owned),
        updated_at: Timestamp(column(row, 8)?),
    })
}

impl SqliteTx {
    pub(super) fn load_records(
        &self,
        company: CompanyId,
        keys: &[RecordKey],
    ) -> Stored<Vec<StoredRecord>> {
        const SQL: &str = concat!(
            "SELECT ",
            record_columns!(),
            " FROM records r WHERE r.company = ?1 AND r.module = ?2 AND r.id = ?3"
        );
        let mut found = Vec::with_capacity(keys.len());
        of_many(keys.len(), || {
            self.tx.each(SQL, texts_of(company, keys), |row| {
                found.push(record(row)?);
                Ok(())
            })
        })?;
        Ok(found)
    }

    pub(super) fn load_by_external_key(
        &self,
        company: CompanyId,
        module: Module,
        external_key: &str,
    ) -> Stored<Option<RecordKey>> {
        self.tx.first(
            "SELECT id FROM records WHERE company = ?1 AND module = ?2 AND external_key = ?3",
            (company.to_string(), module.name(), external_key),
            |row| key(module.name(), text(row, 0)?),
        )
    }

    pub(super) fn load_heads(&self, company: CompanyId, keys: &[RecordKey]) -> Stored<Vec<Head>> {
        let mut found = Vec::with_capacity(keys.len());
        of_many(keys.len(), || {
            self.tx.each(
                "SELECT module, id, change_seq, scope_seq, deleted FROM records \
                 WHERE company = ?1 AND module = ?2 AND id = ?3",
                texts_of(company, keys),
                |row| {
                    found.push(head_at(row, 0)?);
                    Ok(())
                },
            )
        })?;
        Ok(found)
    }

    pub(super) fn load_jobs_of(
        &self,
        company: CompanyId,
        assignee: UserId,
        window: ScopeWindow,
    ) -> Stored<Vec<JobHead>> {
        // A union, so that each half goes by its own index.
        off_worker(|| {
            self.tx.all(
                "SELECT r.module, r.id, r.change_seq, r.scope_seq, r.deleted, j.starts, j.begun_seq FROM \
                 (SELECT job, starts, begun_seq FROM job_index \
                  WHERE company = ?1 AND assignee = ?2 AND starts >= ?3 AND starts < ?4 \
                  UNION SELECT job, starts, begun_seq FROM job_index \
                  WHERE company = ?1 AND assignee = ?2 AND begun_seq > 0) j \
                 CROSS JOIN records r ON r.company = ?1 AND r.module = 'job' AND r.id = j.job AND r.deleted = 0",
                (
                    company.to_string(),
                    assignee.to_string(),
                    window.from.0,
                    window.until.0,
                ),
                |row| {
                    Ok(JobHead {
                        head: head_at(row, 0)?,
                        starts: Timestamp(column(row, 5)?),
                        begun_seq: uint_at(row, 6)?,
                    })
                },
            )
        })
    }

    pub(super) fn load_jobs_ended(
        &self,
        company: CompanyId,
        assignee: UserId,
        after: u64,
        window: ScopeWindow,
    ) -> Stored<Vec<RecordKey>> {
        self.tx.all(
            "SELECT job FROM job_index WHERE company = ?1 AND assignee = ?2 AND ended_seq > 0 AND ended_seq > ?3 \
             AND NOT (starts >= ?4 AND starts < ?5)",
            (
                company.to_string(),
                assignee.to_string(),
                int(after),
                window.from.0,
                window.until.0,
            ),
            |row| Ok(RecordKey::new(Module::Job, uuid_at(row, 0)?)),
        )
    }

    pub(super) fn load_records_of(
        &self,
        company: CompanyId,
        module: Module,
    ) -> Stored<Vec<StoredRecord>> {
        const SQL: &str = concat!(
            "SELECT ",
            record_columns!(),
            " FROM records r WHERE r.company = ?1 AND r.module = ?2 AND r.deleted = 0"
        );
        off_worker(|| {
            self.tx
                .all(SQL, (company.to_string(), module.name()), record)
        })
    }

    pub(super) fn load_last_change(&self, company: CompanyId, modules: &[Module]) -> Stored<u64> {
        const SQL: &str =
            "SELECT coalesce(max(change_seq), 0) FROM records WHERE company = ?1 AND module = ?2";
        off_worker(|| {
            let mut last = 0;
            for module in modules {
                let params = (company.to_string(), module.name());
                let found = self.tx.all(SQL, params, |row| uint_at(row, 0))?;
                last = found.into_iter().fold(last, u64::max);
            }
            Ok(last)
        })
    }

    pub(super) fn load_jobs_starting(
        &self,
        company: CompanyId,
        window: ScopeWindow,
    ) -> Stored<Vec<StoredRecord>> {
        const SQL: &str = concat!(
            "SELECT ",
            record_columns!(),
            " FROM job_index j JOIN records r ON r.company = j.company AND r.module = 'job' AND r.id = j.job \
             AND r.deleted = 0 WHERE j.company = ?1 AND j.starts >= ?2 AND j.starts < ?3 ORDER BY j.starts, j.job"
        );
        let params = (company.to_string(), window.from.0, window.until.0);
        off_worker(|| self.tx.all(SQL, params, record))
    }

    pub(super) fn load_jobs_starting_after(
        &self,
        company: CompanyId,
        window: ScopeWindow,
        after: Option<(Timestamp, JobId)>,
        limit: u32,
    ) -> Stored<Vec<(Timestamp, StoredRecord)>> {
        const SQL: &str = concat!(
            "SELECT ",
            record_columns!(),
            ", j.starts FROM job_index j JOIN records r ON r.company = j.company AND r.module = 'job' AND r.id = j.job \
             AND r.deleted = 0 WHERE j.company = ?1 AND j.starts >= ?2 AND j.starts < ?3 \
             AND (j.starts > ?2 OR j.job > ?4) ORDER BY j.starts, j.job LIMIT ?5"
        );
        // Ids are never empty, so that nothing is behind none.
        let (from, behind) = match after {
            Some((starts, job)) => (starts, job.to_string()),
            None => (window.from, String::new()),
        };
        let until = window.until.0;
        let params = (company.to_string(), from.0, until, behind, limit);
        let started = |row: &Row<'_>| Ok((Timestamp(column(row, 9)?), record(row)?));
        off_worker(|| self.tx.all(SQL, params, started))
    }

    pub(super) fn load_job_count(&self, company: CompanyId, window: ScopeWindow) -> Stored<u64> {
        let sql = "SELECT count(*) FROM job_index j JOIN records r ON r.company = j.company AND r.module = 'job' \
                   AND r.id = j.job AND r.deleted = 0 WHERE j.company = ?1 AND j.starts >= ?2 AND j.starts < ?3";
        let params = (company.to_string(), window.from.0, window.until.0);
        let count = off_worker(|| self.tx.first(sql, params, |row| uint_at(row, 0)))?;
        Ok(count.unwrap_or_default())
    }

    pub(super) fn load_open_conflicts(
        &self,
        company: CompanyId,
        limit: u32,
    ) -> Stored<(Vec<StoredRecord>, u64)> {
        const LATEST: &str = concat!(
            "SELECT ",
            record_columns!(),
            open_conflicts!(),
            " ORDER BY r.updated_at DESC, r.id DESC LIMIT ?2"
        );
        const COUNT: &str = concat!("SELECT count(*)", open_conflicts!());
        off_worker(|| {
            let company = company.to_string();
            let latest = self.tx.all(LATEST, (&company, limit), record)?;
            let count = self.tx.first(COUNT, [&company], |row| uint_at(row, 0))?;
            Ok((latest, count.unwrap_or_default()))
        })
    }

    pub(super) fn load_links(&self, company: CompanyId, keys: &[RecordKey]) -> Stored<Vec<Link>> {
        of_many(keys.len(), || {
            self.tx.readable_of_each(
                "SELECT from_module, from_id, to_module, to_id FROM record_links \
                 WHERE company = ?1 AND from_module = ?2 AND from_id = ?3",
                texts_of(company, keys),
                |row| {
                    Ok(Link {
                        from: key_at(row, 0)?,
                        to: key_at(row, 2)?,
                    })
                },
                |row| {
                    let (from, to) = (text(row, 1)?, text(row, 3)?);
                    let (from_module, to_module) = (text(row, 0)?, text(row, 2)?);
                    Ok(format!("link of {from_module} {from} to {to_module} {to}"))
                },
            )
        })
    }

    pub(super) fn load_referring_to(
        &self,
        company: CompanyId,
        to: RecordKey,
        module: Module,
        skip: u32,
        limit: u32,
    ) -> Stored<Vec<StoredRecord>> {
        const SQL: &str = concat!(
            "SELECT ",
            record_columns!(),
            " FROM record_links l JOIN records r ON r.company = l.company AND r.module = l.from_module \
              AND r.id = l.from_id LEFT JOIN job_index j ON j.company = l.company AND j.job = l.from_id \
              WHERE l.company = ?1 AND l.to_module = ?2 AND l.to_id = ?3 AND l.from_module = ?4 AND r.deleted = 0 \
              ORDER BY j.starts DESC, r.id LIMIT ?5 OFFSET ?6"
        );
        self.tx.all(
            SQL,
            (
                company.to_string(),
                to.module.name(),
                to.id.to_string(),
                module.name(),
                limit,
                skip,
            ),
            record,
        )
    }

    pub(super) fn load_referring_counts(
        &self,
        company: CompanyId,
        to: Module,
        from: Module,
    ) -> Stored<Vec<(RecordKey, u64)>> {
        const SQL: &str = "SELECT l.to_module, l.to_id, COUNT(*) FROM record_links l JOIN records r \
            ON r.company = l.company AND r.module = l.from_module AND r.id = l.from_id \
            WHERE l.company = ?1 AND l.to_module = ?2 AND l.from_module = ?3 AND r.deleted = 0 GROUP BY l.to_id";
        self.tx
            .all(SQL, (company.to_string(), to.name(), from.name()), |row| {
                Ok((key_at(row, 0)?, uint_at(row, 2)?))
            })
    }

    pub(super) fn load_children(
        &self,
        company: CompanyId,
        keys: &[RecordKey],
    ) -> Stored<Vec<Child>> {
        of_many(keys.len(), || {
            self.tx.readable_of_each(
                "SELECT module, id, change_seq, scope_seq, deleted, parent_module, parent_id, updated_at \
                 FROM records WHERE company = ?1 AND parent_module = ?2 AND parent_id = ?3",
                texts_of(company, keys),
                |row| {
                    Ok(Child {
                        parent: key_at(row, 5)?,
                        head: head_at(row, 0)?,
                        updated_at: Timestamp(column(row, 7)?),
                    })
                },
                |row| Ok(format!("{} {}", text(row, 0)?, text(row, 1)?)),
            )
        })
    }

    pub(super) fn save_record(&self, company: CompanyId, row: &RecordRow) -> Stored<()> {
        let stored = &row.stored;
        let (company, id) = (company.to_string(), stored.key.id.to_string());
        self.tx.run(
            "INSERT INTO records (company, module, id, rev, change_seq, scope_seq, deleted, parent_module, \
             parent_id, data, external_key, updated_at, stamps) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) \
             ON CONFLICT (company, module, id) DO UPDATE SET rev = ?4, change_seq = ?5, scope_seq = ?6, \
             deleted = ?7, parent_module = ?8, parent_id = ?9, data = ?10, external_key = ?11, updated_at = ?12, \
             stamps = ?13",
            (
                &company,
                stored.key.module.name(),
                &id,
                int(stored.rev.0),
                int(row.change_seq),
                int(stored.scope_seq),
                stored.deleted,
                row.parent.map(|parent| parent.module.name()),
                row.parent.map(|parent| parent.id.to_string()),
                &stored.data,
                &stored.external_key,
                stored.updated_at.0,
                &stored.stamps,
            ),
        )?;
        if stored.scope_seq == row.change_seq {
            self.save_links(&company, row, &id)?;
        }
        if let Some(job) = row.job {
            self.tx.run(
                "INSERT INTO job_index (company, job, assignee, starts, status, begun_seq) \
                 VALUES (?1, ?2, ?3, ?4, ?5, iif(?6, ?7, 0)) \
                 ON CONFLICT (company, job) DO UPDATE SET assignee = ?3, starts = ?4, status = ?5, \
                 begun_seq = iif(?6, iif(begun_seq > 0, begun_seq, ?7), 0), \
                 ended_seq = iif(begun_seq > 0 AND NOT ?6, ?7, ended_seq)",
                (
                    &company,
                    &id,
                    job.assignee.map(|user| user.to_string()),
                    job.starts.0,
                    status_name(job.status),
                    job.status.is_in_hand(),
                    int(row.change_seq),
                ),
            )?;
        }
        Ok(())
    }

    fn save_links(&self, company: &str, row: &RecordRow, id: &str) -> Stored<()> {
        let module = row.stored.key.module.name();
        self.tx.run(
            "DELETE FROM record_links WHERE company = ?1 AND from_module = ?2 AND from_id = ?3",
            (company, module, id),
        )?;
        for link in &row.links {
            let (to_module, to_id) = (link.module.name(), link.id.to_string());
            self.tx.run(
                "INSERT OR IGNORE INTO record_links (company, from_module, from_id, to_module, to_id) \
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                (company, module, id, to_module, to_id),
            )?;
        }
        Ok(())
    }
}
