//! Series and the jobs that they have made, in PostgreSQL. Neither is ever taken away.

use super::super::Stored;
use super::open_transaction::PgTx;
use super::values::{owned, uuid_at};
use afield_domain::{CompanyId, JobId, SeriesId};
use sqlx::postgres::PgRow;
use sqlx::query;

impl PgTx {
    pub(super) async fn load_companies(&mut self) -> Stored<Vec<CompanyId>> {
        let asked = query("SELECT id FROM companies ORDER BY id");
        let read = |row: &PgRow| Ok(CompanyId(uuid_at(row, 0)?));
        self.past_the_wall().await?.all(asked, read).await
    }

    pub(super) async fn load_series(
        &mut self,
        company: CompanyId,
        series: SeriesId,
    ) -> Stored<Option<String>> {
        let asked = query("SELECT data FROM series WHERE company = $1 AND id = $2");
        let asked = asked.bind(company.0).bind(series.0);
        let open = self.of(company).await?;
        open.first(asked, |row| owned(row, 0)).await
    }

    pub(super) async fn load_all_series(
        &mut self,
        company: CompanyId,
    ) -> Stored<Vec<(SeriesId, String)>> {
        let asked = query("SELECT id, data FROM series WHERE company = $1 ORDER BY id");
        let read = |row: &PgRow| Ok((SeriesId(uuid_at(row, 0)?), owned(row, 1)?));
        let open = self.of(company).await?;
        open.all(asked.bind(company.0), read).await
    }

    pub(super) async fn load_series_jobs(
        &mut self,
        company: CompanyId,
        series: SeriesId,
    ) -> Stored<Vec<(String, JobId)>> {
        let sql =
            "SELECT day, job FROM series_jobs WHERE company = $1 AND series = $2 ORDER BY day";
        let asked = query(sql).bind(company.0).bind(series.0);
        let read = |row: &PgRow| Ok((owned(row, 0)?, JobId(uuid_at(row, 1)?)));
        self.of(company).await?.all(asked, read).await
    }

    pub(super) async fn load_series_of(
        &mut self,
        company: CompanyId,
        job: JobId,
    ) -> Stored<Option<(SeriesId, String)>> {
        let asked = query("SELECT series, day FROM series_jobs WHERE company = $1 AND job = $2");
        let asked = asked.bind(company.0).bind(job.0);
        let read = |row: &PgRow| Ok((SeriesId(uuid_at(row, 0)?), owned(row, 1)?));
        self.of(company).await?.first(asked, read).await
    }

    pub(super) async fn upsert_series(
        &mut self,
        company: CompanyId,
        series: SeriesId,
        data: &str,
    ) -> Stored<()> {
        let asked = query(
            "INSERT INTO series (company, id, data) VALUES ($1, $2, $3) \
             ON CONFLICT (company, id) DO UPDATE SET data = excluded.data",
        );
        let asked = asked.bind(company.0).bind(series.0).bind(data);
        self.of(company).await?.run(asked).await.map(drop)
    }

    pub(super) async fn insert_series_job(
        &mut self,
        company: CompanyId,
        series: SeriesId,
        day: &str,
        job: JobId,
    ) -> Stored<()> {
        let asked = query(
            "INSERT INTO series_jobs (company, series, day, job) VALUES ($1, $2, $3, $4) \
             ON CONFLICT DO NOTHING",
        );
        let asked = asked.bind(company.0).bind(series.0).bind(day).bind(job.0);
        self.of(company).await?.run(asked).await.map(drop)
    }
}
