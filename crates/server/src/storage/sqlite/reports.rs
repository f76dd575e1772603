//! What devices tell of themselves, in SQLite.

use super::super::{ReportRow, Stored};
use super::values::{int, readable, uint, uuid};
use super::{SqliteTx, backend};
use afield_domain::{CompanyId, DeviceId, Timestamp, UserId};

#[derive(sqlx::FromRow)]
struct ReportColumns {
    user: String,
    device: String,
    browser: String,
    unsent: i64,
    files: i64,
    oldest: Option<i64>,
    told_at: i64,
    cleared: bool,
}

impl ReportColumns {
    fn row(&self) -> Stored<ReportRow> {
        Ok(ReportRow {
            user: UserId(uuid(&self.user)?),
            device: DeviceId(uuid(&self.device)?),
            browser: self.browser.clone(),
            unsent: uint(self.unsent),
            files: uint(self.files),
            oldest: self.oldest.map(Timestamp),
            told_at: Timestamp(self.told_at),
            cleared: self.cleared,
        })
    }
}

impl SqliteTx {
    pub(super) async fn load_reports(
        &mut self,
        company: CompanyId,
        user: UserId,
        browser: &str,
    ) -> Stored<Vec<ReportRow>> {
        let rows: Vec<ReportColumns> = sqlx::query_as(
            "SELECT user, device, browser, unsent, files, oldest, told_at, cleared FROM device_reports \
             WHERE company = ?1 AND (user = ?2 OR browser = ?3) ORDER BY told_at DESC, device",
        )
        .bind(company.to_string())
        .bind(user.to_string())
        .bind(browser)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(backend)?;
        Ok(readable(&rows, ReportColumns::row, |row| {
            format!("report of device {}", row.device)
        }))
    }

    pub(super) async fn upsert_report(
        &mut self,
        company: CompanyId,
        row: &ReportRow,
    ) -> Stored<()> {
        sqlx::query(
            "INSERT OR REPLACE INTO device_reports \
             (company, user, device, browser, unsent, files, oldest, told_at, cleared) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )
        .bind(company.to_string())
        .bind(row.user.to_string())
        .bind(row.device.to_string())
        .bind(&row.browser)
        .bind(int(row.unsent))
        .bind(int(row.files))
        .bind(row.oldest.map(|at| at.0))
        .bind(row.told_at.0)
        .bind(row.cleared)
        .execute(&mut *self.tx)
        .await
        .map_err(backend)?;
        Ok(())
    }

    pub(super) async fn delete_report(
        &mut self,
        company: CompanyId,
        user: UserId,
        device: DeviceId,
    ) -> Stored<()> {
        sqlx::query("DELETE FROM device_reports WHERE company = ?1 AND user = ?2 AND device = ?3")
            .bind(company.to_string())
            .bind(user.to_string())
            .bind(device.to_string())
            .execute(&mut *self.tx)
            .await
            .map_err(backend)?;
        Ok(())
    }

    pub(super) async fn delete_reports(&mut self, before: Timestamp) -> Stored<u64> {
        let done = sqlx::query("DELETE FROM device_reports WHERE told_at < ?1")
            .bind(before.0)
            .execute(&mut *self.tx)
            .await
            .map_err(backend)?;
        Ok(done.rows_affected())
    }
}
