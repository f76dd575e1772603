//! What imports noted of records, in SQLite.

use super::super::Stored;
use super::SqliteTx;
use super::values::{key_at, text, texts_of};
use afield_domain::{CompanyId, RecordKey, Timestamp};

impl SqliteTx {
    pub(super) fn load_import_bases(
        &self,
        company: CompanyId,
        keys: &[RecordKey],
    ) -> Stored<Vec<(RecordKey, String)>> {
        let mut bases = Vec::new();
        self.tx.each(
            "SELECT module, id, base FROM imported WHERE company = ?1 AND module = ?2 AND id = ?3",
            texts_of(company, keys),
            |row| {
                bases.push((key_at(row, 0)?, text(row, 2)?.to_owned()));
                Ok(())
            },
        )?;
        Ok(bases)
    }

    pub(super) fn upsert_import_base(
        &self,
        company: CompanyId,
        key: RecordKey,
        base: &str,
    ) -> Stored<()> {
        let (company, id) = (company.to_string(), key.id.to_string());
        self.tx.run(
            "INSERT INTO imported (company, module, id, base) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (company, module, id) DO UPDATE SET base = ?4",
            (company, key.module.name(), id, base),
        )?;
        Ok(())
    }

    pub(super) fn load_import_columns(
        &self,
        company: CompanyId,
        header: &str,
    ) -> Stored<Option<String>> {
        let sql = "SELECT columns FROM import_columns WHERE company = ?1 AND header = ?2";
        let company = company.to_string();
        self.tx
            .first(sql, (company, header), |row| Ok(text(row, 0)?.to_owned()))
    }

    pub(super) fn upsert_import_columns(
        &self,
        company: CompanyId,
        header: &str,
        columns: &str,
        now: Timestamp,
        most: u32,
    ) -> Stored<()> {
        let company = company.to_string();
        self.tx.run(
            "INSERT INTO import_columns (company, header, columns, used_at) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (company, header) DO UPDATE SET columns = ?3, used_at = ?4",
            (&company, header, columns, now.0),
        )?;
        self.tx.run(
            "DELETE FROM import_columns WHERE company = ?1 AND header NOT IN \
             (SELECT header FROM import_columns WHERE company = ?1 ORDER BY used_at DESC, header LIMIT ?2)",
            (&company, most),
        )?;
        Ok(())
    }
}
