//! The writing half of the port, each method where its rows are.

use super::super::elsewhere::Kind;
use super::super::{
    Account, CompanyRow, Departure, MutationRow, NewSession, RecordRow, ReportRow, SignInLink,
    Stored, Trail, WriteTx,
};
use super::open_transaction::PgTx;
use afield_domain::{
    CompanyId, CompanyRights, DeviceId, JobId, RecordKey, SeriesId, Timestamp, UserId,
};
use afield_protocol::{Activity, EpochId, Seq, SettingChange};
use async_trait::async_trait;
use sqlx::query;

#[async_trait]
impl WriteTx for PgTx {
    async fn commit(self: Box<Self>) -> Stored<()> {
        self.end().await
    }

    async fn mark(&mut self) -> Stored<()> {
        self.set_mark().await
    }

    async fn keep_marked(&mut self) -> Stored<()> {
        self.drop_mark().await
    }

    async fn undo_marked(&mut self) -> Stored<()> {
        self.go_back_to_mark().await
    }

    async fn split(&mut self) -> Stored<()> {
        self.begin_again().await
    }

    async fn name_epoch(&mut self, epoch: &EpochId) -> Stored<()> {
        let sql = "INSERT INTO server (id, epoch) VALUES (1, $1) ON CONFLICT (id) DO NOTHING";
        let open = self.of_server().await?;
        open.run(query(sql).bind(&epoch.0)).await.map(drop)
    }

    async fn rename_epoch(&mut self, epoch: &EpochId) -> Stored<()> {
        let sql = "INSERT INTO server (id, epoch) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET epoch = $1";
        let open = self.of_server().await?;
        open.run(query(sql).bind(&epoch.0)).await.map(drop)
    }

    async fn name_cursor_key(&mut self, key: &str) -> Stored<()> {
        let sql = "UPDATE server SET cursor_key = $1 WHERE id = 1 AND cursor_key = ''";
        let open = self.of_server().await?;
        open.run(query(sql).bind(key)).await.map(drop)
    }

    async fn add_company(&mut self, company: &CompanyRow) -> Stored<()> {
        self.insert_company(company).await
    }

    async fn set_company(&mut self, company: &CompanyRow) -> Stored<()> {
        self.tell(company.id, Kind::Work);
        self.update_company(company).await
    }

    async fn add_setting_change(
        &mut self,
        company: CompanyId,
        change: &SettingChange,
    ) -> Stored<()> {
        self.insert_setting_change(company, change).await
    }

    async fn add_user(&mut self, account: &Account) -> Stored<()> {
        self.tell(account.company, Kind::Work);
        self.insert_user(account).await
    }

    async fn set_account(&mut self, account: &Account) -> Stored<()> {
        self.tell(account.company, Kind::Work);
        self.update_user(account).await
    }

    async fn set_rights(&mut self, company: CompanyId, rights: &CompanyRights) -> Stored<()> {
        self.tell(company, Kind::Work);
        self.upsert_rights(company, rights).await
    }

    async fn renew_rights(&mut self, now: Timestamp) -> Stored<()> {
        self.update_all_rights(now).await
    }

    async fn add_trail(&mut self, company: CompanyId, about: &str, trail: &Trail) -> Stored<()> {
        self.insert_trail(company, about, trail).await
    }

    async fn put_link(&mut self, link: &SignInLink) -> Stored<()> {
        self.delete_links_of(link.company, link.user).await?;
        self.insert_link(link).await
    }

    async fn put_series(&mut self, company: CompanyId, series: SeriesId, data: &str) -> Stored<()> {
        self.upsert_series(company, series, data).await
    }

    async fn add_series_job(
        &mut self,
        company: CompanyId,
        series: SeriesId,
        day: &str,
        job: JobId,
    ) -> Stored<()> {
        self.insert_series_job(company, series, day, job).await
    }

    async fn end_links_of(&mut self, company: CompanyId, user: UserId) -> Stored<()> {
        self.delete_links_of(company, user).await
    }

    async fn end_sessions_of(&mut self, company: CompanyId, user: UserId) -> Stored<()> {
        self.delete_sessions_of(company, user).await
    }

    async fn add_session(&mut self, session: &NewSession) -> Stored<()> {
        self.insert_session(session).await?;
        self.trim_sessions(session).await
    }

    async fn touch_session(
        &mut self,
        token_hash: &str,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Stored<()> {
        self.move_session(token_hash, seen, expires).await
    }

    async fn end_session(&mut self, token_hash: &str) -> Stored<()> {
        self.delete_session(token_hash).await
    }

    async fn revoke_session(
        &mut self,
        token_hash: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Stored<()> {
        self.mark_revoked(token_hash, now, until).await
    }

    async fn next_seq(&mut self, company: CompanyId) -> Stored<u64> {
        // Whatever is told of takes a number: nobody who writes can forget to say so.
        self.tell(company, Kind::Work);
        self.take_seq(company).await
    }

    async fn next_job_number(&mut self, company: CompanyId) -> Stored<u64> {
        self.take_number(company).await
    }

    async fn put_record(&mut self, company: CompanyId, row: &RecordRow) -> Stored<()> {
        self.save_record(company, row).await
    }

    async fn put_import_base(
        &mut self,
        company: CompanyId,
        key: RecordKey,
        base: &str,
    ) -> Stored<()> {
        self.upsert_import_base(company, key, base).await
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
            .await
    }

    async fn add_departure(
        &mut self,
        company: CompanyId,
        departure: &Departure,
        at: Timestamp,
    ) -> Stored<()> {
        self.insert_departure(company, departure, at).await
    }

    async fn add_mutation(&mut self, company: CompanyId, row: &MutationRow) -> Stored<()> {
        self.insert_mutation(company, row).await
    }

    async fn close_mutation(&mut self, company: CompanyId, row: &MutationRow) -> Stored<()> {
        self.insert_mutation_if_free(company, row).await
    }

    async fn add_activity(&mut self, company: CompanyId, activity: &Activity) -> Stored<()> {
        self.insert_activity(company, activity).await
    }

    async fn remove_activity(&mut self, company: CompanyId, seq: u64) -> Stored<()> {
        self.delete_activity_at(company, seq).await
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
            .await
    }

    async fn put_report(&mut self, company: CompanyId, row: &ReportRow) -> Stored<()> {
        self.tell(company, Kind::Phones);
        self.upsert_report(company, row).await
    }

    async fn forget_report(
        &mut self,
        company: CompanyId,
        user: UserId,
        device: DeviceId,
    ) -> Stored<()> {
        self.tell(company, Kind::Phones);
        self.delete_report(company, user, device).await
    }

    async fn end_all_sessions(&mut self) -> Stored<()> {
        self.delete_all_sessions().await
    }
}
