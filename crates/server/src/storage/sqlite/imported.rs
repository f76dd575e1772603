//! What imports noted of records, in SQLite.

use super::super::Stored;
use super::values::{key, key_list};
use super::{SqliteTx, backend};
use afield_domain::{CompanyId, RecordKey};

impl SqliteTx {
    pub(super) async fn load_import_bases(
        &mut self,
        company: CompanyId,
        keys: &[RecordKey],
    ) -> Stored<Vec<(RecordKey, String)>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<(String, String, String)> = sqlx::query_as(
            "SELECT i.module, i.id, i.base FROM json_each(?2) k CROSS JOIN imported i \
             ON i.company = ?1 AND i.module = k.value ->> 0 AND i.id = k.value ->> 1",
        )
        .bind(company.to_string())
        .bind(key_list(keys))
        .fetch_all(&mut *self.tx)
        .await
        .map_err(backend)?;
        rows.into_iter()
            .map(|(module, id, base)| Ok((key(&module, &id)?, base)))
            .collect()
    }

    pub(super) async fn upsert_import_base(
        &mut self,
        company: CompanyId,
        key: RecordKey,
        base: &str,
    ) -> Stored<()> {
        sqlx::query(
            "INSERT INTO imported (company, module, id, base) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (company, module, id) DO UPDATE SET base = ?4",
        )
        .bind(company.to_string())
        .bind(key.module.name())
        .bind(key.id.to_string())
        .bind(base)
        .execute(&mut *self.tx)
        .await
        .map_err(backend)?;
        Ok(())
    }
}
