//! Records, their links and their parts in PostgreSQL.

use super::super::{Child, Head, Link, RecordRow, Stored, StoredRecord};
use super::open_transaction::{Open, PgTx};
use super::values::{
    column, columns_of, head_at, int, key_at, owned, plain, plain_json, status_name, text, uint_at,
    uuid_at,
};
use afield_domain::{CompanyId, Module, RecordKey, Rev, Timestamp};
use sqlx::postgres::PgRow;
use sqlx::query;
use uuid::Uuid;

/// A conflict that nobody has settled: word for word the condition of the index.
macro_rules! open_conflicts {
    () => {
        " FROM records r WHERE r.company = $1 AND r.module = 'conflict' AND NOT r.deleted \
         AND coalesce(json_typeof(r.data -> 'settled'), 'null') = 'null' \
         AND EXISTS (SELECT 1 FROM records j WHERE j.company = r.company AND j.module = 'job' \
         AND j.id = r.parent_id AND NOT j.deleted)"
    };
}

macro_rules! record_columns {
    () => {
        "r.module, r.id, r.rev, r.scope_seq, r.deleted, r.data::text, r.stamps, r.external_key, r.updated_at"
    };
}
pub(super) use record_columns;

pub(super) fn record(row: &PgRow) -> Stored<StoredRecord> {
    Ok(StoredRecord {
        key: key_at(row, 0)?,
        rev: Rev(uint_at(row, 2)?),
        scope_seq: uint_at(row, 3)?,
        deleted: column(row, 4)?,
        data: owned(row, 5)?,
        stamps: owned(row, 6)?,
        external_key: column(row, 7)?,
        updated_at: Timestamp(column(row, 8)?),
    })
}

impl PgTx {
    pub(super) async fn load_records(
        &mut self,
        company: CompanyId,
        keys: &[RecordKey],
    ) -> Stored<Vec<StoredRecord>> {
        let (modules, ids) = columns_of(keys);
        let asked = query(concat!(
            "SELECT ",
            record_columns!(),
            " FROM unnest($2::text[], $3::uuid[]) AS k (module, id) \
             JOIN records r ON r.company = $1 AND r.module = k.module AND r.id = k.id"
        ));
        let asked = asked.bind(company.0).bind(modules).bind(ids);
        self.of(company).await?.all(asked, record).await
    }

    pub(super) async fn load_by_external_key(
        &mut self,
        company: CompanyId,
        module: Module,
        external_key: &str,
    ) -> Stored<Option<RecordKey>> {
        let sql = "SELECT id FROM records WHERE company = $1 AND module = $2 AND external_key = $3";
        let asked = query(sql).bind(company.0).bind(module.name());
        let asked = asked.bind(plain(external_key));
        let read = |row: &PgRow| Ok(RecordKey::new(module, uuid_at(row, 0)?));
        self.of(company).await?.first(asked, read).await
    }

    pub(super) async fn load_heads(
        &mut self,
        company: CompanyId,
        keys: &[RecordKey],
    ) -> Stored<Vec<Head>> {
        let (modules, ids) = columns_of(keys);
        let asked = query(
            "SELECT r.module, r.id, r.change_seq, r.scope_seq, r.deleted \
             FROM unnest($2::text[], $3::uuid[]) AS k (module, id) \
             JOIN records r ON r.company = $1 AND r.module = k.module AND r.id = k.id",
        );
        let asked = asked.bind(company.0).bind(modules).bind(ids);
        let open = self.of(company).await?;
        open.all(asked, |row| head_at(row, 0)).await
    }

    pub(super) async fn load_records_of(
        &mut self,
        company: CompanyId,
        module: Module,
    ) -> Stored<Vec<StoredRecord>> {
        let asked = query(concat!(
            "SELECT ",
            record_columns!(),
            " FROM records r WHERE r.company = $1 AND r.module = $2 AND NOT r.deleted"
        ));
        let asked = asked.bind(company.0).bind(module.name());
        self.of(company).await?.all(asked, record).await
    }

    pub(super) async fn load_last_change(
        &mut self,
        company: CompanyId,
        modules: &[Module],
    ) -> Stored<u64> {
        let names: Vec<&str> = modules.iter().map(|module| module.name()).collect();
        let asked = query(
            "SELECT coalesce(max(l.last), 0) FROM unnest($2::text[]) AS m (module), LATERAL \
             (SELECT max(r.change_seq) AS last FROM records r WHERE r.company = $1 AND r.module = m.module) l",
        );
        let asked = asked.bind(company.0).bind(names);
        let open = self.of(company).await?;
        let last = open.first(asked, |row| uint_at(row, 0)).await?;
        Ok(last.unwrap_or_default())
    }

    pub(super) async fn load_open_conflicts(
        &mut self,
        company: CompanyId,
        limit: u32,
    ) -> Stored<(Vec<StoredRecord>, u64)> {
        const LATEST: &str = concat!(
            "SELECT ",
            record_columns!(),
            open_conflicts!(),
            " ORDER BY r.updated_at DESC, r.id DESC LIMIT $2"
        );
        const COUNT: &str = concat!("SELECT count(*)", open_conflicts!());
        let open = self.of(company).await?;
        let latest = query(LATEST).bind(company.0).bind(i64::from(limit));
        let latest = open.all(latest, record).await?;
        let count = query(COUNT).bind(company.0);
        let count = open.first(count, |row| uint_at(row, 0)).await?;
        Ok((latest, count.unwrap_or_default()))
    }

    pub(super) async fn load_links(
        &mut self,
        company: CompanyId,
        keys: &[RecordKey],
    ) -> Stored<Vec<Link>> {
        let (modules, ids) = columns_of(keys);
        let asked = query(
            "SELECT l.from_module, l.from_id, l.to_module, l.to_id \
             FROM unnest($2::text[], $3::uuid[]) AS k (module, id) \
             JOIN record_links l ON l.company = $1 AND l.from_module = k.module AND l.from_id = k.id",
        );
        let asked = asked.bind(company.0).bind(modules).bind(ids);
        let read = |row: &PgRow| {
            Ok(Link {
                from: key_at(row, 0)?,
                to: key_at(row, 2)?,
            })
        };
        let name = |row: &PgRow| {
            let (from, to) = (uuid_at(row, 1)?, uuid_at(row, 3)?);
            let (from_module, to_module) = (text(row, 0)?, text(row, 2)?);
            Ok(format!("link of {from_module} {from} to {to_module} {to}"))
        };
        self.of(company).await?.readable(asked, read, name).await
    }

    pub(super) async fn load_referring_to(
        &mut self,
        company: CompanyId,
        to: RecordKey,
        module: Module,
        skip: u32,
        limit: u32,
    ) -> Stored<Vec<StoredRecord>> {
        let asked = query(concat!(
            "SELECT ",
            record_columns!(),
            " FROM record_links l JOIN records r ON r.company = l.company AND r.module = l.from_module \
              AND r.id = l.from_id LEFT JOIN job_index j ON j.company = l.company AND j.job = l.from_id \
              WHERE l.company = $1 AND l.to_module = $2 AND l.to_id = $3 AND l.from_module = $4 AND NOT r.deleted \
              ORDER BY j.starts DESC NULLS LAST, r.id LIMIT $5 OFFSET $6"
        ));
        let asked = asked
            .bind(company.0)
            .bind(to.module.name())
            .bind(to.id)
            .bind(module.name())
            .bind(i64::from(limit))
            .bind(i64::from(skip));
        self.of(company).await?.all(asked, record).await
    }

    pub(super) async fn load_referring_counts(
        &mut self,
        company: CompanyId,
        to: Module,
        from: Module,
    ) -> Stored<Vec<(RecordKey, u64)>> {
        let asked = query(
            "SELECT l.to_id, count(*) FROM record_links l JOIN records r \
             ON r.company = l.company AND r.module = l.from_module AND r.id = l.from_id \
             WHERE l.company = $1 AND l.to_module = $2 AND l.from_module = $3 AND NOT r.deleted GROUP BY l.to_id",
        );
        let asked = asked.bind(company.0).bind(to.name()).bind(from.name());
        let read = |row: &PgRow| Ok((RecordKey::new(to, uuid_at(row, 0)?), uint_at(row, 1)?));
        self.of(company).await?.all(asked, read).await
    }

    pub(super) async fn load_children(
        &mut self,
        company: CompanyId,
        keys: &[RecordKey],
    ) -> Stored<Vec<Child>> {
        let (modules, ids) = columns_of(keys);
        let asked = query(
            "SELECT r.module, r.id, r.change_seq, r.scope_seq, r.deleted, r.parent_module, r.parent_id, r.updated_at \
             FROM unnest($2::text[], $3::uuid[]) AS k (module, id) \
             JOIN records r ON r.company = $1 AND r.parent_module = k.module AND r.parent_id = k.id",
        );
        let asked = asked.bind(company.0).bind(modules).bind(ids);
        let read = |row: &PgRow| {
            Ok(Child {
                parent: key_at(row, 5)?,
                head: head_at(row, 0)?,
                updated_at: Timestamp(column(row, 7)?),
            })
        };
        let name = |row: &PgRow| Ok(format!("{} {}", text(row, 0)?, uuid_at(row, 1)?));
        self.of(company).await?.readable(asked, read, name).await
    }

    pub(super) async fn save_record(&mut self, company: CompanyId, row: &RecordRow) -> Stored<()> {
        let stored = &row.stored;
        let asked = query(
            "INSERT INTO records (company, module, id, rev, change_seq, scope_seq, deleted, parent_module, \
             parent_id, data, external_key, updated_at, stamps) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::json, $11, $12, $13) \
             ON CONFLICT (company, module, id) DO UPDATE SET rev = $4, change_seq = $5, scope_seq = $6, \
             deleted = $7, parent_module = $8, parent_id = $9, data = $10::json, external_key = $11, \
             updated_at = $12, stamps = $13",
        );
        let asked = asked
            .bind(company.0)
            .bind(stored.key.module.name())
            .bind(stored.key.id)
            .bind(int(stored.rev.0))
            .bind(int(row.change_seq))
            .bind(int(stored.scope_seq))
            .bind(stored.deleted)
            .bind(row.parent.map(|parent| parent.module.name()))
            .bind(row.parent.map(|parent| parent.id))
            .bind(plain_json(&stored.data))
            .bind(stored.external_key.as_deref().map(plain))
            .bind(stored.updated_at.0)
            .bind(&stored.stamps);
        let open = self.of(company).await?;
        open.run(asked).await?;
        if stored.scope_seq == row.change_seq {
            save_links(open, company, row).await?;
        }
        save_job(open, company, row).await
    }
}

async fn save_links(open: &mut Open, company: CompanyId, row: &RecordRow) -> Stored<()> {
    let from = row.stored.key;
    let drop_all =
        query("DELETE FROM record_links WHERE company = $1 AND from_module = $2 AND from_id = $3");
    let drop_all = drop_all.bind(company.0).bind(from.module.name());
    open.run(drop_all.bind(from.id)).await?;
    if row.links.is_empty() {
        return Ok(());
    }
    let (modules, ids): (Vec<&str>, Vec<Uuid>) = columns_of(&row.links);
    let add = query(
        "INSERT INTO record_links (company, from_module, from_id, to_module, to_id) \
         SELECT $1, $2, $3, k.module, k.id FROM unnest($4::text[], $5::uuid[]) AS k (module, id) \
         ON CONFLICT DO NOTHING",
    );
    let add = add.bind(company.0).bind(from.module.name()).bind(from.id);
    open.run(add.bind(modules).bind(ids)).await.map(drop)
}

async fn save_job(open: &mut Open, company: CompanyId, row: &RecordRow) -> Stored<()> {
    let Some(job) = row.job else {
        return Ok(());
    };
    let asked = query(
        "INSERT INTO job_index AS j (company, job, assignee, starts, status, begun_seq) \
         VALUES ($1, $2, $3, $4, $5, CASE WHEN $6 THEN $7 ELSE 0 END) \
         ON CONFLICT (company, job) DO UPDATE SET assignee = $3, starts = $4, status = $5, \
         begun_seq = CASE WHEN NOT $6 THEN 0 WHEN j.begun_seq > 0 THEN j.begun_seq ELSE $7 END, \
         ended_seq = CASE WHEN j.begun_seq > 0 AND NOT $6 THEN $7 ELSE j.ended_seq END",
    );
    let asked = asked
        .bind(company.0)
        .bind(row.stored.key.id)
        .bind(job.assignee.map(|user| user.0))
        .bind(job.starts.0)
        .bind(status_name(job.status))
        .bind(job.status.is_in_hand())
        .bind(int(row.change_seq));
    open.run(asked).await.map(drop)
}
