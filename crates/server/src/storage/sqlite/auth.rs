//! Companies, users and sessions in SQLite.

use super::super::{Account, CompanyRow, NewSession, SessionRow, Standing, Stored};
use super::SqliteTx;
use super::values::{column, company_at, int, role, role_name, text, uint_at, user_at, uuid_at};
use crate::error::StorageError;
use afield_domain::{CompanyId, Role, Timestamp, User, UserId};
use rusqlite::Row;
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

pub(super) fn account_at(row: &Row<'_>) -> Stored<Account> {
    Ok(Account {
        company: CompanyId(uuid_at(row, 0)?),
        user: user_at(row, 1)?,
        email: text(row, 4)?.to_owned(),
        password: text(row, 5)?.to_owned(),
        active: column(row, 6)?,
        team: text(row, 7)?.to_owned(),
    })
}

/// What the log calls the user whose id is in the column `at`.
fn named(at: usize) -> impl Fn(&Row<'_>) -> Stored<String> {
    move |row| Ok(format!("user {}", text(row, at)?))
}

impl SqliteTx {
    pub(super) fn load_company(&self, company: CompanyId) -> Stored<Option<CompanyRow>> {
        const SQL: &str = concat!(
            "SELECT ",
            company_columns!(),
            " FROM companies c WHERE c.id = ?1"
        );
        self.tx
            .first(SQL, [company.to_string()], |row| company_at(row, 0))
    }

    pub(super) fn load_company_by_slug(&self, slug: &str) -> Stored<Option<CompanyRow>> {
        const SQL: &str = concat!(
            "SELECT ",
            company_columns!(),
            " FROM companies c WHERE c.slug = ?1"
        );
        self.tx.first(SQL, [slug], |row| company_at(row, 0))
    }

    pub(super) fn load_user(&self, company: CompanyId, id: UserId) -> Stored<Option<User>> {
        self.tx.first(
            "SELECT id, name, role FROM users WHERE company = ?1 AND id = ?2 AND active = 1",
            [company.to_string(), id.to_string()],
            |row| user_at(row, 0),
        )
    }

    pub(super) fn load_users(&self, company: CompanyId) -> Stored<Vec<(User, String)>> {
        self.tx.readable(
            "SELECT id, name, role, email FROM users WHERE company = ?1 AND active = 1 ORDER BY name, id",
            [company.to_string()],
            |row| Ok((user_at(row, 0)?, text(row, 3)?.to_owned())),
            named(0),
        )
    }

    pub(super) fn load_teams(&self, company: CompanyId) -> Stored<Vec<(String, UserId)>> {
        self.tx.readable(
            "SELECT team, id FROM users WHERE company = ?1 AND active = 1 AND team <> '' ORDER BY team, name, id",
            [company.to_string()],
            |row| Ok((text(row, 0)?.to_owned(), UserId(uuid_at(row, 1)?))),
            named(1),
        )
    }

    pub(super) fn load_account(&self, email: &str) -> Stored<Option<Account>> {
        const SQL: &str = concat!(
            "SELECT ",
            account_columns!(),
            " FROM users WHERE email = ?1"
        );
        self.tx.first(SQL, [email], account_at)
    }

    pub(super) fn load_accounts(&self, company: CompanyId) -> Stored<Vec<Account>> {
        const SQL: &str = concat!(
            "SELECT ",
            account_columns!(),
            " FROM users WHERE company = ?1 ORDER BY email"
        );
        self.tx
            .readable(SQL, [company.to_string()], account_at, named(1))
    }

    pub(super) fn load_session(&self, token_hash: &str) -> Stored<Option<SessionRow>> {
        const SQL: &str = concat!(
            "SELECT u.id, u.name, u.role, s.created_at, s.last_seen, s.expires_at, s.token_hash, s.revoked_at, ",
            company_columns!(),
            " FROM sessions s \
             JOIN users u ON u.company = s.company AND u.id = s.user AND u.active = 1 \
             JOIN companies c ON c.id = s.company WHERE s.token_hash = ?1"
        );
        self.tx.first(SQL, [token_hash], |row| {
            Ok(SessionRow {
                user: user_at(row, 0)?,
                company: company_at(row, 8)?,
                created: Timestamp(column(row, 3)?),
                last_seen: Timestamp(column(row, 4)?),
                expires: Timestamp(column(row, 5)?),
                brought_by: None,
                reviews: false,
                token_hash: text(row, 6)?.to_owned(),
                revoked_at: column::<Option<i64>>(row, 7)?.map(Timestamp),
            })
        })
    }

    pub(super) fn load_standing(&self, company: CompanyId, token_hash: &str) -> Stored<Standing> {
        let found = self.tx.first(
            "SELECT s.revoked_at FROM sessions s \
             JOIN users u ON u.company = s.company AND u.id = s.user AND u.active = 1 \
             WHERE s.company = ?1 AND s.token_hash = ?2",
            (company.to_string(), token_hash),
            |row| Ok(column::<Option<i64>>(row, 0)?.map(Timestamp)),
        )?;
        Ok(Standing::of(found))
    }

    pub(super) fn load_office_sessions(
        &self,
        company: CompanyId,
        now: Timestamp,
    ) -> Stored<HashSet<String>> {
        let mut found = HashSet::new();
        self.tx.each(
            "SELECT s.token_hash, u.role FROM sessions s \
             JOIN users u ON u.company = s.company AND u.id = s.user AND u.active = 1 \
             WHERE s.company = ?1 AND s.expires_at > ?2 AND s.revoked_at IS NULL AND u.role IN (?3, ?4)",
            [(
                company.to_string(),
                now.0,
                role_name(Role::Dispatcher),
                role_name(Role::Admin),
            )],
            |row| {
                if role(text(row, 1)?).is_ok_and(Role::is_office) {
                    found.insert(text(row, 0)?.to_owned());
                }
                Ok(())
            },
        )?;
        Ok(found)
    }

    pub(super) fn insert_company(&self, company: &CompanyRow) -> Stored<()> {
        self.tx.run(
            // What it says of its settings comes with the next line.
            "INSERT INTO companies (id, slug, name, zone, contact_email, expiry_hours) \
             VALUES (?1, ?2, ?3, ?4, '', 0)",
            (
                company.id.to_string(),
                &company.slug,
                &company.name,
                &company.zone,
            ),
        )?;
        self.update_company(company)
    }

    pub(super) fn update_company(&self, company: &CompanyRow) -> Stored<()> {
        let settings = &company.settings;
        self.tx.run(
            "UPDATE companies SET name = ?2, zone = ?3, contact_email = ?4, expiry_hours = ?5, \
             refuses_open_questions = ?6, keeps_photo_details = ?7, mode = ?8, offers_offline = ?9, \
             window_days = ?10, photo_edge = ?11, files_budget_mb = ?12, settings_version = ?13, \
             keep_activity_days = coalesce(?14, keep_activity_days), \
             keep_files_days = coalesce(?15, keep_files_days) \
             WHERE id = ?1",
            (
                company.id.to_string(),
                &company.name,
                &company.zone,
                &settings.contact_email,
                i64::from(settings.expiry_hours),
                settings.refuses_open_questions,
                settings.keeps_photo_details,
                settings.mode.name(),
                settings.offers_offline,
                i64::from(settings.window_days),
                i64::from(settings.photo_edge),
                i64::from(settings.files_budget_mb),
                int(company.settings_version),
                settings.keep_activity_days.map(i64::from),
                settings.keep_files_days.map(i64::from),
            ),
        )?;
        Ok(())
    }

    pub(super) fn insert_user(&self, account: &Account) -> Stored<()> {
        self.tx.run(
            "INSERT INTO users (company, id, email, name, role, password, active, team) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            (
                account.company.to_string(),
                account.user.id.to_string(),
                &account.email,
                &account.user.name,
                role_name(account.user.role),
                &account.password,
                account.active,
                &account.team,
            ),
        )?;
        Ok(())
    }

    pub(super) fn update_user(&self, account: &Account) -> Stored<()> {
        self.tx.run(
            "UPDATE users SET name = ?3, role = ?4, password = ?5, active = ?6, team = ?7 \
             WHERE company = ?1 AND id = ?2",
            (
                account.company.to_string(),
                account.user.id.to_string(),
                &account.user.name,
                role_name(account.user.role),
                &account.password,
                account.active,
                &account.team,
            ),
        )?;
        Ok(())
    }

    pub(super) fn delete_sessions_of(&self, company: CompanyId, user: UserId) -> Stored<()> {
        self.tx.run(
            "DELETE FROM sessions WHERE company = ?1 AND user = ?2 AND revoked_at IS NULL",
            [company.to_string(), user.to_string()],
        )?;
        Ok(())
    }

    pub(super) fn insert_session(&self, session: &NewSession) -> Stored<()> {
        self.tx.run(
            "INSERT INTO sessions (token_hash, company, user, label, created_at, last_seen, expires_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)",
            (
                &session.token_hash,
                session.company.to_string(),
                session.user.to_string(),
                &session.label,
                session.created.0,
                session.expires.0,
            ),
        )?;
        Ok(())
    }

    pub(super) fn move_session(
        &self,
        token_hash: &str,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Stored<()> {
        self.tx.run(
            "UPDATE sessions SET last_seen = ?2, expires_at = ?3 WHERE token_hash = ?1 AND revoked_at IS NULL",
            (token_hash, seen.0, expires.0),
        )?;
        Ok(())
    }

    pub(super) fn delete_session(&self, token_hash: &str) -> Stored<()> {
        let sql = "DELETE FROM sessions WHERE token_hash = ?1";
        self.tx.run(sql, [token_hash])?;
        Ok(())
    }

    pub(super) fn mark_revoked(
        &self,
        token_hash: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Stored<()> {
        self.tx.run(
            "UPDATE sessions SET revoked_at = ?2, expires_at = ?3 WHERE token_hash = ?1 AND revoked_at IS NULL",
            (token_hash, now.0, until.0),
        )?;
        let sql = "DELETE FROM notification_subscriptions WHERE session = ?1";
        self.tx.run(sql, [token_hash])?;
        Ok(())
    }

    pub(super) fn take_number(&self, company: CompanyId) -> Stored<u64> {
        self.take(
            company,
            "UPDATE companies SET next_job_number = next_job_number + 1 WHERE id = ?1 \
             RETURNING next_job_number - 1",
        )
    }

    pub(super) fn take_seq(&self, company: CompanyId) -> Stored<u64> {
        self.take(
            company,
            "UPDATE companies SET change_seq = change_seq + 1 WHERE id = ?1 RETURNING change_seq",
        )
    }

    fn take(&self, company: CompanyId, sql: &str) -> Stored<u64> {
        let next = self
            .tx
            .all(sql, [company.to_string()], |row| uint_at(row, 0))?;
        next.first()
            .copied()
            .ok_or(StorageError::Damaged("company"))
    }

    pub(super) fn raise_floor(&self, company: &str, floor: u64) -> Stored<()> {
        self.tx.run(
            "UPDATE companies SET cursor_floor = max(cursor_floor, ?2) WHERE id = ?1",
            (company, int(floor)),
        )?;
        Ok(())
    }
}
