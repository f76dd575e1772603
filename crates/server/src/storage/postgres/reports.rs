//! What devices tell of themselves, in PostgreSQL.

use super::super::{ReportRow, Stored};
use super::open_transaction::PgTx;
use super::values::{column, int, owned, plain, to_json, uint_at, uuid_at};
use afield_domain::{CompanyId, DeviceId, JobId, Timestamp, UserId};
use sqlx::postgres::PgRow;
use sqlx::query;

macro_rules! report_columns {
    () => {
        "\"user\", device, browser, unsent, files, oldest, told_at, cleared, parked, session, phone, by_job, as_of, revoked_at, number"
    };
}

fn report(row: &PgRow) -> Stored<ReportRow> {
    Ok(ReportRow {
        user: UserId(uuid_at(row, 0)?),
        device: DeviceId(uuid_at(row, 1)?),
        browser: owned(row, 2)?,
        unsent: uint_at(row, 3)?,
        files: uint_at(row, 4)?,
        oldest: column::<Option<i64>>(row, 5)?.map(Timestamp),
        told_at: Timestamp(column(row, 6)?),
        cleared: column(row, 7)?,
        parked: uint_at(row, 8)?,
        session: owned(row, 9)?,
        phone: column(row, 10)?,
        // What cannot be read counts nothing by job, as with an older app.
        by_job: column::<Option<&str>>(row, 11)?.and_then(|json| serde_json::from_str(json).ok()),
        as_of: column::<Option<i64>>(row, 12)?.map(Timestamp),
        revoked_at: column::<Option<i64>>(row, 13)?.map(Timestamp),
        number: column::<Option<i64>>(row, 14)?.and_then(|it| u64::try_from(it).ok()),
    })
}

impl PgTx {
    pub(super) async fn load_reports(
        &mut self,
        company: CompanyId,
        user: UserId,
        browser: &str,
    ) -> Stored<Vec<ReportRow>> {
        let asked = query(concat!(
            "SELECT ",
            report_columns!(),
            " FROM device_reports \
             WHERE company = $1 AND (\"user\" = $2 OR browser = $3) ORDER BY told_at DESC, device"
        ));
        let asked = asked.bind(company.0).bind(user.0).bind(plain(browser));
        self.of(company).await?.all(asked, report).await
    }

    pub(super) async fn load_all_reports(
        &mut self,
        company: CompanyId,
        limit: u32,
    ) -> Stored<Vec<ReportRow>> {
        let asked = query(concat!(
            "SELECT ",
            report_columns!(),
            " FROM device_reports WHERE company = $1 \
             ORDER BY (unsent > 0 OR files > 0) DESC, told_at DESC, device LIMIT $2"
        ));
        let asked = asked.bind(company.0).bind(i64::from(limit));
        self.of(company).await?.all(asked, report).await
    }

    pub(super) async fn load_reports_of_job(
        &mut self,
        company: CompanyId,
        job: JobId,
        limit: u32,
    ) -> Stored<Vec<ReportRow>> {
        let asked = query(concat!(
            "SELECT ",
            report_columns!(),
            " FROM device_reports WHERE company = $1 AND strpos(by_job, $2) > 0 \
             ORDER BY told_at DESC, device LIMIT $3"
        ));
        let asked = asked
            .bind(company.0)
            .bind(job.to_string())
            .bind(i64::from(limit));
        self.of(company).await?.all(asked, report).await
    }

    pub(super) async fn upsert_report(
        &mut self,
        company: CompanyId,
        row: &ReportRow,
    ) -> Stored<()> {
        let asked = query(
            "INSERT INTO device_reports \
             (company, \"user\", device, browser, unsent, files, oldest, told_at, cleared, parked, session, phone, \
             by_job, as_of, revoked_at, number) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) \
             ON CONFLICT (company, \"user\", device) DO UPDATE SET browser = $4, unsent = $5, files = $6, \
             oldest = $7, told_at = $8, cleared = $9, parked = $10, session = $11, phone = $12, by_job = $13, \
             as_of = $14, revoked_at = $15, number = $16",
        );
        let by_job = row.by_job.as_ref();
        let by_job = by_job.map(|it| to_json(it, "report")).transpose()?;
        let asked = asked
            .bind(company.0)
            .bind(row.user.0)
            .bind(row.device.0)
            .bind(plain(&row.browser))
            .bind(int(row.unsent))
            .bind(int(row.files))
            .bind(row.oldest.map(|at| at.0))
            .bind(row.told_at.0)
            .bind(row.cleared)
            .bind(int(row.parked))
            .bind(plain(&row.session))
            .bind(&row.phone)
            .bind(by_job)
            .bind(row.as_of.map(|at| at.0))
            .bind(row.revoked_at.map(|at| at.0))
            .bind(row.number.map(int));
        self.of(company).await?.run(asked).await.map(drop)
    }

    pub(super) async fn delete_report(
        &mut self,
        company: CompanyId,
        user: UserId,
        device: DeviceId,
    ) -> Stored<()> {
        let sql = "DELETE FROM device_reports WHERE company = $1 AND \"user\" = $2 AND device = $3";
        let asked = query(sql).bind(company.0).bind(user.0).bind(device.0);
        self.of(company).await?.run(asked).await.map(drop)
    }
}
