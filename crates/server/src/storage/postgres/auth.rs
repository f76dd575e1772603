//! Companies, users and sessions in PostgreSQL.

use super::super::elsewhere::Kind;
use super::super::{Account, CompanyRow, NewSession, SessionRow, Standing, Stored};
use super::open_transaction::{Open, PgTx};
use super::values::{
    column, company_at, int, owned, plain, role, role_name, text, uint_at, user_at, uuid_at,
};
use crate::error::StorageError;
use afield_domain::{CompanyId, Role, Timestamp, User, UserId};
use sqlx::postgres::PgRow;
use sqlx::query;
use std::collections::HashSet;

macro_rules! company_columns {
    () => {
        "c.id, c.slug, c.name, c.zone, c.contact_email, c.expiry_hours, c.change_seq, c.cursor_floor, \
         c.refuses_open_questions, c.keeps_photo_details, c.mode, c.offers_offline, \
         c.window_days, c.photo_edge, c.files_budget_mb, c.settings_version, \
         c.keep_activity_days, c.keep_files_days"
    };
}

macro_rules! account_columns {
    () => {
        "company, id, name, role, email, password, active, team"
    };
}
pub(super) use account_columns;

pub(super) fn account_at(row: &PgRow) -> Stored<Account> {
    Ok(Account {
        company: CompanyId(uuid_at(row, 0)?),
        user: user_at(row, 1)?,
        email: owned(row, 4)?,
        password: owned(row, 5)?,
        active: column(row, 6)?,
        team: owned(row, 7)?,
    })
}

/// What the log calls the user whose id is in the column `at`.
fn named(at: usize) -> impl Fn(&PgRow) -> Stored<String> {
    move |row| Ok(format!("user {}", uuid_at(row, at)?))
}

impl PgTx {
    /// For what is known by `sql`, which finds the company: locked before it is read, as all that is a company's.
    pub(super) async fn of_found(
        &mut self,
        sql: &'static str,
        known_by: &str,
    ) -> Stored<&mut Open> {
        let find = query(sql).bind(known_by);
        let company = |row: &PgRow| Ok(CompanyId(uuid_at(row, 0)?));
        if self.writes()
            && let Some(company) = self.past_the_wall().await?.first(find, company).await?
        {
            return self.of(company).await;
        }
        self.past_the_wall().await
    }

    pub(super) async fn load_company(&mut self, company: CompanyId) -> Stored<Option<CompanyRow>> {
        const SQL: &str = concat!(
            "SELECT ",
            company_columns!(),
            " FROM companies c WHERE c.id = $1"
        );
        let open = self.of(company).await?;
        let read = |row: &PgRow| company_at(row, 0);
        open.first(query(SQL).bind(company.0), read).await
    }

    pub(super) async fn load_company_by_slug(&mut self, slug: &str) -> Stored<Option<CompanyRow>> {
        const SQL: &str = concat!(
            "SELECT ",
            company_columns!(),
            " FROM companies c WHERE c.slug = $1"
        );
        let slug = plain(slug);
        let open = self.of_found("SELECT id FROM companies WHERE slug = $1", &slug);
        let read = |row: &PgRow| company_at(row, 0);
        open.await?.first(query(SQL).bind(&*slug), read).await
    }

    pub(super) async fn load_user(
        &mut self,
        company: CompanyId,
        id: UserId,
    ) -> Stored<Option<User>> {
        let sql = "SELECT id, name, role FROM users WHERE company = $1 AND id = $2 AND active";
        let asked = query(sql).bind(company.0).bind(id.0);
        let open = self.of(company).await?;
        open.first(asked, |row| user_at(row, 0)).await
    }

    pub(super) async fn load_users(&mut self, company: CompanyId) -> Stored<Vec<(User, String)>> {
        let sql = "SELECT id, name, role, email FROM users WHERE company = $1 AND active ORDER BY name, id";
        let asked = query(sql).bind(company.0);
        let read = |row: &PgRow| Ok((user_at(row, 0)?, owned(row, 3)?));
        self.of(company)
            .await?
            .readable(asked, read, named(0))
            .await
    }

    pub(super) async fn load_teams(&mut self, company: CompanyId) -> Stored<Vec<(String, UserId)>> {
        let sql = "SELECT team, id FROM users WHERE company = $1 AND active AND team <> '' \
                   ORDER BY team, name, id";
        let asked = query(sql).bind(company.0);
        let read = |row: &PgRow| Ok((owned(row, 0)?, UserId(uuid_at(row, 1)?)));
        self.of(company)
            .await?
            .readable(asked, read, named(1))
            .await
    }

    pub(super) async fn load_account(&mut self, email: &str) -> Stored<Option<Account>> {
        const SQL: &str = concat!(
            "SELECT ",
            account_columns!(),
            " FROM users WHERE email = $1"
        );
        let email = plain(email);
        let open = self.of_found("SELECT company FROM users WHERE email = $1", &email);
        open.await?
            .first(query(SQL).bind(&*email), account_at)
            .await
    }

    pub(super) async fn load_accounts(&mut self, company: CompanyId) -> Stored<Vec<Account>> {
        const SQL: &str = concat!(
            "SELECT ",
            account_columns!(),
            " FROM users WHERE company = $1 ORDER BY email"
        );
        let asked = query(SQL).bind(company.0);
        let open = self.of(company).await?;
        open.readable(asked, account_at, named(1)).await
    }

    pub(super) async fn load_session(&mut self, token_hash: &str) -> Stored<Option<SessionRow>> {
        const SQL: &str = concat!(
            "SELECT u.id, u.name, u.role, s.created_at, s.last_seen, s.expires_at, s.token_hash, s.revoked_at, ",
            company_columns!(),
            " FROM sessions s \
             JOIN users u ON u.company = s.company AND u.id = s.\"user\" AND u.active \
             JOIN companies c ON c.id = s.company WHERE s.token_hash = $1"
        );
        let find = "SELECT company FROM sessions WHERE token_hash = $1";
        let open = self.of_found(find, token_hash).await?;
        let read = |row: &PgRow| {
            Ok(SessionRow {
                user: user_at(row, 0)?,
                company: company_at(row, 8)?,
                created: Timestamp(column(row, 3)?),
                last_seen: Timestamp(column(row, 4)?),
                expires: Timestamp(column(row, 5)?),
                brought_by: None,
                reviews: false,
                token_hash: owned(row, 6)?,
                revoked_at: column::<Option<i64>>(row, 7)?.map(Timestamp),
            })
        };
        open.first(query(SQL).bind(token_hash), read).await
    }

    pub(super) async fn load_standing(
        &mut self,
        company: CompanyId,
        token_hash: &str,
    ) -> Stored<Standing> {
        let asked = query(
            "SELECT s.revoked_at FROM sessions s \
             JOIN users u ON u.company = s.company AND u.id = s.\"user\" AND u.active \
             WHERE s.company = $1 AND s.token_hash = $2",
        );
        let asked = asked.bind(company.0).bind(token_hash);
        let read = |row: &PgRow| Ok(column::<Option<i64>>(row, 0)?.map(Timestamp));
        let found = self.of(company).await?.first(asked, read).await?;
        Ok(Standing::of(found))
    }

    pub(super) async fn load_office_sessions(
        &mut self,
        company: CompanyId,
        now: Timestamp,
    ) -> Stored<HashSet<String>> {
        let asked = query(
            "SELECT s.token_hash, u.role FROM sessions s \
             JOIN users u ON u.company = s.company AND u.id = s.\"user\" AND u.active \
             WHERE s.company = $1 AND s.expires_at > $2 AND s.revoked_at IS NULL AND u.role IN ($3, $4)",
        );
        let asked = asked
            .bind(company.0)
            .bind(now.0)
            .bind(role_name(Role::Dispatcher))
            .bind(role_name(Role::Admin));
        let read = |row: &PgRow| Ok((owned(row, 0)?, role(text(row, 1)?)?.is_office()));
        let rows = self.of(company).await?.all(asked, read).await?;
        let of_office = rows.into_iter().filter(|(_, is_office)| *is_office);
        Ok(of_office.map(|(token_hash, _)| token_hash).collect())
    }

    pub(super) async fn insert_company(&mut self, company: &CompanyRow) -> Stored<()> {
        // What it says of its settings comes with the next line.
        let asked = query(
            "INSERT INTO companies (id, slug, name, zone, contact_email, expiry_hours) \
             VALUES ($1, $2, $3, $4, '', 0)",
        );
        let asked = asked
            .bind(company.id.0)
            .bind(plain(&company.slug))
            .bind(plain(&company.name))
            .bind(plain(&company.zone));
        // There is no row to lock yet.
        self.of(company.id).await?.run(asked).await?;
        self.update_company(company).await
    }

    pub(super) async fn update_company(&mut self, company: &CompanyRow) -> Stored<()> {
        let settings = &company.settings;
        let asked = query(
            "UPDATE companies SET name = $2, zone = $3, contact_email = $4, expiry_hours = $5, \
             refuses_open_questions = $6, keeps_photo_details = $7, mode = $8, offers_offline = $9, \
             window_days = $10, photo_edge = $11, files_budget_mb = $12, settings_version = $13, \
             keep_activity_days = coalesce($14, keep_activity_days), \
             keep_files_days = coalesce($15, keep_files_days) \
             WHERE id = $1",
        );
        let asked = asked
            .bind(company.id.0)
            .bind(plain(&company.name))
            .bind(plain(&company.zone))
            .bind(plain(&settings.contact_email))
            .bind(i64::from(settings.expiry_hours))
            .bind(settings.refuses_open_questions)
            .bind(settings.keeps_photo_details)
            .bind(settings.mode.name())
            .bind(settings.offers_offline)
            .bind(i64::from(settings.window_days))
            .bind(i64::from(settings.photo_edge))
            .bind(i64::from(settings.files_budget_mb))
            .bind(int(company.settings_version))
            .bind(settings.keep_activity_days.map(i64::from))
            .bind(settings.keep_files_days.map(i64::from));
        self.of(company.id).await?.run(asked).await.map(drop)
    }

    pub(super) async fn insert_user(&mut self, account: &Account) -> Stored<()> {
        let asked = query(
            "INSERT INTO users (company, id, email, name, role, password, active, team) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        );
        let asked = asked
            .bind(account.company.0)
            .bind(account.user.id.0)
            .bind(plain(&account.email))
            .bind(plain(&account.user.name))
            .bind(role_name(account.user.role))
            .bind(&account.password)
            .bind(account.active)
            .bind(plain(&account.team));
        self.of(account.company).await?.run(asked).await.map(drop)
    }

    pub(super) async fn update_user(&mut self, account: &Account) -> Stored<()> {
        let asked = query(
            "UPDATE users SET name = $3, role = $4, password = $5, active = $6, team = $7 \
             WHERE company = $1 AND id = $2",
        );
        let asked = asked
            .bind(account.company.0)
            .bind(account.user.id.0)
            .bind(plain(&account.user.name))
            .bind(role_name(account.user.role))
            .bind(&account.password)
            .bind(account.active)
            .bind(plain(&account.team));
        self.of(account.company).await?.run(asked).await.map(drop)
    }

    pub(super) async fn delete_sessions_of(
        &mut self,
        company: CompanyId,
        user: UserId,
    ) -> Stored<()> {
        let sql =
            "DELETE FROM sessions WHERE company = $1 AND \"user\" = $2 AND revoked_at IS NULL";
        let asked = query(sql).bind(company.0).bind(user.0);
        self.of(company).await?.run(asked).await.map(drop)
    }

    pub(super) async fn insert_session(&mut self, session: &NewSession) -> Stored<()> {
        let asked = query(
            "INSERT INTO sessions (token_hash, company, \"user\", label, created_at, last_seen, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $5, $6)",
        );
        let asked = asked
            .bind(&session.token_hash)
            .bind(session.company.0)
            .bind(session.user.0)
            .bind(plain(&session.label))
            .bind(session.created.0)
            .bind(session.expires.0);
        self.of(session.company).await?.run(asked).await.map(drop)
    }

    pub(super) async fn move_session(
        &mut self,
        token_hash: &str,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Stored<()> {
        let sql = "UPDATE sessions SET last_seen = $2, expires_at = $3 WHERE token_hash = $1 AND revoked_at IS NULL";
        let asked = query(sql).bind(token_hash).bind(seen.0).bind(expires.0);
        self.past_the_wall().await?.run(asked).await.map(drop)
    }

    pub(super) async fn delete_session(&mut self, token_hash: &str) -> Stored<()> {
        let asked = query("DELETE FROM sessions WHERE token_hash = $1").bind(token_hash);
        self.past_the_wall().await?.run(asked).await.map(drop)
    }

    pub(super) async fn mark_revoked(
        &mut self,
        token_hash: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Stored<()> {
        let sql = "UPDATE sessions SET revoked_at = $2, expires_at = $3 WHERE token_hash = $1 AND revoked_at IS NULL \
                   RETURNING company";
        let asked = query(sql).bind(token_hash).bind(now.0).bind(until.0);
        let open = self.past_the_wall().await?;
        let company = open.first(asked, |row| uuid_at(row, 0)).await?;
        if let Some(company) = company {
            self.tell(CompanyId(company), Kind::Revoked);
        }
        let sql = "DELETE FROM notification_subscriptions WHERE session = $1";
        let asked = query(sql).bind(token_hash);
        self.past_the_wall().await?.run(asked).await.map(drop)
    }

    pub(super) async fn take_number(&mut self, company: CompanyId) -> Stored<u64> {
        let sql = "UPDATE companies SET next_job_number = next_job_number + 1 WHERE id = $1 \
                   RETURNING next_job_number - 1";
        self.take(company, sql).await
    }

    pub(super) async fn take_seq(&mut self, company: CompanyId) -> Stored<u64> {
        let sql =
            "UPDATE companies SET change_seq = change_seq + 1 WHERE id = $1 RETURNING change_seq";
        self.take(company, sql).await
    }

    async fn take(&mut self, company: CompanyId, sql: &'static str) -> Stored<u64> {
        let asked = query(sql).bind(company.0);
        let next = self.of(company).await?.first(asked, |row| uint_at(row, 0));
        next.await?.ok_or(StorageError::Damaged("company"))
    }
}
