//! The reading half of the port, each method where its rows are.

use super::super::{
    Account, Activities, Child, CompanyRow, Departure, DeviceSeen, Head, JobHead, Link,
    MutationRow, Place, ReadTx, ReportRow, SessionRow, SessionSeen, SignInLink, Standing, Stored,
    StoredRecord, Trail,
};
use super::SqliteTx;
use super::values::text;
use afield_domain::time::ScopeWindow;
use afield_domain::{
    CompanyId, CompanyRights, JobId, Module, MutationId, RecordKey, SeriesId, Timestamp, User,
    UserId,
};
use afield_protocol::{Activity, EpochId, SettingChange};
use async_trait::async_trait;
use std::collections::HashSet;

#[async_trait]
impl ReadTx for SqliteTx {
    async fn epoch(&mut self) -> Stored<Option<EpochId>> {
        let sql = "SELECT epoch FROM server WHERE id = 1";
        self.tx
            .first(sql, (), |row| Ok(EpochId(text(row, 0)?.to_owned())))
    }

    async fn cursor_key(&mut self) -> Stored<Option<String>> {
        let sql = "SELECT cursor_key FROM server WHERE id = 1 AND cursor_key <> ''";
        self.tx.first(sql, (), |row| Ok(text(row, 0)?.to_owned()))
    }

    async fn company(&mut self, company: CompanyId) -> Stored<Option<CompanyRow>> {
        self.load_company(company)
    }

    async fn company_by_slug(&mut self, slug: &str) -> Stored<Option<CompanyRow>> {
        self.load_company_by_slug(slug)
    }

    async fn user(&mut self, company: CompanyId, user: UserId) -> Stored<Option<User>> {
        self.load_user(company, user)
    }

    async fn teams(&mut self, company: CompanyId) -> Stored<Vec<(String, UserId)>> {
        self.load_teams(company)
    }

    async fn users(&mut self, company: CompanyId) -> Stored<Vec<(User, String)>> {
        self.load_users(company)
    }

    async fn accounts(&mut self, company: CompanyId) -> Stored<Vec<Account>> {
        self.load_accounts(company)
    }

    async fn account(&mut self, email: &str) -> Stored<Option<Account>> {
        self.load_account(email)
    }

    async fn session(&mut self, token_hash: &str) -> Stored<Option<SessionRow>> {
        self.load_session(token_hash)
    }

    async fn standing(&mut self, company: CompanyId, token_hash: &str) -> Stored<Standing> {
        self.load_standing(company, token_hash)
    }

    async fn rights(&mut self, company: CompanyId) -> Stored<CompanyRights> {
        self.load_rights(company)
    }

    async fn trail(&mut self, company: CompanyId, about: &str, limit: u32) -> Stored<Vec<Trail>> {
        self.load_trail(company, about, limit)
    }

    async fn account_of(&mut self, company: CompanyId, user: UserId) -> Stored<Option<Account>> {
        self.load_account_of(company, user)
    }

    async fn sessions_seen(
        &mut self,
        company: CompanyId,
        now: Timestamp,
    ) -> Stored<Vec<SessionSeen>> {
        self.load_sessions_seen(company, now)
    }

    async fn devices_seen(&mut self, company: CompanyId) -> Stored<Vec<DeviceSeen>> {
        self.load_devices_seen(company)
    }

    async fn links_of(
        &mut self,
        company: CompanyId,
        now: Timestamp,
    ) -> Stored<Vec<(UserId, Timestamp)>> {
        self.load_links_of(company, now)
    }

    async fn companies(&mut self) -> Stored<Vec<CompanyId>> {
        self.load_companies()
    }

    async fn series(&mut self, company: CompanyId, series: SeriesId) -> Stored<Option<String>> {
        self.load_series(company, series)
    }

    async fn all_series(&mut self, company: CompanyId) -> Stored<Vec<(SeriesId, String)>> {
        self.load_all_series(company)
    }

    async fn series_jobs(
        &mut self,
        company: CompanyId,
        series: SeriesId,
    ) -> Stored<Vec<(String, JobId)>> {
        self.load_series_jobs(company, series)
    }

    async fn series_of(
        &mut self,
        company: CompanyId,
        job: JobId,
    ) -> Stored<Option<(SeriesId, String)>> {
        self.load_series_of(company, job)
    }

    async fn sign_in_link(&mut self, token_hash: &str) -> Stored<Option<SignInLink>> {
        self.load_link(token_hash)
    }

    async fn office_sessions(
        &mut self,
        company: CompanyId,
        now: Timestamp,
    ) -> Stored<HashSet<String>> {
        self.load_office_sessions(company, now)
    }

    async fn records(
        &mut self,
        company: CompanyId,
        keys: &[RecordKey],
    ) -> Stored<Vec<StoredRecord>> {
        self.load_records(company, keys)
    }

    async fn records_of(
        &mut self,
        company: CompanyId,
        module: Module,
    ) -> Stored<Vec<StoredRecord>> {
        self.load_records_of(company, module)
    }

    async fn last_change(&mut self, company: CompanyId, modules: &[Module]) -> Stored<u64> {
        self.load_last_change(company, modules)
    }

    async fn record_by_external_key(
        &mut self,
        company: CompanyId,
        module: Module,
        external_key: &str,
    ) -> Stored<Option<RecordKey>> {
        self.load_by_external_key(company, module, external_key)
    }

    async fn import_bases(
        &mut self,
        company: CompanyId,
        keys: &[RecordKey],
    ) -> Stored<Vec<(RecordKey, String)>> {
        self.load_import_bases(company, keys)
    }

    async fn import_columns(&mut self, company: CompanyId, header: &str) -> Stored<Option<String>> {
        self.load_import_columns(company, header)
    }

    async fn heads(&mut self, company: CompanyId, keys: &[RecordKey]) -> Stored<Vec<Head>> {
        self.load_heads(company, keys)
    }

    async fn jobs_of(
        &mut self,
        company: CompanyId,
        assignee: UserId,
        window: ScopeWindow,
    ) -> Stored<Vec<JobHead>> {
        self.load_jobs_of(company, assignee, window)
    }

    async fn jobs_ended(
        &mut self,
        company: CompanyId,
        assignee: UserId,
        after: u64,
        window: ScopeWindow,
    ) -> Stored<Vec<RecordKey>> {
        self.load_jobs_ended(company, assignee, after, window)
    }

    async fn jobs_starting(
        &mut self,
        company: CompanyId,
        window: ScopeWindow,
    ) -> Stored<Vec<StoredRecord>> {
        self.load_jobs_starting(company, window)
    }

    async fn jobs_starting_after(
        &mut self,
        company: CompanyId,
        window: ScopeWindow,
        after: Option<(Timestamp, JobId)>,
        limit: u32,
    ) -> Stored<Vec<(Timestamp, StoredRecord)>> {
        self.load_jobs_starting_after(company, window, after, limit)
    }

    async fn count_jobs(&mut self, company: CompanyId, window: ScopeWindow) -> Stored<u64> {
        self.load_job_count(company, window)
    }

    async fn open_conflicts(
        &mut self,
        company: CompanyId,
        limit: u32,
    ) -> Stored<(Vec<StoredRecord>, u64)> {
        self.load_open_conflicts(company, limit)
    }

    async fn links_from(&mut self, company: CompanyId, keys: &[RecordKey]) -> Stored<Vec<Link>> {
        self.load_links(company, keys)
    }

    async fn referring_to(
        &mut self,
        company: CompanyId,
        key: RecordKey,
        module: Module,
        skip: u32,
        limit: u32,
    ) -> Stored<Vec<StoredRecord>> {
        self.load_referring_to(company, key, module, skip, limit)
    }

    async fn count_referring(
        &mut self,
        company: CompanyId,
        to: Module,
        from: Module,
    ) -> Stored<Vec<(RecordKey, u64)>> {
        self.load_referring_counts(company, to, from)
    }

    async fn children_of(&mut self, company: CompanyId, keys: &[RecordKey]) -> Stored<Vec<Child>> {
        self.load_children(company, keys)
    }

    async fn departures(
        &mut self,
        company: CompanyId,
        after: u64,
        user: UserId,
    ) -> Stored<Vec<Departure>> {
        self.load_departures(company, after, user)
    }

    async fn users_left(&mut self, company: CompanyId, after: u64) -> Stored<Vec<UserId>> {
        self.load_users_left(company, after)
    }

    async fn mutations(
        &mut self,
        company: CompanyId,
        ids: &[MutationId],
        place: Option<Place>,
    ) -> Stored<Vec<MutationRow>> {
        self.load_mutations(company, ids, place)
    }

    async fn activity_after(
        &mut self,
        company: CompanyId,
        after: u64,
        limit: u32,
    ) -> Stored<Activities> {
        self.load_activity_after(company, after, limit)
    }

    async fn latest_activity(&mut self, company: CompanyId, limit: u32) -> Stored<Vec<Activity>> {
        self.load_activity_before(company, u64::MAX, None, limit)
    }

    async fn activity_before(
        &mut self,
        company: CompanyId,
        before: u64,
        job: Option<JobId>,
        limit: u32,
    ) -> Stored<Vec<Activity>> {
        self.load_activity_before(company, before, job, limit)
    }

    async fn setting_changes(
        &mut self,
        company: CompanyId,
        before: u64,
        limit: u32,
    ) -> Stored<Vec<SettingChange>> {
        self.load_setting_changes(company, before, limit)
    }

    async fn all_reports(&mut self, company: CompanyId, limit: u32) -> Stored<Vec<ReportRow>> {
        self.load_all_reports(company, limit)
    }

    async fn reports_of_job(
        &mut self,
        company: CompanyId,
        job: JobId,
        limit: u32,
    ) -> Stored<Vec<ReportRow>> {
        self.load_reports_of_job(company, job, limit)
    }

    async fn reports(
        &mut self,
        company: CompanyId,
        user: UserId,
        browser: &str,
    ) -> Stored<Vec<ReportRow>> {
        self.load_reports(company, user, browser)
    }
}
