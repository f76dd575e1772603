//! What imports noted of records, in PostgreSQL.

use super::super::Stored;
use super::open_transaction::PgTx;
use super::values::{columns_of, key_at, owned, plain};
use afield_domain::{CompanyId, RecordKey, Timestamp};
use sqlx::postgres::PgRow;
use sqlx::query;

impl PgTx {
    pub(super) async fn load_import_bases(
        &mut self,
        company: CompanyId,
        keys: &[RecordKey],
    ) -> Stored<Vec<(RecordKey, String)>> {
        let (modules, ids) = columns_of(keys);
        let asked = query(
            "SELECT i.module, i.id, i.base FROM unnest($2::text[], $3::uuid[]) AS k (module, id) \
             JOIN imported i ON i.company = $1 AND i.module = k.module AND i.id = k.id",
        );
        let asked = asked.bind(company.0).bind(modules).bind(ids);
        let read = |row: &PgRow| Ok((key_at(row, 0)?, owned(row, 2)?));
        self.of(company).await?.all(asked, read).await
    }

    pub(super) async fn upsert_import_base(
        &mut self,
        company: CompanyId,
        key: RecordKey,
        base: &str,
    ) -> Stored<()> {
        let asked = query(
            "INSERT INTO imported (company, module, id, base) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (company, module, id) DO UPDATE SET base = $4",
        );
        let asked = asked
            .bind(company.0)
            .bind(key.module.name())
            .bind(key.id)
            .bind(base);
        self.of(company).await?.run(asked).await.map(drop)
    }

    pub(super) async fn load_import_columns(
        &mut self,
        company: CompanyId,
        header: &str,
    ) -> Stored<Option<String>> {
        let sql = "SELECT columns FROM import_columns WHERE company = $1 AND header = $2";
        let asked = query(sql).bind(company.0).bind(plain(header));
        let open = self.of(company).await?;
        open.first(asked, |row| owned(row, 0)).await
    }

    pub(super) async fn upsert_import_columns(
        &mut self,
        company: CompanyId,
        header: &str,
        columns: &str,
        now: Timestamp,
        most: u32,
    ) -> Stored<()> {
        let open = self.of(company).await?;
        let put = query(
            "INSERT INTO import_columns (company, header, columns, used_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (company, header) DO UPDATE SET columns = $3, used_at = $4",
        );
        let put = put.bind(company.0).bind(plain(header));
        open.run(put.bind(columns).bind(now.0)).await?;
        let trim = query(
            "DELETE FROM import_columns WHERE company = $1 AND header IN \
             (SELECT header FROM import_columns WHERE company = $1 ORDER BY used_at DESC, header OFFSET $2)",
        );
        let trim = trim.bind(company.0).bind(i64::from(most));
        open.run(trim).await.map(drop)
    }
}
