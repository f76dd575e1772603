//! Records, their links, their parts and the index of jobs in SQLite.

use super::super::{Child, Head, JobHead, Link, RecordRow, Stored, StoredRecord};
use super::values::{HeadColumns, head, int, key, key_list, readable, status_name, uint};
use super::{SqliteTx, backend};
use afield_domain::time::ScopeWindow;
use afield_domain::{CompanyId, Module, RecordKey, Rev, Timestamp, UserId};

#[derive(sqlx::FromRow)]
struct RecordColumns {
    module: String,
    id: String,
    rev: i64,
    scope_seq: i64,
    deleted: bool,
    data: String,
    stamps: String,
    external_key: Option<String>,
    updated_at: i64,
}

impl RecordColumns {
    fn row(self) -> Stored<StoredRecord> {
        Ok(StoredRecord {
            key: key(&self.module, &self.id)?,
            rev: Rev(uint(self.rev)),
            scope_seq: uint(self.scope_seq),
            deleted: self.deleted,
            data: self.data,
            stamps: self.stamps,
            external_key: self.external_key,
            updated_at: Timestamp(self.updated_at),
        })
    }
}

/// `json_each` over a list of pairs drives the join: SQLite then looks each key up by the primary key.
macro_rules! of_keys {
    ($select:literal, $join:literal) => {
        concat!(
            "SELECT ",
            $select,
            " FROM json_each(?2) k CROSS JOIN ",
            $join
        )
    };
}

impl SqliteTx {
    pub(super) async fn load_records(
        &mut self,
        company: CompanyId,
        keys: &[RecordKey],
    ) -> Stored<Vec<StoredRecord>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<RecordColumns> = sqlx::query_as(of_keys!(
            "r.module, r.id, r.rev, r.scope_seq, r.deleted, r.data, r.stamps, r.external_key, r.updated_at",
            "records r ON r.company = ?1 AND r.module = k.value ->> 0 AND r.id = k.value ->> 1"
        ))
        .bind(company.to_string())
        .bind(key_list(keys))
        .fetch_all(&mut *self.tx)
        .await
        .map_err(backend)?;
        rows.into_iter().map(RecordColumns::row).collect()
    }

    pub(super) async fn load_by_external_key(
        &mut self,
        company: CompanyId,
        module: Module,
        external_key: &str,
    ) -> Stored<Option<RecordKey>> {
        let id: Option<String> = sqlx::query_scalar(
            "SELECT id FROM records WHERE company = ?1 AND module = ?2 AND external_key = ?3",
        )
        .bind(company.to_string())
        .bind(module.name())
        .bind(external_key)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(backend)?;
        id.map(|id| key(module.name(), &id)).transpose()
    }

    pub(super) async fn load_heads(
        &mut self,
        company: CompanyId,
        keys: &[RecordKey],
    ) -> Stored<Vec<Head>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<HeadColumns> = sqlx::query_as(of_keys!(
            "r.module, r.id, r.change_seq, r.scope_seq, r.deleted",
            "records r ON r.company = ?1 AND r.module = k.value ->> 0 AND r.id = k.value ->> 1"
        ))
        .bind(company.to_string())
        .bind(key_list(keys))
        .fetch_all(&mut *self.tx)
        .await
        .map_err(backend)?;
        rows.iter().map(head).collect()
    }

    pub(super) async fn load_jobs_of(
        &mut self,
        company: CompanyId,
        assignee: UserId,
        window: ScopeWindow,
    ) -> Stored<Vec<JobHead>> {
        // A union, so that each half goes by its own index.
        let rows: Vec<(String, i64, i64, i64, i64)> = sqlx::query_as(
            "SELECT r.id, r.change_seq, r.scope_seq, j.starts, j.begun_seq FROM \
             (SELECT job, starts, begun_seq FROM job_index \
              WHERE company = ?1 AND assignee = ?2 AND starts >= ?3 AND starts < ?4 \
              UNION SELECT job, starts, begun_seq FROM job_index \
              WHERE company = ?1 AND assignee = ?2 AND begun_seq > 0) j \
             CROSS JOIN records r ON r.company = ?1 AND r.module = 'job' AND r.id = j.job AND r.deleted = 0",
        )
        .bind(company.to_string())
        .bind(assignee.to_string())
        .bind(window.from.0)
        .bind(window.until.0)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(backend)?;
        rows.into_iter()
            .map(|(id, change_seq, scope_seq, starts, begun_seq)| {
                let columns = (
                    Module::Job.name().to_owned(),
                    id,
                    change_seq,
                    scope_seq,
                    false,
                );
                Ok(JobHead {
                    head: head(&columns)?,
                    starts: Timestamp(starts),
                    begun_seq: uint(begun_seq),
                })
            })
            .collect()
    }

    pub(super) async fn load_jobs_ended(
        &mut self,
        company: CompanyId,
        assignee: UserId,
        after: u64,
        window: ScopeWindow,
    ) -> Stored<Vec<RecordKey>> {
        let ids: Vec<String> = sqlx::query_scalar(
            "SELECT job FROM job_index WHERE company = ?1 AND assignee = ?2 AND ended_seq > 0 AND ended_seq > ?3 \
             AND NOT (starts >= ?4 AND starts < ?5)",
        )
        .bind(company.to_string())
        .bind(assignee.to_string())
        .bind(int(after))
        .bind(window.from.0)
        .bind(window.until.0)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(backend)?;
        ids.iter().map(|id| key(Module::Job.name(), id)).collect()
    }

    pub(super) async fn load_records_of(
        &mut self,
        company: CompanyId,
        module: Module,
    ) -> Stored<Vec<StoredRecord>> {
        let rows: Vec<RecordColumns> = sqlx::query_as(
            "SELECT module, id, rev, scope_seq, deleted, data, stamps, external_key, updated_at \
             FROM records WHERE company = ?1 AND module = ?2 AND deleted = 0",
        )
        .bind(company.to_string())
        .bind(module.name())
        .fetch_all(&mut *self.tx)
        .await
        .map_err(backend)?;
        rows.into_iter().map(RecordColumns::row).collect()
    }

    pub(super) async fn load_jobs_starting(
        &mut self,
        company: CompanyId,
        window: ScopeWindow,
    ) -> Stored<Vec<StoredRecord>> {
        let rows: Vec<RecordColumns> = sqlx::query_as(
            "SELECT r.module, r.id, r.rev, r.scope_seq, r.deleted, r.data, r.stamps, r.external_key, r.updated_at \
             FROM job_index j JOIN records r ON r.company = j.company AND r.module = 'job' AND r.id = j.job \
             AND r.deleted = 0 WHERE j.company = ?1 AND j.starts >= ?2 AND j.starts < ?3 ORDER BY j.starts, j.job",
        )
        .bind(company.to_string())
        .bind(window.from.0)
        .bind(window.until.0)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(backend)?;
        rows.into_iter().map(RecordColumns::row).collect()
    }

    pub(super) async fn load_links(
        &mut self,
        company: CompanyId,
        keys: &[RecordKey],
    ) -> Stored<Vec<Link>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<(String, String, String, String)> = sqlx::query_as(of_keys!(
            "l.from_module, l.from_id, l.to_module, l.to_id",
            "record_links l ON l.company = ?1 AND l.from_module = k.value ->> 0 AND l.from_id = k.value ->> 1"
        ))
        .bind(company.to_string())
        .bind(key_list(keys))
        .fetch_all(&mut *self.tx)
        .await
        .map_err(backend)?;
        Ok(readable(
            &rows,
            |(from_module, from_id, to_module, to_id)| {
                Ok(Link {
                    from: key(from_module, from_id)?,
                    to: key(to_module, to_id)?,
                })
            },
            |(from_module, from_id, to_module, to_id)| {
                format!("link of {from_module} {from_id} to {to_module} {to_id}")
            },
        ))
    }

    pub(super) async fn load_children(
        &mut self,
        company: CompanyId,
        keys: &[RecordKey],
    ) -> Stored<Vec<Child>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<ChildColumns> = sqlx::query_as(of_keys!(
            "r.parent_module, r.parent_id, r.module, r.id, r.change_seq, r.scope_seq, r.deleted, r.updated_at",
            "records r ON r.company = ?1 AND r.parent_module = k.value ->> 0 AND r.parent_id = k.value ->> 1"
        ))
        .bind(company.to_string())
        .bind(key_list(keys))
        .fetch_all(&mut *self.tx)
        .await
        .map_err(backend)?;
        Ok(readable(&rows, ChildColumns::child, |row| {
            format!("{} {}", row.module, row.id)
        }))
    }

    pub(super) async fn save_record(&mut self, company: CompanyId, row: &RecordRow) -> Stored<()> {
        let stored = &row.stored;
        let (module, id) = (stored.key.module.name(), stored.key.id.to_string());
        sqlx::query(
            "INSERT INTO records (company, module, id, rev, change_seq, scope_seq, deleted, parent_module, \
             parent_id, data, external_key, updated_at, stamps) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) \
             ON CONFLICT (company, module, id) DO UPDATE SET rev = ?4, change_seq = ?5, scope_seq = ?6, \
             deleted = ?7, parent_module = ?8, parent_id = ?9, data = ?10, external_key = ?11, updated_at = ?12, \
             stamps = ?13",
        )
        .bind(company.to_string())
        .bind(module)
        .bind(&id)
        .bind(int(stored.rev.0))
        .bind(int(row.change_seq))
        .bind(int(stored.scope_seq))
        .bind(stored.deleted)
        .bind(row.parent.map(|parent| parent.module.name()))
        .bind(row.parent.map(|parent| parent.id.to_string()))
        .bind(&stored.data)
        .bind(&stored.external_key)
        .bind(stored.updated_at.0)
        .bind(&stored.stamps)
        .execute(&mut *self.tx)
        .await
        .map_err(backend)?;
        if stored.scope_seq == row.change_seq {
            self.save_links(company, row, &id).await?;
        }
        if let Some(job) = row.job {
            sqlx::query(
                "INSERT INTO job_index (company, job, assignee, starts, status, begun_seq) \
                 VALUES (?1, ?2, ?3, ?4, ?5, iif(?6, ?7, 0)) \
                 ON CONFLICT (company, job) DO UPDATE SET assignee = ?3, starts = ?4, status = ?5, \
                 begun_seq = iif(?6, iif(begun_seq > 0, begun_seq, ?7), 0), \
                 ended_seq = iif(begun_seq > 0 AND NOT ?6, ?7, ended_seq)",
            )
            .bind(company.to_string())
            .bind(&id)
            .bind(job.assignee.map(|user| user.to_string()))
            .bind(job.starts.0)
            .bind(status_name(job.status))
            .bind(job.status.is_in_hand())
            .bind(int(row.change_seq))
            .execute(&mut *self.tx)
            .await
            .map_err(backend)?;
        }
        Ok(())
    }

    async fn save_links(&mut self, company: CompanyId, row: &RecordRow, id: &str) -> Stored<()> {
        let module = row.stored.key.module.name();
        sqlx::query(
            "DELETE FROM record_links WHERE company = ?1 AND from_module = ?2 AND from_id = ?3",
        )
        .bind(company.to_string())
        .bind(module)
        .bind(id)
        .execute(&mut *self.tx)
        .await
        .map_err(backend)?;
        for link in &row.links {
            sqlx::query(
                "INSERT OR IGNORE INTO record_links (company, from_module, from_id, to_module, to_id) \
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )
            .bind(company.to_string())
            .bind(module)
            .bind(id)
            .bind(link.module.name())
            .bind(link.id.to_string())
            .execute(&mut *self.tx)
            .await
            .map_err(backend)?;
        }
        Ok(())
    }
}

#[derive(sqlx::FromRow)]
struct ChildColumns {
    parent_module: String,
    parent_id: String,
    module: String,
    id: String,
    change_seq: i64,
    scope_seq: i64,
    deleted: bool,
    updated_at: i64,
}

impl ChildColumns {
    fn child(&self) -> Stored<Child> {
        Ok(Child {
            parent: key(&self.parent_module, &self.parent_id)?,
            head: Head {
                key: key(&self.module, &self.id)?,
                change_seq: uint(self.change_seq),
                scope_seq: uint(self.scope_seq),
                deleted: self.deleted,
            },
            updated_at: Timestamp(self.updated_at),
        })
    }
}
