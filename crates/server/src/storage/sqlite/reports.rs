//! What devices tell of themselves, in SQLite.

use super::super::{ReportRow, Stored};
use super::SqliteTx;
use super::values::{column, int, text, uint_at, uuid_at};
use afield_domain::{CompanyId, DeviceId, JobId, Timestamp, UserId};
use rusqlite::Row;

macro_rules! report_columns {
    () => {
        "user, device, browser, unsent, files, oldest, told_at, cleared, parked, session, phone, by_job, as_of, revoked_at, number"
    };
}

fn report(row: &Row<'_>) -> Stored<ReportRow> {
    Ok(ReportRow {
        user: UserId(uuid_at(row, 0)?),
        device: DeviceId(uuid_at(row, 1)?),
        browser: text(row, 2)?.to_owned(),
        unsent: uint_at(row, 3)?,
        files: uint_at(row, 4)?,
        oldest: column::<Option<i64>>(row, 5)?.map(Timestamp),
        told_at: Timestamp(column(row, 6)?),
        cleared: column(row, 7)?,
        parked: uint_at(row, 8)?,
        session: text(row, 9)?.to_owned(),
        phone: column(row, 10)?,
        // What cannot be read counts nothing by job, as with an older app.
        by_job: column::<Option<String>>(row, 11)?
            .and_then(|json| serde_json::from_str(&json).ok()),
        as_of: column::<Option<i64>>(row, 12)?.map(Timestamp),
        revoked_at: column::<Option<i64>>(row, 13)?.map(Timestamp),
        number: column::<Option<i64>>(row, 14)?.and_then(|it| u64::try_from(it).ok()),
    })
}

impl SqliteTx {
    pub(super) fn load_reports(
        &self,
        company: CompanyId,
        user: UserId,
        browser: &str,
    ) -> Stored<Vec<ReportRow>> {
        self.tx.readable(
            concat!(
                "SELECT ",
                report_columns!(),
                " FROM device_reports \
                 WHERE company = ?1 AND (user = ?2 OR browser = ?3) ORDER BY told_at DESC, device"
            ),
            (company.to_string(), user.to_string(), browser),
            report,
            |row| Ok(format!("report of device {}", text(row, 1)?)),
        )
    }

    pub(super) fn load_all_reports(
        &self,
        company: CompanyId,
        limit: u32,
    ) -> Stored<Vec<ReportRow>> {
        self.tx.readable(
            concat!(
                "SELECT ",
                report_columns!(),
                " FROM device_reports WHERE company = ?1 \
                 ORDER BY unsent + files > 0 DESC, told_at DESC, device LIMIT ?2"
            ),
            (company.to_string(), i64::from(limit)),
            report,
            |row| Ok(format!("report of device {}", text(row, 1)?)),
        )
    }

    pub(super) fn load_reports_of_job(
        &self,
        company: CompanyId,
        job: JobId,
        limit: u32,
    ) -> Stored<Vec<ReportRow>> {
        self.tx.readable(
            concat!(
                "SELECT ",
                report_columns!(),
                " FROM device_reports WHERE company = ?1 AND instr(by_job, ?2) > 0 \
                 ORDER BY told_at DESC, device LIMIT ?3"
            ),
            (company.to_string(), job.to_string(), i64::from(limit)),
            report,
            |row| Ok(format!("report of device {}", text(row, 1)?)),
        )
    }

    pub(super) fn upsert_report(&self, company: CompanyId, row: &ReportRow) -> Stored<()> {
        self.tx.run(
            "INSERT OR REPLACE INTO device_reports \
             (company, user, device, browser, unsent, files, oldest, told_at, cleared, parked, session, phone, by_job, as_of, revoked_at, \
             number) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
            (
                company.to_string(),
                row.user.to_string(),
                row.device.to_string(),
                &row.browser,
                int(row.unsent),
                int(row.files),
                row.oldest.map(|at| at.0),
                row.told_at.0,
                row.cleared,
                int(row.parked),
                &row.session,
                &row.phone,
                row.by_job.as_ref().and_then(|it| serde_json::to_string(it).ok()),
                row.as_of.map(|at| at.0),
                row.revoked_at.map(|at| at.0),
                row.number.map(int),
            ),
        )?;
        Ok(())
    }

    pub(super) fn delete_report(
        &self,
        company: CompanyId,
        user: UserId,
        device: DeviceId,
    ) -> Stored<()> {
        self.tx.run(
            "DELETE FROM device_reports WHERE company = ?1 AND user = ?2 AND device = ?3",
            [company.to_string(), user.to_string(), device.to_string()],
        )?;
        Ok(())
    }
}
