//! Series and the jobs that they have made, in SQLite. Neither is ever taken away.

use super::super::Stored;
use super::SqliteTx;
use super::values::{text, uuid_at};
use afield_domain::{CompanyId, JobId, SeriesId};

impl SqliteTx {
    pub(super) fn load_companies(&self) -> Stored<Vec<CompanyId>> {
        self.tx.readable(
            "SELECT id FROM companies ORDER BY id",
            (),
            |row| Ok(CompanyId(uuid_at(row, 0)?)),
            |_| Ok("company".to_owned()),
        )
    }

    pub(super) fn load_series(
        &self,
        company: CompanyId,
        series: SeriesId,
    ) -> Stored<Option<String>> {
        self.tx.first(
            "SELECT data FROM series WHERE company = ?1 AND id = ?2",
            [company.to_string(), series.to_string()],
            |row| Ok(text(row, 0)?.to_owned()),
        )
    }

    pub(super) fn load_all_series(&self, company: CompanyId) -> Stored<Vec<(SeriesId, String)>> {
        self.tx.readable(
            "SELECT id, data FROM series WHERE company = ?1 ORDER BY id",
            [company.to_string()],
            |row| Ok((SeriesId(uuid_at(row, 0)?), text(row, 1)?.to_owned())),
            |row| Ok(format!("series {}", text(row, 0)?)),
        )
    }

    pub(super) fn load_series_jobs(
        &self,
        company: CompanyId,
        series: SeriesId,
    ) -> Stored<Vec<(String, JobId)>> {
        self.tx.readable(
            "SELECT day, job FROM series_jobs WHERE company = ?1 AND series = ?2 ORDER BY day",
            [company.to_string(), series.to_string()],
            |row| Ok((text(row, 0)?.to_owned(), JobId(uuid_at(row, 1)?))),
            |row| Ok(format!("job of a series on {}", text(row, 0)?)),
        )
    }

    pub(super) fn load_series_of(
        &self,
        company: CompanyId,
        job: JobId,
    ) -> Stored<Option<(SeriesId, String)>> {
        self.tx.first(
            "SELECT series, day FROM series_jobs WHERE company = ?1 AND job = ?2",
            [company.to_string(), job.to_string()],
            |row| Ok((SeriesId(uuid_at(row, 0)?), text(row, 1)?.to_owned())),
        )
    }

    pub(super) fn upsert_series(
        &self,
        company: CompanyId,
        series: SeriesId,
        data: &str,
    ) -> Stored<()> {
        self.tx.run(
            "INSERT INTO series (company, id, data) VALUES (?1, ?2, ?3) \
             ON CONFLICT (company, id) DO UPDATE SET data = excluded.data",
            (company.to_string(), series.to_string(), data),
        )?;
        Ok(())
    }

    pub(super) fn insert_series_job(
        &self,
        company: CompanyId,
        series: SeriesId,
        day: &str,
        job: JobId,
    ) -> Stored<()> {
        self.tx.run(
            "INSERT INTO series_jobs (company, series, day, job) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT DO NOTHING",
            (
                company.to_string(),
                series.to_string(),
                day,
                job.to_string(),
            ),
        )?;
        Ok(())
    }
}
