//! The writing half of the port, each method where its rows are.

use super::super::{
    Account, CompanyRow, Departure, MutationRow, NewSession, RecordRow, ReportRow, Stored, WriteTx,
};
use super::{SqliteTx, backend};
use afield_domain::{CompanyId, DeviceId, RecordKey, Timestamp, UserId};
use afield_protocol::{Activity, EpochId, Seq};
use async_trait::async_trait;

#[async_trait]
impl WriteTx for SqliteTx {
    async fn commit(self: Box<Self>) -> Stored<()> {
        self.tx.commit().await
    }

    async fn name_epoch(&mut self, epoch: &EpochId) -> Stored<()> {
        sqlx::query("INSERT OR IGNORE INTO server (id, epoch) VALUES (1, ?1)")
            .bind(&epoch.0)
            .execute(&mut *self.tx)
            .await
            .map_err(backend)?;
        Ok(())
    }

    async fn rename_epoch(&mut self, epoch: &EpochId) -> Stored<()> {
        sqlx::query(
            "INSERT INTO server (id, epoch) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET epoch = ?1",
        )
        .bind(&epoch.0)
        .execute(&mut *self.tx)
        .await
        .map_err(backend)?;
        Ok(())
    }

    async fn name_cursor_key(&mut self, key: &str) -> Stored<()> {
        sqlx::query("UPDATE server SET cursor_key = ?1 WHERE id = 1 AND cursor_key = ''")
            .bind(key)
            .execute(&mut *self.tx)
            .await
            .map_err(backend)?;
        Ok(())
    }

    async fn add_company(&mut self, company: &CompanyRow) -> Stored<()> {
        self.insert_company(company).await
    }

    async fn add_user(&mut self, account: &Account) -> Stored<()> {
        self.insert_user(account).await
    }

    async fn set_account(&mut self, account: &Account) -> Stored<()> {
        self.update_user(account).await
    }

    async fn end_sessions_of(&mut self, company: CompanyId, user: UserId) -> Stored<()> {
        self.delete_sessions_of(company, user).await
    }

    async fn add_session(&mut self, session: &NewSession) -> Stored<()> {
        self.insert_session(session).await
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

    async fn next_seq(&mut self, company: CompanyId) -> Stored<u64> {
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

    async fn prune_verdicts(&mut self, before: Timestamp) -> Stored<u64> {
        self.delete_verdicts(before).await
    }

    async fn prune_departures(&mut self, before: Timestamp) -> Stored<u64> {
        self.delete_departures(before).await
    }

    async fn prune_activity(&mut self, before: Timestamp) -> Stored<u64> {
        self.delete_activity(before).await
    }

    async fn put_report(&mut self, company: CompanyId, row: &ReportRow) -> Stored<()> {
        self.upsert_report(company, row).await
    }

    async fn forget_report(
        &mut self,
        company: CompanyId,
        user: UserId,
        device: DeviceId,
    ) -> Stored<()> {
        self.delete_report(company, user, device).await
    }

    async fn prune_reports(&mut self, before: Timestamp) -> Stored<u64> {
        self.delete_reports(before).await
    }

    async fn prune_sessions(&mut self, now: Timestamp) -> Stored<u64> {
        self.delete_sessions(now).await
    }
}
