//! The writing half of the port, each method where its rows are.

use super::super::{
    Account, CompanyRow, Departure, MutationRow, NewSession, RecordRow, ReportRow, SignInLink,
    Stored, Trail, WriteTx,
};
use super::SqliteTx;
use afield_domain::{
    CompanyId, CompanyRights, DeviceId, JobId, RecordKey, SeriesId, Timestamp, UserId,
};
use afield_protocol::{Activity, EpochId, Seq, SettingChange};
use async_trait::async_trait;

#[async_trait]
impl WriteTx for SqliteTx {
    async fn commit(self: Box<Self>) -> Stored<()> {
        self.tx.commit()
    }

    async fn mark(&mut self) -> Stored<()> {
        self.tx.run("SAVEPOINT marked", ()).map(drop)
    }

    async fn keep_marked(&mut self) -> Stored<()> {
        self.tx.run("RELEASE marked", ()).map(drop)
    }

    async fn undo_marked(&mut self) -> Stored<()> {
        self.tx.run("ROLLBACK TO marked", ())?;
        self.tx.run("RELEASE marked", ()).map(drop)
    }

    async fn split(&mut self) -> Stored<()> {
        for sql in ["COMMIT", "BEGIN IMMEDIATE", "SAVEPOINT marked"] {
            self.tx.run(sql, ())?;
        }
        Ok(())
    }

    async fn name_epoch(&mut self, epoch: &EpochId) -> Stored<()> {
        let sql = "INSERT OR IGNORE INTO server (id, epoch) VALUES (1, ?1)";
        self.tx.run(sql, [&epoch.0]).map(drop)
    }

    async fn rename_epoch(&mut self, epoch: &EpochId) -> Stored<()> {
        let sql = "INSERT INTO server (id, epoch) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET epoch = ?1";
        self.tx.run(sql, [&epoch.0]).map(drop)
    }

    async fn name_cursor_key(&mut self, key: &str) -> Stored<()> {
        let sql = "UPDATE server SET cursor_key = ?1 WHERE id = 1 AND cursor_key = ''";
        self.tx.run(sql, [key]).map(drop)
    }

    async fn add_company(&mut self, company: &CompanyRow) -> Stored<()> {
        self.insert_company(company)
    }

    async fn set_company(&mut self, company: &CompanyRow) -> Stored<()> {
        self.update_company(company)
    }

    async fn add_setting_change(
        &mut self,
        company: CompanyId,
        change: &SettingChange,
    ) -> Stored<()> {
        self.insert_setting_change(company, change)
    }

    async fn add_user(&mut self, account: &Account) -> Stored<()> {
        self.insert_user(account)
    }

    async fn set_account(&mut self, account: &Account) -> Stored<()> {
        self.update_user(account)
    }

    async fn set_rights(&mut self, company: CompanyId, rights: &CompanyRights) -> Stored<()> {
        self.upsert_rights(company, rights)
    }

    async fn renew_rights(&mut self, now: Timestamp) -> Stored<()> {
        self.update_all_rights(now)
    }

    async fn add_trail(&mut self, company: CompanyId, about: &str, trail: &Trail) -> Stored<()> {
        self.insert_trail(company, about, trail)
    }

    async fn put_link(&mut self, link: &SignInLink) -> Stored<()> {
        self.delete_links_of(link.company, link.user)?;
        self.upsert_link(link)
    }

    async fn put_series(&mut self, company: CompanyId, series: SeriesId, data: &str) -> Stored<()> {
        self.upsert_series(company, series, data)
    }

    async fn add_series_job(
        &mut self,
        company: CompanyId,
        series: SeriesId,
        day: &str,
        job: JobId,
    ) -> Stored<()> {
        self.insert_series_job(company, series, day, job)
    }

    async fn end_links_of(&mut self, company: CompanyId, user: UserId) -> Stored<()> {
        self.delete_links_of(company, user)
    }

    async fn end_sessions_of(&mut self, company: CompanyId, user: UserId) -> Stored<()> {
        self.delete_sessions_of(company, user)
    }

    async fn add_session(&mut self, session: &NewSession) -> Stored<()> {
        self.insert_session(session)?;
        self.trim_sessions(session)
    }

    async fn touch_session(
        &mut self,
        token_hash: &str,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Stored<()> {
        self.move_session(token_hash, seen, expires)
    }

    async fn end_session(&mut self, token_hash: &str) -> Stored<()> {
        self.delete_session(token_hash)
    }

    async fn revoke_session(
        &mut self,
        token_hash: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Stored<()> {
        self.mark_revoked(token_hash, now, until)
    }

    async fn next_seq(&mut self, company: CompanyId) -> Stored<u64> {
        self.take_seq(company)
    }

    async fn next_job_number(&mut self, company: CompanyId) -> Stored<u64> {
        self.take_number(company)
    }

    async fn put_record(&mut self, company: CompanyId, row: &RecordRow) -> Stored<()> {
        self.save_record(company, row)
    }

    async fn put_import_base(
        &mut self,
        company: CompanyId,
        key: RecordKey,
        base: &str,
    ) -> Stored<()> {
        self.upsert_import_base(company, key, base)
    }

    async fn put_import_columns(
        &mut self,
        company: CompanyId,
        header: &str,
        columns: &str,
        now: Timestamp,
        most: u32,
    ) -> Stored<()> {
        self.upsert_import_columns(company, header, columns, now, most)
    }

    async fn add_departure(
        &mut self,
        company: CompanyId,
        departure: &Departure,
        at: Timestamp,
    ) -> Stored<()> {
        self.insert_departure(company, departure, at)
    }

    async fn add_mutation(&mut self, company: CompanyId, row: &MutationRow) -> Stored<()> {
        self.insert_mutation(company, row)
    }

    async fn close_mutation(&mut self, company: CompanyId, row: &MutationRow) -> Stored<()> {
        self.insert_mutation_if_free(company, row)
    }

    async fn add_activity(&mut self, company: CompanyId, activity: &Activity) -> Stored<()> {
        self.insert_activity(company, activity)
    }

    async fn remove_activity(&mut self, company: CompanyId, seq: u64) -> Stored<()> {
        self.delete_activity_at(company, seq)
    }

    async fn see_device(
        &mut self,
        company: CompanyId,
        device: DeviceId,
        user: UserId,
        ack_below: Seq,
        now: Timestamp,
    ) -> Stored<()> {
        self.save_device(company, device, user, ack_below, now)
    }

    async fn put_report(&mut self, company: CompanyId, row: &ReportRow) -> Stored<()> {
        self.upsert_report(company, row)
    }

    async fn forget_report(
        &mut self,
        company: CompanyId,
        user: UserId,
        device: DeviceId,
    ) -> Stored<()> {
        self.delete_report(company, user, device)
    }

    async fn end_all_sessions(&mut self) -> Stored<()> {
        self.delete_all_sessions()
    }
}
